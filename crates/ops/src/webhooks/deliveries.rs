//! Webhooks that somebody asks for: a test, all since a moment, one again.

use domain::{
    Delivery, DeliveryId, DeliveryKind, DeliveryState, EventId, Invalid, Timestamp, WebhookEndpoint, WebhookEndpointId,
    WebhookEndpointState,
};
use serde_json::json;
use store::{Tx, deliveries, outbox, webhook_endpoints};

use crate::{Ctx, Error};

/// The type of the event that only tests an endpoint; the journal does not have it.
const TEST: &str = "TEST";

/// Sends an endpoint an event of the type `TEST`, by the same way as every other.
pub async fn test(tx: &mut Tx<'_>, ctx: &Ctx, id: WebhookEndpointId) -> Result<Delivery, Error> {
    let endpoint = active(tx, id).await?;
    let event_id = ctx.id(EventId::new);
    let event = json!({
        "specversion": "1.0",
        "id": event_id,
        "source": "/comptoir",
        "type": TEST,
        "subject": endpoint.id,
        "time": ctx.now,
        "datacontenttype": "application/json",
        "sequence": 1,
        "actor": ctx.actor,
        "data": { "message": "This is a test." },
    });
    let delivery = new(ctx, DeliveryKind::Webhook, event_id, id);
    send(tx, ctx, delivery, Some(event.to_string())).await
}

/// Sends an endpoint what it would have got, had it been there, of all events since a moment; and again what it did get.
pub async fn replay(tx: &mut Tx<'_>, ctx: &Ctx, id: WebhookEndpointId, since: Timestamp) -> Result<Delivery, Error> {
    if since > ctx.now {
        return Err(Invalid::new("since", "in_the_future", "must lie behind").into());
    }
    active(tx, id).await?;
    // The lowest id of that millisecond: ids begin with the time.
    let from = EventId::new(since.unix_millis(), 0);
    let delivery = new(ctx, DeliveryKind::Replay, from, id);
    send(tx, ctx, delivery, None).await
}

/// Sends one again, now: one that waits for its next attempt, or one that was accepted or skipped. Its `webhook-id` stays.
pub async fn resend(tx: &mut Tx<'_>, ctx: &Ctx, id: DeliveryId) -> Result<Delivery, Error> {
    const WHAT: &str = "webhook delivery";
    let found = deliveries::get(tx, id).await?.filter(|delivery| delivery.kind == DeliveryKind::Webhook);
    let found = found.ok_or(Error::NotFound { what: WHAT })?;
    if found.state == DeliveryState::Dead {
        return Err(Error::conflict("on_the_desk", "it was given up on: redrive its dead letter"));
    }
    deliveries::reopen(tx, id, ctx.now).await?;
    let message = deliveries::message(&found, 1)?;
    outbox::put_back(tx, &message.id, &message.message_type, Some(&message.body), ctx.now, ctx.now).await?;
    deliveries::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })
}

async fn active(tx: &mut Tx<'_>, id: WebhookEndpointId) -> Result<WebhookEndpoint, Error> {
    let found = webhook_endpoints::get(tx, id).await?.ok_or(Error::NotFound { what: "webhook endpoint" })?;
    if found.endpoint.state == WebhookEndpointState::Active {
        return Ok(found.endpoint);
    }
    Err(Error::conflict("endpoint_off", "the endpoint is switched off"))
}

fn new(ctx: &Ctx, kind: DeliveryKind, event_id: EventId, endpoint: WebhookEndpointId) -> Delivery {
    Delivery::new(ctx.id(DeliveryId::new), kind, event_id, endpoint.to_string(), endpoint.to_string(), ctx.now)
}

async fn send(tx: &mut Tx<'_>, ctx: &Ctx, delivery: Delivery, event: Option<String>) -> Result<Delivery, Error> {
    let message = deliveries::message(&delivery, 1)?;
    deliveries::insert(tx, &[(delivery.clone(), event)]).await?;
    outbox::insert_all(tx, &[message], ctx.now).await?;
    Ok(delivery)
}
