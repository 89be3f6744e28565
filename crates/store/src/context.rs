//! Time, ids and randomness: the only place where the machine's clock and random numbers are read.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use domain::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Cheap to clone; all clones share one clock and one sequence of ids.
#[derive(Clone)]
pub struct Context {
    clock: Clock,
    ids: Arc<Mutex<Ids>>,
}

#[derive(Clone)]
enum Clock {
    /// With the moment at which it was made.
    System(Instant),
    /// Microseconds since 1970, moved by the test.
    Fake(Arc<AtomicI64>),
}

/// Ids rise within one process, also within a millisecond: neighbours in time are neighbours in every index.
struct Ids {
    millis: u64,
    random: u128,
    rng: StdRng,
}

impl Context {
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the context that randomness comes through")]
    pub fn system() -> Self {
        Self::with(Clock::System(Instant::now()), StdRng::from_rng(&mut rand::rng()))
    }

    /// For tests: time stands still at `now` until [`Context::advance`], and the same seed gives the same ids.
    #[must_use]
    pub fn fake(now: Timestamp, seed: u64) -> Self {
        Self::with(Clock::Fake(Arc::new(AtomicI64::new(now.as_micros()))), StdRng::seed_from_u64(seed))
    }

    fn with(clock: Clock, rng: StdRng) -> Self {
        Self { clock, ids: Arc::new(Mutex::new(Ids { millis: 0, random: 0, rng })) }
    }

    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the context that time comes through")]
    pub fn now(&self) -> Timestamp {
        match &self.clock {
            Clock::System(_) => {
                let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
                Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Clock::Fake(micros) => Timestamp::from_micros(micros.load(Ordering::Relaxed)),
        }
    }

    /// Time that only goes forward, whatever is done to the machine's clock: for measuring how much has passed between two
    /// calls, from no particular moment on.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        match &self.clock {
            Clock::System(begun) => begun.elapsed(),
            Clock::Fake(micros) => Duration::from_micros(micros.load(Ordering::Relaxed).unsigned_abs()),
        }
    }

    /// Moves a fake clock on; a real one takes no orders.
    pub fn advance(&self, by: Duration) {
        if let Clock::Fake(micros) = &self.clock {
            micros.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::Relaxed);
        }
    }

    /// A new id of any kind: `ctx.id(OrderId::new)`.
    pub fn id<T>(&self, new: impl FnOnce(u64, u128) -> T) -> T {
        let now = self.now().unix_millis();
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if now > ids.millis {
            ids.millis = now;
            // The top bit stays free, so that counting up within the millisecond cannot overflow.
            ids.random = (u128::from(ids.rng.next_u64()) << 15) | u128::from(ids.rng.next_u32() >> 17);
        } else {
            ids.random += 1 + u128::from(ids.rng.next_u32());
        }
        new(ids.millis, ids.random)
    }

    /// Bytes that nobody can guess: passwords, secrets.
    #[expect(clippy::disallowed_methods, reason = "this is the context that randomness comes through")]
    pub fn secret(&self, bytes: &mut [u8]) {
        match self.clock {
            Clock::System(_) => rand::rng().fill_bytes(bytes),
            Clock::Fake(_) => self.ids.lock().unwrap_or_else(PoisonError::into_inner).rng.fill_bytes(bytes),
        }
    }

    /// Evenly in `0.0..1.0`, for jitter.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        f64::from(ids.rng.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }
}
