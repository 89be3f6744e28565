//! Imports that were sent to the API: what is known of each, while it runs and afterwards.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Actor, ImportId, Timestamp};

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    Contacts,
    Orders,
}

/// `uploaded → checking → writing → done`, and the other ways in which it can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Waits for the imports before it.
    Uploaded,
    /// Every row is held against the rules and against what is there; nothing is written.
    Checking,
    Writing,
    /// All is written; or, after a dry run, would be.
    Done,
    /// Some rows cannot be accepted, and nothing was written.
    Rejected,
    /// `error` says why. What was written before stays.
    Failed,
    /// The server was stopped over it. What was written stays; sending the same file again goes on where this one stopped.
    Interrupted,
    /// As somebody asked. What was written before stays.
    Cancelled,
}

impl ImportState {
    /// Whether nothing more will happen.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        !matches!(self, Self::Uploaded | Self::Checking | Self::Writing)
    }
}

/// What has become of the rows so far; of a dry run, and while checking, what would become of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ImportCounts {
    /// Contacts or orders that the present pass has come past.
    #[schema(minimum = 0)]
    pub done: i64,
    /// How many there are; not known before all are checked.
    #[schema(minimum = 0)]
    pub total: Option<i64>,
    #[schema(minimum = 0)]
    pub created: i64,
    #[schema(minimum = 0)]
    pub updated: i64,
    /// There already, and left alone.
    #[schema(minimum = 0)]
    pub unchanged: i64,
    /// Cannot be accepted.
    #[schema(minimum = 0)]
    pub rejected: i64,
}

/// A file that was sent to be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Import {
    pub id: ImportId,
    pub kind: ImportKind,
    pub state: ImportState,
    #[schema(example = "customers.csv")]
    pub file_name: String,
    /// Check every row, write nothing.
    pub dry_run: bool,
    /// Import the good rows although there are bad ones.
    pub skip_bad: bool,
    #[serde(flatten)]
    pub counts: ImportCounts,
    /// Why it failed, or what to do next.
    pub error: Option<String>,
    pub created_by: Actor,
    pub created_at: Timestamp,
    /// When it was last heard of.
    pub updated_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

impl Import {
    /// Not heard of for this long, its process is dead.
    pub const SILENCE: Duration = Duration::from_secs(30);
    /// What to do about an import that did not come to its end.
    pub const GO_ON: &'static str =
        "the server was stopped over it; send the same file again, and it goes on where this one stopped";

    /// What is kept of the name that the sender has for a file: one line, of at most 255 characters.
    #[must_use]
    pub fn clean_name(told: &str) -> String {
        told.chars().filter(|c| !c.is_control()).take(255).collect::<String>().trim().to_owned()
    }

    /// As it stands at a moment: what has not been heard of for a while is interrupted.
    #[must_use]
    pub fn as_of(self, now: Timestamp) -> Self {
        if self.state.has_ended() || now.since(self.updated_at) < Self::SILENCE {
            return self;
        }
        Self { state: ImportState::Interrupted, error: Some(Self::GO_ON.into()), ..self }
    }
}
