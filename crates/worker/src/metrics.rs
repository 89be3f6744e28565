//! Counters of the path from an event to its effects.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::DeliveryKind;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByType {
    /// An event type, or `unknown`: never what a sender wrote, or anybody could fill the memory with labels.
    event_type: &'static str,
}

/// Cheap to clone; all clones count together.
#[derive(Clone)]
pub struct Metrics {
    relayed: Counter,
    done: Family<ByType, Counter>,
    /// Of all types.
    all_done: Arc<AtomicU64>,
    repeated: Counter,
    failed: Family<ByType, Counter>,
    dead: Family<ByType, Counter>,
    latency: Histogram,
    attempted: Family<Attempted, Counter>,
    now: Now,
}

/// A gauge without labels that can be taken away again.
type Alone = Family<[(&'static str, &'static str); 0], Gauge>;

/// What is known by the one process that looks (heartbeats.rs); the others say nothing of it.
#[derive(Clone, Default)]
struct Now {
    open_dead_letters: Alone,
    outbox_waiting: Alone,
    outbox_lag: Alone,
    queue_waiting: Alone,
    oldest_message: Alone,
}

/// What waits, as the process that looks sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) open_dead_letters: i64,
    pub(crate) outbox_waiting: i64,
    /// Seconds that the oldest of them has waited.
    pub(crate) outbox_lag: i64,
    /// None when the queue does not answer.
    pub(crate) queue_waiting: Option<i64>,
    /// Seconds that the oldest in the queue has waited, where the queue tells.
    pub(crate) oldest_message: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Attempted {
    kind: &'static str,
    outcome: &'static str,
}

impl Metrics {
    #[must_use]
    pub fn new(registry: &mut Registry) -> Self {
        // From event committed to effect committed, in seconds.
        let buckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];
        let metrics = Self {
            relayed: Counter::default(),
            done: Family::default(),
            all_done: Arc::default(),
            repeated: Counter::default(),
            failed: Family::default(),
            dead: Family::default(),
            latency: Histogram::new(buckets),
            attempted: Family::default(),
            now: Now::default(),
        };
        registry.register("relayed_messages", "Messages handed to the queue", metrics.relayed.clone());
        registry.register("effects_done", "Messages whose effects were committed", metrics.done.clone());
        registry.register(
            "messages_repeated",
            "Messages that came again after their effects",
            metrics.repeated.clone(),
        );
        registry.register("effects_failed", "Failed attempts at messages", metrics.failed.clone());
        registry.register("dead_letters", "Messages put on the desk", metrics.dead.clone());
        registry.register("effect_latency_seconds", "From event to effect", metrics.latency.clone());
        registry.register("delivery_outcomes", "What came of deliveries", metrics.attempted.clone());
        let now = &metrics.now;
        registry.register("open_dead_letters", "Letters on the desk", now.open_dead_letters.clone());
        registry.register("outbox_waiting", "Messages due and not yet handed to the queue", now.outbox_waiting.clone());
        registry.register("outbox_lag_seconds", "How long the oldest of them has been due", now.outbox_lag.clone());
        registry.register("queue_waiting", "Messages that nobody has received", now.queue_waiting.clone());
        registry.register("oldest_message_seconds", "The age of the oldest message", now.oldest_message.clone());
        metrics
    }

    /// None: this process does not look.
    pub(crate) fn seen(&self, seen: Option<Seen>) {
        let set = |gauge: &Alone, value: Option<i64>| match value {
            Some(value) => drop(gauge.get_or_create(&[]).set(value)),
            None => gauge.clear(),
        };
        set(&self.now.open_dead_letters, seen.map(|seen| seen.open_dead_letters));
        set(&self.now.outbox_waiting, seen.map(|seen| seen.outbox_waiting));
        set(&self.now.outbox_lag, seen.map(|seen| seen.outbox_lag));
        set(&self.now.queue_waiting, seen.and_then(|seen| seen.queue_waiting));
        set(&self.now.oldest_message, seen.and_then(|seen| seen.oldest_message));
    }

    pub(crate) fn attempted(&self, kind: DeliveryKind, outcome: &'static str) {
        self.attempted.get_or_create(&Attempted { kind: kind.message_type(), outcome }).inc();
    }

    pub(crate) fn relayed(&self, messages: usize) {
        self.relayed.inc_by(messages as u64);
    }

    pub(crate) fn done(&self, event_type: &str, latency: Duration) {
        self.done.get_or_create(&ByType { event_type: label(event_type) }).inc();
        self.all_done.fetch_add(1, Ordering::Relaxed);
        self.latency.observe(latency.as_secs_f64());
    }

    /// Messages whose effects this process has done so far.
    pub(crate) fn all_done(&self) -> u64 {
        self.all_done.load(Ordering::Relaxed)
    }

    pub(crate) fn repeated(&self, messages: usize) {
        self.repeated.inc_by(messages as u64);
    }

    pub(crate) fn failed(&self, event_type: &str) {
        self.failed.get_or_create(&ByType { event_type: label(event_type) }).inc();
    }

    pub(crate) fn dead(&self, event_type: &str) {
        self.dead.get_or_create(&ByType { event_type: label(event_type) }).inc();
    }
}

fn label(event_type: &str) -> &'static str {
    let event = event_type.parse::<domain::EventType>().map(domain::EventType::as_str);
    let delivery = || DeliveryKind::of_message_type(event_type).map(DeliveryKind::message_type);
    event.ok().or_else(delivery).unwrap_or("unknown")
}
