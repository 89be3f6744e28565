//! Messages not yet handed to the queue.

use std::time::Duration;

use domain::Timestamp;

use crate::{Error, Reader, Tx, Value, dialect, events};

/// A message on its way to the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub message_type: String,
    pub body: String,
}

/// A row as it stands: without a body it is the event of the same id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: String,
    pub message_type: String,
    pub body: Option<String>,
}

/// What is waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    pub waiting: i64,
    /// When the oldest row was written.
    pub oldest: Option<Timestamp>,
}

/// Writes a message, to be sent at once. Without a body it is the event of the same id.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: &str,
    message_type: &str,
    body: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    insert_later(tx, id, message_type, body, now, now).await
}

/// Writes a message at `now`, to be sent from `available_at` on.
pub async fn insert_later(
    tx: &mut Tx<'_>,
    id: &str,
    message_type: &str,
    body: Option<&str>,
    available_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO outbox (id, type, body, available_at, created_at) VALUES (?, ?, ?, ?, ?)";
    tx.execute(sql, &[id.into(), message_type.into(), body.into(), available_at.into(), now.into()]).await?;
    tx.wakes.outbox = true;
    Ok(())
}

/// Writes messages with a body, to be sent now, all with one statement.
pub async fn insert_all(tx: &mut Tx<'_>, messages: &[Message], now: Timestamp) -> Result<(), Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO outbox (id, type, body, available_at, created_at) VALUES {}",
        dialect::places(messages.len(), 5)
    );
    let values: Vec<Value<'_>> = messages
        .iter()
        .flat_map(|Message { id, message_type, body }| {
            [id.into(), message_type.into(), body.into(), now.into(), now.into()]
        })
        .collect();
    tx.execute(sql, &values).await?;
    tx.wakes.outbox = true;
    Ok(())
}

/// Writes a message that is to be sent although it was sent before, from `available_at` on.
///
/// It may still be here: sent by a relay that has not said so yet. Then it takes that row over and ends its lease, or the
/// relay's [`sent`] would take this message away with the other.
pub async fn put_back(
    tx: &mut Tx<'_>,
    id: &str,
    message_type: &str,
    body: Option<&str>,
    available_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    match insert_later(tx, id, message_type, body, available_at, now).await {
        Err(Error::Duplicate { .. }) => {}
        done => return done,
    }
    let sql = "UPDATE outbox SET type = ?, body = ?, available_at = ?, lease = NULL WHERE id = ?";
    tx.execute_one(sql, &[message_type.into(), body.into(), available_at.into(), id.into()]).await?;
    tx.wakes.outbox = true;
    Ok(())
}

/// When a message is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub id: String,
    /// Not before; where it is being sent, the end of the lease.
    pub available_at: Timestamp,
}

/// Those of some messages that are here.
pub async fn some(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<Waiting>, Error> {
    let sql =
        format!("SELECT id, available_at FROM outbox WHERE id IN ({}) ORDER BY id", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, |row| Ok(Waiting { id: row.next()?, available_at: row.next()? })).await
}

/// Takes up to `limit` messages that are due, for `duration`: nobody else gets them before that.
pub async fn lease(
    tx: &mut Tx<'_>,
    lease: &str,
    now: Timestamp,
    duration: Duration,
    limit: usize,
) -> Result<Vec<Message>, Error> {
    let messages = due(tx, now, limit).await?;
    if !messages.is_empty() {
        let sql = format!(
            "UPDATE outbox SET lease = ?, available_at = ? WHERE id IN ({})",
            dialect::in_places(messages.len())
        );
        let mut values: Vec<Value<'_>> = vec![lease.into(), now.plus(duration).into()];
        let ids: Vec<&String> = messages.iter().map(|message| &message.id).collect();
        values.extend(dialect::padded(&ids).map(Value::from));
        tx.execute(sql, &values).await?;
    }
    Ok(messages)
}

/// Up to `limit` messages that are due. In a change, nobody else gets them before it ends.
pub async fn due(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<Vec<Message>, Error> {
    let rows = due_rows(tx, now, limit).await?;
    // A statement of its own, so that only the outbox is locked and not the journal that the bodies come from.
    let missing: Vec<&String> = rows.iter().filter(|row| row.body.is_none()).map(|row| &row.id).collect();
    let mut bodies = events::bodies(tx, &missing).await?;
    rows.into_iter()
        .map(|Row { id, message_type, body }| {
            let body = body.or_else(|| bodies.remove(&id)).ok_or(Error::Missing)?;
            Ok(Message { id, message_type, body })
        })
        .collect()
}

/// The due rows as they stand in the table: without a body where it is the event's.
pub async fn due_rows(tx: &mut Tx<'_>, now: Timestamp, limit: usize) -> Result<Vec<Row>, Error> {
    let sql = format!(
        "SELECT id, type, body FROM outbox WHERE available_at <= ? ORDER BY available_at, id LIMIT ?{}",
        tx.dialect().for_update()
    );
    let read = |row: &mut Reader| Ok(Row { id: row.next()?, message_type: row.next()?, body: row.next()? });
    tx.rows(sql, &[now.into(), limit.into()], read).await
}

/// Forgets messages that were sent, as far as this lease still holds them.
pub async fn sent(tx: &mut Tx<'_>, lease: &str, ids: &[String]) -> Result<(), Error> {
    let sql = format!("DELETE FROM outbox WHERE lease = ? AND id IN ({})", dialect::in_places(ids.len()));
    let mut values: Vec<Value<'_>> = vec![lease.into()];
    values.extend(dialect::padded(ids).map(Value::from));
    tx.execute(sql, &values).await.map(drop)
}

/// Forgets messages that this change has moved elsewhere.
pub async fn remove(tx: &mut Tx<'_>, ids: &[String]) -> Result<(), Error> {
    let sql = format!("DELETE FROM outbox WHERE id IN ({})", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.execute(sql, &values).await.map(drop)
}

pub async fn depth(tx: &mut Tx<'_>) -> Result<Depth, Error> {
    let sql = "SELECT COUNT(*), MIN(created_at) FROM outbox";
    let read = |row: &mut Reader| Ok(Depth { waiting: row.next()?, oldest: row.next()? });
    Ok(tx.row(sql, &[], read).await?.unwrap_or_default())
}
