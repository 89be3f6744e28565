//! Which processes run on this database, and what they see of the queue.

use domain::{Process, ProcessId, Timestamp};

use crate::table::{self, Assignments, Columns, Table, table};
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

/// A process's sign of life, and what it did and saw since the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    pub process: Process,
    /// Messages that it did in its last minute.
    pub effects: i64,
    /// Given by the one process that looks at the queue.
    pub queue: Option<QueueSeen>,
}

table! {
    /// The table `processes`.
    Processes("processes") of Heartbeat {
        process: Identity,
        effects,
        queue: Queue,
    }
}

table! {
    /// Which process it is, and when it was there.
    Identity of Process {
        id,
        kind,
        name,
        started_at,
        seen_at,
    }
}

/// What the process saw of the queue; NULL three times where it does not look.
struct Queue;

impl Columns for Queue {
    type Row = Option<QueueSeen>;

    fn names(names: &mut Vec<&'static str>) {
        names.extend(["queue_waiting", "queue_held", "queue_oldest_at"]);
    }

    fn read(row: &mut Reader) -> Result<Option<QueueSeen>, Error> {
        let (waiting, held, oldest): (Option<i64>, Option<i64>, _) = (row.next()?, row.next()?, row.next()?);
        Ok(waiting.zip(held).map(|(waiting, held)| QueueSeen { waiting, held, oldest }))
    }

    fn write<'r>(queue: &'r Option<QueueSeen>, to: &mut Assignments<'r>) -> Result<(), Error> {
        to.push("queue_waiting", queue.map(|queue| queue.waiting));
        to.push("queue_held", queue.map(|queue| queue.held));
        to.push("queue_oldest_at", queue.and_then(|queue| queue.oldest));
        Ok(())
    }
}

/// Records a process's sign of life: its row is made by the first, and changed by those that follow.
pub async fn record(tx: &mut Tx<'_>, heartbeat: &Heartbeat) -> Result<(), Error> {
    let row = Assignments::all::<Processes>(heartbeat)?;
    let lasting = ["id", "kind", "name", "started_at"];
    let changes = lasting.into_iter().fold(row.clone(), Assignments::without);
    let (sql, values) = changes.update(Processes::NAME, "id = ?", [heartbeat.process.id.into()]);
    if tx.execute(sql, &values).await? == 1 {
        return Ok(());
    }
    table::insert(tx, Processes::NAME, row).await
}

/// Removes a process that stops.
pub async fn remove(tx: &mut Tx<'_>, id: ProcessId) -> Result<(), Error> {
    tx.execute("DELETE FROM processes WHERE id = ?", &[id.into()]).await.map(drop)
}

/// Removes the processes whose last heartbeat was before a moment.
pub async fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    tx.execute("DELETE FROM processes WHERE seen_at < ?", &[before.into()]).await
}

/// The last heartbeats of all processes, in the order in which these began.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Heartbeat>, Error> {
    tx.rows(Processes::select("ORDER BY started_at, id"), &[], Processes::read).await
}
