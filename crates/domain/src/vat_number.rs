//! VAT numbers, checked by the algorithm of their country.
//!
//! Shapes are those that the European Commission publishes for VIES (<https://ec.europa.eu/taxation_customs/vies/#/faq>,
//! question 11), check digits those of the national authorities as the Commission's «VIES VAT number algorithms» collects
//! them; for the United Kingdom, Switzerland and Norway those of HMRC, of the Federal Statistical Office (UID) and of
//! Brønnøysund.
//!
//! A number of any other country of ISO 3166-1 is taken by its general shape: a customer in Montréal has a number too, an
//! invoice may carry it (EN 16931, BT-48), and a number that we refuse would end up in the notes, where nobody finds it. What
//! has no country before it is refused: EN 16931 asks for one (rule BR-CO-09).
//!
//! No crate does this: those on crates.io are either abandoned or accept what their country would not (checked in
//! November 2026: French keys with letters, Dutch numbers since 2020).

use crate::Invalid;
use crate::siren::luhn;

/// Whether what stands behind the country is right.
type Check = fn(&str) -> bool;

/// Countries whose check digits are known. Greece writes EL, Northern Ireland XI.
const CHECKED: [(&str, Check); 31] = [
    ("AT", austria),
    ("BE", |n| is(n, 10) && n.as_bytes()[0] <= b'1' && 97 - number(&n[..8]) % 97 == number(&n[8..])),
    ("BG", bulgaria),
    ("CH", switzerland),
    ("CY", cyprus),
    ("CZ", czechia),
    ("DE", |n| is(n, 9) && !n.starts_with('0') && mod_11_10(n)),
    ("DK", |n| is(n, 8) && !n.starts_with('0') && weighted(n, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)),
    ("EE", |n| is(n, 9) && weighted(n, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)),
    ("EL", |n| is(n, 9) && weighted(n, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last(n)),
    ("ES", spain),
    ("FI", |n| is(n, 8) && weighted(n, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11)),
    ("FR", france),
    ("GB", united_kingdom),
    ("HR", |n| is(n, 11) && mod_11_10(n)),
    ("HU", |n| is(n, 8) && weighted(n, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10)),
    ("IE", ireland),
    ("IT", italy),
    ("LT", lithuania),
    ("LU", |n| is(n, 8) && number(&n[..6]) % 89 == number(&n[6..])),
    ("LV", latvia),
    ("MT", |n| is(n, 8) && !n.starts_with('0') && weighted(n, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37)),
    ("NL", netherlands),
    ("NO", norway),
    ("PL", |n| is(n, 10) && weighted(n, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last(n)),
    ("PT", |n| {
        is(n, 9) && !n.starts_with('0') && (11 - weighted(n, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == last(n)
    }),
    ("RO", romania),
    ("SE", |n| is(n, 12) && luhn(&n[..10]) && (1..=94).contains(&number(&n[10..]))),
    ("SI", slovenia),
    ("SK", slovakia),
    ("XI", united_kingdom),
];

/// The other countries of ISO 3166-1.
const OTHERS: &str = "AD AE AF AG AI AL AM AO AQ AR AS AU AW AX AZ BA BB BD BF BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA \
    CC CD CF CG CI CK CL CM CN CO CR CU CV CW CX DJ DM DO DZ EC EG EH ER ET FJ FK FM FO GA GD GE GF GG GH GI GL GM GN GP GQ \
    GS GT GU GW GY HK HM HN HT ID IL IM IN IO IQ IR IS JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LY \
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MU MV MW MX MY MZ NA NC NE NF NG NI NP NR NU NZ OM PA PE PF PG PH PK PM \
    PN PR PS PW PY QA RE RS RU RW SA SB SC SD SG SH SJ SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR \
    TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// A VAT number in upper case, without spaces, points and hyphens, its check digits verified where they are known.
pub(crate) fn vat_number(field: &str, text: &str) -> Result<String, Invalid> {
    let bad = |message: String| Err(Invalid::new(field, "bad_vat_number", message));
    let mut plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '/'))
        .flat_map(char::to_uppercase)
        .collect();
    if plain.len() > 20 || !plain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'*')) {
        return bad("must have a country's two letters and at most 18 letters and digits behind them".into());
    }
    // Greece is GR in ISO 3166-1, and EL on its VAT numbers.
    if plain.starts_with("GR") {
        plain.replace_range(..2, "EL");
    }
    let Some((country, rest)) = plain.split_at_checked(2) else { return bad("is too short".into()) };
    if let Some((_, good)) = CHECKED.iter().find(|(known, _)| *known == country) {
        if good(rest) {
            return Ok(plain);
        }
        return bad(format!("is not a VAT number of {country}: a letter or digit is wrong or missing"));
    }
    let likely = (2..=15).contains(&rest.len()) && rest.bytes().any(|b| b.is_ascii_digit());
    if OTHERS.split_whitespace().any(|other| other == country) && likely {
        return Ok(plain);
    }
    let known: Vec<&str> = CHECKED.iter().map(|(known, _)| *known).collect();
    bad(format!("must begin with a country, like {} or another of ISO 3166-1", known.join(", ")))
}

