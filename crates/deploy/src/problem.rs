//! The reasons for which a deployment cannot go on.

/// Why a deployment cannot go on. The caller decides what it means for the cluster: before the first change there is nothing to
/// roll back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// An option, a file or a setting is wrong or missing; the text says what to do.
    #[error("{0}")]
    Usage(String),
    /// Another deployment holds the lease.
    #[error(
        "{holder} deploys at this moment (Lease comptoir-deploy, renewed {renewed}); try again when that has ended"
    )]
    Busy { holder: String, renewed: String },
    /// The API server refused a request, or did not answer any attempt.
    #[error("{what}: {why}")]
    Cluster { what: String, why: String },
    /// Another manager owns a field that would be set.
    #[error("{object}: {causes}\n  take them over with --force-conflicts, or let whoever manages them have them")]
    Conflict { object: String, causes: String },
    /// A step failed, or did not finish in time.
    #[error("{0}")]
    Failed(String),
    #[error("interrupted")]
    Interrupted,
    #[error("not done within {0}")]
    Deadline(String),
    /// Another process may hold the lease now: whatever is done from here on could be done twice.
    #[error("the lease is lost: somebody else may deploy")]
    LeaseLost,
}

pub(crate) type Outcome<T> = Result<T, Problem>;
