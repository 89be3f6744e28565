//! How much there is to do: now, and once a minute.

use std::time::Duration;

use domain::{EventId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::table::{self, Assignments, Columns, Table, table};
use crate::{Error, Reader, Tx, dead_letters};

/// A delivery that should have been attempted so long ago is overdue.
const OVERDUE: Duration = Duration::from_mins(1);

/// How much there was to do at the end of a minute, and what was done in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sample {
    /// The beginning of the minute.
    pub minute: Timestamp,
    pub events: i64,
    pub effects: i64,
    pub outbox_waiting: i64,
    /// None where the queue did not answer.
    pub queue_waiting: Option<i64>,
    /// How long the oldest had waited, in the outbox or in the queue; none where nothing waited.
    pub oldest_seconds: Option<i64>,
    pub dead_letters_open: i64,
}

table! {
    /// The table `samples`.
    Samples("samples") of Sample {
        minute,
        events,
        effects,
        outbox_waiting,
        queue_waiting,
        oldest_seconds,
        dead_letters_open,
    }
}

/// What waits at this moment, as far as the tables tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Messages that could be handed to the queue now.
    pub outbox: i64,
    /// Since when the oldest of them could be.
    pub outbox_since: Option<Timestamp>,
    /// Mails and webhooks not made yet.
    pub deliveries: i64,
    /// Those that should have been attempted by now.
    pub deliveries_overdue: i64,
    pub dead_letters_open: i64,
}

pub async fn waiting(tx: &mut Tx<'_>, now: Timestamp) -> Result<Waiting, Error> {
    let sql = "SELECT COUNT(*), MIN(available_at) FROM outbox WHERE available_at <= ?";
    let read = |row: &mut Reader| Ok((row.next()?, row.next()?));
    let (outbox, outbox_since) = tx.row(sql, &[now.into()], read).await?.unwrap_or_default();
    let sql = "SELECT COUNT(*), COUNT(CASE WHEN COALESCE(next_attempt_at, created_at) <= ? THEN 1 END) FROM deliveries WHERE state = 'pending'";
    let read = |row: &mut Reader| Ok((row.next()?, row.next()?));
    let (deliveries, deliveries_overdue) = tx.row(sql, &[now.minus(OVERDUE).into()], read).await?.unwrap_or_default();
    let dead_letters_open = dead_letters::count_open(tx).await?;
    Ok(Waiting { outbox, outbox_since, deliveries, deliveries_overdue, dead_letters_open })
}

/// Events from one moment to another. Their ids begin with their time, so this reads no more than it counts.
pub async fn events(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<i64, Error> {
    let id = |moment: Timestamp| EventId::new(moment.unix_millis(), 0);
    let sql = "SELECT COUNT(*) FROM events WHERE id >= ? AND id < ?";
    Ok(tx.row(sql, &[id(from).into(), id(to).into()], Reader::next).await?.unwrap_or(0))
}

/// Whether the minute has its sample.
pub async fn exists(tx: &mut Tx<'_>, minute: Timestamp) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM samples WHERE minute = ?";
    Ok(tx.row(sql, &[minute.into()], Reader::next::<i64>).await?.is_some())
}

/// Keeps a sample, unless the minute has one.
pub async fn insert(tx: &mut Tx<'_>, sample: &Sample) -> Result<(), Error> {
    match table::insert(tx, Samples::NAME, Assignments::all::<Samples>(sample)?).await {
        Ok(()) | Err(Error::Duplicate { .. }) => Ok(()),
        Err(e) => Err(e),
    }
}

/// The samples since a moment, oldest first.
pub async fn since(tx: &mut Tx<'_>, from: Timestamp) -> Result<Vec<Sample>, Error> {
    let sql = Samples::select("WHERE minute >= ? ORDER BY minute");
    tx.rows(sql, &[from.into()], Samples::read).await
}

/// Removes the samples that are older than a moment.
pub async fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    tx.execute("DELETE FROM samples WHERE minute < ?", &[before.into()]).await
}
