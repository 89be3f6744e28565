//! Limits of concurrency, one for each receiver: so many deliveries at a time, and others that wait for a moment.
//!
//! Where a receiver is slow, or hangs, most do not wait but come back later: it uses up its own limit and nothing else. Where it
//! is quick, waiting costs less than coming back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::Context;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long one waits in memory at the most.
const MAX_WAIT: Duration = Duration::from_secs(1);
/// A receiver that takes longer is slow: of those that find no slot, two wait for each slot.
const SLOW: Duration = Duration::from_millis(500);
/// How long one that found no room waits in the outbox: at least, and at the most.
const MIN_DELAY: Duration = Duration::from_secs(1);
const MAX_DELAY: Duration = Duration::from_mins(1);

pub(crate) struct EndpointLimits {
    context: Context,
    limits: Mutex<HashMap<String, Arc<EndpointLimit>>>,
}

struct EndpointLimit {
    slots: Arc<Semaphore>,
    concurrency: u32,
    waiting: AtomicU32,
    pace: Mutex<Pace>,
}

/// How fast the receiver takes what it is sent, and until when the next slots are promised.
struct Pace {
    took: Duration,
    /// By [`Context::elapsed`].
    promised: Duration,
}

/// A slot of a receiver; given back when dropped.
pub(crate) struct Slot {
    limit: Arc<EndpointLimit>,
    context: Context,
    begun: Duration,
    _permit: OwnedSemaphorePermit,
}

impl EndpointLimits {
    pub(crate) fn new(context: Context) -> Self {
        Self { context, limits: Mutex::default() }
    }

    /// Takes a slot of a receiver that takes `concurrency` at a time; or says how long to stay away.
    pub(crate) async fn acquire(&self, receiver: &str, concurrency: usize) -> Result<Slot, Duration> {
        let limit = self.limit(receiver, concurrency);
        let permit = match limit.slots.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => match limit.wait().await {
                Some(permit) => permit,
                None => return Err(limit.promise(self.context.elapsed(), self.context.fraction())),
            },
        };
        Ok(Slot { limit, context: self.context.clone(), begun: self.context.elapsed(), _permit: permit })
    }

    fn limit(&self, receiver: &str, concurrency: usize) -> Arc<EndpointLimit> {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limit) = limits.get(receiver) {
            return limit.clone();
        }
        // Receivers come and go: only those that are used are kept.
        limits.retain(|_, limit| Arc::strong_count(limit) > 1);
        let concurrency = concurrency.max(1);
        let limit = Arc::new(EndpointLimit {
            slots: Arc::new(Semaphore::new(concurrency)),
            concurrency: u32::try_from(concurrency).unwrap_or(u32::MAX),
            waiting: AtomicU32::new(0),
            // Until it has shown how fast it is.
            pace: Mutex::new(Pace { took: Duration::from_millis(250), promised: Duration::ZERO }),
        });
        limits.insert(receiver.to_owned(), limit.clone());
        limit
    }
}

impl EndpointLimit {
    async fn wait(&self) -> Option<OwnedSemaphorePermit> {
        let most = if self.pace().took > SLOW { 2 * self.concurrency } else { u32::MAX };
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= most {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let permit = tokio::time::timeout(MAX_WAIT, self.slots.clone().acquire_owned()).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let Ok(permit) = permit else {
            // One that hangs would show that it is slow only when it has ended.
            let mut pace = self.pace();
            pace.took = pace.took.max(MAX_WAIT);
            return None;
        };
        permit.ok()
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When to come back: one after the other, as fast as the receiver takes them. What was promised beyond a minute comes within
    /// that minute, spread at random: the receiver may be well again by then.
    fn promise(&self, now: Duration, fraction: f64) -> Duration {
        let mut pace = self.pace();
        let next = pace.promised.max(now + MIN_DELAY);
        if next > now + MAX_DELAY {
            return MAX_DELAY.mul_f64(0.5 + fraction / 2.0);
        }
        pace.promised = next + pace.took / self.concurrency;
        next.saturating_sub(now)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let took = self.context.elapsed().saturating_sub(self.begun);
        let mut pace = self.limit.pace();
        pace.took = (pace.took * 7 + took) / 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn limits() -> EndpointLimits {
        EndpointLimits::new(Context::fake(Timestamp::from_micros(0), 1))
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_receiver_turns_away_and_lets_others_pass() {
        let limits = limits();
        let held = [
            limits.acquire("slow", 2).await.unwrap_or_else(|_| panic!()),
            limits.acquire("slow", 2).await.unwrap_or_else(|_| panic!()),
        ];
        let Err(away) = limits.acquire("slow", 2).await else { panic!("there is no third slot") };
        assert!((MIN_DELAY..=MAX_DELAY).contains(&away), "{away:?}");
        assert!(limits.acquire("other", 2).await.is_ok());
        drop(held);
        assert!(limits.acquire("slow", 2).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn at_a_slow_receiver_few_wait_and_at_a_quick_one_all() {
        let limits = limits();
        let held = limits.acquire("hangs", 1).await.unwrap_or_else(|_| panic!());
        let waiting =
            |limit: &'static str| async { (limits.acquire(limit, 1).await.is_ok(), tokio::time::Instant::now()) };
        let begun = tokio::time::Instant::now();
        // Nothing is known yet: they wait, in vain.
        let first = futures_util::future::join_all((0..10).map(|_| waiting("hangs"))).await;
        assert!(first.iter().all(|(entered, at)| !entered && *at - begun >= MAX_WAIT), "{first:?}");
        // Now it is known to hang: two wait, the others leave at once.
        let begun = tokio::time::Instant::now();
        let later = futures_util::future::join_all((0..10).map(|_| waiting("hangs"))).await;
        let at_once = later.iter().filter(|(entered, at)| !entered && *at == begun).count();
        assert_eq!(at_once, 8, "{later:?}");
        drop(held);
    }

    #[tokio::test(start_paused = true)]
    async fn those_turned_away_come_back_one_after_the_other_within_a_minute() {
        let limits = limits();
        // It takes 8 s for each, two at a time: a slot every 4 s.
        for _ in 0..50 {
            let slot = limits.acquire("slow", 2).await.unwrap_or_else(|_| panic!());
            limits.context.advance(Duration::from_secs(8));
            drop(slot);
        }
        let limit = limits.limit("slow", 2);
        let waits: Vec<f64> = (0..30).map(|_| limit.promise(limits.context.elapsed(), 0.5).as_secs_f64()).collect();
        assert!(
            (waits[0] - 1.0).abs() < 0.1 && (waits[1] - 5.0).abs() < 0.1 && (waits[2] - 9.0).abs() < 0.1,
            "{waits:?}"
        );
        assert!(waits.iter().all(|wait| *wait <= MAX_DELAY.as_secs_f64() + 1.0), "{waits:?}");
    }
}
