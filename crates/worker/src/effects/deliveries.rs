//! What must leave the building because of an event: written here, attempted later (`deliveries/`).

use domain::{Delivery, DeliveryId, DeliveryKind, DeliveryState, Timestamp};
use store::{Context, Error, Tx, deliveries, outbox, webhook_endpoints};

use crate::deliveries::message;
use crate::told::Told;

pub(crate) async fn apply(tx: &mut Tx<'_>, events: &[&Told], ids: &Context, now: Timestamp) -> Result<(), Error> {
    let planned = webhooks(tx, events, ids, now).await?;
    if planned.is_empty() {
        return Ok(());
    }
    let due = planned.iter().filter(|delivery| delivery.state == DeliveryState::Pending);
    let messages: Vec<outbox::Message> = due.map(|delivery| message(delivery, 1)).collect();
    let planned: Vec<_> = planned.into_iter().map(|delivery| (delivery, None)).collect();
    deliveries::insert(tx, &planned).await?;
    outbox::insert_all(tx, &messages, now).await
}

async fn webhooks(tx: &mut Tx<'_>, events: &[&Told], ids: &Context, now: Timestamp) -> Result<Vec<Delivery>, Error> {
    let endpoints = webhook_endpoints::active(tx).await?;
    let mut planned = Vec::new();
    for told in events {
        let wanted = endpoints.iter().filter(|endpoint| endpoint.wants(told.event_type()));
        planned.extend(wanted.map(|endpoint| {
            delivery(DeliveryKind::Webhook, told, endpoint.id.to_string(), ids.id(DeliveryId::new), now)
        }));
    }
    Ok(planned)
}

/// A new delivery of an event.
fn delivery(kind: DeliveryKind, told: &Told, target: String, id: DeliveryId, now: Timestamp) -> Delivery {
    Delivery {
        id,
        kind,
        event_id: told.id(),
        subject: told.about(),
        target,
        state: DeliveryState::Pending,
        attempts: 0,
        next_attempt_at: None,
        error: None,
        created_at: now,
        done_at: None,
    }
}
