//! Deliveries: what must leave the building because of an event, to one receiver.

use serde::{Deserialize, Serialize};

use crate::{DeliveryId, EventId, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryKind {
    Mail,
    Webhook,
    /// Webhooks of events that were, to one endpoint; `event_id` is how far it has come.
    Replay,
}

impl DeliveryKind {
    /// The type of the message that carries it.
    #[must_use]
    pub const fn message_type(self) -> &'static str {
        match self {
            Self::Mail => "MAIL",
            Self::Webhook => "WEBHOOK",
            Self::Replay => "WEBHOOK_REPLAY",
        }
    }

    #[must_use]
    pub fn of_message_type(text: &str) -> Option<Self> {
        [Self::Mail, Self::Webhook, Self::Replay].into_iter().find(|kind| kind.message_type() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be attempted, for the first time or again.
    Pending,
    /// The receiver has accepted it.
    Done,
    /// Given up on; its dead letter is on the desk.
    Dead,
    /// Not to be made any more: `error` says why.
    Skipped,
}

/// One thing that must leave the building. Its id is the id of its message, and stays the same however often it is attempted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Delivery {
    pub id: DeliveryId,
    pub kind: DeliveryKind,
    pub event_id: EventId,
    /// The order, where the event is about one (or about its money); otherwise the event's subject.
    #[schema(example = "ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB")]
    pub subject: String,
    /// Whom it is for: the contact of a mail, the endpoint of a webhook.
    #[schema(example = "con_01JD8Z5Q0V3T9N4C7K2M6X8YRB")]
    pub target: String,
    pub state: DeliveryState,
    /// Made so far; from zero again when a person sends it again.
    #[schema(minimum = 0)]
    pub attempts: i64,
    /// Not before then. Absent when there is nothing to wait for.
    pub next_attempt_at: Option<Timestamp>,
    /// The last error, or why it was skipped.
    pub error: Option<String>,
    pub created_at: Timestamp,
    pub done_at: Option<Timestamp>,
}

/// The message of a delivery: a CloudEvent like any other, so that whoever looks at the queue can read it. What is to be sent
/// is read when it is sent: a mended address counts, and what was erased stays erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryMessage {
    pub specversion: String,
    pub id: DeliveryId,
    pub source: String,
    #[serde(rename = "type")]
    pub message_type: String,
    pub subject: String,
    pub time: Timestamp,
    pub datacontenttype: String,
    pub data: Due,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub event_id: EventId,
    pub target: String,
    /// Which attempt it asks for, from 1.
    pub attempt: i64,
}

impl Delivery {
    /// A new one.
    #[must_use]
    pub fn new(
        id: DeliveryId,
        kind: DeliveryKind,
        event_id: EventId,
        subject: String,
        target: String,
        now: Timestamp,
    ) -> Self {
        let state = DeliveryState::Pending;
        let (attempts, next_attempt_at, error, done_at) = (0, None, None, None);
        Self { id, kind, event_id, subject, target, state, attempts, next_attempt_at, error, created_at: now, done_at }
    }

    /// What asks for an attempt.
    #[must_use]
    pub fn message(&self, attempt: i64) -> DeliveryMessage {
        DeliveryMessage {
            specversion: "1.0".into(),
            id: self.id,
            source: "/comptoir".into(),
            message_type: self.kind.message_type().into(),
            subject: self.subject.clone(),
            time: self.created_at,
            datacontenttype: "application/json".into(),
            data: Due { event_id: self.event_id, target: self.target.clone(), attempt },
        }
    }
}