/// The SIREN inside a French VAT number, as [`vat_number`] gives it.
pub(crate) fn siren_of(vat_number: &str) -> Option<&str> {
    vat_number.strip_prefix("FR")?.get(2..).filter(|siren| luhn(siren))
}

/// So many digits, and nothing else.
fn is(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())
}

/// Digits as a number; 0 for anything else, which [`is`] has excluded.
fn number(digits: &str) -> u64 {
    digits.parse().unwrap_or(0)
}

fn digit(byte: u8) -> u64 {
    u64::from(byte.wrapping_sub(b'0'))
}

fn last(digits: &str) -> u64 {
    digits.bytes().last().map_or(0, digit)
}

/// The sum of the first digits, each times its weight.
fn weighted(digits: &str, weights: &[u64]) -> u64 {
    digits.bytes().zip(weights).map(|(byte, weight)| digit(byte) * weight).sum()
}

/// ISO/IEC 7064, MOD 11,10: Germany, Croatia.
fn mod_11_10(digits: &str) -> bool {
    let check = digits.bytes().fold(5, |check, byte| (if check == 0 { 10 } else { check } * 2 % 11 + digit(byte)) % 10);
    check == 1
}

fn austria(n: &str) -> bool {
    let Some(digits) = n.strip_prefix('U').filter(|digits| is(digits, 8)) else { return false };
    let sum: u64 =
        digits.bytes().take(7).zip([1, 2, 1, 2, 1, 2, 1]).map(|(b, w)| digit(b) * w / 10 + digit(b) * w % 10).sum();
    (10 - (sum + 4) % 10) % 10 == last(digits)
}

