//! Events: facts, written in the same database transaction as the change they tell of, and sent as CloudEvents 1.0
//! (<https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>).
//!
//! A new event type is one line in `types.rs`.

mod actor;
mod data;
mod read;
mod schema;
mod types;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{EventId, Timestamp};

pub use actor::Actor;
pub use data::{ContactChange, ContactMerge, OrderChange, ProductChange, SettingsChange, TransactionChange};
pub use read::ReadEventError;
pub use schema::{event_schema, event_schemas};
pub use types::{EventData, EventType};

/// The envelope of an event, as it stands in the journal and travels on the queue. `data` depends on the type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Event<D = EventData> {
    /// Always `1.0`.
    pub specversion: String,
    pub id: EventId,
    /// Always `/comptoir`.
    pub source: String,
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// The id of what changed.
    #[schema(example = "ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB")]
    pub subject: String,
    pub time: Timestamp,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// The subject's version after the change: rises with each event of one subject, so that a receiver can drop what is
    /// stale. May leave numbers out.
    #[schema(minimum = 1)]
    pub sequence: i64,
    pub actor: Actor,
    /// Brought in from another system: it happened before, and nobody is written to because of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
    /// The request that caused it, where traces are collected: a `traceparent` of W3C Trace Context
    /// (<https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md>).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    pub traceparent: Option<String>,
    pub data: D,
}

impl Event {
    /// An event of now: its type is that of its data.
    pub fn new(
        id: EventId,
        subject: impl fmt::Display,
        sequence: i64,
        actor: Actor,
        time: Timestamp,
        data: EventData,
    ) -> Self {
        Self {
            specversion: "1.0".into(),
            id,
            source: "/comptoir".into(),
            event_type: data.event_type(),
            subject: subject.to_string(),
            time,
            datacontenttype: "application/json".into(),
            sequence,
            actor,
            imported: false,
            traceparent: None,
            data,
        }
    }
}

/// What a screen is told of an event: that it happened, and to what. The rest is read by whoever may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Headline {
    pub id: EventId,
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// The id of what changed.
    #[schema(example = "ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB")]
    pub subject: String,
    /// The subject's version after the change.
    #[schema(minimum = 1)]
    pub sequence: i64,
    pub time: Timestamp,
    pub actor: Actor,
}

impl<D> From<Event<D>> for Headline {
    fn from(event: Event<D>) -> Self {
        let Event { id, event_type, subject, sequence, time, actor, .. } = event;
        Self { id, event_type, subject, sequence, time, actor }
    }
}
