//! The parts that a document is put together from, from its head to its foot.

use std::num::NonZeroU16;

use domain::{Address, Company, Discount, DocumentKind, OrderLine};
use krilla::tagging::Tag as PdfTag;

use crate::sheet::{BLUE, GREY, LEFT, Meaning, RIGHT, SHADE, Sheet, Style, TOP, Tag, float};
use crate::table::{Row, Table};
use crate::words::Words;
use crate::{Content, Error, Payment, Recipient, epc, logo};

/// Where the right half begins.
const MIDDLE: f32 = 318.0;
/// At the most, for a logo.
const LOGO: (f32, f32) = (170.0, 60.0);
/// Side of the QR code: 28 mm; the quiet zone of four modules is left white around it.
const CODE: f32 = 80.0;

/// Who sells: logo, name and where to find them; on the right what this is. Ends below both.
pub(crate) fn letterhead(sheet: &mut Sheet, content: &Content, words: &Words, title: &str) -> Result<(), Error> {
    let company = &content.company;
    let name = company.name.as_deref().unwrap_or_default();
    let mut y = TOP;
    if let Some(bytes) = &content.logo {
        let image = logo::read(bytes)?;
        let (wide, high) = image.size();
        let (wide, high) = (pixels(wide), pixels(high));
        let scale = (LOGO.0 / wide).min(LOGO.1 / high);
        let tag = sheet.tag(None, PdfTag::Figure(Some(format!("{} {name}", words.logo).trim().to_owned())));
        sheet.picture(tag, image, (LEFT, y), (wide * scale, high * scale));
        y += high * scale + 8.0;
    }
    let width = MIDDLE - LEFT - 24.0;
    if !name.is_empty() {
        let tag = sheet.tag(None, PdfTag::P);
        let style = Style::bold(if content.logo.is_some() { 10.0 } else { 15.0 });
        y += sheet.paragraph(tag, style, (LEFT, y), width, name) + 1.0;
    }
    let tag = sheet.tag(None, PdfTag::P);
    let mut lines = address_lines(&company.address);
    lines.extend([&company.phone, &company.email, &company.website].into_iter().flatten().cloned());
    y += sheet.paragraph(tag, Style::grey(8.5), (LEFT, y), width, &lines.join("\n"));

    let heading = sheet.tag(None, PdfTag::Hn(NonZeroU16::MIN, Some(title.to_owned())));
    let right = sheet.paragraph(heading, Style::bold(16.0).with(BLUE), (MIDDLE, TOP), RIGHT - MIDDLE, title);
    let right = facts(sheet, content, words, TOP + right + 5.0);
    sheet.y = y.max(right) + 20.0;
    Ok(())
}

/// Number, days and references, one a line. Where it ends.
fn facts(sheet: &mut Sheet, content: &Content, words: &Words, mut y: f32) -> f32 {
    let (order, payment) = (&content.order, content.payment.as_ref());
    let mut facts = payment.map(|payment| of_payment(payment, words)).unwrap_or_default();
    facts.push((if payment.is_some() { words.order } else { words.number }, order.number.clone()));
    if order.revision > 1 {
        facts.push((words.revision, order.revision.to_string()));
    }
    facts.push((words.ordered, words.day(order.ordered_at.date())));
    facts.extend(order.reference.clone().map(|reference| (words.reference, reference)));
    if content.kind == DocumentKind::OrderConfirmation {
        facts.extend(order.due_on.map(|day| (words.due, words.day(day))));
    }
    if payment.is_none() {
        facts.extend(order.delivery_date.map(|day| (words.delivery_date, words.day(day))));
    }
    for (label, value) in facts {
        let tag = sheet.tag(None, PdfTag::P);
        let style = Style::plain(9.0);
        let used = sheet.paragraph(tag, Style::grey(9.0), (MIDDLE, y), 92.0, label);
        let value = sheet.paragraph(tag, style, (MIDDLE + 98.0, y), RIGHT - MIDDLE - 98.0, &value);
        y += used.max(value);
    }
    y
}

