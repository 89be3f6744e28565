//! Heartbeats: that this process runs, and how much there is to do, for whoever watches (`GET /api/v1/operations`).
//!
//! Each process writes one small row every ten seconds. One of them also watches the queue, and writes a sample a minute.

use std::collections::VecDeque;
use std::time::Duration;

use domain::{Process, ProcessId, ProcessKind, Timestamp};
use queue::Queue;
use store::processes::{self, Heartbeat, QueueSeen};
use store::samples::{self, Sample};
use store::{Tx, change, leases};
use tokio_util::sync::CancellationToken;

use crate::metrics::Seen;
use crate::{Worker, pause};

const EVERY: Duration = Duration::from_secs(10);
const MINUTE: Duration = Duration::from_mins(1);
/// A process without a heartbeat for so long is taken for lost.
const ALIVE: Duration = MINUTE;
/// How long a lost process is kept on the list.
const LOST_KEPT: Duration = Duration::from_hours(24);
const SAMPLES_KEPT: Duration = Duration::from_hours(7 * 24);

/// The name of the lease; the one that the former release knows, so that of both only one watches.
const JOB: &str = "pulse";
/// A process that dies is followed after this.
const LEASE: Duration = Duration::from_secs(30);

/// The heartbeats of one process.
pub struct Heartbeats {
    worker: Worker,
    process: Process,
    /// How many messages were done by when, over the last minute.
    done: VecDeque<(Timestamp, u64)>,
    /// Whether this process may ever be the one that watches the queue.
    may_watch: bool,
    /// Whether it is.
    watches: bool,
}

/// A heartbeat, and whether its process watches the queue.
#[derive(Clone)]
struct Report {
    heartbeat: Heartbeat,
    may_watch: bool,
    watches: bool,
}

/// The outcome of writing a heartbeat.
struct Written {
    /// Whether this process is the one that watches the queue.
    chosen: bool,
    /// Once a minute.
    seen: Option<Seen>,
}

impl Heartbeats {
    /// `name` is the machine and the number of the process there.
    #[must_use]
    pub fn new(worker: &Worker, kind: ProcessKind, name: &str) -> Self {
        let now = worker.context.now();
        let name = name.chars().take(200).collect();
        let process = Process { id: worker.context.id(ProcessId::new), kind, name, started_at: now, seen_at: now };
        // With SQS a backend has leave to send, and to do nothing else: it cannot see what is there.
        let may_watch = kind != ProcessKind::Backend || matches!(worker.queue, Queue::Embedded(_));
        let done = VecDeque::from([(now, worker.metrics.all_done())]);
        Self { worker: worker.clone(), process, done, may_watch, watches: false }
    }

    /// Writes a heartbeat.
    pub async fn beat(&mut self) -> Result<(), store::Error> {
        let watched = self.watches;
        self.write().await?;
        // Whoever has just been chosen watches at once.
        if self.watches && !watched { self.write().await } else { Ok(()) }
    }

    async fn write(&mut self) -> Result<(), store::Error> {
        let now = self.worker.context.now();
        self.process.seen_at = now;
        let queue = if self.watches { self.queue_seen().await } else { None };
        let heartbeat = Heartbeat { process: self.process.clone(), effects: self.done_lately(now), queue };
        let report = Report { heartbeat, may_watch: self.may_watch, watches: self.watches };
        let written = change!(self.worker.db, move |tx, report| write(tx, report).await).await?;
        self.watches = written.chosen;
        if written.seen.is_some() || !written.chosen {
            self.worker.metrics.seen(written.seen);
        }
        Ok(())
    }

    /// What waits in the queue; none where it does not answer, which whoever works with it tells.
    async fn queue_seen(&self) -> Option<QueueSeen> {
        let depth = self.worker.queue.depth().await.ok()?;
        Some(QueueSeen { waiting: depth.waiting, held: depth.held, oldest: depth.oldest })
    }

    fn done_lately(&mut self, now: Timestamp) -> i64 {
        let all = self.worker.metrics.all_done();
        while self.done.get(1).is_some_and(|(at, _)| now.since(*at) >= MINUTE) {
            self.done.pop_front();
        }
        let before = self.done.front().map_or(all, |(_, before)| *before);
        self.done.push_back((now, all));
        i64::try_from(all - before).unwrap_or(i64::MAX)
    }

    /// Takes the process off the list: it stops.
    pub async fn end(self) -> Result<(), store::Error> {
        let id = self.process.id;
        change!(self.worker.db, move |tx, id| end(tx, *id).await).await
    }
}

pub(crate) async fn run(mut heartbeats: Heartbeats, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = heartbeats.beat().await {
            tracing::warn!(%error, "a heartbeat could not be written; trying again");
        }
        pause(&stop, EVERY).await;
    }
    if let Err(error) = heartbeats.end().await {
        tracing::info!(%error, "this process could not be taken off the list; it will be shown as lost");
    }
}

async fn write(tx: &mut Tx<'_>, Report { heartbeat, may_watch, watches }: &Report) -> Result<Written, store::Error> {
    let now = heartbeat.process.seen_at;
    let chosen = *may_watch && leases::take(tx, JOB, &heartbeat.process.id.to_string(), now, LEASE).await?;
    // Another may have been chosen meanwhile: there is one who says what is in the queue.
    let heartbeat = if chosen { heartbeat.clone() } else { Heartbeat { queue: None, ..heartbeat.clone() } };
    processes::record(tx, &heartbeat).await?;
    let seen = if chosen && *watches { sample(tx, &heartbeat, now).await? } else { None };
    Ok(Written { chosen, seen })
}

/// Writes the sample of the minute that has passed, once.
async fn sample(tx: &mut Tx<'_>, heartbeat: &Heartbeat, now: Timestamp) -> Result<Option<Seen>, store::Error> {
    let this = now.as_micros() - now.as_micros().rem_euclid(60_000_000);
    let (minute, end) = (Timestamp::from_micros(this - 60_000_000), Timestamp::from_micros(this));
    if samples::exists(tx, minute).await? {
        return Ok(None);
    }
    let waiting = samples::waiting(tx, now).await?;
    let age = |since: Timestamp| i64::try_from(now.since(since).as_secs()).unwrap_or(i64::MAX);
    let (outbox_since, queue_since) = (waiting.outbox_since, heartbeat.queue.and_then(|queue| queue.oldest));
    let alive = processes::all(tx).await?.into_iter().filter(|other| now.since(other.process.seen_at) < ALIVE);
    let sample = Sample {
        minute,
        events: samples::events(tx, minute, end).await?,
        effects: alive.map(|other| other.effects).sum(),
        outbox_waiting: waiting.outbox,
        queue_waiting: heartbeat.queue.map(|queue| queue.waiting),
        oldest_seconds: [outbox_since, queue_since].into_iter().flatten().min().map(age),
        dead_letters_open: waiting.dead_letters_open,
    };
    samples::insert(tx, &sample).await?;
    samples::forget(tx, now.minus(SAMPLES_KEPT)).await?;
    processes::forget(tx, now.minus(LOST_KEPT)).await?;
    Ok(Some(Seen {
        open_dead_letters: waiting.dead_letters_open,
        outbox_waiting: waiting.outbox,
        outbox_lag: outbox_since.map_or(0, age),
        queue_waiting: sample.queue_waiting,
        oldest_message: queue_since.map(age),
    }))
}

async fn end(tx: &mut Tx<'_>, id: ProcessId) -> Result<(), store::Error> {
    leases::release(tx, JOB, &id.to_string()).await?;
    processes::remove(tx, id).await
}
