//! What the law wants kept of a contact that was erased, for each order that counts.

use domain::{ContactId, Date, LegalCopy, OrderId};

use crate::value::json;
use crate::{Error, Reader, Tx, Value, dialect};

const COLUMNS: &str = "order_id, contact_id, buyer, keep_until, created_at";
/// Rows in one `INSERT`.
const AT_ONCE: usize = 100;

fn read(row: &mut Reader) -> Result<LegalCopy, Error> {
    Ok(LegalCopy {
        order_id: row.next()?,
        contact_id: row.next()?,
        buyer: row.next_json()?,
        keep_until: row.next()?,
        created_at: row.next()?,
    })
}

pub async fn insert(tx: &mut Tx<'_>, copies: &[LegalCopy]) -> Result<(), Error> {
    for some in copies.chunks(AT_ONCE) {
        let sql = format!("INSERT INTO legal_copies ({COLUMNS}) VALUES {}", dialect::places(some.len(), 5));
        let mut values: Vec<Value<'_>> = Vec::with_capacity(some.len() * 5);
        for copy in some {
            values.extend([
                copy.order_id.into(),
                copy.contact_id.into(),
                json(&copy.buyer)?,
                copy.keep_until.into(),
                copy.created_at.into(),
            ]);
        }
        tx.execute(sql, &values).await?;
    }
    Ok(())
}

pub async fn get(tx: &mut Tx<'_>, order_id: OrderId) -> Result<Option<LegalCopy>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM legal_copies WHERE order_id = ?"), &[order_id.into()], read).await
}

/// Those of some contacts, in the order of their orders' ids.
pub async fn of(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<Vec<LegalCopy>, Error> {
    let sql = format!(
        "SELECT l.order_id, l.contact_id, l.buyer, l.keep_until, l.created_at FROM legal_copies l \
         JOIN orders o ON o.id = l.order_id WHERE o.contact_id IN ({}) ORDER BY l.order_id",
        dialect::in_places(contacts.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(contacts).map(Value::from).collect();
    tx.rows(sql, &values, read).await
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
