//! One attempt, and what comes of it.

use std::time::Duration;

use domain::DeliveryKind;
use queue::Receipt;
use store::attempts::Attempt;

use super::work::Work;
use super::{mail, replay, webhook};
use crate::Worker;

/// What came of it.
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

/// What is known of the receiver's answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: Option<i64>,
    pub(crate) took: Duration,
    /// A webhook's receiver does not want any more.
    pub(crate) gone: bool,
    /// A mail, as it was sent.
    pub(crate) mail: Option<Box<store::mails::Content>>,
}

/// An outcome to be written down.
pub(crate) struct Settled {
    pub(crate) work: Work,
    pub(crate) receipt: Receipt,
    pub(crate) outcome: Outcome,
}

impl Outcome {
    /// The attempt as it is logged; None where none was made.
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

pub(crate) async fn make(worker: &Worker, work: &Work) -> Outcome {
    match work.delivery.kind {
        DeliveryKind::Mail => mail::attempt(worker, work).await,
        DeliveryKind::Webhook => webhook::attempt(worker, work).await,
        DeliveryKind::Replay => replay::attempt(worker, work).await,
    }
}
