//! From a committed event to its effects, exactly once.
//!
//! - [`relay`]: outbox → queue, in every backend and worker.
//! - [`consumer`]: queue → effects, each message in one transaction with its inbox row; failures wait and come again.
//! - [`drain`]: the queue's dead letters → the desk.
//! - `effects/`: what is done because of an event, one file for each kind of effect.
//! - [`replay`]: the same effects computed anew from the journal, and held against the tables.
//! - [`heartbeats`]: that this process runs, and how much there is to do.
//! - [`deliveries`]: what leaves the building, each attempted until it has arrived or a person must decide.
//!
//! Uses `queue`, `ops` and `store`; started by `app`. [`Tasks`] runs the parts and stops them in order.

mod claim;
pub mod consumer;
pub mod deliveries;
pub mod drain;
mod effects;
pub mod heartbeats;
mod metrics;
mod poison;
pub mod relay;
pub mod replay;
mod retention;
mod retry;
pub mod sweep;

use std::time::Duration;

use domain::{DeliveryKind, ProcessKind};
use queue::Queue;
use store::{Context, Db};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use deliveries::{Deliveries, Schedule};
pub use metrics::Metrics;
pub use retention::Retention;
pub use retry::Retry;

/// What every part of the worker needs.
#[derive(Clone)]
pub struct Worker {
    pub db: Db,
    pub context: Context,
    pub queue: Queue,
    pub metrics: Metrics,
    pub settings: Settings,
    /// Those under way in this process.
    pub deliveries: Deliveries,
}

#[derive(Clone, Debug)]
pub struct Settings {
    /// Batches of ten that are handled at the same time.
    pub consumers: usize,
    /// How long the queue hides a received message; a heartbeat extends it while the work goes on.
    pub visibility: Duration,
    pub retry: Retry,
    /// How long messages that a relay is sending are its own; when it dies over them, another sends them after that.
    pub lease: Duration,
    /// When a mail is attempted again.
    pub mail_retries: Schedule,
    /// When a webhook is attempted again.
    pub webhook_retries: Schedule,
    pub retention: Retention,
}

impl Settings {
    fn schedule(&self, kind: DeliveryKind) -> &Schedule {
        match kind {
            DeliveryKind::Mail => &self.mail_retries,
            DeliveryKind::Webhook | DeliveryKind::Replay => &self.webhook_retries,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            consumers: 4,
            visibility: Duration::from_mins(1),
            retry: Retry::default(),
            lease: Duration::from_secs(30),
            mail_retries: Schedule::of_mails(),
            webhook_retries: Schedule::of_webhooks(),
            retention: Retention::default(),
        }
    }
}

/// Running parts of the worker.
pub struct Tasks {
    stop: CancellationToken,
    running: JoinSet<()>,
    deliveries: Option<Deliveries>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self { stop: CancellationToken::new(), running: JoinSet::new(), deliveries: None }
    }
}

impl Tasks {
    /// Hands what is in the outbox to the queue, from now on.
    pub fn relay(&mut self, worker: &Worker) {
        if !store::faults::mutant("no_relay") {
            self.running.spawn(relay::run(worker.clone(), self.stop.clone()));
        }
        self.running.spawn(sweep::run(worker.clone(), self.stop.clone()));
    }

    /// Says that this process is there, from now on; `name` is the machine and the number of the process there.
    pub fn heartbeats(&mut self, worker: &Worker, kind: ProcessKind, name: &str) {
        self.running.spawn(heartbeats::run(heartbeats::Heartbeats::new(worker, kind, name), self.stop.clone()));
    }

    /// Does the effects of messages and takes in dead letters, from now on.
    pub fn consume(&mut self, worker: &Worker) {
        for _ in 0..worker.settings.consumers.max(1) {
            self.running.spawn(consumer::run(worker.clone(), self.stop.clone()));
        }
        self.running.spawn(drain::run(worker.clone(), self.stop.clone()));
        self.deliveries = Some(worker.deliveries.clone());
    }

    /// Takes no more work, finishes what is in hand.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while let Some(ended) = self.running.join_next().await {
            if let Err(panic) = ended {
                tracing::error!(%panic, "a part of the worker had ended before");
            }
        }
        if let Some(deliveries) = self.deliveries {
            deliveries.stop().await;
        }
    }
}

/// Waits, unless the worker stops before.
async fn pause(stop: &CancellationToken, duration: Duration) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(duration) => {}
    }
}