fn of_payment(payment: &Payment, words: &Words) -> Vec<(&'static str, String)> {
    let mut facts =
        vec![(words.date, words.day(payment.value_date)), (words.method, words.method(payment.method).into())];
    facts.extend(payment.reference.clone().map(|reference| (words.payment_reference, reference)));
    facts
}

/// For whom, and where it goes.
pub(crate) fn recipient(sheet: &mut Sheet, content: &Content, words: &Words) {
    let who = &content.recipient;
    let delivery = who.delivery.as_ref().filter(|_| content.kind != DocumentKind::Receipt);
    let mut customer = party(words.to, who, who.address.as_ref(), words);
    let numbers = [(words.vat_number, &who.vat_number), ("SIREN", &who.siren), ("SIRET", &who.siret)];
    let numbers = numbers.into_iter().filter_map(|(label, number)| Some(words.labelled(label, number.as_deref()?)));
    customer.extend(numbers.map(|text| (Style::grey(8.0), text)));
    let place = delivery.map(|address| party(words.deliver_to, who, Some(address), words));
    let sides = [(LEFT, Some(customer)), (MIDDLE, place)];
    let height = |sheet: &Sheet, parts: &[(Style, String)]| -> f32 {
        let high =
            |(style, text): &(Style, String)| float(sheet.lines(*style, text, RIGHT - MIDDLE).len()) * style.leading();
        parts.iter().map(high).sum()
    };
    let highest = sides.iter().flat_map(|(_, parts)| parts).map(|parts| height(sheet, parts)).fold(0.0, f32::max);
    sheet.need(highest);
    for (x, parts) in sides.iter().filter_map(|(x, parts)| Some((*x, parts.as_ref()?))) {
        let (mut y, tag) = (sheet.y, sheet.tag(None, PdfTag::P));
        for (style, text) in parts {
            y += sheet.paragraph(tag, *style, (x, y), RIGHT - MIDDLE, text);
        }
    }
    sheet.y += highest + 18.0;
}

/// What this one is here, then the name and the address.
fn party(label: &str, who: &Recipient, address: Option<&Address>, words: &Words) -> Vec<(Style, String)> {
    let mut lines = vec![(Style::grey(8.0), label.to_owned()), (Style::bold(10.0), who.name.clone())];
    let attention = who.contact_name.as_ref().map(|name| format!("{} {name}", words.attention));
    let address = attention.into_iter().chain(address.map(address_lines).into_iter().flatten());
    lines.extend(address.map(|line| (Style::plain(9.0), line)));
    lines
}

/// As a letter's envelope has it.
fn address_lines(address: &Address) -> Vec<String> {
    let town = [&address.postal_code, &address.city].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let lines = [address.street.clone(), Some(town), address.region.clone(), address.country.clone()];
    lines.into_iter().flatten().filter(|line| !line.is_empty()).collect()
}

/// A receipt's sentence, and the amount so that nobody overlooks it.
pub(crate) fn statement(sheet: &mut Sheet, content: &Content, payment: &Payment, words: &Words) {
    let amount = words.money(payment.amount, content.order.currency);
    let sentence = words.thanks(payment.kind, &amount, &words.day(payment.value_date));
    sheet.area((LEFT - 4.0, sheet.y), (RIGHT - LEFT + 8.0, 46.0), SHADE);
    let tag = sheet.tag(None, PdfTag::P);
    let (style, y) = (Style::plain(9.5), sheet.y);
    let height = float(sheet.lines(style, &sentence, 290.0).len()) * style.leading();
    sheet.paragraph(tag, style, (LEFT + 6.0, y + (46.0 - height) / 2.0), 290.0, &sentence);
    let tag = sheet.tag(None, PdfTag::P);
    sheet.ending(tag, Style::bold(17.0).with(BLUE), (LEFT + 305.0, RIGHT - 6.0, y + 11.0), &amount);
    sheet.y += 46.0 + 16.0;
}

