//! The timeline of contacts, orders and products: what happened, for a person to read.

use domain::{ContactId, ERASED, Event, Money};
use store::timeline::{self, Entry};
use store::{Error, Tx, contacts};

use crate::told::Told;

pub(crate) async fn apply(tx: &mut Tx<'_>, events: &[&Told]) -> Result<(), Error> {
    let entries = entries_of(tx, events).await?;
    timeline::insert(tx, &entries).await
}

/// What the events add to timelines; writes nothing.
pub(crate) async fn entries_of(tx: &mut Tx<'_>, events: &[&Told]) -> Result<Vec<Entry>, Error> {
    let mut entries: Vec<Entry> = events.iter().flat_map(|told| entries(told)).collect();
    without_the_erased(tx, events, &mut entries).await?;
    Ok(entries)
}

/// A message may arrive after its contact was erased: it must not bring the name back.
async fn without_the_erased(tx: &mut Tx<'_>, events: &[&Told], entries: &mut [Entry]) -> Result<(), Error> {
    let named = |told: &&Told| match told {
        Told::Contact(event) => vec![event.data.contact.id],
        Told::Merge(event) => vec![event.data.contact.id, event.data.merged.id],
        Told::Order(_) | Told::Transaction(_) | Told::Product(_) | Told::Settings(_) => Vec::new(),
    };
    let named: Vec<ContactId> = events.iter().flat_map(named).collect();
    if named.is_empty() {
        return Ok(());
    }
    let erased: Vec<String> = contacts::erased(tx, &named).await?.iter().map(ToString::to_string).collect();
    for entry in entries.iter_mut().filter(|entry| erased.contains(&entry.about)) {
        ERASED.clone_into(&mut entry.summary);
    }
    Ok(())
}

/// One entry on each timeline that the event belongs to. Summaries name things and amounts, no verbs: whoever shows them
/// says in the reader's language what the type means.
fn entries(told: &Told) -> Vec<Entry> {
    match told {
        Told::Contact(event) => vec![entry(event, &event.subject, event.data.contact.name.clone())],
        // The other one's own timeline has its `CONTACT_UPDATED`.
        Told::Merge(event) => {
            let (contact, merged) = (&event.data.contact, &event.data.merged);
            vec![entry(event, &event.subject, format!("{} · {}", contact.name, merged.name))]
        }
        // They are read in the journal.
        Told::Settings(_) => Vec::new(),
        Told::Product(event) => {
            let product = &event.data.product;
            let price = Money { minor: product.price, currency: product.currency };
            vec![entry(event, &event.subject, format!("{} · {} · {price}", product.sku, product.name))]
        }
        Told::Order(event) => {
            let order = &event.data.order;
            let total = Money { minor: order.total, currency: order.currency };
            let summary = format!("{} · {} · {total}", order.number, order.state.as_str());
            vec![entry(event, &event.subject, summary.clone()), entry(event, &order.contact_id.to_string(), summary)]
        }
        Told::Transaction(event) => {
            let change = &event.data;
            let transaction = &change.transaction;
            let amount = Money { minor: transaction.amount, currency: transaction.currency };
            let summary =
                format!("{} · {} {} · {amount}", change.order_number, name(transaction.kind), name(transaction.state));
            vec![
                entry(event, &transaction.order_id.to_string(), summary.clone()),
                entry(event, &change.contact_id.to_string(), summary),
            ]
        }
    }
}

fn entry<D>(event: &Event<D>, subject: &str, mut summary: String) -> Entry {
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
