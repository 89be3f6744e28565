//! When to attempt a delivery again.

use std::time::Duration;

/// A receiver's `Retry-After` is heeded up to here.
const LONGEST: Duration = Duration::from_hours(24);

/// The waits after a first, second, … failed attempt; after the last, a person decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(pub Vec<Duration>);

impl Schedule {
    /// 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: ten attempts in a bit more than three days
    /// (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability>).
    #[must_use]
    pub fn of_webhooks() -> Self {
        Self([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map(Duration::from_secs).to_vec())
    }

    /// 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 6 h, 12 h, 24 h: a server may be down for nearly two days, and nothing is lost.
    #[must_use]
    pub fn of_mails() -> Self {
        Self([5, 30, 120, 600, 1800, 7200, 21_600, 43_200, 86_400].map(Duration::from_secs).to_vec())
    }

    /// The wait after the failure of attempt `attempt` (from 1), lengthened by up to a fifth at random, so that what failed
    /// together does not come back together; not less than the receiver asks for. None: that was the last.
    #[must_use]
    pub fn wait(&self, attempt: i64, asked: Option<Duration>, fraction: f64) -> Option<Duration> {
        let wait = usize::try_from(attempt - 1).ok().and_then(|made| self.0.get(made))?;
        let spread = wait.mul_f64(1.0 + fraction.clamp(0.0, 1.0) / 5.0);
        Some(spread.max(asked.unwrap_or_default().min(LONGEST)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_are_attempted_ten_times_with_growing_waits() {
        let schedule = Schedule::of_webhooks();
        let waits: Vec<u64> = (1..).map_while(|n| Some(schedule.wait(n, None, 0.0)?.as_secs())).collect();
        assert_eq!(waits, [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
        assert_eq!(schedule.wait(1, None, 1.0), Some(Duration::from_secs(6)));
    }

    #[test]
    fn a_receiver_can_ask_for_more_time_but_not_for_ever() {
        let schedule = Schedule::of_webhooks();
        let asked = |seconds| schedule.wait(1, Some(Duration::from_secs(seconds)), 0.0).unwrap().as_secs();
        assert_eq!((asked(1), asked(60), asked(1_000_000)), (5, 60, 86_400));
        assert_eq!(schedule.wait(10, Some(Duration::from_mins(1)), 0.0), None);
    }
}
