//! Cells of a CSV file that people open in a spreadsheet: a text that the program there would take for a formula is written
//! with a `'` in front, and read without it (<https://owasp.org/www-community/attacks/CSV_Injection>).

use std::borrow::Cow;

/// What makes a spreadsheet calculate: OWASP's list, with the wide forms that some take for the same.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A text as it may stand in a cell. [`bare`] gives it back, whatever it is; plain numbers stay as they are.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    // A quote that the text itself has before a formula gets another: otherwise `bare` would take it for ours.
    let is_formula = text.trim_start_matches('\'').starts_with(FORMULA);
    if is_formula && !is_number(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that a cell stands for.
#[must_use]
pub fn bare(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
        _ => cell,
    }
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
        for formula in ["=1+1", "+33 4 72", "-1+1", "@SUM(A1)", "\tx", "\r=1", "\n=1", "-", "-1.", "--1", "-1e5", "＝1"]
        {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for harmless in ["", "a=1", "'", "'a", "-12.50", "-7", "12", "Épicerie", " =1"] {
            assert_eq!(guarded(harmless), harmless);
        }
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
        for text in ["", "'", "''", "'a", "=1", "'=1", "''=1", "-1", "'-1", "''-1", "'-12.50", "+", "a", "'\t"] {
            assert_eq!(bare(&guarded(text)), text);
        }
        assert_eq!(bare("'un"), "'un");
    }
}
