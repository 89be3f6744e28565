//! Forgets what has served its time, a little at a time.

use std::time::Duration;

use store::idempotency;
use tokio_util::sync::CancellationToken;

use crate::{Worker, pause};

/// How long an answer can be asked for again by its Idempotency-Key.
const REPLIES_KEPT: Duration = Duration::from_hours(48);
const EVERY: Duration = Duration::from_mins(10);
/// Rows in one transaction: short, so that nobody waits for it.
const AT_ONCE: usize = 200;

pub(crate) async fn run(worker: Worker, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = sweep(&worker, &stop).await {
            tracing::warn!(%error, "old answers could not be forgotten; trying again later");
        }
        pause(&stop, EVERY).await;
    }
}

async fn sweep(worker: &Worker, stop: &CancellationToken) -> Result<(), store::Error> {
    while !stop.is_cancelled() {
        let before = worker.context.now().minus(REPLIES_KEPT);
        let forgotten: u64 =
            worker.db.write(before, |tx, before| Box::pin(idempotency::forget(tx, *before, AT_ONCE))).await?;
        if forgotten < AT_ONCE as u64 {
            break;
        }
    }
    Ok(())
}
