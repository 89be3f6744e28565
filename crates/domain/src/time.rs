//! Moments and days. A moment is UTC in microseconds, which both databases keep exactly as a 64-bit integer.

use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// A moment: microseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, utoipa::ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-22T09:30:00.123456Z")]
pub struct Timestamp(i64);

impl Timestamp {
    /// Years 0000 to 9999, so that text and number sort alike.
    const RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200_000_000..=253_402_300_799_999_999;

    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(*Self::RANGE.start(), *Self::RANGE.end()))
    }

    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since 1970; moments before that count as zero (ids begin with it).
    #[must_use]
    pub fn unix_millis(self) -> u64 {
        u64::try_from(self.0 / 1000).unwrap_or(0)
    }

    #[must_use]
    pub fn plus(self, duration: std::time::Duration) -> Self {
        Self::from_micros(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    #[must_use]
    pub fn minus(self, duration: std::time::Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The time from `earlier` to here; zero when it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> std::time::Duration {
        std::time::Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The day of this moment in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        Date(self.jiff().to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    fn jiff(self) -> jiff::Timestamp {
        // `from_micros` and `from_str` keep the value inside jiff's range.
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.jiff())
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let moment: jiff::Timestamp =
            text.parse().map_err(|_| Invalid::new("", "bad_time", "must be a time like 2026-11-22T09:30:00Z"))?;
        let micros = moment.as_microsecond();
        if Self::RANGE.contains(&micros) {
            Ok(Self(micros))
        } else {
            Err(Invalid::new("", "bad_time", "must lie in the years 0000 to 9999"))
        }
    }
}

/// A day of the calendar, `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, utoipa::ToSchema)]
#[schema(value_type = String, format = Date, example = "2026-12-22")]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Year, month (1 to 12) and day (1 to 31).
    #[must_use]
    pub fn parts(self) -> (i16, u8, u8) {
        let part = |part: i8| part.unsigned_abs();
        (self.0.year(), part(self.0.month()), part(self.0.day()))
    }

    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(days)))
    }

    /// The last day of the year that is so many years after this one's.
    #[must_use]
    pub fn end_of_year_after(self, years: i16) -> Self {
        let year = self.0.year().saturating_add(years).min(9999);
        Self(jiff::civil::Date::new(year, 12, 31).unwrap_or(self.0))
    }

    /// Midnight UTC at the start of the day.
    #[must_use]
    pub fn start(self) -> Timestamp {
        let seconds = self.0.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |z| z.timestamp().as_second());
        Timestamp::from_micros(seconds * 1_000_000)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Date {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad = || Invalid::new("", "bad_date", "must be a day like 2026-11-22");
        // jiff also takes a date with a time behind it; a day is exactly ten characters.
        if text.len() != 10 {
            return Err(bad());
        }
        let date: jiff::civil::Date = text.parse().map_err(|_| bad())?;
        if date.year() < 0 { Err(bad()) } else { Ok(Self(date)) }
    }
}

macro_rules! serde_as_text {
    ($($name:ty),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(|e: Invalid| serde::de::Error::custom(e.message))
            }
        }
    )+};
}
pub(crate) use serde_as_text;

serde_as_text!(Timestamp, Date);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_keeps_its_microseconds() {
        let moment: Timestamp = "2026-11-22T09:30:00.000001Z".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-11-22T09:30:00.000001Z");
        assert_eq!(moment.date().to_string(), "2026-11-22");
    }

    #[test]
    fn an_offset_is_turned_into_utc() {
        let moment: Timestamp = "2026-11-22T00:30:00+01:00".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-11-21T23:30:00.000000Z");
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for bad in ["2026-02-30", "2026-2-3", "22/11/2026", "2026-11-22T00:00", "-000001-01-01"] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
        assert_eq!("2026-11-30".parse::<Date>().unwrap().plus_days(30).to_string(), "2026-12-30");
    }
}
