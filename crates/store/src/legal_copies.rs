//! What the law wants kept of a contact that was erased, for each order that counts.

use domain::{ContactId, Date, LegalCopy, OrderId};

use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::as_json;
use crate::{Error, Reader, Tx, Value, dialect};

table! {
    /// The table `legal_copies`.
    LegalCopies("legal_copies") of LegalCopy {
        order_id,
        contact_id,
        buyer via as_json,
        keep_until,
        created_at,
    }
}

/// Rows in one `INSERT`.
const AT_ONCE: usize = 100;

/// Saves copies, a hundred with one statement.
pub async fn insert(tx: &mut Tx<'_>, copies: &[LegalCopy]) -> Result<(), Error> {
    for some in copies.chunks(AT_ONCE) {
        let rows = some.iter().map(Assignments::all::<LegalCopies>).collect::<Result<_, _>>()?;
        table::insert_all(tx, LegalCopies::NAME, rows).await?;
    }
    Ok(())
}

/// The copy of an order.
pub async fn get(tx: &mut Tx<'_>, order_id: OrderId) -> Result<Option<LegalCopy>, Error> {
    tx.row(LegalCopies::select("WHERE order_id = ?"), &[order_id.into()], LegalCopies::read).await
}

/// The copies for some contacts' orders, in the order of the orders' ids.
pub async fn of(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<Vec<LegalCopy>, Error> {
    let sql = format!(
        "SELECT {} FROM legal_copies l JOIN orders o ON o.id = l.order_id WHERE o.contact_id IN ({}) ORDER BY l.order_id",
        LegalCopies::columns_of("l"),
        dialect::in_places(contacts.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(contacts).map(Value::from).collect();
    tx.rows(sql, &values, LegalCopies::read).await
}

/// Removes copies whose last day was before `today`, at most `limit` at a time; says how many.
pub async fn forget(tx: &mut Tx<'_>, today: Date, limit: usize) -> Result<u64, Error> {
    let sql = "SELECT order_id FROM legal_copies WHERE keep_until < ? ORDER BY keep_until LIMIT ?";
    let old: Vec<OrderId> = tx.rows(sql, &[today.into(), limit.into()], Reader::next).await?;
    if old.is_empty() {
        return Ok(0);
    }
    let sql = format!("DELETE FROM legal_copies WHERE order_id IN ({})", dialect::in_places(old.len()));
    let values: Vec<Value<'_>> = dialect::padded(&old).map(Value::from).collect();
    tx.execute(sql, &values).await
}