fn bulgaria(n: &str) -> bool {
    if is(n, 9) {
        let first = weighted(n, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
        let check = if first == 10 { weighted(n, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10 } else { first };
        return check == last(n);
    }
    // A citizen's number, a foreigner's, or one given out by the revenue.
    is(n, 10)
        && (weighted(n, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == last(n)
            || weighted(n, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == last(n)
            || (11 - weighted(n, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == last(n))
}

/// `E` and nine digits; behind them, maybe, what VAT is called in one of the languages.
fn switzerland(n: &str) -> bool {
    let digits = ["MWST", "TVA", "IVA", "TPV"].iter().find_map(|name| n.strip_suffix(name)).unwrap_or(n);
    let Some(digits) = digits.strip_prefix('E').filter(|digits| is(digits, 9)) else { return false };
    (11 - weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11 == last(digits)
}

fn cyprus(n: &str) -> bool {
    const EVEN: [u64; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let Some((digits, letter)) = n.split_at_checked(8).filter(|(digits, _)| is(digits, 8)) else { return false };
    let sum: u64 =
        digits.bytes().enumerate().map(|(i, b)| if i % 2 == 0 { EVEN[usize::from(b - b'0')] } else { digit(b) }).sum();
    !digits.starts_with("12")
        && letter.len() == 1
        && letter.bytes().all(|b| u64::from(b.wrapping_sub(b'A')) == sum % 26)
}

fn czechia(n: &str) -> bool {
    if is(n, 8) {
        return !n.starts_with('9') && (11 - weighted(n, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == last(n);
    }
    if is(n, 9) && n.starts_with('6') {
        let sum = weighted(&n[1..], &[8, 7, 6, 5, 4, 3, 2]) % 11;
        if (18 - (21 - sum) % 11) % 10 == last(n) {
            return true;
        }
    }
    birth_number(n)
}

/// The personal number of Czechs and Slovaks: the day of birth, women's months raised by 50; ten digits since 1954.
fn birth_number(n: &str) -> bool {
    let shape = is(n, 10) || (is(n, 9) && number(&n[..2]) < 54);
    if !shape {
        return false;
    }
    let (month, day) = (number(&n[2..4]) % 50, number(&n[4..6]));
    // Where a day had no number left, months are raised by 20 as well.
    let month = if n.len() == 10 && month > 20 { month - 20 } else { month };
    let born = (1..=12).contains(&month) && (1..=31).contains(&day);
    born && (n.len() == 9 || number(&n[..9]) % 11 % 10 == last(n))
}

fn spain(n: &str) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let (Some(first), Some(check), Some(middle)) = (n.bytes().next(), n.bytes().last(), n.get(1..8)) else {
        return false;
    };
    if n.len() != 9 || !is(middle, 7) {
        return false;
    }
    let letter = |digits: u64| LETTERS[(digits % 23) as usize] == check;
    match first {
        b'0'..=b'9' => letter(number(&n[..8])),
        b'K' | b'L' | b'M' | b'X' => letter(number(middle)),
        b'Y' => letter(10_000_000 + number(middle)),
        b'Z' => letter(20_000_000 + number(middle)),
        // Organisations: a digit or a letter, by their kind; sources differ on which kind has which.
        b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U'..=b'W' => {
            let control = (0..=9_u8).find(|control| luhn(&format!("{middle}{control}"))).unwrap_or(0);
            check == b'0' + control || check == b"JABCDEFGHI"[usize::from(control)]
        }
        _ => false,
    }
}

/// Two signs and a SIREN: digits, (12 + 3 × (SIREN mod 97)) mod 97; or, in older numbers, one or two letters, by the rule
/// that the Commission publishes for them.
fn france(n: &str) -> bool {
    const SIGNS: &[u8; 34] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let Some((key, siren)) = n.split_at_checked(2).filter(|(_, siren)| is(siren, 9)) else { return false };
    // Monaco's enterprises have no SIREN: they begin with zeros.
    if !luhn(siren) && !siren.starts_with("000") {
        return false;
    }
    if is(key, 2) {
        return (12 + 3 * (number(siren) % 97)) % 97 == number(key);
    }
    let mut values = key.bytes().filter_map(|b| SIGNS.iter().position(|sign| *sign == b)).map(|value| value as u64);
    let (Some(first), Some(second)) = (values.next(), values.next()) else { return false };
    let value = if first < 10 { first * 24 + second - 10 } else { first * 34 + second - 100 };
    (number(siren) + 1 + value / 11) % 11 == value % 11
}

/// Nine digits, or twelve with a branch; modulo 97, with or without the 55 that was added in 2010. Government departments
/// and health authorities have three.
fn united_kingdom(n: &str) -> bool {
    if let Some(department) = n.strip_prefix("GD") {
        return is(department, 3) && number(department) < 500;
    }
    if let Some(authority) = n.strip_prefix("HA") {
        return is(authority, 3) && number(authority) >= 500;
    }
    if !is(n, 9) && !is(n, 12) {
        return false;
    }
    let check = weighted(n, &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    check == 0 || (number(&n[..3]) >= 100 && matches!(check, 42 | 55))
}

/// Seven digits, a check letter and maybe another letter; before 2013 also a digit, a letter or sign, five digits and the
/// check letter.
fn ireland(n: &str) -> bool {
    const LETTERS: &[u8; 23] = b"WABCDEFGHIJKLMNOPQRSTUV";
    let bytes = n.as_bytes();
    if !matches!(bytes.len(), 8 | 9) || !bytes[0].is_ascii_digit() {
        return false;
    }
    let (digits, more) = if is(&n[..7], 7) {
        let more = match bytes.get(8) {
            None => 0,
            Some(letter) => match LETTERS.iter().position(|known| known == letter) {
                Some(value) => value as u64,
                None => return false,
            },
        };
        (n[..7].to_owned(), more)
    } else if bytes.len() == 8 && (bytes[1].is_ascii_uppercase() || matches!(bytes[1], b'+' | b'*')) && is(&n[2..7], 5)
    {
        (format!("0{}{}", &n[2..7], &n[..1]), 0)
    } else {
        return false;
    };
    LETTERS[((weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) + 9 * more) % 23) as usize] == bytes[7]
}

fn italy(n: &str) -> bool {
    let office = |n: &str| matches!(number(&n[7..10]), 1..=100 | 120 | 121 | 888 | 999);
    is(n, 11) && !n.starts_with("0000000") && office(n) && luhn(n)
}

fn lithuania(n: &str) -> bool {
    let shape = (is(n, 9) && n.as_bytes()[7] == b'1') || (is(n, 12) && n.as_bytes()[10] == b'1');
    if !shape {
        return false;
    }
    let sum = |start: usize| -> u64 {
        let weights: Vec<u64> = (0..n.len() - 1).map(|i| (1 + (i + start) % 9) as u64).collect();
        weighted(n, &weights) % 11
    };
    let check = if sum(0) == 10 { sum(2) % 10 } else { sum(0) };
    check == last(n)
}

fn latvia(n: &str) -> bool {
    if !is(n, 11) {
        return false;
    }
    if n.as_bytes()[0] > b'3' {
        return weighted(n, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3;
    }
    (1 + weighted(n, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10 == last(n)
}

/// Nine digits by the rule of the citizen's number; or, since 2020, the whole modulo 97.
fn netherlands(n: &str) -> bool {
    let Some((digits, branch)) = n.split_once('B').filter(|(digits, branch)| is(digits, 9) && is(branch, 2)) else {
        return false;
    };
    let citizen = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == last(digits);
    // NL is 2321 and B is 11, as ISO/IEC 7064 counts letters.
    let whole = number(&format!("2321{digits}11{branch}")) % 97 == 1;
    number(digits) > 0 && (citizen || whole) && number(branch) > 0
}

/// Nine digits; behind them, maybe, MVA.
fn norway(n: &str) -> bool {
    let digits = n.strip_suffix("MVA").unwrap_or(n);
    is(digits, 9) && (11 - weighted(digits, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == last(digits)
}

fn romania(n: &str) -> bool {
    if is(n, 13) {
        let check = weighted(n, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        return !n.starts_with('0') && if check == 10 { 1 } else { check } == last(n);
    }
    if !(2..=10).contains(&n.len()) || !is(n, n.len()) || n.starts_with('0') {
        return false;
    }
    weighted(&format!("{n:0>10}"), &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10 == last(n)
}

fn slovenia(n: &str) -> bool {
    let check = 11 - weighted(n, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    is(n, 8) && !n.starts_with('0') && if check == 10 { 0 } else { check } == last(n)
}

fn slovakia(n: &str) -> bool {
    let company = is(n, 10) && !n.starts_with('0') && matches!(n.as_bytes()[2], b'2'..=b'4' | b'7'..=b'9');
    (company && number(n).is_multiple_of(11)) || birth_number(n)
}

#[cfg(test)]
#[path = "vat_number_tests.rs"]
mod tests;
