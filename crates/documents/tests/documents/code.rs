//! The QR code, read by another program from the printed page.

use comptoir_documents::epc_code;
use domain::{DocumentKind, Language};

use crate::fixtures::{IBAN, content, content_of, lines, order};
use crate::readers::Pdf;

#[test]
fn the_code_fills_in_a_transfer_of_what_remains() {
    let confirmation = content(DocumentKind::OrderConfirmation, Language::Fr);
    let wanted = format!("BCD\n002\n1\nSCT\nAGRIFRPP\nComptoir Moreau\n{IBAN}\nEUR98.95\n\n\nO-1042");
    assert_eq!(Pdf::of(&confirmation).code().unwrap(), wanted);

    let mut partly = confirmation.clone();
    partly.order.received = 5_000;
    partly.order.refunded = 1_000;
    partly.company.bic = None;
    partly.company.name = Some("Crèmerie d’Été – Łódź".into());
    let wanted = format!("BCD\n002\n1\nSCT\n\nCrèmerie d’Été – Łódź\n{IBAN}\nEUR58.95\n\n\nO-1042");
    assert_eq!(Pdf::of(&partly).code().unwrap(), wanted);
}

#[test]
fn there_is_no_code_where_nothing_can_be_paid_by_it() {
    let good = content_of(DocumentKind::OrderConfirmation, Language::Fr, order(lines()));
    assert!(epc_code(&good).is_some());
    let without = |change: fn(&mut comptoir_documents::Content)| {
        let mut content = good.clone();
        change(&mut content);
        assert_eq!(epc_code(&content), None);
        assert_eq!(Pdf::of(&content).code(), None);
    };
    without(|content| content.order.received = 9_895);
    without(|content| content.order.received = 20_000);
    without(|content| content.company.iban = None);
    without(|content| content.company.name = None);
    without(|content| content.order.currency = "CHF".parse().unwrap());
    without(|content| content.order.total = 100_000_000_000);
    for kind in [DocumentKind::Receipt, DocumentKind::DeliveryNote] {
        assert_eq!(Pdf::of(&content(kind, Language::Fr)).code(), None, "{kind:?}");
    }
}

#[test]
fn a_long_name_is_cut_where_the_guidelines_cut_it() {
    let mut content = content(DocumentKind::OrderConfirmation, Language::Fr);
    content.company.name = Some("É".repeat(200));
    let code = Pdf::of(&content).code().unwrap();
    assert_eq!(code.lines().nth(5).unwrap(), "É".repeat(70));
}
