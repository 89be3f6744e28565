//! Links by which a person chooses a password: an invitation to become a user, or another chance for a user.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::user::user_name;
use crate::{Actor, Invalid, InvitationId, Role, Timestamp, User, UserId};

/// How long a link is good.
pub const LINK_LIFETIME: Duration = Duration::from_hours(7 * 24);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Invitation {
    pub id: InvitationId,
    /// For a link by which a user gets another password: whose.
    pub user_id: Option<UserId>,
    #[schema(example = "claire@example.com")]
    pub email: String,
    #[schema(example = "Claire Vasseur")]
    pub name: String,
    pub role: Role,
    pub created_by: Actor,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// Whom to invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationInput {
    #[schema(min_length = 1, max_length = 254, example = "claire@example.com")]
    pub email: String,
    #[schema(min_length = 1, max_length = 200, example = "Claire Vasseur")]
    pub name: String,
    pub role: Role,
}

impl InvitationInput {
    /// The invitation as it is kept: address and name in their normal form.
    pub fn checked(self) -> Result<Self, Invalid> {
        Ok(Self { email: User::normal_email(&self.email)?, name: user_name(&self.name)?, ..self })
    }
}

impl Invitation {
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.accepted_at.is_none() && self.revoked_at.is_none() && now < self.expires_at
    }
}
