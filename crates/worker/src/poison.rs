//! Messages that will never be understood, however often they come.

use domain::ReadEventError;
use store::dead_letters::Cause;

/// Why a message goes to the dead letters at once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Poison {
    pub(crate) cause: Cause,
    pub(crate) error: String,
}

impl From<ReadEventError> for Poison {
    fn from(error: ReadEventError) -> Self {
        match error {
            ReadEventError::UnknownType(name) => {
                Self { cause: Cause::UnknownType, error: format!("no handler for messages of type {name:?}") }
            }
            bad @ (ReadEventError::BadEnvelope(_) | ReadEventError::BadData(_)) => {
                Self { cause: Cause::Malformed, error: bad.to_string() }
            }
        }
    }
}
