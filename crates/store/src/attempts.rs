//! Failed attempts at messages.

use domain::Timestamp;

use crate::{Error, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub failed_at: Timestamp,
    pub error: String,
}

/// Notes a failed attempt. `id` is new and rises with time.
pub async fn insert(tx: &mut Tx<'_>, message_id: &str, id: &str, attempt: &Attempt) -> Result<(), Error> {
    let sql = "INSERT INTO attempts (message_id, id, failed_at, error) VALUES (?, ?, ?, ?)";
    tx.execute(sql, &[message_id.into(), id.into(), attempt.failed_at.into(), (&attempt.error).into()]).await.map(drop)
}

/// The oldest first.
pub async fn of(tx: &mut Tx<'_>, message_id: &str) -> Result<Vec<Attempt>, Error> {
    let sql = "SELECT failed_at, error FROM attempts WHERE message_id = ? ORDER BY id";
    tx.rows(sql, &[message_id.into()], |row| Ok(Attempt { failed_at: row.next()?, error: row.next()? })).await
}
