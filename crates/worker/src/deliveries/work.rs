//! What a message asks for: the delivery as it stands, its event, its receiver.

use std::collections::{HashMap, HashSet};

use domain::{Delivery, DeliveryId, DeliveryKind, DeliveryMessage, DeliveryState, WebhookEndpointId};
use queue::Received;
use serde::Deserialize;
use store::dead_letters::Cause;
use store::webhook_endpoints::{self, Sealed};
use store::{Db, deliveries, events, query};
use tracing::Span;

use crate::Worker;
use crate::poison::Poison;

/// One delivery to be attempted.
pub(crate) struct Work {
    pub(crate) delivery: Delivery,
    /// The event as the journal has it now.
    pub(crate) event: String,
    /// Of a webhook; None if it was deleted meanwhile.
    pub(crate) endpoint: Option<Sealed>,
    /// Which attempt this is, from 1.
    pub(crate) attempt: i64,
}

/// Of an event, only this.
#[derive(Deserialize)]
struct Traced {
    traceparent: Option<String>,
}

impl Work {
    /// The attempt's part in the trace of what caused the event, where traces are collected.
    pub(crate) fn span(&self) -> Span {
        let traced = serde_json::from_str::<Traced>(&self.event).ok();
        let Some(traceparent) = traced.and_then(|traced| traced.traceparent) else { return Span::none() };
        let name = self.delivery.kind.message_type();
        let (id, attempt) = (self.delivery.id, self.attempt);
        let span = tracing::error_span!("delivery", otel.name = name, otel.kind = "client", delivery_id = %id, attempt);
        traces::follow(&span, &traceparent);
        span
    }
}

/// What each of some messages asks for: work; nothing any more; or nobody can tell what.
type Read = Result<Option<Work>, Poison>;

pub(crate) async fn read(worker: &Worker, messages: Vec<Received>) -> Result<Vec<(Received, Read)>, store::Error> {
    let asked: Vec<_> = messages.iter().map(|message| serde_json::from_str::<DeliveryMessage>(&message.body)).collect();
    let ids: Vec<DeliveryId> = asked.iter().flatten().map(|envelope| envelope.id).collect();
    let mut known = Known::read(&worker.db, ids).await?;
    let read = asked.into_iter().map(|envelope| match envelope {
        Ok(envelope) => known.work(&envelope),
        Err(e) => Err(Poison { cause: Cause::Malformed, error: e.to_string() }),
    });
    let read: Vec<Read> = read.collect();
    Ok(messages.into_iter().zip(read).collect())
}

/// What the database has of some deliveries.
struct Known {
    /// Those that a message of this batch has asked for.
    asked_for: HashSet<DeliveryId>,
    deliveries: HashMap<DeliveryId, (Delivery, Option<String>)>,
    bodies: HashMap<String, String>,
    endpoints: HashMap<String, Sealed>,
}

impl Known {
    async fn read(db: &Db, ids: Vec<DeliveryId>) -> Result<Self, store::Error> {
        query!(db, move |tx, ids| {
            let found = deliveries::some(tx, ids).await?;
            let of_webhooks = found.iter().filter(|(delivery, _)| delivery.kind != DeliveryKind::Mail);
            let endpoints: Vec<WebhookEndpointId> =
                of_webhooks.filter_map(|(delivery, _)| delivery.target.parse().ok()).collect();
            let endpoints = webhook_endpoints::some(tx, &endpoints).await?;
            let events: Vec<String> = found.iter().map(|(delivery, _)| delivery.event_id.to_string()).collect();
            let bodies = events::bodies(tx, &events.iter().collect::<Vec<_>>()).await?;
            Ok(Self {
                asked_for: HashSet::new(),
                deliveries: found.into_iter().map(|found| (found.0.id, found)).collect(),
                bodies,
                endpoints: endpoints.into_iter().map(|sealed| (sealed.endpoint.id.to_string(), sealed)).collect(),
            })
        })
        .await
    }

    fn work(&mut self, asked: &DeliveryMessage) -> Read {
        let unknown = |what: &str| Poison { cause: Cause::Malformed, error: format!("there is no such {what}") };
        let attempt = asked.data.attempt;
        let Some((delivery, brought)) = self.deliveries.get(&asked.id).cloned() else {
            return Err(unknown("delivery"));
        };
        // Two messages of one delivery in one batch: the second is a repetition.
        if delivery.state != DeliveryState::Pending || attempt <= delivery.attempts || !self.asked_for.insert(asked.id)
        {
            return Ok(None);
        }
        let event = brought.or_else(|| self.bodies.get(&delivery.event_id.to_string()).cloned());
        // What is replayed is read by and by.
        let event = if delivery.kind == DeliveryKind::Replay { Some(String::new()) } else { event };
        let event = event.ok_or_else(|| unknown("event"))?;
        let endpoint = self.endpoints.get(&delivery.target).cloned();
        Ok(Some(Work { delivery, event, endpoint, attempt }))
    }
}
