//! How much one caller may ask: so many requests a minute for each signed-in user or API key, and so many for each address
//! that sends no good token. A bucket holds a minute's worth and fills evenly (GCRA, by `governor`).
//!
//! Each process counts for itself: with three backends behind a balancer, a caller gets up to three times as much.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use governor::clock::Clock;
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::state::keyed::HashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};
use store::Context;

use crate::Problem;

/// How often buckets that are full again are forgotten.
const SWEEP: Duration = Duration::from_mins(1);

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Payer {
    /// A user's or a key's id.
    Caller(String),
    /// Somebody without a good token; of an IPv6 address, the network that its owner has (the first 64 bits).
    Address(Option<IpAddr>),
}

impl Payer {
    pub(crate) fn at(address: Option<IpAddr>) -> Self {
        Self::Address(address.map(|address| match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(six) => {
                let [a, b, c, d, ..] = six.segments();
                IpAddr::from([a, b, c, d, 0, 0, 0, 0])
            }
        }))
    }
}

#[derive(Clone)]
struct Passing(Context);

impl Clock for Passing {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

type Buckets = RateLimiter<Payer, HashMapStateStore<Payer>, Passing, StateInformationMiddleware>;

/// Cheap to clone; all clones count together.
#[derive(Clone)]
pub(crate) struct Limits {
    context: Context,
    /// One for each quota that somebody has: the two of the settings, and those of API keys that have their own.
    by_quota: Arc<RwLock<HashMap<NonZeroU32, Arc<Buckets>>>>,
    /// When idle buckets were last removed, by [`Context::elapsed`], in milliseconds.
    swept: Arc<AtomicU64>,
}

/// What is left after one request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    per_minute: NonZeroU32,
    remaining: u32,
    /// Until one more is let in, where none is now.
    wait: Option<Duration>,
}

impl Limits {
    pub(crate) fn new(context: Context) -> Self {
        let swept = Arc::new(AtomicU64::new(millis(context.elapsed())));
        Self { context, by_quota: Arc::default(), swept }
    }

    /// Counts one request. `None` where nothing is limited (`per_minute` is 0).
    pub(crate) fn count(&self, payer: &Payer, per_minute: u32) -> Option<Left> {
        let per_minute = NonZeroU32::new(per_minute)?;
        self.sweep();
        let left = match self.buckets(per_minute).check_key(payer) {
            Ok(state) => Left { per_minute, remaining: remaining(&state), wait: None },
            Err(refused) => Left { per_minute, remaining: 0, wait: Some(self.wait(&refused)) },
        };
        Some(left)
    }

    fn wait(&self, refused: &NotUntil<Duration>) -> Duration {
        refused.wait_time_from(self.context.elapsed())
    }

    fn buckets(&self, per_minute: NonZeroU32) -> Arc<Buckets> {
        let known = self.by_quota.read().unwrap_or_else(PoisonError::into_inner).get(&per_minute).cloned();
        known.unwrap_or_else(|| {
            let mut all = self.by_quota.write().unwrap_or_else(PoisonError::into_inner);
            let new = || {
                let (quota, clock) = (Quota::per_minute(per_minute), Passing(self.context.clone()));
                Arc::new(Buckets::new(quota, HashMapStateStore::default(), clock))
            };
            all.entry(per_minute).or_insert_with(new).clone()
        })
    }

    /// Forgets who has asked for nothing in a while, at most once a minute: memory does not grow with the addresses that were
    /// ever seen.
    fn sweep(&self) {
        let (now, last) = (millis(self.context.elapsed()), self.swept.load(Ordering::Relaxed));
        if now.saturating_sub(last) < millis(SWEEP)
            || self.swept.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_err()
        {
            return;
        }
        for buckets in self.by_quota.read().unwrap_or_else(PoisonError::into_inner).values() {
            buckets.retain_recent();
            buckets.shrink_to_fit();
        }
    }
}

fn remaining(state: &StateSnapshot) -> u32 {
    state.remaining_burst_capacity()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Whole seconds, and never too few.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

impl Left {
    /// The refusal, where nothing was left.
    pub(crate) fn refusal(&self) -> Option<Problem> {
        let seconds = seconds(self.wait?).max(1);
        let detail = format!("too many requests; try again in {seconds} s");
        Some(Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail).retry_after(seconds))
    }

    /// draft-ietf-httpapi-ratelimit-headers-06: `RateLimit-Reset` is when all of the limit is there again.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        let limit = self.per_minute.get();
        let missing = u64::from(limit - self.remaining.min(limit));
        let reset = (missing * 60).div_ceil(u64::from(limit));
        let number = |value: u64| HeaderValue::from(value);
        headers.insert(HeaderName::from_static("ratelimit-limit"), number(limit.into()));
        headers.insert(HeaderName::from_static("ratelimit-remaining"), number(self.remaining.into()));
        headers.insert(HeaderName::from_static("ratelimit-reset"), number(reset));
        if let Ok(policy) = HeaderValue::try_from(format!("{limit};w=60")) {
            headers.insert(HeaderName::from_static("ratelimit-policy"), policy);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> (Context, Limits) {
        let context = Context::fake("2026-11-22T09:00:00Z".parse().unwrap(), 1);
        (context.clone(), Limits::new(context))
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_as_much_as_the_bucket_fills() {
        let (context, limits) = limits();
        let claire = Payer::Caller("usr_1".into());
        for remaining in (0..6).rev() {
            let left = limits.count(&claire, 6).unwrap();
            assert_eq!((left.remaining, left.wait), (remaining, None));
        }
        let refused = limits.count(&claire, 6).unwrap();
        assert_eq!((refused.remaining, refused.wait), (0, Some(Duration::from_secs(10))));
        assert!(limits.count(&Payer::Caller("usr_2".into()), 6).unwrap().wait.is_none());
        context.advance(Duration::from_secs(10));
        assert!(limits.count(&claire, 6).unwrap().wait.is_none());
        assert!(limits.count(&claire, 6).unwrap().wait.is_some());
        assert!(limits.count(&claire, 0).is_none());
    }

    #[test]
    fn the_neighbours_of_one_network_share_a_bucket() {
        let payer = |address: &str| Payer::at(Some(address.parse().unwrap()));
        assert_eq!(payer("2001:db8:1:2::7"), payer("2001:db8:1:2:ffff::"));
        assert_ne!(payer("2001:db8:1:2::7"), payer("2001:db8:1:3::7"));
        assert_ne!(payer("203.0.113.7"), payer("203.0.113.8"));
    }

    #[test]
    fn addresses_that_are_quiet_are_forgotten() {
        let (context, limits) = limits();
        for last in 0..200u8 {
            limits.count(&Payer::at(Some(IpAddr::from([203, 0, 113, last]))), 6);
        }
        let known = || limits.buckets(NonZeroU32::new(6).unwrap()).len();
        assert_eq!(known(), 200);
        context.advance(Duration::from_mins(2));
        limits.count(&Payer::at(None), 6);
        assert_eq!(known(), 1);
    }
}
