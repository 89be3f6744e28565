//! Cells of a CSV file that people open in a spreadsheet: a text that the program there would take for a formula is written
//! with a `'` in front, and read without it (<https://owasp.org/www-community/attacks/CSV_Injection>).

use std::borrow::Cow;
use std::fmt::Write as _;

/// What makes a spreadsheet calculate: OWASP's list, with the wide forms that some take for the same.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// At the start of a cell, these do, too: what stands behind them may be taken for the start.
const BLANK: [char; 3] = ['\t', '\r', '\n'];

/// Where a spreadsheet that separates by something else, or reads no quotes, begins a cell of its own in the middle of ours.
const BREAKS: [char; 8] = [';', ',', '\t', '|', '"', '\n', '\r', '；'];

/// A text as it may stand in a cell. [`bare`] gives it back, whatever it is; plain numbers stay as they are.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_json(text) {
        return guarded_json(text);
    }
    if is_number(text) || !begins(text).any(|begin| is_formula(text, begin)) {
        return Cow::Borrowed(text);
    }
    let mut guarded = String::with_capacity(text.len() + 2);
    let mut copied = 0;
    for begin in begins(text).filter(|begin| is_formula(text, *begin)) {
        guarded.push_str(&text[copied..begin]);
        guarded.push('\'');
        copied = begin;
    }
    guarded.push_str(&text[copied..]);
    Cow::Owned(guarded)
}

/// The text that a cell stands for.
#[must_use]
pub fn bare(cell: &str) -> Cow<'_, str> {
    if is_json(cell) {
        return Cow::Borrowed(cell);
    }
    let is_ours = |begin: &usize| cell[*begin..].starts_with('\'') && is_formula(cell, *begin);
    if !begins(cell).any(|begin| is_ours(&begin)) {
        return Cow::Borrowed(cell);
    }
    let mut bare = String::with_capacity(cell.len());
    let mut copied = 0;
    for begin in begins(cell).filter(is_ours) {
        bare.push_str(&cell[copied..begin]);
        copied = begin + 1;
    }
    bare.push_str(&cell[copied..]);
    Cow::Owned(bare)
}

/// Programs read it, so it stays what it is: of the bodies of events, no string may begin with a quote of ours.
fn is_json(text: &str) -> bool {
    text.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// JSON with the same meaning: behind what may begin a cell in the middle of a string, a formula's sign is written as its number.
fn guarded_json(text: &str) -> Cow<'_, str> {
    let mut guarded = String::new();
    let mut copied = 0;
    for (at, found) in text.match_indices([';', '|', '；']) {
        let behind = at + found.len();
        if let Some(sign) = text[behind..].chars().next().filter(|sign| FORMULA.contains(sign)) {
            guarded.push_str(&text[copied..behind]);
            let _ = write!(guarded, "\\u{:04x}", u32::from(sign));
            copied = behind + sign.len_utf8();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    guarded.push_str(&text[copied..]);
    Cow::Owned(guarded)
}

/// Where a cell may begin for some program: at the start, and behind each break.
fn begins(text: &str) -> impl Iterator<Item = usize> {
    let behind = text.match_indices(BREAKS).map(|(at, found)| at + found.len());
    std::iter::once(0).chain(behind)
}

/// Whether a spreadsheet would calculate a cell that begins here. A quote that the text itself has before a formula gets another: otherwise [`bare`] would take it
/// for ours.
fn is_formula(text: &str, begin: usize) -> bool {
    let rest = text[begin..].trim_start_matches('\'');
    rest.starts_with(FORMULA) || (begin == 0 && rest.starts_with(BLANK))
}

/// Several texts in one cell: with `;` between them, and a `\` before a `;`, a `,` or a `\` of their own.
#[must_use]
pub fn joined(texts: &[String]) -> String {
    let own = |text: &String| text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    let texts: Vec<String> = texts.iter().map(own).collect();
    texts.join("; ")
}

/// The texts of a cell that [`joined`] has made, or somebody by hand: with `;` or `,` between them.
#[must_use]
pub fn parts(cell: &str) -> Vec<String> {
    let (mut parts, mut part, mut letters) = (Vec::new(), String::new(), cell.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => part.extend(letters.next()),
            ';' | ',' => parts.push(std::mem::take(&mut part)),
            other => part.push(other),
        }
    }
    parts.push(part);
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// `-12.50`, `7`: nothing but a number to any spreadsheet.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_calculate_is_a_text() {
        for formula in ["=1+1", "+33 4 72", "-1+1", "@SUM(A1)", "\tx", "-", "-1.", "--1", "-1e5", "＝1"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for harmless in
            ["", "a=1", "'", "'a", "-12.50", "-7", "12", "Épicerie", " =1", "a;b", "Dupont, \"fils\"", "5 - 3"]
        {
            assert_eq!(guarded(harmless), harmless);
        }
    }

    #[test]
    fn so_is_what_is_a_cell_only_to_a_program_that_separates_by_something_else() {
        for (formula, guard) in [
            ("Dupont;=1+1", "Dupont;'=1+1"),
            ("a,+1", "a,'+1"),
            ("a\t@x", "a\t'@x"),
            ("a|-1", "a|'-1"),
            ("a\"=1\";=2", "a\"'=1\";'=2"),
            ("a\n=1", "a\n'=1"),
            ("=1;=2", "'=1;'=2"),
            ("\r=1", "'\r'=1"),
            ("a\r\nb", "a\r\nb"),
        ] {
            assert_eq!(guarded(formula), guard);
        }
    }

    #[test]
    fn json_stays_json_with_the_same_meaning() {
        let phone = r#"{"name":"'=1","phone":"+33 4","lines":[-1,"=2"]}"#;
        assert_eq!((guarded(phone), bare(phone)), (Cow::Borrowed(phone), Cow::Borrowed(phone)));
        let formula = r#"{"name":"Dupont;=1+1|-2；＝3"}"#;
        assert_eq!(guarded(formula), r#"{"name":"Dupont;\u003d1+1|\u002d2；\uff1d3"}"#);
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&guarded(formula)), read(formula));
        assert_eq!(guarded("{;=1"), "{;'=1");
    }

    #[test]
    fn several_texts_share_a_cell() {
        let texts = ["vip", "a; b", "c:\\d;", "Paris, France", "été"].map(String::from);
        assert_eq!(joined(&texts), r"vip; a\; b; c:\\d\;; Paris\, France; été");
        assert_eq!(parts(&joined(&texts)), texts);
        assert_eq!(parts(" ;vip;;export, b "), ["vip", "export", "b"]);
        assert!(parts(&joined(&[])).is_empty());
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        for text in [
            "",
            "'",
            "''",
            "'a",
            "=1",
            "'=1",
            "''=1",
            "-1",
            "'-1",
            "''-1",
            "'-12.50",
            "+",
            "a",
            "'\t",
            "a;=1",
            "a;'=1",
            "a;''=1;-2",
            ";",
            ";'",
            "=;=",
            "\t\t=1",
            "a\r\n=1",
            "'=1;'",
        ] {
            assert_eq!(bare(&guarded(text)), text);
        }
        assert_eq!(bare("'un"), "'un");
    }
}
