//! The security log: who signed in, who may do what, who took data out. Beside the journal of the business, which tells what
//! changed in it.

use serde::{Deserialize, Serialize};

use crate::{Actor, SecurityEntryId, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecurityKind {
    SignedIn,
    /// The detail has the e-mail address that was tried, cut to 100 characters.
    SignInFailed,
    SignedOut,
    /// A refresh token came a second time: somebody has a copy of it.
    SessionReused,
    PasswordChanged,
    /// An administrator made a link by which a user chooses another password.
    PasswordLinkMade,
    SecondFactorOn,
    SecondFactorOff,
    Invited,
    InvitationRevoked,
    InvitationAccepted,
    UserAdded,
    RoleChanged,
    UserDisabled,
    UserEnabled,
    KeyMade,
    KeyRevoked,
    DeadLetterRedriven,
    DeadLetterDiscarded,
    /// Mails of a kind and language say something else now.
    MailTemplateChanged,
    /// They say again what Comptoir brings.
    MailTemplateReset,
    WebhookEndpointAdded,
    WebhookEndpointChanged,
    WebhookEndpointDeleted,
    WebhookSecretRotated,
    ContactExported,
    ContactErased,
    /// A whole list was taken out.
    DataExported,
}

/// One entry of the security log. Never holds a password, a token or a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SecurityEntry {
    pub id: SecurityEntryId,
    pub kind: SecurityKind,
    pub actor: Actor,
    /// The id of whom or what it is about.
    pub subject: Option<String>,
    /// Where the request came from.
    #[schema(example = "203.0.113.7")]
    pub address: Option<String>,
    /// What else there is to know, by kind.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    pub occurred_at: Timestamp,
}
