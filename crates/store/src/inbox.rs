//! Which messages' effects are done.

use domain::Timestamp;

use crate::{Error, Reader, Tx, Value, dialect};

/// Of some message ids, those whose effects are done.
pub async fn done(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<String>, Error> {
    let sql = format!("SELECT message_id FROM inbox WHERE message_id IN ({})", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, Reader::next).await
}

/// When a message's effects were done, if they are.
pub async fn handled_at(tx: &mut Tx<'_>, id: &str) -> Result<Option<Timestamp>, Error> {
    tx.row("SELECT handled_at FROM inbox WHERE message_id = ?", &[id.into()], Reader::next).await
}

/// Of some message ids, those whose effects are done, and when that was.
pub async fn handled(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<(String, Timestamp)>, Error> {
    let places = dialect::in_places(ids.len());
    let sql = format!("SELECT message_id, handled_at FROM inbox WHERE message_id IN ({places})");
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, |row| Ok((row.next()?, row.next()?))).await
}

/// Notes that the effects of some messages are done, in the transaction that does them.
///
/// [`Error::Duplicate`] if somebody else has just done one of them: the transaction must be taken back.
pub async fn insert(tx: &mut Tx<'_>, ids: &[String], now: Timestamp) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = format!("INSERT INTO inbox (message_id, handled_at) VALUES {}", dialect::places(ids.len(), 2));
    let values: Vec<Value<'_>> = ids.iter().flat_map(|id| [id.into(), now.into()]).collect();
    tx.execute(sql, &values).await.map(drop)
}
