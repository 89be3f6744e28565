//! PDF/A-2a and PDF/UA-1. No validator like veraPDF comes from a registry that every machine can reach, so the conformance is
//! krilla's to check (it refuses to finish a document that breaks a rule); here is held that it was asked to, and the marks
//! that poppler can see.

use domain::Language;

use crate::fixtures::{KINDS, content};
use crate::readers::Pdf;

#[test]
fn a_document_says_that_it_is_for_the_archive_and_for_everybody() {
    for kind in KINDS {
        let pdf = Pdf::of(&content(kind, Language::Fr));
        let metadata = pdf.metadata();
        for mark in [
            "<pdfaid:part>2</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
            "<rdf:li>fr</rdf:li>",
        ] {
            assert!(metadata.contains(mark), "{mark} is missing in {metadata}");
        }
        let info = pdf.info();
        for line in
            ["Tagged:          yes", "JavaScript:      no", "Encrypted:       no", "Author:          Comptoir Moreau"]
        {
            assert!(info.contains(line), "{line} is missing in {info}");
        }
        assert!(info.contains("(A4)") && info.contains("O-1042") && info.contains("2026 UTC"), "{info}");
        let has = |bytes: &[u8]| pdf.bytes.windows(bytes.len()).any(|window| window == bytes);
        assert!(has(b"/StructTreeRoot") && has(b"/MarkInfo") && has(b"/OutputIntent"));
    }
}

#[test]
fn fonts_are_inside_and_only_what_is_used_of_them() {
    for kind in KINDS {
        let pdf = Pdf::of(&content(kind, Language::Fr));
        let fonts = pdf.fonts();
        assert_eq!(fonts.len(), 2, "{fonts:?}");
        for font in fonts {
            // name, type, encoding, embedded, subset, with a way back to Unicode.
            let (name, rest) = font.split_once(' ').unwrap();
            assert!(name.contains("+NotoSans-") && rest.contains("yes yes yes"), "{font}");
        }
        assert!(pdf.bytes.len() < 80_000, "{} bytes", pdf.bytes.len());
    }
}

#[test]
fn who_cannot_see_it_hears_titles_tables_and_what_pictures_show() {
    let pdf = Pdf::of(&content(domain::DocumentKind::OrderConfirmation, Language::Fr));
    let structure = pdf.structure();
    for part in
        ["H1 \"Confirmation de commande\"", "H2 \"Pour payer par virement\"", "THead", "TBody", "/Scope /Column"]
    {
        assert!(structure.contains(part), "{part} is missing in {structure}");
    }
    assert_eq!(structure.matches("Figure").count(), 2, "logo and code");
    // Page numbers and what repeats are no part of it.
    assert!(!structure.contains("1 / 1") && !structure.contains("RCS Lyon"));
    // In the order in which it is read.
    let at = |text: &str| structure.find(text).unwrap_or_else(|| panic!("{text}"));
    let order = ["4 quai Saint-Vincent", "Épicerie Dupré", "Comté 18 mois", "\"3,87 €\"", "Total TTC", "IBAN"];
    assert!(order.map(at).is_sorted());
}
