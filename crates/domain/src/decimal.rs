//! Exact decimal numbers with a fixed number of places: quantities and percentages. Written as text in JSON, because
//! many JSON readers turn numbers into floats.

use std::fmt;
use std::str::FromStr;

use crate::Invalid;
use crate::time::serde_as_text;

/// Digits, an optional dot, at most `places` decimals; no sign, no exponent. The result counts units of the last place.
fn parse_fixed(text: &str, places: usize) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || fraction.len() > places || !digits(whole) || !digits(fraction) {
        return None;
    }
    // One way to write a number, so that a schema can say which.
    if text.ends_with('.') || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    format!("{whole}{fraction:0<places$}").parse().ok()
}

/// The shortest text: `2.5`, not `2.500`.
fn write_fixed(f: &mut fmt::Formatter<'_>, value: i64, places: usize) -> fmt::Result {
    let scale = 10_i64.pow(u32::try_from(places).map_err(|_| fmt::Error)?);
    let (whole, fraction) = (value / scale, value % scale);
    if fraction == 0 {
        return write!(f, "{whole}");
    }
    let fraction = format!("{fraction:0places$}");
    write!(f, "{whole}.{}", fraction.trim_end_matches('0'))
}

/// How much of a line: three decimals, above zero, below a thousand million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, utoipa::ToSchema)]
#[schema(value_type = String, pattern = r"^([1-9]\d{0,8}(\.\d{1,3})?|0\.(00[1-9]|0[1-9]\d?|[1-9]\d{0,2}))$", example = "2.5")]
pub struct Quantity(i64);

impl Quantity {
    const MAX: i64 = 999_999_999_999;

    pub fn from_thousandths(thousandths: i64) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&thousandths) {
            return Ok(Self(thousandths));
        }
        Err(Invalid::new("", "bad_quantity", "must be above 0 and at most 999999999.999"))
    }

    #[must_use]
    pub const fn thousandths(self) -> i64 {
        self.0
    }
}

impl FromStr for Quantity {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad =
            || Invalid::new("", "bad_quantity", "must be a positive number with at most three decimals, like 2.5");
        parse_fixed(text, 3).ok_or_else(bad).and_then(Self::from_thousandths)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_fixed(f, self.0, 3)
    }
}

/// A rate in per cent with two decimals, 0 to 100: of VAT, or of a discount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, utoipa::ToSchema)]
#[schema(value_type = String, pattern = r"^((0|[1-9]\d?)(\.\d{1,2})?|100(\.0{1,2})?)$", example = "5.5")]
pub struct Percent(i64);

impl Percent {
    /// From hundredths of a per cent (basis points): 550 is 5.5 %.
    pub fn from_basis_points(points: i64) -> Result<Self, Invalid> {
        if (0..=10_000).contains(&points) {
            return Ok(Self(points));
        }
        Err(Invalid::new("", "bad_percent", "must be between 0 and 100"))
    }

    #[must_use]
    pub const fn basis_points(self) -> i64 {
        self.0
    }
}

impl FromStr for Percent {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad =
            || Invalid::new("", "bad_percent", "must be a number from 0 to 100 with at most two decimals, like 5.5");
        parse_fixed(text, 2).ok_or_else(bad).and_then(Self::from_basis_points)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_fixed(f, self.0, 2)
    }
}

serde_as_text!(Quantity, Percent);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly_and_written_short() {
        for (text, thousandths, printed) in
            [("2.5", 2500, "2.5"), ("0.001", 1, "0.001"), ("12", 12_000, "12"), ("1.50", 1500, "1.5")]
        {
            let quantity: Quantity = text.parse().unwrap();
            assert_eq!((quantity.thousandths(), quantity.to_string().as_str()), (thousandths, printed));
        }
    }

    #[test]
    fn what_is_not_a_plain_positive_decimal_is_refused() {
        for bad in
            ["", "0", "-1", "+1", "1e3", "1.", ".5", "1.2345", "1,5", "١", "1000000000", "01", "99999999999999999999"]
        {
            assert!(bad.parse::<Quantity>().is_err(), "{bad}");
        }
        assert!("100.01".parse::<Percent>().is_err());
        assert_eq!("5.5".parse::<Percent>().unwrap().basis_points(), 550);
    }
}
