//! Outcomes of attempts at deliveries.

use std::time::Duration;

use queue::Receipt;
use store::attempts::Attempt;

use super::work::Work;

/// The outcome of an attempt at a delivery.
pub(crate) enum Outcome {
    /// The receiver has accepted it.
    Done(Answer),
    /// It has not, and may the next time.
    Failed { answer: Answer, error: String, asked: Option<Duration> },
    /// It never will: a person decides.
    Refused { answer: Answer, error: String },
    /// Nothing was attempted, and nothing will be: why.
    Skipped(String),
    /// Nothing was attempted yet: there was no place.
    Later(Duration),
}

/// The receiver's answer, as far as it is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: Option<i64>,
    pub(crate) took: Duration,
    /// A webhook's receiver does not want any more.
    pub(crate) gone: bool,
    /// A mail, as it was sent.
    pub(crate) mail: Option<Box<store::mails::Content>>,
}

/// A delivery with its outcome, to be written to the database.
pub(crate) struct Settled {
    pub(crate) work: Work,
    pub(crate) receipt: Receipt,
    pub(crate) outcome: Outcome,
}

impl Outcome {
    /// The attempt to be recorded; None where none was made.
    pub(crate) fn attempt(&self, now: domain::Timestamp) -> Option<Attempt> {
        let (answer, error) = match self {
            Self::Done(answer) => (answer, None),
            Self::Failed { answer, error, .. } | Self::Refused { answer, error } => (answer, Some(error.clone())),
            Self::Skipped(_) | Self::Later(_) => return None,
        };
        let duration_ms = i64::try_from(answer.took.as_millis()).ok();
        Some(Attempt { at: now.minus(answer.took), error, status: answer.status, duration_ms })
    }
}
