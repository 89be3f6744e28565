//! Forgets what has served its time, a little at a time.

use std::time::Duration;

use store::{idempotency, imports};
use tokio_util::sync::CancellationToken;

use crate::{Worker, pause};

/// How long an answer can be asked for again by its Idempotency-Key.
const REPLIES_KEPT: Duration = Duration::from_hours(48);
/// How long the rows that an import could not accept can be fetched.
const REJECTS_KEPT: Duration = Duration::from_hours(30 * 24);
const EVERY: Duration = Duration::from_mins(10);
/// Rows in one transaction: short, so that nobody waits for it.
const AT_ONCE: usize = 200;

pub(crate) async fn run(worker: Worker, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = sweep(&worker, &stop).await {
            tracing::warn!(%error, "what has served its time could not be forgotten; trying again later");
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
    let before = worker.context.now().minus(REJECTS_KEPT);
    let _: u64 = worker.db.write(before, |tx, before| Box::pin(imports::forget_rejects(tx, *before))).await?;
    Ok(())
}
