//! Words for searching: without accents, case or punctuation, so that `dupre` finds `DUPRÉ & Fils`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are cut here; a search for a longer word still finds them, by the same cut.
pub const MAX_TERM: usize = 32;
const MAX_TERMS: usize = 24;

/// The distinct terms of some texts, sorted, at most 24.
pub fn terms<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    terms_up_to(MAX_TERMS, texts)
}

/// The distinct terms of some texts, sorted, at most `max`.
pub(crate) fn terms_up_to<'a>(max: usize, texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut terms: Vec<String> = texts.into_iter().flat_map(|text| words(&fold(text))).collect();
    terms.sort();
    terms.dedup();
    terms.truncate(max);
    terms
}

/// The words of a search as somebody types it, longest first: the longest is the most selective.
#[must_use]
pub fn query(text: &str) -> Vec<String> {
    let mut words = terms([text]);
    // `du dupont`: whoever matches `dupont` matches `du`.
    let all = words.clone();
    words.retain(|word| !all.iter().any(|other| other.len() > word.len() && other.starts_with(word.as_str())));
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.truncate(6);
    words
}

/// The first term that no longer begins with `prefix`: the upper end of an index range.
#[must_use]
pub fn prefix_end(prefix: &str) -> String {
    // Terms hold letters and digits only; U+10FFFF sorts behind all of them in both databases' binary order.
    format!("{prefix}\u{10FFFF}")
}

/// Letters in lower case and without marks, everything else as it is.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            // Letters that have no decomposition in Unicode but that people type in two.
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            c if is_combining_mark(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

fn words(folded: &str) -> Vec<String> {
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(MAX_TERM).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_punctuation_do_not_matter() {
        assert_eq!(terms(["DUPRÉ & Fils", "l'Œuvre-Straße"]), ["dupre", "fils", "l", "oeuvre", "strasse"]);
        assert_eq!(terms(["Łódź Øresund İstanbul ﬁn"]), ["fin", "istanbul", "lodz", "oresund"]);
    }

    #[test]
    fn a_query_keeps_the_longest_words_and_drops_those_that_say_nothing_more() {
        assert_eq!(query("du Dupont pa"), ["dupont", "pa"]);
        assert!(query(" -- ").is_empty());
    }

    #[test]
    fn a_prefix_ends_behind_everything_that_begins_with_it() {
        let (start, end) = ("du".to_owned(), prefix_end("du"));
        for inside in ["du", "dupont", "duzzz", "du漢"] {
            assert!(inside >= start.as_str() && inside < end.as_str(), "{inside}");
        }
        assert!("dv" > end.as_str());
    }
}
