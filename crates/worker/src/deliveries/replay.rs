//! Webhooks of events that were, to one endpoint, up to the moment at which somebody asked for them. Each step is one
//! transaction, which also notes how far it has come: a replay that was cut off goes on from there.

use domain::{Delivery, Event, EventId, WebhookEndpoint, WebhookEndpointState};
use store::{change, deliveries, events};

use super::outcome::{Answer, Outcome};
use super::work::Work;
use crate::Worker;
use crate::effects::by_type::Planned;
use crate::effects::deliveries::{plan, webhooks};

/// Events of one step.
const STEP: usize = 200;

pub(super) async fn attempt(worker: &Worker, work: &Work) -> Outcome {
    let endpoint = match &work.endpoint {
        Some(sealed) if sealed.endpoint.state == WebhookEndpointState::Active => &sealed.endpoint,
        _ => return Outcome::Skipped("the endpoint is switched off, or was deleted".into()),
    };
    let mut at = work.delivery.event_id;
    loop {
        match step(worker, &work.delivery, endpoint, at).await {
            Ok(Some(next)) => at = next,
            Ok(None) => return Outcome::Done(Answer::default()),
            // Another worker has the same message, and was faster.
            Err(store::Error::Stale) => return Outcome::Later(worker.settings.visibility),
            Err(error) => {
                return Outcome::Failed { answer: Answer::default(), error: error.to_string(), asked: None };
            }
        }
    }
}

/// The next events; where they end, or None after the last.
async fn step(
    worker: &Worker,
    replay: &Delivery,
    endpoint: &WebhookEndpoint,
    at: EventId,
) -> Result<Option<EventId>, store::Error> {
    let ids = worker.context.clone();
    change!(worker.db, |tx, replay, endpoint, at, ids| {
        let mut found = events::bodies_after(tx, *at, STEP).await?;
        found.retain(|(id, _)| id.unix_millis() <= replay.created_at.unix_millis());
        let Some((end, _)) = found.last() else { return Ok(None) };
        // What cannot be read is on the desk; it has no webhooks before somebody has mended it.
        let events: Vec<Event> = found.iter().filter_map(|(_, body)| Event::read(body).ok()).collect();
        deliveries::advance(tx, replay.id, *at, *end).await?;
        let planned: Vec<Planned<'_>> = events.iter().map(Planned::new).collect();
        plan(tx, webhooks(endpoint, &planned, ids, ids.now()), ids.now()).await?;
        Ok(Some(*end))
    })
    .await
}
