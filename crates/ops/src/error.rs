//! Why something could not be done, by what the caller can do about it.

use std::time::Duration;

use domain::{ContactId, Invalid};
use serde::Serialize;

/// The result of a transaction that may refuse and still commit, so that the refusal is recorded. The inner error is the refusal;
/// the outer one rolls the transaction back.
pub(crate) type Refusable<T> = Result<Result<T, Error>, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    #[error("{what} not found")]
    NotFound { what: &'static str },
    /// The input cannot be accepted as it is.
    #[error(transparent)]
    Invalid(Invalid),
    /// The input is fine, but not for the thing as it stands now.
    #[error("{message}")]
    Conflict { code: &'static str, message: String },
    /// There are contacts already that the new one may be, the likeliest first.
    #[error("there may be such a contact already: {}", candidates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    PossibleDuplicate { candidates: Vec<ContactId> },
    /// The caller has not seen the latest version of what it wants to change.
    #[error("the {what} has changed since you read it")]
    Stale { what: &'static str, current: Box<Current> },
    /// The caller has not shown who it is.
    #[error("{message}")]
    Unauthorised { code: &'static str, message: String },
    /// The caller is known, and may not do this.
    #[error("{message}")]
    Forbidden { code: &'static str, message: String },
    /// Too many failures: nobody looks at the next attempt before `wait` is over.
    #[error("too many attempts; try again in {} s", wait.as_secs())]
    TooManyAttempts { wait: Duration },
    /// Too much of the same is waiting already.
    #[error("too many requests at once")]
    Busy,
    /// A parallel request with this Idempotency-Key was answered first.
    #[error("another request with the same key has been answered")]
    Replayed,
    #[error(transparent)]
    Store(store::Error),
}

/// A thing as it stands, for whoever wanted to change an older version of it.
#[derive(Clone, Debug)]
pub struct Current {
    pub version: i64,
    /// As the API shows it.
    pub resource: serde_json::Value,
}

impl Error {
    pub(crate) fn unauthorised(code: &'static str, message: impl Into<String>) -> Self {
        Self::Unauthorised { code, message: message.into() }
    }

    /// The caller wanted to change an older version than this.
    pub(crate) fn stale(what: &'static str, version: i64, resource: &impl Serialize) -> Self {
        match serde_json::to_value(resource) {
            Ok(resource) => Self::Stale { what, current: Box::new(Current { version, resource }) },
            Err(e) => Self::Store(store::Error::Unexpected(e.to_string())),
        }
    }

    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict { code, message: message.into() }
    }

    /// A unique key that a caller's value has hit is that caller's mistake; anything else is the store's.
    pub(crate) fn taken(key: &'static str, field: &'static str) -> impl FnOnce(store::Error) -> Self {
        move |e| match e {
            store::Error::Duplicate { key: hit } if hit == key => {
                Self::conflict("already_exists", format!("another one has this {field}"))
            }
            other => other.into(),
        }
    }
}

impl From<Invalid> for Error {
    /// A refused `state` is not a malformed input: the thing is not where the action expects it.
    fn from(invalid: Invalid) -> Self {
        if invalid.field == "state" {
            Self::Conflict { code: invalid.code, message: invalid.message }
        } else {
            Self::Invalid(invalid)
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::BadCursor => {
                Self::Invalid(Invalid::new("cursor", "bad_cursor", "must be the next_cursor of a former page"))
            }
            store::Error::Invalid(invalid) => Self::Invalid(invalid),
            other => Self::Store(other),
        }
    }
}
