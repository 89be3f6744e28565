//! What runs.

use serde::{Deserialize, Serialize};

use crate::{ProcessId, Timestamp};

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProcessKind {
    /// Both of the others: `comptoir up`.
    Everything,
    /// Answers people and programs: `comptoir serve`.
    Backend,
    /// Does the effects: `comptoir work`.
    Worker,
}

/// A process that runs, or ran and did not say that it stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    pub id: ProcessId,
    pub kind: ProcessKind,
    /// The machine and the number of the process there.
    pub name: String,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
}
