//! A lane for each receiver: so many at a time, and others that wait for a moment. Where a receiver is slow, or hangs, most do
//! not wait but come back later: it fills its own lane and nothing else. Where it is quick, waiting costs less than coming back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::Context;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long one waits in memory at the most.
const PATIENCE: Duration = Duration::from_secs(1);
/// A receiver that takes longer is slow: of those that find no place, two wait for each place.
const SLOW: Duration = Duration::from_millis(500);
/// How long one that found no room waits in the outbox: at least, and at the most.
const SOON: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_mins(1);

pub(crate) struct Lanes {
    context: Context,
    lanes: Mutex<HashMap<String, Arc<Lane>>>,
}

struct Lane {
    places: Arc<Semaphore>,
    width: u32,
    waiting: AtomicU32,
    pace: Mutex<Pace>,
}

/// How fast the receiver takes what it is sent, and until when the next places are promised.
struct Pace {
    took: Duration,
    /// By [`Context::elapsed`].
    promised: Duration,
}

/// A place in a lane; given back when dropped.
pub(crate) struct Place {
    lane: Arc<Lane>,
    context: Context,
    begun: Duration,
    _permit: OwnedSemaphorePermit,
}

impl Lanes {
    pub(crate) fn new(context: Context) -> Self {
        Self { context, lanes: Mutex::default() }
    }

    /// A place in the lane of a receiver that takes `width` at a time; or how long to stay away.
    pub(crate) async fn enter(&self, receiver: &str, width: usize) -> Result<Place, Duration> {
        let lane = self.lane(receiver, width);
        let permit = match lane.places.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => match lane.wait().await {
                Some(permit) => permit,
                None => return Err(lane.promise(self.context.elapsed(), self.context.fraction())),
            },
        };
        Ok(Place { lane, context: self.context.clone(), begun: self.context.elapsed(), _permit: permit })
    }

    fn lane(&self, receiver: &str, width: usize) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get(receiver) {
            return lane.clone();
        }
        // Receivers come and go: only those that are used are kept.
        lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        let width = width.max(1);
        let lane = Arc::new(Lane {
            places: Arc::new(Semaphore::new(width)),
            width: u32::try_from(width).unwrap_or(u32::MAX),
            waiting: AtomicU32::new(0),
            // Until it has shown how fast it is.
            pace: Mutex::new(Pace { took: Duration::from_millis(250), promised: Duration::ZERO }),
        });
        lanes.insert(receiver.to_owned(), lane.clone());
        lane
    }
}

impl Lane {
    async fn wait(&self) -> Option<OwnedSemaphorePermit> {
        let most = if self.pace().took > SLOW { 2 * self.width } else { u32::MAX };
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= most {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let permit = tokio::time::timeout(PATIENCE, self.places.clone().acquire_owned()).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let Ok(permit) = permit else {
            // One that hangs would show that it is slow only when it has ended.
            let mut pace = self.pace();
            pace.took = pace.took.max(PATIENCE);
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
        let next = pace.promised.max(now + SOON);
        if next > now + LATE {
            return LATE.mul_f64(0.5 + fraction / 2.0);
        }
        pace.promised = next + pace.took / self.width;
        next.saturating_sub(now)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let took = self.context.elapsed().saturating_sub(self.begun);
        let mut pace = self.lane.pace();
        pace.took = (pace.took * 7 + took) / 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn lanes() -> Lanes {
        Lanes::new(Context::fake(Timestamp::from_micros(0), 1))
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_lane_turns_away_and_lets_others_pass() {
        let lanes = lanes();
        let held = [
            lanes.enter("slow", 2).await.unwrap_or_else(|_| panic!()),
            lanes.enter("slow", 2).await.unwrap_or_else(|_| panic!()),
        ];
        let Err(away) = lanes.enter("slow", 2).await else { panic!("there is no third place") };
        assert!((SOON..=LATE).contains(&away), "{away:?}");
        assert!(lanes.enter("other", 2).await.is_ok());
        drop(held);
        assert!(lanes.enter("slow", 2).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn at_a_slow_receiver_few_wait_and_at_a_quick_one_all() {
        let lanes = lanes();
        let held = lanes.enter("hangs", 1).await.unwrap_or_else(|_| panic!());
        let waiting = |lane: &'static str| async { (lanes.enter(lane, 1).await.is_ok(), tokio::time::Instant::now()) };
        let begun = tokio::time::Instant::now();
        // Nothing is known yet: they wait, in vain.
        let first = futures_util::future::join_all((0..10).map(|_| waiting("hangs"))).await;
        assert!(first.iter().all(|(entered, at)| !entered && *at - begun >= PATIENCE), "{first:?}");
        // Now it is known to hang: two wait, the others leave at once.
        let begun = tokio::time::Instant::now();
        let later = futures_util::future::join_all((0..10).map(|_| waiting("hangs"))).await;
        let at_once = later.iter().filter(|(entered, at)| !entered && *at == begun).count();
        assert_eq!(at_once, 8, "{later:?}");
        drop(held);
    }

    #[tokio::test(start_paused = true)]
    async fn those_turned_away_come_back_one_after_the_other_within_a_minute() {
        let lanes = lanes();
        // It takes 8 s for each, two at a time: a place every 4 s.
        for _ in 0..50 {
            let place = lanes.enter("slow", 2).await.unwrap_or_else(|_| panic!());
            lanes.context.advance(Duration::from_secs(8));
            drop(place);
        }
        let lane = lanes.lane("slow", 2);
        let waits: Vec<f64> = (0..30).map(|_| lane.promise(lanes.context.elapsed(), 0.5).as_secs_f64()).collect();
        assert!(
            (waits[0] - 1.0).abs() < 0.1 && (waits[1] - 5.0).abs() < 0.1 && (waits[2] - 9.0).abs() < 0.1,
            "{waits:?}"
        );
        assert!(waits.iter().all(|wait| *wait <= LATE.as_secs_f64() + 1.0), "{waits:?}");
    }
}
