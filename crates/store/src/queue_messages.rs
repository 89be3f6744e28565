//! The table behind the embedded queue. What the calls mean is the queue crate's; here is how they are kept.

use domain::Timestamp;

use crate::{Error, Reader, Tx, Value, dialect, events};

/// A message to be sent. `id` is new for each send, `message_id` the same for each send of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    pub id: String,
    pub message_id: String,
    pub message_type: String,
    /// None: the event of the message's id, as it stands in the journal.
    pub body: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: String,
    pub message_id: String,
    pub message_type: String,
    pub body: String,
    /// Received so often before.
    pub receive_count: i64,
    pub sent_at: Timestamp,
}

pub async fn insert(tx: &mut Tx<'_>, queue: &str, messages: &[New], now: Timestamp) -> Result<(), Error> {
    let sql = format!(
        "INSERT INTO queue_messages (id, queue, message_id, type, body, sent_at, visible_at, receive_count) VALUES {}",
        dialect::places(messages.len(), 8)
    );
    let values: Vec<Value<'_>> = messages
        .iter()
        .flat_map(|new| {
            [
                (&new.id).into(),
                queue.into(),
                (&new.message_id).into(),
                (&new.message_type).into(),
                (&new.body).into(),
                now.into(),
                now.into(),
                0_i64.into(),
            ]
        })
        .collect();
    tx.execute(sql, &values).await?;
    tx.wakes.queue = true;
    Ok(())
}

/// Up to `limit` visible messages, held until the change ends.
pub async fn visible(tx: &mut Tx<'_>, queue: &str, now: Timestamp, limit: usize) -> Result<Vec<Row>, Error> {
    let sql = format!(
        "SELECT id, message_id, type, body, receive_count, sent_at FROM queue_messages WHERE queue = ? AND visible_at <= ? \
         ORDER BY visible_at, id LIMIT ?{}",
        tx.dialect().for_update()
    );
    let read = |row: &mut Reader| {
        let (id, message_id, message_type) = (row.next()?, row.next()?, row.next()?);
        let body: Option<String> = row.next()?;
        let (receive_count, sent_at) = (row.next()?, row.next()?);
        Ok((
            body.is_none(),
            Row { id, message_id, message_type, body: body.unwrap_or_default(), receive_count, sent_at },
        ))
    };
    let mut rows = tx.rows(sql, &[queue.into(), now.into(), limit.into()], read).await?;
    let missing: Vec<&String> = rows.iter().filter(|(missing, _)| *missing).map(|(_, row)| &row.message_id).collect();
    let bodies = events::bodies(tx, &missing).await?;
    for (_, row) in rows.iter_mut().filter(|(missing, _)| *missing) {
        // One that is not there is a defect; an empty body takes the message to the desk, where somebody sees it.
        row.body = bodies.get(&row.message_id).cloned().unwrap_or_default();
    }
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// A message as it waits in a queue, or is held by somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub message_id: String,
    pub sent_at: Timestamp,
    pub visible_at: Timestamp,
    pub receive_count: i64,
}

/// Those of some messages that are in any of the queues. Looks through all of them: the table is short while workers work.
pub async fn of_messages(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<Held>, Error> {
    let sql = format!(
        "SELECT message_id, sent_at, visible_at, receive_count FROM queue_messages WHERE message_id IN ({}) ORDER BY id",
        dialect::in_places(ids.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    let read = |row: &mut Reader| {
        let (message_id, sent_at, visible_at) = (row.next()?, row.next()?, row.next()?);
        Ok(Held { message_id, sent_at, visible_at, receive_count: row.next()? })
    };
    tx.rows(sql, &values, read).await
}

/// Hides messages until `visible_at`, under a new receipt, and counts the receive.
pub async fn take(tx: &mut Tx<'_>, ids: &[String], receipt: &str, visible_at: Timestamp) -> Result<(), Error> {
    let sql = format!(
        "UPDATE queue_messages SET receipt = ?, visible_at = ?, receive_count = receive_count + 1 WHERE id IN ({})",
        dialect::in_places(ids.len())
    );
    let mut values: Vec<Value<'_>> = vec![receipt.into(), visible_at.into()];
    values.extend(dialect::padded(ids).map(Value::from));
    tx.execute(sql, &values).await.map(drop)
}

/// Moves messages to another queue, where they are visible at once and count from zero.
pub async fn move_to(tx: &mut Tx<'_>, ids: &[String], queue: &str, now: Timestamp) -> Result<(), Error> {
    let sql = format!(
        "UPDATE queue_messages SET queue = ?, receipt = NULL, visible_at = ?, receive_count = 0 WHERE id IN ({})",
        dialect::in_places(ids.len())
    );
    let mut values: Vec<Value<'_>> = vec![queue.into(), now.into()];
    values.extend(dialect::padded(ids).map(Value::from));
    tx.execute(sql, &values).await.map(drop)
}

/// Deletes messages that are still held under their receipts: `(id, receipt)`.
pub async fn delete(tx: &mut Tx<'_>, held: &[(String, String)]) -> Result<(), Error> {
    let any = vec!["(id = ? AND receipt = ?)"; held.len().next_power_of_two()].join(" OR ");
    let values: Vec<Value<'_>> =
        dialect::padded(held).flat_map(|(id, receipt)| [Value::from(id), Value::from(receipt)]).collect();
    tx.execute(format!("DELETE FROM queue_messages WHERE {any}"), &values).await.map(drop)
}

/// Hides a message until `visible_at`, if it is still held under the receipt.
pub async fn extend(
    tx: &mut Tx<'_>,
    id: &str,
    receipt: &str,
    visible_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "UPDATE queue_messages SET visible_at = ? WHERE id = ? AND receipt = ? AND visible_at > ?";
    tx.execute(sql, &[visible_at.into(), id.into(), receipt.into(), now.into()]).await?;
    tx.wakes.queue |= visible_at <= now;
    Ok(())
}

/// Waiting, held, and when the oldest was sent.
pub async fn depth(tx: &mut Tx<'_>, queue: &str, now: Timestamp) -> Result<(i64, i64, Option<Timestamp>), Error> {
    let sql = "SELECT COUNT(*), COUNT(CASE WHEN visible_at > ? AND receipt IS NOT NULL THEN 1 END), MIN(sent_at) \
               FROM queue_messages WHERE queue = ?";
    let read = |row: &mut Reader| Ok((row.next::<i64>()?, row.next::<i64>()?, row.next::<Option<Timestamp>>()?));
    let (all, held, oldest) = tx.row(sql, &[now.into(), queue.into()], read).await?.unwrap_or_default();
    Ok((all - held, held, oldest))
}

/// Whether a receive would find something; asks without locking anything.
pub async fn any_visible(tx: &mut Tx<'_>, queue: &str, now: Timestamp) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM queue_messages WHERE queue = ? AND visible_at <= ? LIMIT 1";
    Ok(tx.row(sql, &[queue.into(), now.into()], Reader::next::<i64>).await?.is_some())
}
