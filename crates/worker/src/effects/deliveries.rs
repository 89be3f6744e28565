//! What must leave the building because of an event: written here, attempted later (`deliveries/`).

use domain::{Delivery, DeliveryId, DeliveryKind, DeliveryState, Timestamp, WebhookEndpoint};
use ops::mail::Sender;
use store::{Context, Error, Tx, deliveries, outbox, webhook_endpoints};

use super::by_type::Planned;
use super::mails;

pub(crate) async fn apply(
    tx: &mut Tx<'_>,
    events: &[Planned<'_>],
    sender: &Sender,
    ids: &Context,
    now: Timestamp,
) -> Result<(), Error> {
    let endpoints = webhook_endpoints::active(tx).await?;
    let mut planned: Vec<Delivery> =
        endpoints.iter().flat_map(|endpoint| webhooks(endpoint, events, ids, now)).collect();
    planned.extend(mails::plan(tx, events, sender, ids, now).await?);
    plan(tx, planned, now).await
}

/// Writes deliveries, and a message for each that is to be attempted.
pub(crate) async fn plan(tx: &mut Tx<'_>, planned: Vec<Delivery>, now: Timestamp) -> Result<(), Error> {
    if planned.is_empty() {
        return Ok(());
    }
    let due = planned.iter().filter(|delivery| delivery.state == DeliveryState::Pending);
    let messages = due.map(|delivery| deliveries::message(delivery, 1)).collect::<Result<Vec<_>, _>>()?;
    let planned: Vec<_> = planned.into_iter().map(|delivery| (delivery, None)).collect();
    deliveries::insert(tx, &planned).await?;
    outbox::insert_all(tx, &messages, now).await
}

/// Those that an endpoint gets because of some events.
pub(crate) fn webhooks(
    endpoint: &WebhookEndpoint,
    events: &[Planned<'_>],
    ids: &Context,
    now: Timestamp,
) -> Vec<Delivery> {
    let wanted = events.iter().filter(|planned| endpoint.wants(planned.event.event_type));
    let delivery = |planned: &Planned<'_>| {
        let (id, target) = (ids.id(DeliveryId::new), endpoint.id.to_string());
        let subject = planned.effects.webhook_subject.clone();
        Delivery::new(id, DeliveryKind::Webhook, planned.event.id, subject, target, now)
    };
    wanted.map(delivery).collect()
}
