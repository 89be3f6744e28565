//! Which processes run on this database, and what they see of the queue.

use domain::{EventId, Process, Timestamp};

use crate::value::name;
use crate::{Error, Reader, Tx};

/// How much waits in the queue, as one process saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueSeen {
    pub waiting: i64,
    /// Received, not yet done.
    pub held: i64,
    /// When the oldest was sent; SQS does not say.
    pub oldest: Option<Timestamp>,
}

/// What a process says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub process: Process,
    /// Messages that it did in its last minute.
    pub effects: i64,
    /// For the one that looks at the queue.
    pub queue: Option<QueueSeen>,
}

/// Says that a process is there.
pub async fn say(tx: &mut Tx<'_>, Said { process, effects, queue }: &Said) -> Result<(), Error> {
    let (waiting, held) = (queue.map(|queue| queue.waiting), queue.map(|queue| queue.held));
    let oldest = queue.and_then(|queue| queue.oldest);
    let sql = "UPDATE processes SET seen_at = ?, effects = ?, queue_waiting = ?, queue_held = ?, queue_oldest_at = ? \
               WHERE id = ?";
    let values =
        [process.seen_at.into(), (*effects).into(), waiting.into(), held.into(), oldest.into(), process.id.into()];
    if tx.execute(sql, &values).await? == 1 {
        return Ok(());
    }
    let sql = "INSERT INTO processes (id, kind, name, started_at, seen_at, effects, queue_waiting, queue_held, queue_oldest_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        process.id.into(),
        name(process.kind)?,
        (&process.name).into(),
        process.started_at.into(),
        process.seen_at.into(),
        (*effects).into(),
        waiting.into(),
        held.into(),
        oldest.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}

/// Takes a process away that stops.
pub async fn remove(tx: &mut Tx<'_>, id: EventId) -> Result<(), Error> {
    tx.execute("DELETE FROM processes WHERE id = ?", &[id.into()]).await.map(drop)
}

/// Takes those away that were last there before a moment.
pub async fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    tx.execute("DELETE FROM processes WHERE seen_at < ?", &[before.into()]).await
}

/// In the order in which they began.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Said>, Error> {
    let sql = "SELECT id, kind, name, started_at, seen_at, effects, queue_waiting, queue_held, queue_oldest_at \
               FROM processes ORDER BY started_at, id";
    tx.rows(sql, &[], read).await
}

fn read(row: &mut Reader) -> Result<Said, Error> {
    let process = Process {
        id: row.next()?,
        kind: row.next_name()?,
        name: row.next()?,
        started_at: row.next()?,
        seen_at: row.next()?,
    };
    let effects = row.next()?;
    let (waiting, held, oldest) =
        (row.next::<Option<i64>>()?, row.next::<Option<i64>>()?, row.next::<Option<Timestamp>>()?);
    let queue = waiting.zip(held).map(|(waiting, held)| QueueSeen { waiting, held, oldest });
    Ok(Said { process, effects, queue })
}
