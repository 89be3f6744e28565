//! Sessions: a user who is signed in on a device, until one of several ends.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{SessionId, Timestamp, UserId};

/// A session that nobody has used for so long is over, however long it may live: a borrowed computer.
pub const IDLE_LIFETIME: Duration = Duration::from_hours(14 * 24);

/// Why a session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEnd {
    SignedOut,
    /// Its refresh token came a second time: somebody has a copy.
    Reused,
    PasswordChanged,
    UserDisabled,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub created_at: Timestamp,
    /// When the access token was last renewed.
    pub last_used_at: Timestamp,
    /// Its end, however much it is used.
    pub expires_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub ended_why: Option<SessionEnd>,
    pub address: Option<String>,
    /// What the browser says it is, cut to 200 characters.
    pub user_agent: Option<String>,
}

impl Session {
    /// Whether it still lets somebody in.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at && now < self.last_used_at.plus(IDLE_LIFETIME)
    }
}
