//! Who caused a change.

use serde::{Deserialize, Serialize};

use crate::{ApiKeyId, UserId};

/// Who caused a change: a user or an API key by id, or a part of the system by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(example = "usr_01JD8Z5Q0V3T9N4C7K2M6X8YRB")]
pub struct Actor(String);

impl Actor {
    #[must_use]
    pub fn user(id: UserId) -> Self {
        Self(id.to_string())
    }

    #[must_use]
    pub fn key(id: ApiKeyId) -> Self {
        Self(id.to_string())
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn anonymous() -> Self {
        Self("anonymous".into())
    }

    /// `system:import`, `system:sample`, …
    #[must_use]
    pub fn system(part: &str) -> Self {
        Self(format!("system:{part}"))
    }

    /// The user that this is, if it is one.
    #[must_use]
    pub fn as_user(&self) -> Option<UserId> {
        self.0.parse().ok()
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
