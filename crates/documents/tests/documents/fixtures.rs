//! A business, a customer and what they agreed on.

use comptoir_documents::{Content, Payment};
use domain::{
    Address, Company, Contact, ContactId, ContactInput, Discount, DocumentKind, Language, Order, OrderId, OrderInput,
    OrderLineInput, PlacedAs, Settings, Timestamp, TransactionId, TransactionKind, TransactionMethod,
};

pub(crate) const IBAN: &str = "FR7630006000011234567890189";

#[expect(clippy::unnecessary_wraps, reason = "most fields may be left out")]
fn some(text: &str) -> Option<String> {
    Some(text.into())
}

pub(crate) fn address(street: &str, postal_code: &str, city: &str) -> Address {
    let (street, postal_code, city) = (some(street), some(postal_code), some(city));
    Address { street, postal_code, city, country: some("France"), ..Address::default() }
}

pub(crate) fn company() -> Company {
    Company {
        name: some("Comptoir Moreau"),
        legal_form: some("SARL"),
        share_capital: some("10 000 €"),
        address: address("4 quai Saint-Vincent", "69001", "Lyon"),
        email: some("bonjour@moreau.example"),
        phone: some("+33 4 72 00 00 00"),
        website: some("https://moreau.example"),
        siren: some("303265045"),
        siret: some("30326504500017"),
        vat_number: some("FR40303265045"),
        registration_court: some("Lyon"),
        iban: some(IBAN),
        bic: some("AGRIFRPP"),
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T09:30:00Z".parse().unwrap()
}

pub(crate) fn contact() -> Contact {
    let delivery =
        Address { label: some("Livraison"), ..address("ZA des Tilleuls, bâtiment C", "69200", "Vénissieux") };
    let input = ContactInput {
        name: "Épicerie Dupré & Fils".into(),
        contact_name: some("Claire Dupré"),
        addresses: vec![address("12 rue des Halles", "69002", "Lyon"), delivery],
        vat_number: some("FR83404833048"),
        siren: some("404833048"),
        ..ContactInput::default()
    };
    Contact::create(ContactId::new(1, 1), input, now()).unwrap()
}

pub(crate) fn line(description: &str, quantity: &str, unit_price: i64, vat_rate: &str) -> OrderLineInput {
    OrderLineInput {
        description: some(description),
        sku: None,
        quantity: quantity.parse().unwrap(),
        unit_price: Some(unit_price),
        discount: None,
        vat_rate: Some(vat_rate.parse().unwrap()),
    }
}

/// Net 91.13 EUR, VAT 3.95 at 5.5 % and 3.87 at 20 %, total 98.95.
pub(crate) fn lines() -> Vec<OrderLineInput> {
    let discount = Some(Discount::Percent("10".parse().unwrap()));
    vec![
        OrderLineInput {
            sku: some("COM-18"),
            ..line("Comté 18 mois, meule entière affinée en cave", "2.5", 2_190, "5.5")
        },
        OrderLineInput { discount, ..line("Beurre demi-sel de baratte", "6", 315, "5.5") },
        line("Livraison", "1", 1_937, "20"),
    ]
}

pub(crate) fn order(lines: Vec<OrderLineInput>) -> Order {
    let input = OrderInput {
        contact_id: ContactId::new(1, 1),
        currency: Some(domain::Currency::EUR),
        lines,
        place_as: PlacedAs::Confirmed,
        reference: some("BC-2026-118"),
        notes: None,
        tags: Vec::new(),
        ordered_at: Some(now()),
        due_on: Some("2026-12-22".parse().unwrap()),
        delivery_date: Some("2026-11-26".parse().unwrap()),
        external_id: None,
    };
    let unnumbered = domain::Order::place(input, now()).unwrap();
    unnumbered.numbered(OrderId::new(1, 1), "O-1042".into(), None)
}

pub(crate) fn content_of(kind: DocumentKind, language: Language, order: Order) -> Content {
    let settings = Settings { company: company(), ..Settings::default() };
    Content::of((kind, language), &settings, &contact(), order, None, None)
}

pub(crate) fn content(kind: DocumentKind, language: Language) -> Content {
    let mut content = content_of(kind, language, order(lines()));
    content.logo = Some(logo());
    if kind == DocumentKind::Receipt {
        content.order.received = 9_895;
        content.payment = Some(payment(TransactionKind::Payment));
    }
    content
}

pub(crate) fn payment(kind: TransactionKind) -> Payment {
    Payment {
        id: TransactionId::new(1, 1),
        kind,
        amount: 9_895,
        method: TransactionMethod::Transfer,
        reference: some("VIR 20261122-77"),
        value_date: "2026-11-22".parse().unwrap(),
    }
}

/// A picture of 300 × 100 pixels.
pub(crate) fn logo() -> Vec<u8> {
    include_bytes!("logo.png").to_vec()
}

pub(crate) const KINDS: [DocumentKind; 3] =
    [DocumentKind::OrderConfirmation, DocumentKind::Receipt, DocumentKind::DeliveryNote];
