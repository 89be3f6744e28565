//! The clock, and durations as options and messages write them.

use std::time::Duration;

use k8s_openapi::jiff::Timestamp;

/// The present moment.
#[expect(clippy::disallowed_methods, reason = "a deployment happens now; its tests give the moments themselves")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Reads a duration written as `90s`, `10m` or `1h`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text} is no duration; write 90s, 10m or 1h");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: u64 = text.strip_suffix(unit).and_then(|number| number.parse().ok()).ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).filter(|seconds| *seconds > 0).map(Duration::from_secs).ok_or_else(wrong)
}

/// Writes a duration as `45 s` or `10 min`.
pub(crate) fn format_duration(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds >= 120 && seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit_and_are_not_nothing() {
        assert_eq!(parse_duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration("10m"), Ok(Duration::from_mins(10)));
        assert_eq!(parse_duration("1h"), Ok(Duration::from_hours(1)));
        for wrong in ["", "10", "m", "1.5h", "-3s", "0s", "10é", "99999999999999999999h"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
