//! The event types, each declared once: its name on the wire and the type of its data.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::data::{ContactChange, ContactMerge, OrderChange, ProductChange, SettingsChange, TransactionChange};
use super::schema::schema_of;
use crate::Invalid;

/// Makes of the declarations [`EventType`], [`EventData`] and all that depends on which data a type has. Whoever decides by
/// the type of an event matches on [`EventData`] without `_`, so that the compiler asks about a new one.
macro_rules! event_types {
    ($($(#[doc = $doc:literal])* $variant:ident($data:ty) = $name:tt,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum EventType {
            $($(#[doc = $doc])* #[serde(rename = $name)] $variant,)+
        }

        impl EventType {
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Its name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The schema of an event of this type, without its title.
            pub(super) fn envelope_schema(self) -> Value {
                match self {
                    $(Self::$variant => schema_of::<$data>(),)+
                }
            }
        }

        /// The data of an event: what changed, by the event's type.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum EventData {
            $($(#[doc = $doc])* $variant(Box<$data>),)+
        }

        impl EventData {
            /// The type of an event with this data.
            #[must_use]
            pub const fn event_type(&self) -> EventType {
                match self {
                    $(Self::$variant(_) => EventType::$variant,)+
                }
            }

            /// Reads the data of an event whose type is known.
            pub(super) fn read<'de, D: Deserializer<'de>>(event_type: EventType, data: D) -> Result<Self, D::Error> {
                match event_type {
                    $(EventType::$variant => Deserialize::deserialize(data).map(Self::$variant),)+
                }
            }
        }
    };
}

event_types! {
    ContactCreated(ContactChange) = "CONTACT_CREATED",
    ContactUpdated(ContactChange) = "CONTACT_UPDATED",
    /// Two contacts were found to be one.
    ContactMerged(ContactMerge) = "CONTACT_MERGED",
    OrderCreated(OrderChange) = "ORDER_CREATED",
    OrderUpdated(OrderChange) = "ORDER_UPDATED",
    OrderCancelled(OrderChange) = "ORDER_CANCELLED",
    /// A transaction that is still under way was recorded.
    TransactionCreated(TransactionChange) = "TRANSACTION_CREATED",
    /// A transaction succeeded, failed or was cancelled.
    TransactionProcessed(TransactionChange) = "TRANSACTION_PROCESSED",
    ProductCreated(ProductChange) = "PRODUCT_CREATED",
    ProductUpdated(ProductChange) = "PRODUCT_UPDATED",
    SettingsUpdated(SettingsChange) = "SETTINGS_UPDATED",
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
