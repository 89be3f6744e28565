//! The whole story of an order, a contact or a transaction: what happened, what became of each message, what left the building,
//! what got stuck and what a person decided; in the order of time.

mod messages;

use domain::{ContactId, Delivery, DeliveryState, Event, EventId, Headline, OrderId, Timestamp, TransactionId};
use serde::Serialize;
use serde::de::IgnoredAny;
use store::{Tx, contacts, deliveries, events, orders, transactions};
use utoipa::ToSchema;

use crate::Error;
use crate::dead_letters::detail::{About, about};

/// Events told at the most, the newest.
const EVENTS: usize = 300;
/// Deliveries told at the most, the newest.
const DELIVERIES: usize = 300;
const AT_ONCE: usize = 200;

/// What happened, in the order of time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Explanation {
    pub about: About,
    /// Oldest first; what is still to come is last.
    pub steps: Vec<Step>,
    /// The story is longer: only its newest part is told.
    pub cut: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExplanationKind)]
pub enum StepKind {
    /// Something happened, and stands in the journal.
    Event,
    /// Its effects in the database are done.
    Handled,
    /// A mail or a webhook is to be sent because of it.
    Planned,
    /// At a message that failed, or at a delivery.
    Attempt,
    Delivered,
    /// A delivery that is not to be made any more.
    Skipped,
    /// A message was given up on.
    DeadLetter,
    /// A person has sent it again.
    Redriven,
    /// A person has given it up.
    Discarded,
    /// A message is in the queue.
    InQueue,
    /// A message waits; it is not sent before this moment.
    Due,
}

// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ExplanationStep)]
pub struct Step {
    pub at: Timestamp,
    pub kind: StepKind,
    /// The message's id: the event's or the delivery's.
    pub message_id: String,
    /// The event's type, or `MAIL`, `WEBHOOK`.
    #[schema(example = "ORDER_CREATED")]
    pub message_type: String,
    /// What it is about, or whom it is for.
    pub subject: String,
    /// Who did it, where somebody did.
    pub actor: Option<String>,
    /// An error, a reason; for people.
    pub detail: Option<String>,
    /// What a receiver answered (HTTP, SMTP).
    pub status: Option<i64>,
    pub duration_ms: Option<i64>,
}

/// A message of the story, as far as it is known so far.
struct Known {
    id: String,
    message_type: String,
    subject: String,
}

impl Known {
    fn step(&self, at: Timestamp, kind: StepKind) -> Step {
        Step {
            at,
            kind,
            message_id: self.id.clone(),
            message_type: self.message_type.clone(),
            subject: self.subject.clone(),
            actor: None,
            detail: None,
            status: None,
            duration_ms: None,
        }
    }
}

/// What `id` names: an id, or the number of an order.
pub async fn explain(tx: &mut Tx<'_>, id: &str) -> Result<Explanation, Error> {
    let id = match orders::by_number(tx, id).await? {
        Some(order) => order.to_string(),
        None => id.to_owned(),
    };
    let about = about(tx, &id).await?.ok_or(Error::NotFound { what: "order, contact or transaction" })?;
    let (subjects, target) = subjects(tx, &about).await?;
    let (mut steps, mut known) = (Vec::new(), Vec::new());
    let mut cut = false;
    for headline in headlines(tx, &subjects, &mut cut).await? {
        let one = Known {
            id: headline.id.to_string(),
            message_type: headline.event_type.as_str().to_owned(),
            subject: headline.subject,
        };
        steps
            .push(Step { actor: Some(headline.actor.as_str().to_owned()), ..one.step(headline.time, StepKind::Event) });
        known.push(one);
    }
    let of_transaction = about.kind == "transaction";
    let events: Vec<EventId> = known.iter().filter_map(|one| one.id.parse().ok()).collect();
    for delivery in planned(tx, &subjects, target.as_deref(), &mut cut).await? {
        // A transaction's deliveries are told under its order.
        if !of_transaction || events.contains(&delivery.event_id) {
            known.push(deliver(&delivery, &mut steps));
        }
    }
    messages::tell(tx, &subjects, known, &mut steps).await?;
    steps.sort_by_key(|step| (step.at, step.kind));
    Ok(Explanation { about, steps, cut })
}

