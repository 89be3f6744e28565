//! Who may sign in, and how much they may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::required_text;
use crate::{Invalid, Language, Timestamp, UserId};

/// Each role may do all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything but people and dead letters' secrets.
    Viewer,
    /// Takes orders, keeps contacts, records payments.
    Clerk,
    /// Refunds, cancels, and works the desk of dead letters.
    Manager,
    /// Everything, people and settings included.
    Admin,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Clerk, Self::Manager, Self::Admin];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Clerk => "clerk",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Invalid::new("role", "bad_role", "must be one of admin, manager, clerk, viewer"))
    }
}

/// Somebody who may sign in. The password's hash never leaves the store's own row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct User {
    pub id: UserId,
    /// Unique, lower case.
    #[schema(example = "claire@example.com")]
    pub email: String,
    #[schema(example = "Claire Vasseur")]
    pub name: String,
    pub role: Role,
    /// In which the screens speak to this user; the browser's, if not said.
    pub language: Option<Language>,
    /// Whether signing in takes a code beside the password.
    pub second_factor: bool,
    /// Since when this user may not sign in.
    pub disabled_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub version: i64,
}

/// What an administrator may say of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    #[schema(min_length = 1, max_length = 200, example = "Claire Vasseur")]
    pub name: String,
    pub role: Role,
}

/// What users may say of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    #[schema(min_length = 1, max_length = 200, example = "Claire Vasseur")]
    pub name: String,
    #[serde(default)]
    pub language: Option<Language>,
}

impl User {
    /// A user who may sign in from now on.
    pub fn new(id: UserId, email: &str, name: &str, role: Role, now: Timestamp) -> Result<Self, Invalid> {
        let (email, name) = (Self::normal_email(email)?, user_name(name)?);
        let (language, disabled_at) = (None, None);
        Ok(Self { id, email, name, role, language, second_factor: false, disabled_at, created_at: now, version: 1 })
    }

    /// The form in which an address is kept and looked up.
    pub fn normal_email(text: &str) -> Result<String, Invalid> {
        crate::contact_check::email_address("email", Some(text))?
            .ok_or_else(|| Invalid::new("email", "required", "must not be empty"))
            .map(|email| email.to_lowercase())
    }

    /// With what an administrator says.
    pub fn edited(&self, input: UserInput) -> Result<Self, Invalid> {
        Ok(Self { name: user_name(&input.name)?, role: input.role, ..self.next() })
    }

    /// With what the user says.
    pub fn with_profile(&self, profile: Profile) -> Result<Self, Invalid> {
        Ok(Self { name: user_name(&profile.name)?, language: profile.language, ..self.next() })
    }

    /// Kept from signing in since `disabled_at`, or let in again.
    #[must_use]
    pub fn with_disabled(&self, disabled_at: Option<Timestamp>) -> Self {
        Self { disabled_at, ..self.next() }
    }

    fn next(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }
}

pub(crate) fn user_name(name: &str) -> Result<String, Invalid> {
    required_text("name", name, 200)
}
