//! What a document costs: CPU of one thread, no database. The first one reads the fonts.

use std::time::{Duration, Instant};

use documents::{Content, render};
use domain::{
    Contact, ContactId, ContactInput, Currency, DocumentKind, Language, Order, OrderId, OrderInput, OrderLineInput,
    PlacedAs, Settings, Timestamp,
};

use crate::Outcome;
use crate::process::cpu_of;
use crate::table::Table;

const TIMES: u32 = 200;

pub(crate) fn run(table: &mut Table) -> Outcome<()> {
    let three = content(3)?;
    let begun = Instant::now();
    let bytes = render(&three)?.len();
    let first = begun.elapsed();
    table.row("PDF: first of a process".into(), milliseconds(first), "< 20 ms");
    table.row("PDF: confirmation of 3 lines, CPU".into(), each(&three, TIMES)?, "< 20 ms, aim 5");
    table.row("PDF: its size".into(), format!("{} KiB", bytes / 1024), "");
    let mut with_logo = three;
    with_logo.logo = Some(include_bytes!("../../documents/tests/documents/logo.png").to_vec());
    table.row("PDF: the same with a logo of 300 × 100".into(), each(&with_logo, TIMES)?, "< 20 ms");
    table.row("PDF: confirmation of 200 lines, CPU".into(), each(&content(200)?, TIMES / 10)?, "");
    Ok(())
}

fn each(content: &Content, times: u32) -> Outcome<String> {
    // Of this process, which does nothing else meanwhile.
    let cpu = || cpu_of(std::process::id());
    let begun = cpu();
    for _ in 0..times {
        render(content)?;
    }
    Ok(milliseconds(cpu().saturating_sub(begun) / times))
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

fn content(lines: usize) -> Outcome<Content> {
    let now: Timestamp = "2026-11-22T09:30:00Z".parse()?;
    let input = ContactInput { name: "Épicerie Dupré & Fils".into(), ..ContactInput::default() };
    let contact = Contact::create(ContactId::new(1, 1), input, now)?;
    let line = |i: usize| -> Outcome<OrderLineInput> {
        Ok(OrderLineInput {
            description: Some(format!("Comté {i} mois, meule entière affinée en cave")),
            sku: Some(format!("COM-{i}")),
            quantity: "2.5".parse()?,
            unit_price: Some(2_190),
            discount: None,
            vat_rate: Some(if i.is_multiple_of(3) { "20" } else { "5.5" }.parse()?),
        })
    };
    let input = OrderInput {
        contact_id: contact.id,
        currency: Some(Currency::EUR),
        lines: (0..lines).map(line).collect::<Outcome<_>>()?,
        place_as: PlacedAs::Confirmed,
        reference: Some("BC-2026-118".into()),
        notes: None,
        tags: Vec::new(),
        ordered_at: Some(now),
        due_on: None,
        delivery_date: None,
        external_id: None,
    };
    let order = Order::place(input, now)?.numbered(OrderId::new(1, 1), "O-1042".into(), Some(30));
    let mut settings = Settings::default();
    settings.company.name = Some("Comptoir Moreau".into());
    settings.company.iban = Some("FR7630006000011234567890189".into());
    let kind = (DocumentKind::OrderConfirmation, Language::Fr);
    Ok(Content::of(kind, &settings, &contact, order, None, None))
}
