//! Reads events: the envelope first, then the data that its type has.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Event, EventData, EventType};

/// Why something cannot be read as an event.
#[derive(Debug, thiserror::Error)]
pub enum ReadEventError {
    /// Another version, or somebody else, may know the type.
    #[error("{0:?} is not an event type")]
    UnknownType(String),
    #[error("{0}")]
    BadEnvelope(serde_json::Error),
    /// A position in the message counts from where the data begins.
    #[error("data: {0}")]
    BadData(serde_json::Error),
}

impl Event {
    /// Reads the JSON of an event of any type. The data is skipped once, to find the type wherever it stands, and parsed once.
    pub fn read(json: &str) -> Result<Self, ReadEventError> {
        match serde_json::from_str::<Event<&RawValue>>(json) {
            Ok(event) => event.read_data().map_err(ReadEventError::BadData),
            Err(error) => Err(unknown_type(json).unwrap_or(ReadEventError::BadEnvelope(error))),
        }
    }

    /// Reads an event that is parsed already, of any type.
    pub fn from_value(json: &Value) -> Result<Self, ReadEventError> {
        let event = Event::<Value>::deserialize(json).map_err(ReadEventError::BadEnvelope)?;
        event.read_data().map_err(ReadEventError::BadData)
    }
}

impl<'de, D: Deserializer<'de>> Event<D> {
    fn read_data(self) -> Result<Event, D::Error> {
        let data = EventData::read(self.event_type, self.data)?;
        Ok(Event {
            specversion: self.specversion,
            id: self.id,
            source: self.source,
            event_type: self.event_type,
            subject: self.subject,
            time: self.time,
            datacontenttype: self.datacontenttype,
            sequence: self.sequence,
            actor: self.actor,
            imported: self.imported,
            traceparent: self.traceparent,
            data,
        })
    }
}

/// The type of what is no event of ours, where it says one that we do not know.
fn unknown_type(json: &str) -> Option<ReadEventError> {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        name: String,
    }
    let Typed { name } = serde_json::from_str(json).ok()?;
    name.parse::<EventType>().is_err().then_some(ReadEventError::UnknownType(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_type_is_reported_whatever_else_is_missing() {
        let read = |json: &str| Event::read(json).unwrap_err();
        assert!(matches!(read("{"), ReadEventError::BadEnvelope(_)));
        assert!(matches!(read("[]"), ReadEventError::BadEnvelope(_)));
        assert!(matches!(read(r#"{"type": "ORDER_CREATED", "data": {}}"#), ReadEventError::BadEnvelope(_)));
        assert!(matches!(read(r#"{"type": "ORDER_SHIPPED"}"#), ReadEventError::UnknownType(t) if t == "ORDER_SHIPPED"));
    }

    #[test]
    fn the_type_may_stand_behind_the_data_and_decides_how_it_is_read() {
        let with = |event_type: &str| {
            format!(
                r#"{{"data": {{}}, "specversion": "1.0", "id": "evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB", "source": "/comptoir",
                "type": "{event_type}", "subject": "x", "time": "2026-11-22T09:00:00Z", "sequence": 1,
                "datacontenttype": "application/json", "actor": "system:test"}}"#
            )
        };
        let error = |event_type: &str| Event::read(&with(event_type)).unwrap_err().to_string();
        assert!(error("ORDER_CREATED").starts_with("data: missing field `order`"), "{}", error("ORDER_CREATED"));
        assert!(error("CONTACT_MERGED").starts_with("data: missing field `contact`"), "{}", error("CONTACT_MERGED"));
        let value: Value = serde_json::from_str(&with("PRODUCT_CREATED")).unwrap();
        assert_eq!(Event::from_value(&value).unwrap_err().to_string(), "data: missing field `product`");
    }
}
