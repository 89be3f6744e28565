//! Why a command ended badly, and with which exit code.

use std::fmt::Display;
use std::process::ExitCode;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A setting, a file or an argument that cannot be used as it is.
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Unavailable(String),
    /// The command was understood and is not possible.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Unexpected(String),
}

impl Failure {
    pub(crate) fn unexpected(error: impl Display) -> Self {
        Self::Unexpected(error.to_string())
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Unexpected(_) => 1,
            Self::Usage(_) => 2,
            Self::Unavailable(_) => 3,
            Self::Refused(_) => 4,
        })
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(_) | store::Error::Contended(_) => Self::Unavailable(error.to_string()),
            other => Self::Unexpected(other.to_string()),
        }
    }
}

impl From<queue::Error> for Failure {
    fn from(error: queue::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<ops::Error> for Failure {
    fn from(error: ops::Error) -> Self {
        match error {
            ops::Error::Store(error) => error.into(),
            other => Self::Refused(other.to_string()),
        }
    }
}
