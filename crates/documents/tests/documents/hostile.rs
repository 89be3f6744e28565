//! What people paste in.

use comptoir_documents::{Content, render};
use domain::{Address, Company, DocumentKind, Language};

use crate::fixtures::{KINDS, content, content_of, order};
use crate::layout::nothing_overlaps;
use crate::readers::Pdf;

fn with_description(text: &str) -> Content {
    let mut content = content_of(DocumentKind::OrderConfirmation, Language::Fr, order(crate::fixtures::lines()));
    content.order.lines[1].description = text.into();
    content
}

#[test]
fn a_description_of_four_thousand_letters_goes_over_lines_and_pages() {
    let words = "désignation interminable ".repeat(160);
    let pdf = Pdf::of(&with_description(&words));
    nothing_overlaps(&pdf);
    assert_eq!(pdf.text().matches("interminable").count(), 160);
    assert!(pdf.pages().len() > 1);

    let one = "W".repeat(4_000);
    let pdf = Pdf::of(&with_description(&one));
    nothing_overlaps(&pdf);
    assert_eq!(pdf.text().matches('W').count(), 4_000);
}

#[test]
fn letters_that_the_fonts_lack_are_shown_as_missing_and_copied_as_they_are() {
    for text in ["שלום עולם", "مرحبا", "東京都", "👩‍👩‍👧 🧀", "हिन्दी", "\u{E000}\u{10FFFF}"]
    {
        let pdf = Pdf::of(&with_description(&format!("avant {text} après")));
        nothing_overlaps(&pdf);
        let said = pdf.text();
        assert!(said.contains("avant") && said.contains("après"), "{said}");
    }
    let said = Pdf::of(&with_description("fromage 東京都 frais")).text();
    assert!(said.contains("fromage 東京都 frais"), "{said}");
}

#[test]
fn nothing_that_cannot_be_seen_breaks_a_document() {
    let seen = "a\0b\u{1}c\u{7f}d\u{85}e\u{200B}f\u{202E}g\u{FEFF}h\u{FFFE}i\u{FFFF}j\u{2028}k\tl\r\nm\u{AD}n\u{E0041}o\u{FE0F}p";
    for kind in KINDS {
        let mut content = content(kind, Language::Fr);
        content.order.lines[0].description = seen.into();
        content.order.lines[1].description = String::new();
        content.order.lines[2].description = " \n ".into();
        content.order.number = seen.into();
        content.order.reference = Some("x".repeat(100));
        content.recipient.name = seen.into();
        content.recipient.contact_name = Some(seen.repeat(10));
        content.company.name = Some(seen.into());
        content.company.legal_form = Some(seen.repeat(40));
        content.recipient.address = Some(Address { street: Some(seen.into()), ..Address::default() });
        let pdf = Pdf::of(&content);
        assert!(pdf.text().contains("Désignation"), "{}", pdf.text());
    }
    let marks = "e\u{301}\u{302}\u{303}".repeat(60);
    nothing_overlaps(&Pdf::of(&with_description(&marks)));
}

#[test]
fn the_longest_that_a_name_or_an_address_may_be_has_its_place() {
    let long = |count| Some("Société Générale d’Épicerie ".repeat(20).chars().take(count).collect::<String>());
    let address = Address {
        label: None,
        street: long(200),
        postal_code: long(20),
        city: long(100),
        region: long(100),
        country: long(100),
    };
    for kind in KINDS {
        let mut content = content(kind, Language::Fr);
        let iban = content.company.iban.take();
        content.company = Company {
            name: long(200),
            legal_form: long(50),
            share_capital: long(50),
            address: address.clone(),
            website: Some(format!("https://{}.example", "w".repeat(180))),
            iban,
            ..content.company
        };
        content.recipient.name = "N".repeat(200);
        content.recipient.contact_name = long(200);
        content.recipient.address = Some(address.clone());
        content.recipient.delivery = Some(address.clone());
        content.order.number = "O-".repeat(32);
        content.order.reference = Some("R".repeat(100));
        nothing_overlaps(&Pdf::of(&content));
    }
}

#[test]
fn a_business_that_has_said_nothing_of_itself_gets_a_document_too() {
    for kind in KINDS {
        let mut content = content(kind, Language::En);
        content.company = Company::default();
        content.logo = None;
        content.recipient.address = None;
        content.recipient.delivery = None;
        assert!(render(&content).unwrap().starts_with(b"%PDF-1.7"));
    }
}
