//! Shorter ways to say what a test says a hundred times.

/// One change, committed: `change!(bench.db, |tx, contact| contacts::insert(tx, contact).await).await`.
///
/// The names behind `tx` are variables of the test; they are cloned for the change, which gets references to them.
#[macro_export]
macro_rules! change {
    ($db:expr, |$tx:ident $(, $name:ident)*| $body:expr) => {
        $db.write(($($name.clone(),)*), move |$tx, ($($name,)*)| Box::pin(async move { $body }))
    };
}

/// One read: `query!(bench.db, |tx, id| contacts::get(tx, *id).await).await`. Names as in [`change!`].
#[macro_export]
macro_rules! query {
    ($db:expr, |$tx:ident $(, $name:ident)*| $body:expr) => {
        $db.read(($($name.clone(),)*), move |$tx, ($($name,)*)| Box::pin(async move { $body }))
    };
}
