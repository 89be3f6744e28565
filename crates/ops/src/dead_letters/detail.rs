//! A dead letter with all that a person needs to decide.

use domain::{DeadLetterId, Delivery, EventId, OrderId, Timestamp};
use serde::Serialize;
use serde_json::Value;
use store::attempts::{self, Attempt};
use store::dead_letters::{self, DeadLetter};
use store::timeline::{self, Entry};
use store::{Tx, contacts, deliveries, inbox, orders, products, transactions};
use utoipa::ToSchema;

use crate::Error;
use crate::dead_letters::journal;

/// A dead letter with all that is known of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DeadLetterDetail)]
pub struct Detail {
    #[serde(flatten)]
    pub letter: DeadLetter,
    /// As it came from the queue.
    pub body: String,
    /// What a person has sent instead.
    pub edited_body: Option<String>,
    /// Oldest first.
    pub attempts: Vec<Attempt>,
}

impl Detail {
    pub(crate) fn new(letter: DeadLetter, attempts: Vec<Attempt>) -> Self {
        Self { body: letter.body.clone(), edited_body: letter.edited_body.clone(), letter, attempts }
    }
}

/// A dead letter with all that is known of its message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DeadLetterRecord)]
pub struct Record {
    #[serde(flatten)]
    pub detail: Detail,
    /// The body, where it is JSON.
    pub event: Option<Value>,
    pub about: Option<About>,
    pub effects: MessageEffects,
    /// The event as the journal has it, where the letter's body is another. A redrive sends this one.
    pub journal: Option<Value>,
}

/// Which effects of a message are done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageEffects {
    /// When all that happens in the database was done; nothing of it is, without.
    pub handled_at: Option<Timestamp>,
    pub timeline: Vec<Entry>,
    /// What left the building because of the event, or will.
    pub deliveries: Vec<Delivery>,
}

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct About {
    // `order`, `contact`, `product` or `transaction`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "order")]
    pub kind: &'static str,
    pub id: String,
    /// An order's number, a contact's or a product's name.
    #[schema(example = "O-1042")]
    pub label: String,
}

/// Reads a dead letter with what a person needs to decide about it.
pub async fn record(tx: &mut Tx<'_>, id: DeadLetterId) -> Result<Record, Error> {
    let letter = dead_letters::get(tx, id).await?.ok_or(Error::NotFound { what: "dead letter" })?;
    let attempts = attempts::of(tx, &letter.message_id).await?;
    let event: Option<Value> = serde_json::from_str(&letter.body).ok().filter(Value::is_object);
    let about = match &letter.subject {
        Some(subject) => about(tx, subject).await?,
        None => None,
    };
    let journal = journal(tx, &letter).await?;
    let handled_at = inbox::handled_at(tx, &letter.message_id).await?;
    let (mut timeline, mut planned) = (Vec::new(), Vec::new());
    if handled_at.is_some()
        && let (Ok(id), Some(journal)) = (letter.message_id.parse::<EventId>(), &journal)
    {
        let subjects: Vec<String> = ids_in(journal).into_iter().chain(letter.subject.clone()).collect();
        timeline = timeline::of_event(tx, id, &subjects).await?;
        planned = deliveries::of_event(tx, id, &subjects).await?;
    }
    let journal = journal.and_then(|body| serde_json::from_str(&body).ok()).filter(|body| Some(body) != event.as_ref());
    let effects = MessageEffects { handled_at, timeline, deliveries: planned };
    Ok(Record { detail: Detail::new(letter, attempts), event, about, effects, journal })
}

/// What an id names, if there is such a thing.
pub(crate) async fn about(tx: &mut Tx<'_>, id: &str) -> Result<Option<About>, Error> {
    let found = |kind: &'static str, label: String| Some(About { kind, id: id.to_owned(), label });
    Ok(match id.split_once('_') {
        Some(("ord", _)) => match id.parse::<OrderId>() {
            Ok(order) => orders::get(tx, order).await?.and_then(|order| found("order", order.number)),
            Err(_) => None,
        },
        Some(("con", _)) => match id.parse() {
            Ok(contact) => contacts::get(tx, contact).await?.and_then(|contact| found("contact", contact.name)),
            Err(_) => None,
        },
        Some(("prd", _)) => match id.parse() {
            Ok(product) => products::get(tx, product).await?.and_then(|product| found("product", product.name)),
            Err(_) => None,
        },
        Some(("txn", _)) => match id.parse() {
            Ok(transaction) => match transactions::get(tx, transaction).await? {
                Some(transaction) => {
                    let order = orders::get(tx, transaction.order_id).await?;
                    found("transaction", order.map(|order| order.number).unwrap_or_default())
                }
                None => None,
            },
            Err(_) => None,
        },
        _ => None,
    })
}

/// Every id in a text on whose timeline something may stand.
fn ids_in(text: &str) -> Vec<String> {
    let mut ids: Vec<String> = ["con_", "ord_", "prd_"]
        .iter()
        .flat_map(|prefix| text.match_indices(prefix))
        .filter_map(|(at, _)| text.get(at..at + 30).map(str::to_owned))
        .collect();
    ids.sort();
    ids.dedup();
    ids
}
