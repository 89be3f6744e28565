//! Keys by which programs call. The secret is shown once; what is kept is its hash.

use serde::{Deserialize, Serialize};

use crate::error::required_text;
use crate::{Actor, ApiKeyId, Invalid, Role, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApiKey {
    pub id: ApiKeyId,
    #[schema(example = "Web shop")]
    pub name: String,
    pub role: Role,
    /// How the key begins, so that people know it again.
    #[schema(example = "ck_4fTq")]
    pub prefix: String,
    /// Requests a minute at the most; the server's own limit, if not said.
    pub per_minute: Option<i64>,
    pub created_by: Actor,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// To the minute.
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// What an administrator says of a new key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyInput {
    #[schema(min_length = 1, max_length = 200, example = "Web shop")]
    pub name: String,
    pub role: Role,
    /// Requests a minute at the most.
    #[serde(default, deserialize_with = "crate::whole::optional")]
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub per_minute: Option<i64>,
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl ApiKeyInput {
    /// The key as it is kept: its name trimmed, its limit and end checked.
    pub fn checked(self, now: Timestamp) -> Result<Self, Invalid> {
        if self.per_minute.is_some_and(|limit| !(1..=1_000_000).contains(&limit)) {
            return Err(Invalid::new("per_minute", "bad_limit", "must be between 1 and 1000000"));
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(Invalid::new("expires_at", "in_the_past", "must lie ahead"));
        }
        Ok(Self { name: required_text("name", &self.name, 200)?, ..self })
    }
}

impl ApiKey {
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}
