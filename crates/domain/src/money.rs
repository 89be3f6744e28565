//! Amounts: a whole number of the currency's smallest unit, and the currency. Never a float.

use std::fmt;
use std::str::FromStr;

use crate::Invalid;
use crate::time::serde_as_text;

/// The largest amount, in minor units: what every JSON reader holds exactly (RFC 7493, section 2.2).
pub const MAX_MINOR: i64 = 9_007_199_254_740_991;

/// An ISO 4217 code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, utoipa::ToSchema)]
#[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "EUR")]
pub struct Currency([u8; 3]);

impl Currency {
    pub const EUR: Self = Self(*b"EUR");

    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only capital ASCII letters get in.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals the currency has: 2 for most (ISO 4217, list one).
    #[must_use]
    pub fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.as_bytes() {
            bytes @ [_, _, _] if bytes.iter().all(u8::is_ascii_uppercase) => Ok(Self([bytes[0], bytes[1], bytes[2]])),
            _ => Err(Invalid::new("", "bad_currency", "must be a three-letter ISO 4217 code like EUR")),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

serde_as_text!(Currency);

/// An amount and its currency, for printing: `1234.50 EUR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    /// Reads an amount in major units, such as `14` or `9.80`, exactly.
    pub fn parse_major(text: &str, currency: Currency) -> Result<Self, Invalid> {
        let bad = || Invalid::new("", "bad_amount", format!("must be an amount in {currency} like 12.50"));
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let places = currency.decimals() as usize;
        // Zeros behind the last place do no harm: 9.8000 is 9.80.
        let fraction = fraction.trim_end_matches('0');
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > places {
            return Err(bad());
        }
        let minor: i64 = format!("{whole}{fraction:0<places$}").parse().map_err(|_| bad())?;
        Ok(Self { minor: sign * checked(i128::from(minor))?, currency })
    }

    /// The amount in major units without the currency, as [`Money::parse_major`] reads it: `1234.50`.
    #[must_use]
    pub fn major(&self) -> String {
        let places = self.currency.decimals() as usize;
        let scale = 10_u64.pow(self.currency.decimals());
        let sign = if self.minor < 0 { "-" } else { "" };
        let absolute = self.minor.unsigned_abs();
        if places == 0 {
            return format!("{sign}{absolute}");
        }
        format!("{sign}{}.{:0places$}", absolute / scale, absolute % scale)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.major(), self.currency)
    }
}

/// Brings the result of a computation back into the range of an amount.
pub(crate) fn checked(minor: i128) -> Result<i64, Invalid> {
    match i64::try_from(minor) {
        Ok(minor) if minor.abs() <= MAX_MINOR => Ok(minor),
        _ => Err(Invalid::new("", "amount_too_large", format!("must be at most {MAX_MINOR} minor units"))),
    }
}

/// `numerator / denominator` to the nearest whole number, halves away from zero.
pub(crate) const fn divide_rounded(numerator: i128, denominator: i128) -> i128 {
    let half = denominator / 2;
    if numerator >= 0 { (numerator + half) / denominator } else { (numerator - half) / denominator }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero() {
        for (numerator, expected) in [(25, 3), (-25, -3), (24, 2), (-24, -2), (26, 3), (0, 0)] {
            assert_eq!(divide_rounded(numerator, 10), expected);
        }
    }

    #[test]
    fn major_units_are_read_exactly_by_the_currency() {
        let read = |text, code: &str| Money::parse_major(text, code.parse().unwrap()).map(|m| m.minor);
        assert_eq!(read("9.8", "EUR").unwrap(), 980);
        assert_eq!(read("9.8000", "EUR").unwrap(), 980);
        assert_eq!(read("-0.01", "USD").unwrap(), -1);
        assert_eq!(read("1200", "JPY").unwrap(), 1200);
        assert_eq!(read("1.234", "KWD").unwrap(), 1234);
        for bad in ["", ".", "1.005", "1e5", "--1", "12,50", "90071992547409.92"] {
            assert!(read(bad, "EUR").is_err(), "{bad}");
        }
    }

    #[test]
    fn an_amount_prints_with_the_decimals_of_its_currency() {
        let print = |minor, code: &str| Money { minor, currency: code.parse().unwrap() }.to_string();
        assert_eq!(print(-5, "EUR"), "-0.05 EUR");
        assert_eq!(print(123_450, "EUR"), "1234.50 EUR");
        assert_eq!(print(1200, "JPY"), "1200 JPY");
    }
}
