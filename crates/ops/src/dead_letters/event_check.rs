//! Whether a text that a person has edited is an event that can be handled, and how it differs from what it was.

use domain::{Event, EventType, Headline, event_schema};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EditFault)]
pub struct Fault {
    /// A JSON Pointer (RFC 6901); empty: the whole.
    #[schema(example = "/data/order/total")]
    pub pointer: String,
    pub message: String,
}

impl Fault {
    pub(crate) fn at(pointer: &str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

// One place at which two JSON values differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EditChange)]
pub struct Difference {
    /// A JSON Pointer (RFC 6901); empty: the whole.
    pub path: String,
    /// Absent where it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Absent where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// At the most so many faults are told of one event.
const FAULTS: usize = 50;

/// Holds an event to its type's schema, the one in docs/events, and reads it as the worker does.
pub fn check(event: &Value) -> Result<Headline, Vec<Fault>> {
    let Some(name) = event["type"].as_str() else {
        return Err(vec![Fault::at("/type", "an event says its type")]);
    };
    let Ok(event_type) = name.parse::<EventType>() else {
        return Err(vec![Fault::at("/type", format!("{name:?} is not an event type"))]);
    };
    let broken = |e: &dyn std::fmt::Display| vec![Fault::at("", e.to_string())];
    let schema = event_schema(event_type);
    let validator = jsonschema::draft202012::new(&schema).map_err(|e| broken(&e))?;
    let fault = |e: jsonschema::ValidationError<'_>| Fault::at(e.instance_path().as_str(), e.to_string());
    let faults: Vec<Fault> = validator.iter_errors(event).take(FAULTS).map(fault).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    // The types know more than the schema: how an amount is bounded, what a moment is.
    Event::from_value(event).map(Headline::from).map_err(|e| broken(&e))
}

/// Where two values differ, in the order of their names.
#[must_use]
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), Some(before), Some(after), &mut found);
    found
}

fn compare(path: String, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    let below = |name: &str| format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let new = after.keys().filter(|name| !before.contains_key(*name));
            for name in before.keys().chain(new) {
                compare(below(name), before.get(name), after.get(name), found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for at in 0..before.len().max(after.len()) {
                compare(below(&at.to_string()), before.get(at), after.get(at), found);
            }
        }
        (before, after) if before == after => {}
        (before, after) => found.push(Difference { path, before: before.cloned(), after: after.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_are_named_by_their_places() {
        let before = json!({ "a": 1, "b": [1, { "x/y": "old" }], "gone": null, "same": { "s": 1 } });
        let after = json!({ "a": 2, "b": [1, { "x/y": "new" }, 3], "same": { "s": 1 }, "new": true });
        let told: Vec<String> = differences(&before, &after).iter().map(|one| one.path.clone()).collect();
        assert_eq!(told, ["/a", "/b/1/x~1y", "/b/2", "/gone", "/new"]);
        let whole = differences(&json!("{ not JSON"), &json!({ "a": 1 }));
        assert_eq!((whole.len(), whole[0].path.as_str()), (1, ""));
        assert!(differences(&before, &before).is_empty());
    }

    #[test]
    fn what_is_no_event_is_told_by_place() {
        let faults = |event: Value| check(&event).unwrap_err();
        assert_eq!(faults(json!([]))[0].pointer, "/type");
        assert_eq!(faults(json!({ "type": "ORDER_SHIPPED" }))[0].pointer, "/type");
        let event = json!({
            "specversion": "1.0", "id": "evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB", "source": "/comptoir", "type": "ORDER_CREATED",
            "subject": "ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB", "time": "2026-11-22T09:00:00Z", "sequence": 0,
            "datacontenttype": "application/json", "actor": "system:test", "data": { "order": { "total": "much" } },
        });
        let found = faults(event);
        assert!(found.iter().any(|fault| fault.pointer == "/sequence"), "{found:?}");
        assert!(found.iter().any(|fault| fault.pointer == "/data/order/total"), "{found:?}");
    }
}
