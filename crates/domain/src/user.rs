//! Who may sign in, and how much they may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Invalid, Timestamp, UserId};

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
    pub name: String,
    pub role: Role,
    pub created_at: Timestamp,
}

impl User {
    /// The form in which an address is kept and looked up.
    pub fn normal_email(text: &str) -> Result<String, Invalid> {
        crate::contact_check::email_address("email", Some(text))?
            .ok_or_else(|| Invalid::new("email", "required", "must not be empty"))
            .map(|email| email.to_lowercase())
    }
}
