//! How long to leave a message alone after a failure.

use std::time::Duration;

/// Waits grow fourfold from `base` to `longest`, each shortened by up to half at random, so that what failed together does
/// not come back together (<https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>).
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    pub base: Duration,
    pub longest: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { base: Duration::from_secs(1), longest: Duration::from_mins(5) }
    }
}

impl Retry {
    /// The wait after the failure of attempt `attempt` (from 1); `fraction` is random in `0.0..1.0`.
    #[must_use]
    pub fn wait(&self, attempt: u32, fraction: f64) -> Duration {
        let full = self.base.saturating_mul(4_u32.saturating_pow(attempt.saturating_sub(1))).min(self.longest);
        full.mul_f64(1.0 - fraction.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit_and_are_spread() {
        let retry = Retry::default();
        let millis = |attempt, fraction| retry.wait(attempt, fraction).as_millis();
        assert_eq!([millis(1, 0.0), millis(2, 0.0), millis(3, 0.0)], [1_000, 4_000, 16_000]);
        assert_eq!(millis(2, 1.0), 2_000);
        assert_eq!(millis(40, 0.0), 300_000);
    }
}