/// Sets the table of the order's lines. A delivery note has no prices.
pub(crate) fn order_lines(sheet: &mut Sheet, content: &Content, words: &Words) {
    let order = &content.order;
    let priced = content.kind != DocumentKind::DeliveryNote;
    let discounted = priced && order.lines.iter().any(|line| line.discount.is_some());
    let mut head = vec![words.description, words.quantity];
    if priced {
        head.push(words.unit_price);
        head.extend(discounted.then_some(words.discount));
        head.extend([words.vat, words.amount]);
    }
    let row = |line: &OrderLine| {
        let mut figures = vec![words.quantity(line.quantity)];
        if priced {
            figures.push(words.money(line.unit_price, order.currency));
            figures.extend(discounted.then(|| match line.discount {
                None => String::new(),
                Some(Discount::Percent(share)) => words.percent(share),
                Some(Discount::Amount(amount)) => words.money(amount, order.currency),
            }));
            figures.extend([words.percent(line.vat_rate), words.money(line.net, order.currency)]);
        }
        let note = line.sku.as_ref().map(|sku| words.labelled(words.sku, sku));
        Row { text: line.description.clone(), note, figures }
    };
    let rows = order.lines.iter().map(row).collect();
    Table { left: LEFT, right: RIGHT, summary: words.lines, head, rows }.draw(sheet);
    sheet.y += 16.0;
}

/// VAT by rate on the left, what it comes to on the right.
pub(crate) fn totals(sheet: &mut Sheet, content: &Content, words: &Words) {
    let order = &content.order;
    let money = |minor| words.money(minor, order.currency);
    let rows = order.vat.iter().map(|vat| Row {
        text: words.percent(vat.rate),
        note: None,
        figures: vec![money(vat.base), money(vat.vat)],
    });
    let head = vec![words.rate, words.base, words.total_vat];
    let rates = Table { left: LEFT, right: MIDDLE - 40.0, summary: words.vat_table, head, rows: rows.collect() };
    let vat = order.vat.iter().map(|line| line.vat).sum();
    let mut sums = vec![(words.net, order.net, false), (words.total_vat, vat, false), (words.total, order.total, true)];
    if order.received != 0 {
        sums.push((words.received, order.received, false));
    }
    if order.refunded != 0 {
        sums.push((words.refunded, order.refunded, false));
    }
    if order.received != 0 || order.refunded != 0 {
        sums.push((words.remaining, order.remaining(), true));
    }
    let height = float(sums.len()) * LINE_OF_SUM;
    let high = rates.height(sheet);
    // Side by side where a page has room for it, else one below the other.
    let together = high.max(height) <= sheet.room_of_next() / 2.0;
    if together {
        sheet.need(high.max(height) + 4.0);
    }
    let top = sheet.y;
    rates.draw(sheet);
    let below = sheet.y;
    if together {
        sheet.y = top;
    } else {
        sheet.y += 12.0;
        sheet.need(height);
    }
    for (label, amount, strong) in sums {
        sum(sheet, label, &money(amount), strong);
    }
    sheet.y = sheet.y.max(if together { below } else { 0.0 }) + 20.0;
}

const LINE_OF_SUM: f32 = 17.0;

fn sum(sheet: &mut Sheet, label: &str, amount: &str, strong: bool) {
    let tag = sheet.tag(None, PdfTag::P);
    let style = if strong { Style::bold(10.5) } else { Style::plain(9.5) };
    if strong {
        sheet.area((MIDDLE, sheet.y), (RIGHT - MIDDLE + 4.0, LINE_OF_SUM), SHADE);
    }
    let y = sheet.y + (LINE_OF_SUM - style.leading()) / 2.0;
    let run = sheet.run(style, label);
    let end = MIDDLE + 6.0 + run.width * style.size;
    sheet.put(run, style, MIDDLE + 6.0, y, Meaning::Part(tag));
    sheet.ending(tag, style, (end + 8.0, RIGHT, y), amount);
    sheet.y += LINE_OF_SUM;
}

