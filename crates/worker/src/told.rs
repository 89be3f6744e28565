//! A message read as the event that it carries.

use domain::{
    ContactChange, ContactMerge, Event, EventType, OrderChange, ProductChange, SettingsChange, TransactionChange,
};
use serde::Deserialize;
use store::dead_letters::Cause;

/// An event with its data, by what it is about.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    Contact(Box<Event<ContactChange>>),
    Merge(Box<Event<ContactMerge>>),
    Order(Box<Event<OrderChange>>),
    Transaction(Event<TransactionChange>),
    Product(Event<ProductChange>),
    Settings(Box<Event<SettingsChange>>),
}

/// Why a message will never be understood, however often it comes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Poison {
    pub(crate) cause: Cause,
    pub(crate) error: String,
}

/// Only what is needed to know how to read the rest.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    event_type: String,
}

impl Told {
    pub(crate) fn read(body: &str) -> Result<Self, Poison> {
        let malformed = |e: serde_json::Error| Poison { cause: Cause::Malformed, error: e.to_string() };
        let envelope: Envelope = serde_json::from_str(body).map_err(malformed)?;
        let Ok(event_type) = envelope.event_type.parse::<EventType>() else {
            let error = format!("no handler for messages of type {:?}", envelope.event_type);
            return Err(Poison { cause: Cause::UnknownType, error });
        };
        match event_type {
            EventType::ContactCreated | EventType::ContactUpdated => serde_json::from_str(body).map(Self::Contact),
            EventType::ContactMerged => serde_json::from_str(body).map(Self::Merge),
            EventType::OrderCreated | EventType::OrderUpdated | EventType::OrderCancelled => {
                serde_json::from_str(body).map(|event| Self::Order(Box::new(event)))
            }
            EventType::TransactionCreated | EventType::TransactionProcessed => {
                serde_json::from_str(body).map(Self::Transaction)
            }
            EventType::ProductCreated | EventType::ProductUpdated => serde_json::from_str(body).map(Self::Product),
            EventType::SettingsUpdated => serde_json::from_str(body).map(|event| Self::Settings(Box::new(event))),
        }
        .map_err(malformed)
    }

    pub(crate) fn id(&self) -> domain::EventId {
        match self {
            Self::Contact(event) => event.id,
            Self::Merge(event) => event.id,
            Self::Order(event) => event.id,
            Self::Transaction(event) => event.id,
            Self::Product(event) => event.id,
            Self::Settings(event) => event.id,
        }
    }

    pub(crate) fn event_type(&self) -> EventType {
        match self {
            Self::Contact(event) => event.event_type,
            Self::Merge(event) => event.event_type,
            Self::Order(event) => event.event_type,
            Self::Transaction(event) => event.event_type,
            Self::Product(event) => event.event_type,
            Self::Settings(event) => event.event_type,
        }
    }

    pub(crate) fn traceparent(&self) -> Option<&str> {
        match self {
            Self::Contact(event) => event.traceparent.as_deref(),
            Self::Merge(event) => event.traceparent.as_deref(),
            Self::Order(event) => event.traceparent.as_deref(),
            Self::Transaction(event) => event.traceparent.as_deref(),
            Self::Product(event) => event.traceparent.as_deref(),
            Self::Settings(event) => event.traceparent.as_deref(),
        }
    }

    pub(crate) fn time(&self) -> domain::Timestamp {
        match self {
            Self::Contact(event) => event.time,
            Self::Merge(event) => event.time,
            Self::Order(event) => event.time,
            Self::Transaction(event) => event.time,
            Self::Product(event) => event.time,
            Self::Settings(event) => event.time,
        }
    }
}

impl Told {
    /// The order, where the event is about one or about its money; otherwise the event's subject.
    pub(crate) fn about(&self) -> String {
        match self {
            Self::Contact(event) => event.subject.clone(),
            Self::Merge(event) => event.subject.clone(),
            Self::Order(event) => event.subject.clone(),
            Self::Transaction(event) => event.data.transaction.order_id.to_string(),
            Self::Product(event) => event.subject.clone(),
            Self::Settings(event) => event.subject.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_an_event_and_what_has_no_handler_are_told_apart() {
        let cause = |body: &str| Told::read(body).unwrap_err().cause;
        assert_eq!(cause("{"), Cause::Malformed);
        assert_eq!(cause("[]"), Cause::Malformed);
        assert_eq!(cause(r#"{"type": "ORDER_SHIPPED"}"#), Cause::UnknownType);
        assert_eq!(cause(r#"{"type": "ORDER_CREATED", "data": {}}"#), Cause::Malformed);
    }
}
