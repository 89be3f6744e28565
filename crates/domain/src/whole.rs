//! Whole numbers as JSON has them: `12.0` is one too (JSON Schema, 6.1.1), and some programs write it so.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// The largest whole number below which a float is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// For `#[serde(deserialize_with = "whole::number")]`.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    deserializer.deserialize_any(Whole)
}

/// For an `Option` of one, with `#[serde(default, deserialize_with = "whole::optional")]`.
pub fn optional<'de, D, N>(deserializer: D) -> Result<Option<N>, D::Error>
where
    D: Deserializer<'de>,
    N: TryFrom<i64>,
{
    let whole = Option::<Number>::deserialize(deserializer)?;
    let narrowed = whole.map(|Number(number)| N::try_from(number)).transpose();
    narrowed.map_err(|_| D::Error::custom("the number is too large"))
}

struct Number(i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        number(deserializer).map(Self)
    }
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::custom("the number is too large"))
    }

    #[expect(clippy::cast_possible_truncation, reason = "whole, and smaller than 2^53")]
    fn visit_f64<E: Error>(self, value: f64) -> Result<i64, E> {
        if value.fract() == 0.0 && value.abs() < EXACT {
            return Ok(value as i64);
        }
        Err(E::custom("must be a whole number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<i64> {
        number(&mut serde_json::Deserializer::from_str(json)).ok()
    }

    #[test]
    fn a_float_without_a_fraction_is_a_whole_number() {
        assert_eq!((read("12"), read("12.0"), read("-1e3")), (Some(12), Some(12), Some(-1000)));
        assert_eq!(
            (read("12.5"), read("1e30"), read("18446744073709551615"), read("\"12\"")),
            (None, None, None, None)
        );
    }

    #[test]
    fn one_that_may_be_left_out_is_read_alike() {
        let read = |json: &str| optional::<_, i32>(&mut serde_json::Deserializer::from_str(json)).ok();
        assert_eq!((read("null"), read("30.0"), read("30")), (Some(None), Some(Some(30)), Some(Some(30))));
        assert_eq!((read("30.5"), read("3000000000"), read("\"30\"")), (None, None, None));
    }
}
