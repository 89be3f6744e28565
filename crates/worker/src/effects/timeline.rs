//! The timeline of contacts, orders and products: what happened, for a person to read.

use domain::{Event, Money};
use store::timeline::{self, Entry};
use store::{Error, Tx};

use crate::told::Told;

pub(crate) async fn apply(tx: &mut Tx<'_>, events: &[&Told]) -> Result<(), Error> {
    let entries: Vec<Entry> = events.iter().flat_map(|told| entries(told)).collect();
    timeline::insert(tx, &entries).await
}

/// One entry on each timeline that the event belongs to. Summaries name things and amounts, no verbs: whoever shows them
/// says in the reader's language what the type means.
fn entries(told: &Told) -> Vec<Entry> {
    match told {
        Told::Contact(event) => vec![entry(event, &event.subject, event.data.contact.name.clone())],
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
