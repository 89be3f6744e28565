//! How a mail is attempted.

use super::attempt::Outcome;
use super::work::Work;
use crate::Worker;

#[expect(clippy::unused_async, reason = "the next step sends")]
pub(super) async fn attempt(_worker: &Worker, _work: &Work) -> Outcome {
    Outcome::Skipped("no mail is sent".into())
}
