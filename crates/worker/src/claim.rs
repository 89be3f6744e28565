//! The claim check: an event too large for the queue travels without its data, which the worker fetches from the journal.
//! The attribute's name is that of the CloudEvents extension
//! (<https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/dataref.md>).

use domain::EventId;
use queue::{MAX_BODY, Outgoing};
use serde_json::{Value, json};
use store::{Db, events, outbox, query};

/// The message as it travels.
pub(crate) fn shrink(message: outbox::Message) -> Outgoing {
    let outbox::Message { id, message_type, body } = message;
    if body.len() <= MAX_BODY {
        return Outgoing { id, message_type, body };
    }
    let mut event: Value = serde_json::from_str(&body).unwrap_or_else(|_| json!({ "id": id, "type": message_type }));
    if let Some(fields) = event.as_object_mut() {
        fields.remove("data");
        fields.insert("dataref".into(), json!(format!("/api/v1/events/{id}")));
    }
    Outgoing { id, message_type, body: event.to_string() }
}

/// The whole event, where `body` only refers to it.
pub(crate) async fn redeem(db: &Db, body: String) -> Result<String, store::Error> {
    // A quick look first: nearly no message is a claim.
    if !body.contains("\"dataref\"") {
        return Ok(body);
    }
    let event: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
    let id = match (&event["dataref"], event["id"].as_str().and_then(|id| id.parse::<EventId>().ok())) {
        (Value::String(_), Some(id)) if event["data"].is_null() => id,
        _ => return Ok(body),
    };
    let whole = query!(db, move |tx, id| events::get(tx, *id).await).await?;
    Ok(whole.unwrap_or(body))
}
