//! Amounts without floating point: dollars and quantities, both in millionths.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Neg, Sub};
use std::str::FromStr;

use serde::Deserialize;

const ONE: i64 = 1_000_000;
/// A cent in millionths of a dollar.
const CENT: i64 = 10_000;

/// US dollars, in millionths: 0.0416 an hour is 41,600.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Serialized")]
pub(crate) struct Usd(i64);

/// How many of a price's units: hours, GB, millions of requests. In millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Serialized")]
pub(crate) struct Quantity(i64);

/// An amount in a file: a whole number, or a text like "0.0416". TOML's own fractions are floating point, so they are refused.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a whole number, or a decimal as a text: \"0.5\"")]
enum Serialized {
    Whole(i64),
    Text(String),
}

/// Multiplies a price by a quantity, rounded to the cent (half away from zero): a table's lines are added up as they are printed.
impl Mul<Quantity> for Usd {
    type Output = Usd;

    fn mul(self, quantity: Quantity) -> Usd {
        let exact = i128::from(self.0) * i128::from(quantity.0);
        let unit = i128::from(ONE) * i128::from(CENT);
        let cents = (exact.abs() + unit / 2) / unit * exact.signum();
        Usd(i64::try_from(cents).unwrap_or(i64::MAX / CENT) * CENT)
    }
}

impl Usd {
    /// A percentage of the amount, rounded down to the millionth.
    pub(crate) fn percent(self, percent: i64) -> Usd {
        Usd(self.0 * percent / 100)
    }
}

impl Quantity {
    pub(crate) const ZERO: Quantity = Quantity(0);

    pub(crate) fn whole(number: i64) -> Quantity {
        Quantity(number * ONE)
    }

    /// The quantity times `numerator` ÷ `denominator`, rounded down.
    pub(crate) fn share(self, numerator: i64, denominator: i64) -> Quantity {
        let share = i128::from(self.0) * i128::from(numerator) / i128::from(denominator);
        Quantity(i64::try_from(share).unwrap_or(i64::MAX))
    }

    /// Writes a quantity with its unit: "5 GB", "10 metrics", "2 × 10,000 requests".
    pub(crate) fn with_unit(self, unit: &str) -> String {
        let plural = !unit.ends_with("GB") && !unit.ends_with('s') && self != Quantity::whole(1);
        let times = if unit.starts_with(|first: char| first.is_ascii_digit()) { "× " } else { "" };
        format!("{self} {times}{unit}{}", if plural { "s" } else { "" })
    }

    pub(crate) fn times(self, other: Quantity) -> Quantity {
        self.share(other.0, ONE)
    }
}

impl Mul<i64> for Quantity {
    type Output = Quantity;

    fn mul(self, times: i64) -> Quantity {
        Quantity(self.0 * times)
    }
}

fn millionths(text: &str) -> Result<i64, String> {
    let wrong = || format!("{text:?} is no amount with at most six decimals");
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 6 {
        return Err(wrong());
    }
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    let decimals: i64 = format!("{decimals:0<6}").parse().map_err(|_| wrong())?;
    whole.checked_mul(ONE).and_then(|whole| whole.checked_add(decimals)).ok_or_else(wrong)
}

/// Implements parsing and arithmetic for dollars and quantities alike.
macro_rules! amount {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                millionths(text).map($name)
            }
        }

        impl TryFrom<Serialized> for $name {
            type Error = String;

            fn try_from(serialized: Serialized) -> Result<Self, String> {
                match serialized {
                    Serialized::Whole(number) => millionths(&number.to_string()).map($name),
                    Serialized::Text(text) => text.parse(),
                }
            }
        }

        impl Add for $name {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                $name(self.0 + other.0)
            }
        }

        impl Sub for $name {
            type Output = Self;

            fn sub(self, other: Self) -> Self {
                $name(self.0 - other.0)
            }
        }

        impl Neg for $name {
            type Output = Self;

            fn neg(self) -> Self {
                $name(-self.0)
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
                all.fold($name(0), |sum, one| sum + one)
            }
        }
    };
}

amount!(Usd);
amount!(Quantity);

/// Writes an amount to the cent, or with `{:#}` with all its decimals: `0.0416`.
impl fmt::Display for Usd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = if out.alternate() { written(self.0, 2) } else { cents(self.0) };
        out.pad(&decimals)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&written(self.0, 0))
    }
}

fn cents(millionths: i64) -> String {
    let sign = if millionths < -CENT / 2 { "-" } else { "" };
    let cents = (millionths.abs() + CENT / 2) / CENT;
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// Writes millionths as a decimal, with all decimals that are not zero and at least `least`.
fn written(millionths: i64, least: usize) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, rest) = (millionths.abs() / ONE, millionths.abs() % ONE);
    let mut decimals = format!("{rest:06}");
    while decimals.len() > least && decimals.ends_with('0') {
        decimals.pop();
    }
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{decimals}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        text.parse().unwrap()
    }

    fn quantity(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    #[test]
    fn a_price_times_a_quantity_is_exact_and_then_a_whole_cent() {
        assert_eq!(usd("0.0416") * quantity("1460"), usd("60.74")); // 60.736
        assert_eq!(usd("0.017") * quantity("730"), usd("12.41"));
        assert_eq!(usd("0.5") * quantity("0.01"), usd("0.01")); // half a cent
        assert_eq!(usd("0.5") * -quantity("0.01"), -usd("0.01"));
        assert_eq!(usd("0.4") * quantity("0.01"), usd("0"));
    }

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for text in ["", ".5", "1.", "1e3", "-1", "0.0000001", "1,5", "99999999999999"] {
            assert!(text.parse::<Usd>().is_err(), "{text}");
        }
        assert!(toml::from_str::<std::collections::BTreeMap<String, Usd>>("a = 0.1").is_err());
    }

    #[test]
    fn amounts_print_to_the_cent_and_prices_as_they_are() {
        assert_eq!(usd("60.735").to_string(), "60.74");
        assert_eq!((-usd("2.5")).to_string(), "-2.50");
        assert_eq!(format!("{:#} {:#}", usd("0.0416"), usd("3")), "0.0416 3.00");
        assert_eq!(format!("{} {}", quantity("1460"), quantity("0.25")), "1460 0.25");
        assert_eq!(format!("{:>8}", usd("1")), "    1.00");
    }
}
