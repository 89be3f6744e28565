//! Nothing stands outside the page, and nothing on something else.

use domain::{DocumentKind, Language};

use crate::fixtures::{KINDS, content, content_of, line, order};
use crate::readers::{Pdf, Word};

/// The margins of a page, in points; A4 is 595 × 842.
const MARGINS: (f32, f32, f32, f32) = (40.0, 36.0, 556.0, 820.0);

pub(crate) fn nothing_overlaps(pdf: &Pdf) {
    let words = pdf.words();
    assert!(words.len() > 20);
    let (left, top, right, bottom) = MARGINS;
    for (i, word) in words.iter().enumerate() {
        let inside = word.left >= left && word.top >= top && word.right <= right && word.bottom <= bottom;
        assert!(inside, "outside the page: {word:?}");
        for other in words[i + 1..].iter().filter(|other| other.page == word.page) {
            assert!(!covers(word, other), "{word:?} stands on {other:?}");
        }
    }
}

/// The boxes that poppler tells have the font's whole height, so lines may touch; letters of one line may lean over a little.
fn covers(one: &Word, other: &Word) -> bool {
    let wide = one.right.min(other.right) - one.left.max(other.left);
    let high = one.bottom.min(other.bottom) - one.top.max(other.top);
    let smaller = (one.bottom - one.top).min(other.bottom - other.top);
    wide > 0.8 && high > 0.35 * smaller
}

#[test]
fn every_kind_in_every_language_is_in_its_place() {
    for kind in KINDS {
        for language in [Language::Fr, Language::En] {
            nothing_overlaps(&Pdf::of(&content(kind, language)));
        }
    }
}

#[test]
fn two_hundred_lines_go_over_pages_each_with_the_head_of_the_table_and_its_number() {
    let long = "avec une désignation si longue qu’elle doit aller à la ligne, et même deux fois s’il le faut";
    let name = |i: usize| if i.is_multiple_of(7) { format!("Article{i:03} {long}") } else { format!("Article{i:03}") };
    let lines = (0..200).map(|i| line(&name(i), "2.5", 1_000, if i % 2 == 0 { "5.5" } else { "20" })).collect();
    let pdf = Pdf::of(&content_of(DocumentKind::OrderConfirmation, Language::Fr, order(lines)));
    nothing_overlaps(&pdf);
    let pages = pdf.pages();
    assert!((5..=9).contains(&pages.len()), "{} pages", pages.len());
    for (i, page) in pages.iter().enumerate() {
        assert!(page.replace(' ', "").contains(&format!("{}/{}", i + 1, pages.len())), "page {} has no number", i + 1);
        let has_lines = page.contains("Article");
        assert!(!has_lines || page.contains("Désignation") && page.contains("Montant HT"), "no head on page {}", i + 1);
        assert!(i == 0 || page.contains("Confirmation de commande O-1042"), "page {} says not of what", i + 1);
    }
    let text = pdf.text();
    for i in 0..200 {
        assert_eq!(text.matches(&format!("Article{i:03}")).count(), 1, "line {i}");
    }
    // 200 × 25.00, at two rates.
    for figure in ["2 500,00 €   137,50 €", "2 500,00 €", "500,00 €", "5 637,50 €"] {
        let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(spaced.contains(&figure.split_whitespace().collect::<Vec<_>>().join(" ")), "{figure}");
    }
    // To those who hear it, it is one table with one head.
    let structure = pdf.structure();
    assert_eq!(structure.matches("THead").count(), 2, "of the lines and of the rates");
    assert_eq!(structure.matches("\"Désignation\"").count(), 1);
}

#[test]
fn the_largest_amounts_leave_room_for_words() {
    let most = domain::MAX_MINOR;
    let lines = vec![
        line("Le plus grand des montants possibles", "1", most / 2, "0.01"),
        line("Autre", "999999999.999", 1, "100"),
    ];
    for language in [Language::Fr, Language::En] {
        for kind in [DocumentKind::OrderConfirmation, DocumentKind::Receipt] {
            let mut content = content(kind, language);
            content.order = content_of(kind, language, order(lines.clone())).order;
            content.order.received = most / 3;
            if let Some(payment) = &mut content.payment {
                payment.amount = most;
            }
            nothing_overlaps(&Pdf::of(&content));
        }
    }
}

#[test]
fn as_many_rates_as_lines_go_over_pages_too() {
    let lines =
        (1..=300).map(|i| line("Article", "1", 100, &format!("{}.{:02}", i / 100, i % 100))).collect::<Vec<_>>();
    let lines = lines.into_iter().map(|line| domain::OrderLineInput { vat_rate: line.vat_rate, ..line }).collect();
    let pdf = Pdf::of(&content_of(DocumentKind::OrderConfirmation, Language::Fr, order(lines)));
    nothing_overlaps(&pdf);
    assert!(pdf.text().contains("Total TTC"));
}
