//! Amounts, days and numbers as people write them in French and in English (CLDR's patterns). For programs there are the
//! types' own texts.

use crate::{Currency, Date, Language, Money, Percent, Quantity};

const NARROW_SPACE: &str = "\u{202f}";
const NO_BREAK_SPACE: &str = "\u{a0}";
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `1 234,50 €` or `€1,234.50`; a currency without a sign of its own by its code.
#[must_use]
pub fn money(money: Money, language: Language) -> String {
    let (sign, absolute) =
        if money.minor < 0 { ("-", money.minor.unsigned_abs()) } else { ("", money.minor.unsigned_abs()) };
    // The range of an amount: what JSON holds exactly.
    let absolute = Money { minor: i64::try_from(absolute).unwrap_or(i64::MAX), currency: money.currency };
    let number = decimal(&absolute.major(), language);
    let symbol = symbol(money.currency);
    match (language, symbol) {
        (Language::Fr, symbol) => {
            format!("{sign}{number}{NO_BREAK_SPACE}{}", symbol.unwrap_or(money.currency.as_str()))
        }
        (Language::En, Some(symbol)) => format!("{sign}{symbol}{number}"),
        (Language::En, None) => format!("{sign}{}{NO_BREAK_SPACE}{number}", money.currency),
    }
}

/// Only signs that no other currency uses.
fn symbol(currency: Currency) -> Option<&'static str> {
    match currency.as_str() {
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        _ => None,
    }
}

/// `22 novembre 2026`, `1er mai 2026`; `22 November 2026`.
#[must_use]
pub fn date(date: Date, language: Language) -> String {
    let (year, month, day) = date.parts();
    let name = |names: [&'static str; 12]| names.get(usize::from(month) - 1).copied().unwrap_or_default();
    match language {
        Language::Fr if day == 1 => format!("1er {} {year}", name(MONTHS_FR)),
        Language::Fr => format!("{day} {} {year}", name(MONTHS_FR)),
        Language::En => format!("{day} {} {year}", name(MONTHS_EN)),
    }
}

/// `5,5 %` or `5.5%`.
#[must_use]
pub fn percent(percent: Percent, language: Language) -> String {
    let number = decimal(&percent.to_string(), language);
    match language {
        Language::Fr => format!("{number}{NO_BREAK_SPACE}%"),
        Language::En => format!("{number}%"),
    }
}

/// `1 234,5` or `1,234.5`.
#[must_use]
pub fn quantity(quantity: Quantity, language: Language) -> String {
    decimal(&quantity.to_string(), language)
}

/// In groups of four, as on paper (ISO 13616).
#[must_use]
pub fn iban(iban: &str) -> String {
    let digits: Vec<char> = iban.chars().collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(NO_BREAK_SPACE)
}

/// A plain decimal number with the language's separators.
fn decimal(plain: &str, language: Language) -> String {
    let (group, point) = match language {
        Language::Fr => (NARROW_SPACE, ","),
        Language::En => (",", "."),
    };
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut written = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            written.push_str(group);
        }
        written.push(digit);
    }
    if let Some(fraction) = fraction {
        written.push_str(point);
        written.push_str(fraction);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Fr};

    #[test]
    fn amounts_are_written_as_each_language_writes_them() {
        let both = |minor, code: &str| {
            let amount = Money { minor, currency: code.parse().unwrap() };
            [money(amount, Fr), money(amount, En)]
        };
        assert_eq!(both(123_456_789, "EUR"), ["1\u{202f}234\u{202f}567,89\u{a0}€", "€1,234,567.89"]);
        assert_eq!(both(-5, "GBP"), ["-0,05\u{a0}£", "-£0.05"]);
        assert_eq!(both(1_000, "JPY"), ["1\u{202f}000\u{a0}JPY", "JPY\u{a0}1,000"]);
        assert_eq!(both(99_999, "USD"), ["999,99\u{a0}USD", "USD\u{a0}999.99"]);
    }

    #[test]
    fn days_numbers_and_ibans_are_written_as_people_write_them() {
        let day = |text: &str, language| date(text.parse().unwrap(), language);
        assert_eq!([day("2026-05-01", Fr), day("2026-05-01", En)], ["1er mai 2026", "1 May 2026"]);
        assert_eq!([day("2026-12-22", Fr), day("2026-08-22", Fr)], ["22 décembre 2026", "22 août 2026"]);
        let rate: Percent = "5.5".parse().unwrap();
        assert_eq!([percent(rate, Fr), percent(rate, En)], ["5,5\u{a0}%", "5.5%"]);
        let many: Quantity = "1234.5".parse().unwrap();
        assert_eq!([quantity(many, Fr), quantity(many, En)], ["1\u{202f}234,5", "1,234.5"]);
        assert_eq!(iban("FR7630006"), "FR76\u{a0}3000\u{a0}6");
    }
}
