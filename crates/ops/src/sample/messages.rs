//! Two messages that no worker of this version can handle, as they come up in real life.

use domain::{EventId, OrderId};
use serde_json::json;
use store::{Db, change, outbox};

use crate::{Ctx, Error};

/// Leaves the messages in the outbox; says how many.
pub(super) async fn leave(db: &Db, ctx: Ctx, about: Option<OrderId>) -> Result<usize, Error> {
    let subject = about.map_or_else(String::new, |id| id.to_string());
    let messages = vec![
        // From a newer program that runs beside this one during an upgrade.
        message(&ctx, "ORDER_SHIPPED", &subject, &json!({ "carrier": "Frais Express", "parcels": 2 })),
        // From a script that somebody wrote by hand: amounts are whole cents, and an order has more to it.
        message(&ctx, "ORDER_CREATED", &subject, &json!({ "order": { "number": "O-1207", "total": "48,60 €" } })),
    ];
    let count = messages.len();
    let leaving = change!(db, move |tx, ctx, messages| {
        for (id, message_type, body) in messages {
            outbox::insert(tx, id, message_type, Some(body), ctx.now).await?;
        }
        Ok::<_, Error>(())
    });
    leaving.await?;
    Ok(count)
}

/// Id, type and body of a `CloudEvent`.
fn message(
    ctx: &Ctx,
    message_type: &'static str,
    subject: &str,
    data: &serde_json::Value,
) -> (String, &'static str, String) {
    let id = ctx.id(EventId::new).to_string();
    let body = json!({
        "specversion": "1.0",
        "id": id,
        "source": "/comptoir",
        "type": message_type,
        "subject": subject,
        "time": ctx.now,
        "datacontenttype": "application/json",
        "sequence": 99,
        "actor": ctx.actor,
        "data": data,
    });
    (id, message_type, body.to_string())
}
