//! Says that this process is there, and how much there is to do: for whoever watches (`GET /api/v1/operations`).
//!
//! Each process writes one small row every ten seconds. One of them also looks at the queue, and writes a sample a minute.

use std::collections::VecDeque;
use std::time::Duration;

use domain::{EventId, Process, ProcessKind, Timestamp};
use queue::Queue;
use store::processes::{self, Heartbeat, QueueSeen};
use store::samples::{self, Sample};
use store::{Tx, change, leases};
use tokio_util::sync::CancellationToken;

use crate::metrics::Seen;
use crate::{Worker, pause};

const EVERY: Duration = Duration::from_secs(10);
const MINUTE: Duration = Duration::from_mins(1);
/// A process that has said nothing for so long is not there any more.
const ALIVE: Duration = MINUTE;
/// How long one that did not say that it stops can be seen.
const LOST_KEPT: Duration = Duration::from_hours(24);
const SAMPLES_KEPT: Duration = Duration::from_hours(7 * 24);

const JOB: &str = "pulse";
/// A process that dies is followed after this.
const LEASE: Duration = Duration::from_secs(30);

/// What one process says of itself, again and again.
pub struct Pulse {
    worker: Worker,
    process: Process,
    /// How many messages were done by when, over the last minute.
    done: VecDeque<(Timestamp, u64)>,
    /// Whether this process may ever be the one that looks at the queue.
    may_look: bool,
    /// Whether it is.
    looks: bool,
}

/// What is written at once.
#[derive(Clone)]
struct Beat {
    said: Heartbeat,
    may_look: bool,
    looks: bool,
}

/// What came of it.
struct Beaten {
    chosen: bool,
    /// Once a minute.
    seen: Option<Seen>,
}

impl Pulse {
    /// `name` is the machine and the number of the process there.
    #[must_use]
    pub fn new(worker: &Worker, kind: ProcessKind, name: &str) -> Self {
        let now = worker.context.now();
        let name = name.chars().take(200).collect();
        let process = Process { id: worker.context.id(EventId::new), kind, name, started_at: now, seen_at: now };
        // With SQS a backend has leave to send, and to do nothing else: it cannot see what is there.
        let may_look = kind != ProcessKind::Backend || matches!(worker.queue, Queue::Embedded(_));
        let done = VecDeque::from([(now, worker.metrics.all_done())]);
        Self { worker: worker.clone(), process, done, may_look, looks: false }
    }

    /// Says it once.
    pub async fn beat(&mut self) -> Result<(), store::Error> {
        let looked = self.looks;
        self.say().await?;
        // Whoever has just been chosen looks at once.
        if self.looks && !looked { self.say().await } else { Ok(()) }
    }

    async fn say(&mut self) -> Result<(), store::Error> {
        let now = self.worker.context.now();
        self.process.seen_at = now;
        let queue = if self.looks { self.look().await } else { None };
        let said = Heartbeat { process: self.process.clone(), effects: self.done_lately(now), queue };
        let beat = Beat { said, may_look: self.may_look, looks: self.looks };
        let beaten = change!(self.worker.db, move |tx, beat| write(tx, beat).await).await?;
        self.looks = beaten.chosen;
        if beaten.seen.is_some() || !beaten.chosen {
            self.worker.metrics.seen(beaten.seen);
        }
        Ok(())
    }

    /// What waits in the queue; none where it does not answer, which whoever works with it tells.
    async fn look(&self) -> Option<QueueSeen> {
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

    /// Says that this process stops.
    pub async fn end(self) -> Result<(), store::Error> {
        let id = self.process.id;
        change!(self.worker.db, move |tx, id| end(tx, *id).await).await
    }
}

pub(crate) async fn run(mut pulse: Pulse, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = pulse.beat().await {
            tracing::warn!(%error, "it could not be said that this process is there; trying again");
        }
        pause(&stop, EVERY).await;
    }
    if let Err(error) = pulse.end().await {
        tracing::info!(%error, "it could not be said that this process stops; it will be shown as lost");
    }
}

async fn write(tx: &mut Tx<'_>, Beat { said, may_look, looks }: &Beat) -> Result<Beaten, store::Error> {
    let now = said.process.seen_at;
    let chosen = *may_look && leases::take(tx, JOB, &said.process.id.to_string(), now, LEASE).await?;
    // Another may have been chosen meanwhile: there is one who says what is in the queue.
    let said = if chosen { said.clone() } else { Heartbeat { queue: None, ..said.clone() } };
    processes::record(tx, &said).await?;
    let seen = if chosen && *looks { sample(tx, &said, now).await? } else { None };
    Ok(Beaten { chosen, seen })
}

/// Of the minute that has passed, once.
async fn sample(tx: &mut Tx<'_>, said: &Heartbeat, now: Timestamp) -> Result<Option<Seen>, store::Error> {
    let this = now.as_micros() - now.as_micros().rem_euclid(60_000_000);
    let (minute, end) = (Timestamp::from_micros(this - 60_000_000), Timestamp::from_micros(this));
    if samples::exists(tx, minute).await? {
        return Ok(None);
    }
    let waiting = samples::waiting(tx, now).await?;
    let age = |since: Timestamp| i64::try_from(now.since(since).as_secs()).unwrap_or(i64::MAX);
    let (outbox_since, queue_since) = (waiting.outbox_since, said.queue.and_then(|queue| queue.oldest));
    let alive = processes::all(tx).await?.into_iter().filter(|other| now.since(other.process.seen_at) < ALIVE);
    let sample = Sample {
        minute,
        events: samples::events(tx, minute, end).await?,
        effects: alive.map(|other| other.effects).sum(),
        outbox_waiting: waiting.outbox,
        queue_waiting: said.queue.map(|queue| queue.waiting),
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

async fn end(tx: &mut Tx<'_>, id: EventId) -> Result<(), store::Error> {
    leases::release(tx, JOB, &id.to_string()).await?;
    processes::remove(tx, id).await
}
