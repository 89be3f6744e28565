//! Makes an attempt at a delivery, by its kind.

use domain::DeliveryKind;

use super::outcome::Outcome;
use super::work::Work;
use super::{mail, replay, webhook};
use crate::Worker;

pub(crate) async fn make(worker: &Worker, work: &Work) -> Outcome {
    match work.delivery.kind {
        DeliveryKind::Mail => mail::attempt(worker, work).await,
        DeliveryKind::Webhook => webhook::attempt(worker, work).await,
        DeliveryKind::Replay => replay::attempt(worker, work).await,
    }
}
