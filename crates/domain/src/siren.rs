//! SIREN and SIRET: the numbers of a French enterprise and of one of its establishments.
//!
//! Both end in a check digit by Luhn's formula (ISO/IEC 7812-1, annex B), as INSEE has it
//! (<https://www.insee.fr/en/metadonnees/definition/c1841>). La Poste has more establishments than Luhn leaves numbers, so the
//! digits of its SIRETs add up to a multiple of five instead (<https://fr.wikipedia.org/wiki/SIRET>).

use crate::Invalid;

const LA_POSTE: &str = "356000000";

/// A SIREN without its spaces.
pub(crate) fn siren(field: &str, text: &str) -> Result<String, Invalid> {
    let digits = without_spaces(text);
    if has_digits(&digits, 9) && luhn(&digits) {
        return Ok(digits);
    }
    Err(Invalid::new(field, "bad_siren", "must be the nine digits of a SIREN; one of them is wrong or missing"))
}

/// A SIRET without its spaces; it begins with its enterprise's SIREN, if that is known.
pub(crate) fn siret(field: &str, text: &str, siren: Option<&str>) -> Result<String, Invalid> {
    let bad = |message: &str| Err(Invalid::new(field, "bad_siret", message));
    let digits = without_spaces(text);
    if !has_digits(&digits, 14) {
        return bad("must be the fourteen digits of a SIRET");
    }
    let five = digits.starts_with(LA_POSTE) && digits.bytes().map(|b| u32::from(b - b'0')).sum::<u32>() % 5 == 0;
    if !luhn(&digits) && !five {
        return bad("one of the digits of this SIRET is wrong");
    }
    if siren.is_some_and(|siren| !digits.starts_with(siren)) {
        return bad("must begin with the SIREN");
    }
    Ok(digits)
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn has_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the last of these digits is the check digit of the others.
pub(crate) fn luhn(digits: &str) -> bool {
    let sum: u32 = digits.bytes().rev().enumerate().map(|(i, b)| doubled(i % 2 == 1, u32::from(b - b'0'))).sum();
    sum.is_multiple_of(10)
}

const fn doubled(double: bool, digit: u32) -> u32 {
    match (double, digit) {
        (false, digit) => digit,
        (true, 0..=4) => digit * 2,
        (true, _) => digit * 2 - 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_are_accepted_with_and_without_spaces() {
        // SNCF Voyageurs, Danone, INSEE's example; Danone's head office, La Poste's, and one of its offices.
        for good in ["552 049 447", "552032534", "732829320"] {
            assert_eq!(siren("siren", good).unwrap(), good.replace(' ', ""));
        }
        for good in ["73282932000074", "356 000 000 00048", "356000000 49837"] {
            assert_eq!(siret("siret", good, None).unwrap(), good.replace(' ', ""));
        }
    }

    #[test]
    fn a_wrong_digit_or_length_is_refused() {
        for bad in ["732829321", "73282932", "7328293200", "73282932A", "٧٣٢٨٢٩٣٢٠", "356000001"] {
            assert_eq!(siren("siren", bad).unwrap_err().code, "bad_siren", "{bad}");
        }
        // The last but one has digits that add up to a multiple of five, but is not La Poste's.
        for bad in ["73282932000073", "7328293200007", "35600000049838", "73282932000004", "x"] {
            assert_eq!(siret("siret", bad, None).unwrap_err().code, "bad_siret", "{bad}");
        }
    }

    #[test]
    fn a_siret_begins_with_its_siren() {
        assert!(siret("siret", "73282932000074", Some("732829320")).is_ok());
        assert_eq!(siret("siret", "73282932000074", Some("552049447")).unwrap_err().code, "bad_siret");
    }
}
