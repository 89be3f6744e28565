//! Mails to contacts: which there are, and the templates that they are made from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Invalid, Language, Timestamp};

/// Characters of a template's subject, and of each of its bodies.
const MAX_SUBJECT: usize = 500;
const MAX_BODY: usize = 100_000;

/// What a mail tells a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// The order as it was confirmed.
    OrderConfirmation,
    /// Of a payment that has succeeded.
    Receipt,
    /// Of a refund that has succeeded.
    RefundNotice,
}

impl MailKind {
    pub const ALL: [Self; 3] = [Self::OrderConfirmation, Self::Receipt, Self::RefundNotice];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrderConfirmation => "order_confirmation",
            Self::Receipt => "receipt",
            Self::RefundNotice => "refund_notice",
        }
    }
}

impl fmt::Display for MailKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MailKind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let kind = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        kind.ok_or_else(|| Invalid::new("kind", "bad_name", format!("{text:?} is no kind of mail")))
    }
}

/// What an administrator may say of a template; all of it is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailTemplateInput {
    /// Becomes one line.
    #[schema(min_length = 1, max_length = 500, example = "Commande {{ order.number }}")]
    pub subject: String,
    #[schema(min_length = 1, max_length = 100_000, example = "Bonjour {{ contact.name }},")]
    pub text: String,
    /// What is put in is escaped.
    #[schema(min_length = 1, max_length = 100_000, example = "<p>Bonjour {{ contact.name }},</p>")]
    pub html: String,
}

/// The template of a kind of mail in a language (Jinja; docs/mail.md says what can stand in it).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MailTemplate {
    pub kind: MailKind,
    pub language: Language,
    /// Goes up by one with each change, 0 before the first; the `ETag`.
    #[schema(minimum = 0)]
    pub version: i64,
    /// Somebody has changed it; otherwise it is the one that Comptoir brings.
    pub customised: bool,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub updated_at: Option<Timestamp>,
}

impl MailTemplateInput {
    /// The template with its lengths and characters checked; whether it makes a mail is another question.
    pub fn checked(self) -> Result<Self, Invalid> {
        for (field, text, max) in
            [("subject", &self.subject, MAX_SUBJECT), ("text", &self.text, MAX_BODY), ("html", &self.html, MAX_BODY)]
        {
            crate::error::required_text(field, text, max)?;
        }
        Ok(self)
    }
}
