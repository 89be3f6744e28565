//! JSON Schemas of events, as `docs/events` has them.

use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::{Event, EventType};

/// One JSON Schema (draft 2020-12) for each event type: `(type, schema)`.
#[must_use]
pub fn event_schemas() -> Vec<(EventType, Value)> {
    EventType::ALL.into_iter().map(|event_type| (event_type, event_schema(event_type))).collect()
}

/// The JSON Schema (draft 2020-12) of one event type.
#[must_use]
pub fn event_schema(event_type: EventType) -> Value {
    let mut schema = event_type.envelope_schema();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(event_type.as_str());
    schema["properties"]["type"] = json!({ "const": event_type.as_str() });
    schema
}

/// The schema of an event with all it refers to, in one document.
pub(super) fn schema_of<D: ToSchema>() -> Value {
    // What the envelope refers to does not include the data itself.
    let mut used = vec![(D::name().into_owned(), D::schema())];
    Event::<D>::schemas(&mut used);
    let defs: serde_json::Map<_, _> = used.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
    let mut schema = json!(Event::<D>::schema());
    schema["$defs"] = Value::Object(defs);
    let text = schema.to_string().replace("#/components/schemas/", "#/$defs/");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}
