//! Changes and queries in one line.

/// Runs a change in one transaction and commits it: [`Db::write`](crate::Db::write) without the tuple and the boxed future.
///
/// The names behind the transaction are variables of the caller. They are cloned for the change (`move |tx, …|` moves them),
/// and the body sees them as references, because it runs again when the change meets another. The body is an async block
/// that gives a `Result`.
///
/// ```no_run
/// # extern crate comptoir_store as store;
/// # async fn example(db: store::Db, holder: String) -> Result<(), store::Error> {
/// use store::{change, leases};
///
/// change!(db, |tx, holder| leases::release(tx, "sweep", holder).await).await?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! change {
    ($db:expr, |$tx:ident $(, $name:ident)*| $body:expr) => {
        $db.write(($($name.clone(),)*), move |$tx, ($($name,)*)| ::std::boxed::Box::pin(async move { $body }))
    };
    ($db:expr, move |$tx:ident $(, $name:ident)*| $body:expr) => {
        $db.write(($($name,)*), move |$tx, ($($name,)*)| ::std::boxed::Box::pin(async move { $body }))
    };
}

/// Runs queries on one connection: [`Db::read`](crate::Db::read) without the tuple and the boxed future.
///
/// Names are cloned or moved as in [`change!`].
///
/// ```no_run
/// # extern crate comptoir_store as store;
/// # async fn example(db: store::Db, id: domain::OrderId) -> Result<(), store::Error> {
/// use store::{orders, query};
///
/// let order = query!(db, |tx, id| orders::get(tx, *id).await).await?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! query {
    ($db:expr, |$tx:ident $(, $name:ident)*| $body:expr) => {
        $db.read(($($name.clone(),)*), move |$tx, ($($name,)*)| ::std::boxed::Box::pin(async move { $body }))
    };
    ($db:expr, move |$tx:ident $(, $name:ident)*| $body:expr) => {
        $db.read(($($name,)*), move |$tx, ($($name,)*)| ::std::boxed::Box::pin(async move { $body }))
    };
}