/// Whose events and deliveries belong to the story; and the contact whose mails do.
async fn subjects(tx: &mut Tx<'_>, about: &About) -> Result<(Vec<String>, Option<String>), Error> {
    let mut subjects = vec![about.id.clone()];
    let mut target = None;
    if let Ok(order) = about.id.parse::<OrderId>() {
        let filter = transactions::Filter { order_id: Some(order), ..transactions::Filter::default() };
        let page = transactions::list(tx, &filter, None, AT_ONCE).await?;
        subjects.extend(page.items.iter().map(|transaction| transaction.id.to_string()));
    } else if let Ok(contact) = about.id.parse::<ContactId>() {
        subjects.extend(contacts::merged_into(tx, contact).await?.iter().map(ToString::to_string));
        target = Some(about.id.clone());
    } else if let Ok(transaction) = about.id.parse::<TransactionId>()
        && let Some(transaction) = transactions::get(tx, transaction).await?
    {
        // Only for its deliveries; its order's events are another story.
        subjects.push(transaction.order_id.to_string());
    }
    Ok((subjects, target))
}

async fn headlines(tx: &mut Tx<'_>, subjects: &[String], cut: &mut bool) -> Result<Vec<Headline>, Error> {
    let of_transaction = subjects[0].parse::<TransactionId>().is_ok();
    let subjects = if of_transaction { &subjects[..1] } else { subjects };
    let mut ids = Vec::new();
    for subject in subjects {
        let page = events::list(tx, Some(subject), None, EVENTS).await?;
        *cut |= page.next.is_some();
        for body in page.items {
            let event: Event<IgnoredAny> =
                serde_json::from_str(&body).map_err(|e| store::Error::Unexpected(e.to_string()))?;
            ids.push(event.into());
        }
    }
    Ok(ids)
}

async fn planned(
    tx: &mut Tx<'_>,
    subjects: &[String],
    target: Option<&str>,
    cut: &mut bool,
) -> Result<Vec<Delivery>, Error> {
    let mut filters: Vec<deliveries::Filter> = subjects
        .iter()
        .map(|subject| deliveries::Filter { subject: Some(subject.clone()), ..deliveries::Filter::default() })
        .collect();
    filters.extend(target.map(|to| deliveries::Filter { target: Some(to.into()), ..deliveries::Filter::default() }));
    let mut all: Vec<Delivery> = Vec::new();
    for filter in filters {
        let page = deliveries::list(tx, &filter, None, DELIVERIES).await?;
        *cut |= page.next.is_some();
        let new = page.items.into_iter().filter(|one| !all.iter().any(|known| known.id == one.id)).collect::<Vec<_>>();
        all.extend(new);
    }
    Ok(all)
}

fn deliver(delivery: &Delivery, steps: &mut Vec<Step>) -> Known {
    let known = Known {
        id: delivery.id.to_string(),
        message_type: delivery.kind.message_type().to_owned(),
        subject: delivery.target.clone(),
    };
    let because = Some(format!("because of {}", delivery.event_id));
    steps.push(Step { detail: because, ..known.step(delivery.created_at, StepKind::Planned) });
    if let Some(at) = delivery.done_at {
        let kind = if delivery.state == DeliveryState::Skipped { StepKind::Skipped } else { StepKind::Delivered };
        steps.push(Step { detail: delivery.error.clone(), ..known.step(at, kind) });
    } else if let Some(at) = delivery.next_attempt_at {
        let last = delivery.error.as_deref().map(|error| format!("last: {error}")).unwrap_or_default();
        let detail = Some(format!("{} attempts so far; {last}", delivery.attempts));
        steps.push(Step { detail, ..known.step(at, StepKind::Due) });
    }
    known
}
