//! Everything that a document must say is in it, in the reader's language.

use domain::{Currency, DocumentKind, Language, TransactionKind};

use crate::fixtures::{KINDS, content, content_of, line, lines, order, payment};
use crate::readers::Pdf;

/// Each of these stands in the text, however poppler spreads it: what is a space and what only a distance is its guess.
fn has(pdf: &Pdf, wanted: &[&str]) {
    let close = |text: &str| text.split_whitespace().collect::<String>();
    let text = close(&pdf.text());
    for part in wanted {
        assert!(text.contains(&close(part)), "{part:?} is missing in:\n{}", pdf.text());
    }
}

#[test]
fn every_document_says_who_sells_to_whom_and_what() {
    for kind in KINDS {
        let pdf = Pdf::of(&content(kind, Language::Fr));
        has(
            &pdf,
            &[
                "Comptoir Moreau",
                "4 quai Saint-Vincent",
                "69001 Lyon",
                "+33 4 72 00 00 00",
                "bonjour@moreau.example",
                "https://moreau.example",
                "Épicerie Dupré & Fils",
                "À l’attention de Claire Dupré",
                "12 rue des Halles",
                "69002 Lyon",
                "N° TVA : FR83404833048",
                "SIREN : 404833048",
                "O-1042",
                "22 novembre 2026",
                "BC-2026-118",
                "Comté 18 mois, meule entière affinée en cave",
                "Réf. : COM-18",
                "2,5",
                "Beurre demi-sel de baratte",
                "Livraison",
                "Comptoir Moreau, SARL au capital de 10 000 €",
                "RCS Lyon 303 265 045",
                "SIRET 30326504500017",
                "N° TVA FR40303265045",
                "1 / 1",
            ],
        );
    }
}

#[test]
fn a_confirmation_says_each_line_the_vat_of_each_rate_and_how_to_pay() {
    let french = Pdf::of(&content(DocumentKind::OrderConfirmation, Language::Fr));
    has(
        &french,
        &[
            "Confirmation de commande",
            "Désignation Quantité Prix unit. HT Remise TVA Montant HT",
            "21,90 € 5,5 % 54,75 €",
            "6 3,15 € 10 % 5,5 % 17,01 €",
            "1 19,37 € 20 % 19,37 €",
            "5,5 % 71,76 € 3,95 €",
            "20 % 19,37 € 3,87 €",
            "Total HT 91,13 €",
            "TVA 7,82 €",
            "Total TTC 98,95 €",
            "À payer avant le 22 décembre 2026",
            "Livraison souhaitée le 26 novembre 2026",
            "IBAN FR76 3000 6000 0112 3456 7890 189",
            "BIC AGRIFRPP",
            "Reste à payer 98,95 €",
            "À indiquer O-1042",
            "Livrer à",
            "ZA des Tilleuls, bâtiment C",
            "69200 Vénissieux",
        ],
    );
    let english = Pdf::of(&content(DocumentKind::OrderConfirmation, Language::En));
    has(
        &english,
        &[
            "Order confirmation",
            "Description Quantity Unit price Discount VAT Net amount",
            "€21.90 5.5% €54.75",
            "5.5% €71.76 €3.95",
            "Total excl. VAT €91.13",
            "Total incl. VAT €98.95",
            "Due by 22 December 2026",
            "Delivery on 26 November 2026",
            "Amount due €98.95",
            "Deliver to",
            "Attn. Claire Dupré",
        ],
    );
}

#[test]
fn a_receipt_says_what_moved_and_what_remains() {
    let mut receipt = content(DocumentKind::Receipt, Language::Fr);
    receipt.order.received = 9_000;
    receipt.payment.as_mut().unwrap().amount = 9_000;
    let said = ["Reçu de paiement", "Nous avons bien reçu votre paiement de 90,00 € le 22 novembre 2026.", "Virement"];
    has(&Pdf::of(&receipt), &said);
    has(&Pdf::of(&receipt), &["VIR 20261122-77", "Déjà reçu 90,00 €", "Reste à payer 8,95 €", "5,5 % 71,76 € 3,95 €"]);

    let mut notice = content(DocumentKind::Receipt, Language::En);
    notice.payment = Some(payment(TransactionKind::Refund));
    notice.order.refunded = 9_895;
    has(&Pdf::of(&notice), &["Refund notice", "We have refunded you €98.95 on 22 November 2026.", "Refunded €98.95"]);
}

#[test]
fn a_delivery_note_has_no_prices_and_a_place_to_sign() {
    let pdf = Pdf::of(&content(DocumentKind::DeliveryNote, Language::Fr));
    has(&pdf, &["Bon de livraison", "Livrer à", "ZA des Tilleuls", "Désignation Quantité", "Reçu le", "Signature"]);
    let figures = pdf.text().lines().filter(|line| line.contains('€') && !line.contains("SARL")).count();
    assert_eq!(figures, 0, "{}", pdf.text());
}

#[test]
fn another_currency_goes_by_its_code_and_its_decimals() {
    let mut yen = content_of(DocumentKind::OrderConfirmation, Language::En, order(lines()));
    yen.order.currency = "JPY".parse::<Currency>().unwrap();
    has(&Pdf::of(&yen), &["JPY 2,190", "Total incl. VAT JPY 9,895"]);
}

#[test]
fn the_whole_of_latin_is_there() {
    let mut letters: Vec<char> = ('\u{C0}'..='\u{24F}').collect();
    letters.extend('\u{1E00}'..='\u{1EFF}');
    let some: Vec<String> = letters.chunks(12).map(|some| some.iter().collect()).collect();
    let lines = some.iter().map(|letters| line(letters, "1", 1, "20")).collect();
    let pdf = Pdf::of(&content_of(DocumentKind::DeliveryNote, Language::Fr, order(lines)));
    has(&pdf, &some.iter().map(String::as_str).collect::<Vec<_>>());
}
