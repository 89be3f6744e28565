//! How order numbers look.

use std::fmt;
use std::str::FromStr;

use crate::time::serde_as_text;
use crate::{Invalid, Timestamp};

/// The largest number that is ever given out: twelve digits are what a format leaves room for.
pub const MAX_NUMBER: i64 = 999_999_999_999;
/// Characters of a format; written out, `{number}` becomes longer by four at the most.
const MAX_FORMAT: usize = 40;

/// Text around `{number}`, or `{number:6}` for at least six digits, and `{year}` of the day on which the order is placed:
/// `O-{number}`, `{year}-{number:5}`.
#[derive(Clone, Debug, PartialEq, Eq, utoipa::ToSchema)]
#[schema(value_type = String, min_length = 8, max_length = 40, example = "{year}-{number:5}",
    pattern = r"^([ -z|~]|\{year\})*\{number(:([1-9]|1[0-2]))?\}([ -z|~]|\{year\})*$")]
pub struct NumberFormat(String);

#[derive(Clone, Copy)]
enum Part<'f> {
    Text(&'f str),
    Number { digits: usize },
    Year,
}

impl NumberFormat {
    /// A number as people see it.
    #[must_use]
    pub fn write(&self, number: i64, now: Timestamp) -> String {
        let part = |part| match part {
            Part::Text(text) => text.to_owned(),
            Part::Number { digits } => format!("{number:0digits$}"),
            Part::Year => now.date().to_string()[..4].to_owned(),
        };
        parts(&self.0).flatten().map(part).collect()
    }
}

/// The parts in their order; `None` for something in braces that we do not know.
fn parts(mut rest: &str) -> impl Iterator<Item = Option<Part<'_>>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(inside) = rest.strip_prefix('{') else {
            let (text, behind) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
            rest = behind;
            return Some((!text.contains('}')).then_some(Part::Text(text)));
        };
        let (name, behind) = inside.split_once('}').unwrap_or(("", ""));
        rest = behind;
        Some(match name {
            "number" => Some(Part::Number { digits: 1 }),
            "year" => Some(Part::Year),
            _ => {
                let digits = name
                    .strip_prefix("number:")
                    .and_then(|digits| digits.parse().ok().filter(|_| !digits.starts_with(['0', '+'])));
                digits.filter(|digits| (1..=12).contains(digits)).map(|digits| Part::Number { digits })
            }
        })
    })
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self("O-{number}".into())
    }
}

impl FromStr for NumberFormat {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad = |message: &str| Err(Invalid::new("", "bad_number_format", message));
        if text.len() > MAX_FORMAT {
            return bad("must have at most 40 characters");
        }
        if !text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
            return bad("must be of ASCII letters, digits and signs");
        }
        let mut numbers = 0;
        for part in parts(text) {
            match part {
                Some(Part::Number { .. }) => numbers += 1,
                Some(_) => {}
                None => return bad("braces can be: {number}, {number:1} to {number:12}, {year}"),
            }
        }
        if numbers != 1 {
            return bad("must contain {number} once");
        }
        Ok(Self(text.trim().to_owned()))
    }
}

impl fmt::Display for NumberFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(NumberFormat);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_the_format_says() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let write = |format: &str, number| format.parse::<NumberFormat>().unwrap().write(number, now);
        assert_eq!(NumberFormat::default().write(1001, now), "O-1001");
        assert_eq!(write("{year}-{number:6}", 42), "2026-000042");
        assert_eq!(write("CMD {number:3}/{year}", 12_345), "CMD 12345/2026");
        assert_eq!(write(" {number} ", 7), "7");
    }

    #[test]
    fn a_format_that_would_not_tell_orders_apart_is_refused() {
        for bad in [
            "",
            "O-1",
            "{year}",
            "{number}{number}",
            "{numbers}",
            "{number:0}",
            "{number:05}",
            "{number:+5}",
            "{number:13}",
            "{number",
            "number}",
            "{number}}",
            "{{number}}",
            "№{number}",
            "a\t{number}",
            "{number:}",
            "{month}{number}",
            "123456789012345678901234567890123{number}",
        ] {
            assert!(bad.parse::<NumberFormat>().is_err(), "{bad}");
        }
    }
}
