//! Events: facts, written in the same database transaction as the change they tell of, and sent as CloudEvents 1.0
//! (<https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

use crate::{
    ApiKeyId, Contact, ContactId, EventId, Invalid, Order, PaymentStatus, Product, Settings, Timestamp, Transaction,
    UserId,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventType {
    ContactCreated,
    ContactUpdated,
    /// Two contacts were found to be one.
    ContactMerged,
    OrderCreated,
    OrderUpdated,
    OrderCancelled,
    /// A transaction that is still under way was recorded.
    TransactionCreated,
    /// A transaction succeeded, failed or was cancelled.
    TransactionProcessed,
    ProductCreated,
    ProductUpdated,
    SettingsUpdated,
}

impl EventType {
    pub const ALL: [Self; 11] = [
        Self::ContactCreated,
        Self::ContactUpdated,
        Self::ContactMerged,
        Self::OrderCreated,
        Self::OrderUpdated,
        Self::OrderCancelled,
        Self::TransactionCreated,
        Self::TransactionProcessed,
        Self::ProductCreated,
        Self::ProductUpdated,
        Self::SettingsUpdated,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContactCreated => "CONTACT_CREATED",
            Self::ContactUpdated => "CONTACT_UPDATED",
            Self::ContactMerged => "CONTACT_MERGED",
            Self::OrderCreated => "ORDER_CREATED",
            Self::OrderUpdated => "ORDER_UPDATED",
            Self::OrderCancelled => "ORDER_CANCELLED",
            Self::TransactionCreated => "TRANSACTION_CREATED",
            Self::TransactionProcessed => "TRANSACTION_PROCESSED",
            Self::ProductCreated => "PRODUCT_CREATED",
            Self::ProductUpdated => "PRODUCT_UPDATED",
            Self::SettingsUpdated => "SETTINGS_UPDATED",
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventType {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|t| t.as_str() == text)
            .ok_or_else(|| Invalid::new("type", "unknown_event_type", format!("{text:?} is not an event type")))
    }
}

/// Who caused a change: a user or an API key by id, or a part of the system by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(example = "usr_01JD8Z5Q0V3T9N4C7K2M6X8YRB")]
pub struct Actor(String);

impl Actor {
    #[must_use]
    pub fn user(id: UserId) -> Self {
        Self(id.to_string())
    }

    #[must_use]
    pub fn key(id: ApiKeyId) -> Self {
        Self(id.to_string())
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn anonymous() -> Self {
        Self("anonymous".into())
    }

    /// `system:import`, `system:sample`, …
    #[must_use]
    pub fn system(part: &str) -> Self {
        Self(format!("system:{part}"))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The envelope of an event, as it stands in the journal and travels on the queue. `data` depends on the type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Event<D> {
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

impl<D> Event<D> {
    pub fn new(
        id: EventId,
        event_type: EventType,
        subject: impl fmt::Display,
        sequence: i64,
        actor: Actor,
        time: Timestamp,
        data: D,
    ) -> Self {
        Self {
            specversion: "1.0".into(),
            id,
            source: "/comptoir".into(),
            event_type,
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

/// The data of `ORDER_*` events: the order after the change and before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderChange {
    pub order: Order,
    /// Absent when the order is new. With it, figures can be kept by differences, in whatever order events arrive.
    pub before: Option<Order>,
}

/// The data of `CONTACT_CREATED` and `CONTACT_UPDATED`: the contact after the change, and before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactChange {
    pub contact: Contact,
    /// Absent when the contact is new.
    pub before: Option<Contact>,
}

/// The data of `CONTACT_MERGED`: the contact that stays, after the change and before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactMerge {
    pub contact: Contact,
    pub before: Contact,
    /// The other one as it was; its orders are the contact's now.
    pub merged: Contact,
}

/// The data of `TRANSACTION_*` events, with what it did to the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TransactionChange {
    pub transaction: Transaction,
    /// As it was; absent when the transaction is new.
    pub before: Option<Transaction>,
    pub order_number: String,
    pub contact_id: ContactId,
    /// After the change, in minor units.
    pub order_received: i64,
    pub order_refunded: i64,
    pub order_payment_status: PaymentStatus,
}

/// The data of `PRODUCT_*` events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProductChange {
    pub product: Product,
    /// As it was; absent when the product is new.
    pub before: Option<Product>,
}

/// The data of `SETTINGS_UPDATED`. The subject is `settings`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SettingsChange {
    pub settings: Settings,
    pub before: Settings,
}

/// One JSON Schema (draft 2020-12) for each event type: `(type, schema)`.
#[must_use]
pub fn event_schemas() -> Vec<(EventType, Value)> {
    EventType::ALL.into_iter().map(|event_type| (event_type, event_schema(event_type))).collect()
}

/// The JSON Schema (draft 2020-12) of one event type.
#[must_use]
pub fn event_schema(event_type: EventType) -> Value {
    let schema = match event_type {
        EventType::ContactCreated | EventType::ContactUpdated => schema_of::<ContactChange>(),
        EventType::ContactMerged => schema_of::<ContactMerge>(),
        EventType::OrderCreated | EventType::OrderUpdated | EventType::OrderCancelled => schema_of::<OrderChange>(),
        EventType::TransactionCreated | EventType::TransactionProcessed => schema_of::<TransactionChange>(),
        EventType::ProductCreated | EventType::ProductUpdated => schema_of::<ProductChange>(),
        EventType::SettingsUpdated => schema_of::<SettingsChange>(),
    };
    titled(schema, event_type)
}

/// Reads an event as whoever handles it does, and gives its envelope.
pub fn read_event(event_type: EventType, event: &Value) -> Result<Headline, serde_json::Error> {
    fn read<D: for<'de> Deserialize<'de>>(event: &Value) -> Result<Headline, serde_json::Error> {
        Event::<D>::deserialize(event).map(Headline::from)
    }
    match event_type {
        EventType::ContactCreated | EventType::ContactUpdated => read::<ContactChange>(event),
        EventType::ContactMerged => read::<ContactMerge>(event),
        EventType::OrderCreated | EventType::OrderUpdated | EventType::OrderCancelled => read::<OrderChange>(event),
        EventType::TransactionCreated | EventType::TransactionProcessed => read::<TransactionChange>(event),
        EventType::ProductCreated | EventType::ProductUpdated => read::<ProductChange>(event),
        EventType::SettingsUpdated => read::<SettingsChange>(event),
    }
}

/// The schema of an event with all it refers to, in one document.
fn schema_of<D: ToSchema>() -> Value {
    // What the envelope refers to does not include the data itself.
    let mut used = vec![(D::name().into_owned(), D::schema())];
    Event::<D>::schemas(&mut used);
    let defs: serde_json::Map<_, _> = used.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
    let mut schema = json!(Event::<D>::schema());
    schema["$defs"] = Value::Object(defs);
    let text = schema.to_string().replace("#/components/schemas/", "#/$defs/");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn titled(mut schema: Value, event_type: EventType) -> Value {
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(event_type.as_str());
    schema["properties"]["type"] = json!({ "const": event_type.as_str() });
    schema
}
