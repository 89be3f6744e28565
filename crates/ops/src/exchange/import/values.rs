//! Values as foreign files write them: decimals, discounts, dates. Nothing passes through a float.

use domain::{Currency, Date, Discount, Invalid, Money, Percent, Timestamp};
use jiff::fmt::strtime::BrokenDownTime;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as NotAName;

/// What stands between whole and fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Decimal {
    #[default]
    #[serde(rename = ".")]
    Point,
    #[serde(rename = ",")]
    Comma,
}

/// How a file writes discounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DiscountAs {
    /// `0.15` is 15 %.
    Fraction,
    /// `15` or `15 %` is 15 %.
    Percent,
    /// A sum off the line, in major units.
    Amount,
    /// `15%` is 15 %, and `15` is a sum.
    Marked,
}

impl Decimal {
    /// The number as `domain` reads it: a point, no spaces (which group digits in French), no zeros at the end.
    pub(super) fn plain(self, text: &str) -> Result<String, Invalid> {
        let mut number: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}')).collect();
        if self == Self::Comma {
            // 1.234 would be read as a thousandth of what it is.
            if number.contains('.') {
                return Err(Invalid::new("", "bad_number", "must have a comma, and no point, before its decimals"));
            }
            number = number.replace(',', ".");
        }
        if number.contains('.') {
            number.truncate(number.trim_end_matches('0').trim_end_matches('.').len());
        }
        Ok(number)
    }

    pub(super) fn amount(self, text: &str, currency: Currency) -> Result<i64, Invalid> {
        Money::parse_major(&self.plain(text)?, currency).map(|money| money.minor)
    }

    pub(super) fn percent(self, text: &str) -> Result<Percent, Invalid> {
        self.plain(text.trim_end().trim_end_matches('%'))?.parse()
    }

    /// What is taken off a line; nothing, where nothing stands or zero.
    pub(super) fn discount(
        self,
        text: &str,
        written_as: DiscountAs,
        currency: Currency,
    ) -> Result<Option<Discount>, Invalid> {
        if text.is_empty() {
            return Ok(None);
        }
        let discount = match written_as {
            DiscountAs::Fraction => Discount::Percent(fraction(&self.plain(text)?)?),
            DiscountAs::Percent => Discount::Percent(self.percent(text)?),
            DiscountAs::Marked if text.ends_with('%') => Discount::Percent(self.percent(text)?),
            DiscountAs::Amount | DiscountAs::Marked => Discount::Amount(self.amount(text, currency)?),
        };
        let nothing = matches!(discount, Discount::Amount(0)) || discount == Discount::Percent(Percent::default());
        Ok(Some(discount).filter(|_| !nothing))
    }
}

/// `0.15` → 15 %, exactly.
fn fraction(text: &str) -> Result<Percent, Invalid> {
    let bad =
        || Invalid::new("", "bad_percent", "must be a fraction from 0 to 1 with at most four decimals, like 0.15");
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 4 || !digits(whole) || !digits(decimals) {
        return Err(bad());
    }
    let points = format!("{whole}{decimals:0<4}").parse().map_err(|_| bad())?;
    Percent::from_basis_points(points).map_err(|_| bad())
}

/// `organisation`, `fr`, `confirmed`: the names that the API has for them.
pub(super) fn named<T: serde::de::DeserializeOwned>(field: &str, text: &str) -> Result<T, Invalid> {
    let lower = text.to_lowercase();
    T::deserialize(IntoDeserializer::<NotAName>::into_deserializer(lower.as_str()))
        .map_err(|e| Invalid::new(field, "bad_name", e.to_string()))
}

/// Yes or no, as people and programs write it.
pub(super) fn truth(field: &str, text: &str) -> Result<bool, Invalid> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "oui" | "1" => Ok(true),
        "false" | "no" | "non" | "0" => Ok(false),
        _ => Err(Invalid::new(field, "bad_value", "must be true or false")),
    }
}

/// A moment, by the first of the formats that fits; midnight UTC where only a day stands.
pub(super) fn moment(text: &str, formats: &[String]) -> Result<Timestamp, Invalid> {
    if formats.is_empty() {
        return text.parse().or_else(|_| text.parse().map(Date::start)).map_err(|_: Invalid| {
            Invalid::new("", "bad_time", "must be a day like 2026-11-22 or a time like 2026-11-22T09:30:00Z")
        });
    }
    let read = formats.iter().find_map(|format| {
        let parts = BrokenDownTime::parse(format, text).ok()?;
        let moment = match (parts.offset(), parts.to_datetime()) {
            (Some(_), _) => parts.to_timestamp().ok()?,
            (None, Ok(time)) => time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp(),
            (None, Err(_)) => parts.to_date().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp(),
        };
        Some(Timestamp::from_micros(moment.as_microsecond()))
    });
    read.ok_or_else(|| Invalid::new("", "bad_time", format!("must be a time as {}", formats.join(" or "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_file_writes_them() {
        let plain = |decimal: Decimal, text| decimal.plain(text).ok();
        assert_eq!(plain(Decimal::Point, "12.000").unwrap(), "12");
        assert_eq!(plain(Decimal::Point, "100").unwrap(), "100");
        assert_eq!(plain(Decimal::Comma, "1\u{202f}234,50").unwrap(), "1234.5");
        assert_eq!(plain(Decimal::Comma, "1.234,50"), None);
        assert!(Decimal::Point.amount("9,80", Currency::EUR).is_err());
    }

    #[test]
    fn a_discount_is_exact_however_it_is_written() {
        let percent = |text: &str| Some(Discount::Percent(text.parse().unwrap()));
        let read = |text, written_as| Decimal::Point.discount(text, written_as, Currency::EUR);
        assert_eq!(read("0.15", DiscountAs::Fraction).unwrap(), percent("15"));
        assert_eq!(read("0.0725", DiscountAs::Fraction).unwrap(), percent("7.25"));
        assert_eq!(read("1", DiscountAs::Fraction).unwrap(), percent("100"));
        assert_eq!(read("7.25 %", DiscountAs::Percent).unwrap(), percent("7.25"));
        assert_eq!(read("1.50", DiscountAs::Amount).unwrap(), Some(Discount::Amount(150)));
        assert_eq!(read("1.50", DiscountAs::Marked).unwrap(), Some(Discount::Amount(150)));
        assert_eq!(read("1.50%", DiscountAs::Marked).unwrap(), percent("1.5"));
        for nothing in ["", "0", "0.0"] {
            assert_eq!(read(nothing, DiscountAs::Fraction).unwrap(), None, "{nothing}");
        }
        for bad in ["1.1", "0.15000000596046448", "-0.1", "15%", "."] {
            assert!(read(bad, DiscountAs::Fraction).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_moment_is_read_by_the_first_format_that_fits() {
        let formats = ["%Y-%m-%d %H:%M:%S%.f", "%d/%m/%Y", "%d/%m/%Y %H:%M %z"].map(String::from);
        let read = |text| moment(text, &formats).map(|moment| moment.to_string()).ok();
        assert_eq!(read("1996-07-04 00:00:00.000").unwrap(), "1996-07-04T00:00:00.000000Z");
        assert_eq!(read("22/11/2026").unwrap(), "2026-11-22T00:00:00.000000Z");
        assert_eq!(read("22/11/2026 00:30 +0100").unwrap(), "2026-11-21T23:30:00.000000Z");
        assert_eq!(read("31/02/2026"), None);
        assert_eq!(moment("2026-11-22", &[]).unwrap().to_string(), "2026-11-22T00:00:00.000000Z");
        assert!(moment("22/11/2026", &[]).is_err());
    }
}
