//! Payments and refunds.

use domain::{OrderId, Transaction, TransactionId};

use crate::value::{cursor, name};
use crate::{Error, Page, Reader, Tx, Value};

const COLUMNS: &str =
    "id, version, order_id, kind, state, amount, currency, method, reference, value_date, created_at, updated_at";

fn read(row: &mut Reader) -> Result<Transaction, Error> {
    Ok(Transaction {
        id: row.next()?,
        version: row.next()?,
        order_id: row.next()?,
        kind: row.next_name()?,
        state: row.next_name()?,
        amount: row.next()?,
        currency: row.next()?,
        method: row.next_name()?,
        reference: row.next()?,
        value_date: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

/// Saves a new transaction. What it does to its order is [`crate::orders::move_money`].
pub async fn insert(tx: &mut Tx<'_>, transaction: &Transaction) -> Result<(), Error> {
    let sql = "INSERT INTO transactions (id, version, order_id, kind, state, amount, currency, method, reference, value_date, \
               created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        transaction.id.into(),
        transaction.version.into(),
        transaction.order_id.into(),
        name(transaction.kind)?,
        name(transaction.state)?,
        transaction.amount.into(),
        transaction.currency.into(),
        name(transaction.method)?,
        (&transaction.reference).into(),
        transaction.value_date.into(),
        transaction.created_at.into(),
        transaction.updated_at.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}

/// Saves a new state; [`Error::Stale`] if somebody else has changed the transaction meanwhile.
pub async fn set_state(tx: &mut Tx<'_>, before: &Transaction, transaction: &Transaction) -> Result<(), Error> {
    let sql = "UPDATE transactions SET state = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?";
    let values = [
        name(transaction.state)?,
        transaction.version.into(),
        transaction.updated_at.into(),
        transaction.id.into(),
        before.version.into(),
    ];
    tx.execute_one(sql, &values).await
}

pub async fn get(tx: &mut Tx<'_>, id: TransactionId) -> Result<Option<Transaction>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM transactions WHERE id = ?"), &[id.into()], read).await
}

/// Newest first; of one order, or of all.
pub async fn list(
    tx: &mut Tx<'_>,
    order: Option<OrderId>,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Transaction>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM transactions WHERE 1 = 1");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(order) = order {
        sql.push_str(" AND order_id = ?");
        values.push(order.into());
    }
    if let Some(after) = after {
        sql.push_str(" AND id < ?");
        values.push(cursor::<TransactionId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |transaction| transaction.id.to_string()))
}
