//! Forgets what has served its time, a little at a time.

use std::time::Duration;

use store::{erasure, idempotency, legal_copies};
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
            tracing::warn!(%error, "what has served its time could not be forgotten; trying again later");
        }
        pause(&stop, EVERY).await;
    }
}

async fn sweep(worker: &Worker, stop: &CancellationToken) -> Result<(), store::Error> {
    forget_replies(worker, stop).await?;
    forget_legal_copies(worker).await?;
    scrub(worker).await
}

/// Copies of erased contacts that the law no longer asks for. They too must be gone from the database's files.
pub async fn forget_legal_copies(worker: &Worker) -> Result<(), store::Error> {
    loop {
        let today = worker.context.now().date();
        let forget = worker.db.write(today, |tx, today| {
            Box::pin(async move {
                let forgotten = legal_copies::forget(tx, *today, AT_ONCE).await?;
                if forgotten > 0 {
                    erasure::ask_for_scrub(tx).await?;
                }
                Ok::<_, store::Error>(forgotten)
            })
        });
        if forget.await? < AT_ONCE as u64 {
            return Ok(());
        }
    }
}

/// Where an erasure's process died before its end.
pub async fn scrub(worker: &Worker) -> Result<(), store::Error> {
    let due = worker.db.read((), |tx, ()| Box::pin(erasure::scrub_is_due(tx))).await?;
    if due {
        worker.db.scrub().await?;
        worker.db.write((), |tx, ()| Box::pin(erasure::scrubbed(tx))).await?;
    }
    Ok(())
}

async fn forget_replies(worker: &Worker, stop: &CancellationToken) -> Result<(), store::Error> {
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
