//! What the business is, without any I/O: typed ids, money, VAT, states and their rules, and the events that tell of
//! a change.
//!
//! Everything here is a value or a pure function: no async, no clock, no randomness, no framework. The resources
//! ([`Contact`], [`Order`], [`Product`], [`Transaction`]) are serialised as they stand by the API and inside events, so a thing has
//! one name and one shape wherever it is seen. Their schemas come from the same types.
//!
//! Every other crate may use this one; it uses none of them.

mod api_key;
mod contact;
mod contact_check;
mod contact_keys;
mod contact_merge;
mod decimal;
mod delivery;
mod document;
mod error;
mod event;
mod fingerprint;
mod id;
mod import;
mod invitation;
mod legal_copy;
mod mail;
mod money;
mod network;
mod number_format;
mod order;
mod order_input;
mod process;
mod product;
pub mod search;
mod security;
mod session;
mod settings;
mod siren;
mod tags;
mod time;
mod transaction;
mod user;
mod vat;
mod vat_number;
mod webhook_endpoint;
pub mod whole;
pub mod written;

pub use api_key::{ApiKey, ApiKeyInput};
pub use contact::{Address, Contact, ContactEmail, ContactInput, ContactKind, ContactPhone, ContactState, Language};
pub use contact_keys::{KeyKind, sort_key};
pub use contact_merge::ERASED;
pub use decimal::{Percent, Quantity};
pub use delivery::{Delivery, DeliveryKind, DeliveryMessage, DeliveryState};
pub use document::{Document, DocumentKind, Logo, LogoFormat};
pub use error::{Invalid, required_text};
pub use event::{
    Actor, ContactChange, ContactMerge, Event, EventData, EventType, Headline, OrderChange, ProductChange,
    ReadEventError, SettingsChange, TransactionChange, event_schema, event_schemas,
};
pub use fingerprint::fingerprint;
pub use id::{
    ApiKeyId, AttemptId, ContactId, DeadLetterId, DeliveryId, DocumentId, EventId, ImportId, InvitationId, LeaseId,
    OrderId, ProcessId, ProductId, QueueRowId, ReceiptId, RequestId, SecurityEntryId, SessionId, TransactionId, UserId,
    WebhookEndpointId,
};
pub use import::{Import, ImportCounts, ImportKind, ImportState};
pub use invitation::{Invitation, InvitationInput, LINK_LIFETIME};
pub use legal_copy::{Buyer, LegalCopy};
pub use mail::{MailKind, MailTemplate, MailTemplateInput};
pub use money::{Currency, MAX_MINOR, Money};
pub use network::{InternalHosts, is_public};
pub use number_format::{MAX_NUMBER, NumberFormat};
pub use order::{Order, OrderLine, OrderState, PaymentStatus, Unnumbered};
pub use order_input::{MAX_LINES, OrderInput, OrderLineInput, PlacedAs, Sources};
pub use process::{Process, ProcessKind};
pub use product::{Product, ProductInput};
pub use security::{SecurityEntry, SecurityKind};
pub use session::{IDLE_LIFETIME, Session, SessionEnd};
pub use settings::{Company, OrderNumbering, OrderNumberingInput, Settings, SettingsInput, VatRate};
pub use tags::{MAX_TAGS, Tag, tag_key};
pub use time::{Date, Timestamp};
pub use transaction::{Transaction, TransactionInput, TransactionKind, TransactionMethod, TransactionState};
pub use user::{Profile, Role, User, UserInput};
pub use vat::{Discount, VatLine};
pub use webhook_endpoint::{WebhookEndpoint, WebhookEndpointInput, WebhookEndpointState};
