//! Made-up mails, to try templates with: one in which everything is there, one in which nothing is that may be missing.

use domain::{Address, Company, ContactKind, Currency, Language, MAX_LINES, MailKind, TransactionMethod};

use super::view::{ContactView, LineView, OrderView, TransactionView, VatView, View};

/// Characters of a line's description.
const MAX_DESCRIPTION: usize = 500;

/// Every field has a value.
pub(crate) fn full(kind: MailKind, language: Language) -> View {
    let text = |text: &str| Some(text.to_owned());
    let address = |street: &str, postal_code: &str, city: &str| Address {
        label: text("facturation"),
        street: text(street),
        postal_code: text(postal_code),
        city: text(city),
        region: text("Auvergne-Rhône-Alpes"),
        country: text("France"),
    };
    let company = Company {
        name: text("Comptoir Moreau"),
        legal_form: text("SARL"),
        share_capital: text("10 000 €"),
        address: address("4 quai des Étroits", "69005", "Lyon"),
        email: text("bonjour@moreau.example"),
        phone: text("04 65 71 00 00"),
        website: text("https://moreau.example"),
        siren: text("303265045"),
        siret: text("30326504500017"),
        vat_number: text("FR40303265045"),
        registration_court: text("Lyon"),
        iban: text("FR7630006000011234567890189"),
        bic: text("AGRIFRPP"),
    };
    let contact = ContactView {
        kind: ContactKind::Organisation,
        name: "Épicerie Dupré & Fils".into(),
        contact_name: text("Claire Dupré"),
        email: text("commandes@dupre.example"),
        address: address("12 rue des Halles", "69001", "Lyon"),
        vat_number: text("FR83404833048"),
        siren: text("404833048"),
    };
    View { language, company, contact, order: order(language), transaction: transaction(kind) }
}

/// With as many lines as an order can have, each as long as it can be.
pub(crate) fn longest(kind: MailKind, language: Language) -> View {
    let mut view = full(kind, language);
    let line = view.order.lines.first().cloned();
    // Escaped, this sign takes five bytes.
    let longest = line.map(|line| LineView { description: "&".repeat(MAX_DESCRIPTION), ..line });
    view.order.lines = longest.into_iter().cycle().take(MAX_LINES).collect();
    view
}

/// A sample view in which every optional field is absent.
pub(crate) fn bare(kind: MailKind, language: Language) -> View {
    let full = full(kind, language);
    let contact = ContactView {
        kind: ContactKind::Person,
        contact_name: None,
        email: None,
        address: Address::default(),
        vat_number: None,
        siren: None,
        ..full.contact
    };
    let lines = full.order.lines.into_iter().map(|line| LineView { sku: None, discount: None, ..line });
    let order = OrderView {
        reference: None,
        due_on: None,
        delivery_date: None,
        lines: lines.collect(),
        vat: Vec::new(),
        received: 0,
        refunded: 0,
        remaining: 0,
        ..full.order
    };
    let transaction = full.transaction.map(|transaction| TransactionView { reference: None, ..transaction });
    View { company: Company::default(), contact, order, transaction, ..full }
}

fn order(language: Language) -> OrderView {
    let ten_percent = match language {
        Language::Fr => "10\u{a0}%",
        Language::En => "10%",
    };
    let lines = vec![
        LineView {
            description: "Comté 18 mois <affinage long>".into(),
            sku: Some("COM-18".into()),
            quantity: "2.5".into(),
            unit_price: 2_190,
            discount: Some(ten_percent.into()),
            vat_rate: "5.5".into(),
            net: 4_928,
        },
        LineView {
            description: "Livraison".into(),
            sku: Some("LIV".into()),
            quantity: "1".into(),
            unit_price: 1_937,
            discount: Some(ten_percent.into()),
            vat_rate: "20".into(),
            net: 1_743,
        },
    ];
    OrderView {
        number: "O-1042".into(),
        reference: Some("BC 2026-118".into()),
        ordered_on: "2026-11-22".into(),
        due_on: Some("2026-12-22".into()),
        delivery_date: Some("2026-11-24".into()),
        currency: Currency::EUR,
        lines,
        vat: vec![
            VatView { rate: "5.5".into(), base: 4_928, vat: 271 },
            VatView { rate: "20".into(), base: 1_743, vat: 349 },
        ],
        net: 6_671,
        vat_total: 620,
        total: 7_291,
        received: 3_000,
        refunded: 500,
        remaining: 4_791,
    }
}

fn transaction(kind: MailKind) -> Option<TransactionView> {
    let amount = match kind {
        MailKind::OrderConfirmation => return None,
        MailKind::Receipt => 3_000,
        MailKind::RefundNotice => 500,
    };
    Some(TransactionView {
        amount,
        method: TransactionMethod::Transfer,
        reference: Some("VIR 20261122-77".into()),
        value_date: "2026-11-22".into(),
    })
}