/// How to pay what remains, if we have said where to; with the code where there can be one.
pub(crate) fn payment(sheet: &mut Sheet, content: &Content, words: &Words) {
    let (company, order) = (&content.company, &content.order);
    let Some(iban) = company.iban.as_deref().filter(|_| order.remaining() > 0) else { return };
    let text = epc::epc_code(content);
    let code = text.as_deref().and_then(epc::modules);
    let amount = words.money(order.remaining(), order.currency);
    sheet.need(CODE + 44.0);
    let title = sheet.tag(None, PdfTag::Hn(NonZeroU16::MIN.saturating_add(1), Some(words.pay.to_owned())));
    sheet.y += sheet.paragraph(title, Style::bold(10.5), (LEFT, sheet.y), RIGHT - LEFT, words.pay) + 8.0;
    let (top, mut x) = (sheet.y, LEFT);
    if let Some(modules) = &code {
        let alt = format!("{} {amount}", words.code);
        let tag = sheet.tag(None, PdfTag::Figure(Some(alt)));
        sheet.code(tag, modules, (LEFT, top), CODE);
        x += CODE + 20.0;
    }
    let bic = company.bic.as_ref().map(|bic| ("BIC", bic.clone()));
    let name = company.name.as_ref().map(|name| (words.beneficiary, name.clone()));
    let facts = name.into_iter().chain([("IBAN", in_groups(iban, 4))]).chain(bic);
    let facts = facts.chain([(words.remaining, amount), (words.mention, order.number.clone())]);
    for (label, value) in facts {
        let tag = sheet.tag(None, PdfTag::P);
        let label = sheet.paragraph(tag, Style::grey(9.0), (x, sheet.y), 76.0, label);
        let value = sheet.paragraph(tag, Style::plain(9.0), (x + 80.0, sheet.y), RIGHT - x - 80.0, &value);
        sheet.y += label.max(value);
    }
    if code.is_some() {
        let tag = sheet.tag(None, PdfTag::P);
        sheet.y += 4.0;
        sheet.y += sheet.paragraph(tag, Style::grey(8.0), (x, sheet.y), RIGHT - x, words.scan);
    }
    sheet.y = sheet.y.max(top + if code.is_some() { CODE } else { 0.0 });
}

/// Where whoever takes the goods signs.
pub(crate) fn signature(sheet: &mut Sheet, words: &Words) {
    sheet.need(70.0);
    sheet.y += 10.0;
    let third = (RIGHT - LEFT) / 3.0;
    for (i, label) in [words.received_on, words.received_by, words.signature].into_iter().enumerate() {
        let x = LEFT + third * float(i);
        let tag: Tag = sheet.tag(None, PdfTag::P);
        sheet.paragraph(tag, Style::grey(8.5), (x, sheet.y), third - 20.0, label);
        sheet.area((x, sheet.y + 48.0), (third - 20.0, 0.6), GREY);
    }
    sheet.y += 60.0;
}

/// What the law wants to be on a company's papers (Code de commerce, article R123-237).
pub(crate) fn legal(company: &Company, words: &Words) -> String {
    let mut who = company.name.clone().unwrap_or_default();
    if let Some(form) = &company.legal_form {
        who = [who, form.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    }
    if let Some(capital) = &company.share_capital {
        who = format!("{who} {} {capital}", words.capital);
    }
    let mut parts = vec![who];
    let siren = company.siren.as_deref().map(|siren| in_groups(siren, 3));
    match (&company.registration_court, siren) {
        (Some(court), Some(siren)) => parts.push(format!("RCS {court} {siren}")),
        (Some(court), None) => parts.push(format!("RCS {court}")),
        (None, Some(siren)) => parts.push(format!("SIREN {siren}")),
        (None, None) => {}
    }
    parts.extend(company.siret.as_ref().map(|siret| format!("SIRET {siret}")));
    parts.extend(company.vat_number.as_ref().map(|number| format!("{} {number}", words.vat_number)));
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(" · ")
}

/// As people read long numbers.
fn in_groups(digits: &str, of: usize) -> String {
    let digits: Vec<char> = digits.chars().collect();
    digits.chunks(of).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("\u{A0}")
}

fn pixels(count: u32) -> f32 {
    u16::try_from(count).map_or(1.0, f32::from).max(1.0)
}
