//! The timeline of contacts, orders and products: what happened, for a person to read.

use domain::{
    ContactChange, ContactId, ContactMerge, ERASED, Event, Money, OrderChange, ProductChange, TransactionChange,
};
use store::timeline::{self, Entry};
use store::{Error, Tx, contacts};

use super::by_type::Planned;

pub(crate) async fn apply(tx: &mut Tx<'_>, events: &[Planned<'_>]) -> Result<(), Error> {
    let entries = entries_of(tx, events).await?;
    timeline::insert(tx, &entries).await
}

/// What the events add to timelines; writes nothing.
pub(crate) async fn entries_of(tx: &mut Tx<'_>, events: &[Planned<'_>]) -> Result<Vec<Entry>, Error> {
    let mut entries: Vec<Entry> = events.iter().flat_map(|planned| planned.effects.timeline.clone()).collect();
    without_the_erased(tx, &mut entries).await?;
    Ok(entries)
}

/// A message may arrive after its contact was erased: it must not bring the name back.
async fn without_the_erased(tx: &mut Tx<'_>, entries: &mut [Entry]) -> Result<(), Error> {
    // Only events about a contact name it in their summary.
    let named: Vec<ContactId> = entries.iter().filter_map(|entry| entry.about.parse().ok()).collect();
    if named.is_empty() {
        return Ok(());
    }
    let erased: Vec<String> = contacts::erased(tx, &named).await?.iter().map(ToString::to_string).collect();
    for entry in entries.iter_mut().filter(|entry| erased.contains(&entry.about)) {
        ERASED.clone_into(&mut entry.summary);
    }
    Ok(())
}

// Summaries name things and amounts, no verbs: whoever shows them says in the reader's language what the type means.

pub(super) fn of_contact(event: &Event, change: &ContactChange) -> Vec<Entry> {
    vec![entry(event, &event.subject, change.contact.name.clone())]
}

/// On the timeline of the contact that stays; the other's has its `CONTACT_UPDATED`.
pub(super) fn of_merge(event: &Event, merge: &ContactMerge) -> Vec<Entry> {
    vec![entry(event, &event.subject, format!("{} · {}", merge.contact.name, merge.merged.name))]
}

pub(super) fn of_product(event: &Event, change: &ProductChange) -> Vec<Entry> {
    let product = &change.product;
    let price = Money { minor: product.price, currency: product.currency };
    vec![entry(event, &event.subject, format!("{} · {} · {price}", product.sku, product.name))]
}

/// On the timelines of the order and of its contact.
pub(super) fn of_order(event: &Event, change: &OrderChange) -> Vec<Entry> {
    let order = &change.order;
    let total = Money { minor: order.total, currency: order.currency };
    let summary = format!("{} · {} · {total}", order.number, order.state.as_str());
    vec![entry(event, &event.subject, summary.clone()), entry(event, &order.contact_id.to_string(), summary)]
}

/// On the timelines of the order and of its contact.
pub(super) fn of_transaction(event: &Event, change: &TransactionChange) -> Vec<Entry> {
    let transaction = &change.transaction;
    let amount = Money { minor: transaction.amount, currency: transaction.currency };
    let summary =
        format!("{} · {} {} · {amount}", change.order_number, name(transaction.kind), name(transaction.state));
    vec![
        entry(event, &transaction.order_id.to_string(), summary.clone()),
        entry(event, &change.contact_id.to_string(), summary),
    ]
}

fn entry(event: &Event, subject: &str, mut summary: String) -> Entry {
    if let Some((end, _)) = summary.char_indices().nth(500) {
        summary.truncate(end);
    }
    Entry {
        subject: subject.to_owned(),
        event_id: event.id,
        event_type: event.event_type.as_str().to_owned(),
        occurred_at: event.time,
        actor: event.actor.as_str().to_owned(),
        about: event.subject.clone(),
        summary,
    }
}

/// The name that the value has in JSON.
fn name(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
