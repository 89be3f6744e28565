//! Why a deployment cannot go on.

/// What it means for the cluster is decided by where it happens: before the first change nothing is to be taken back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// Something that is given is wrong or missing; says what to do.
    #[error("{0}")]
    Usage(String),
    /// Somebody else deploys at this moment.
    #[error(
        "{holder} deploys at this moment (Lease comptoir-deploy, renewed {renewed}); try again when that has ended"
    )]
    Busy { holder: String, renewed: String },
    /// The API server said no, or nothing at all for as long as one may try again.
    #[error("{what}: {why}")]
    Cluster { what: String, why: String },
    /// A field belongs to somebody else.
    #[error("{object}: {causes}\n  take them over with --force-conflicts, or let whoever manages them have them")]
    Conflict { object: String, causes: String },
    /// What was waited for did not come, or came broken.
    #[error("{0}")]
    Failed(String),
    #[error("interrupted")]
    Interrupted,
    #[error("not done within {0}")]
    Deadline(String),
    /// Another process has the lease now: whatever is done from here on would be done twice.
    #[error("the lease is lost: somebody else may deploy")]
    LeaseLost,
}

pub(crate) type Outcome<T> = Result<T, Problem>;
