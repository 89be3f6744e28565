//! Forgets what has served its time, a little at a time; in one process at a time.

use std::time::Duration;

use domain::LeaseId;
use store::{change, erasure, idempotency, imports, leases, legal_copies, query, sessions, sign_in_throttles};
use tokio_util::sync::CancellationToken;

use crate::{Worker, pause, retention};

/// How long an answer can be asked for again by its Idempotency-Key.
const REPLIES_KEPT: Duration = Duration::from_hours(48);
/// How long the rows that an import could not accept can be fetched.
const REJECTS_KEPT: Duration = Duration::from_hours(30 * 24);
/// How long a session can be looked up after its last use; by then it is over (`domain::IDLE_LIFETIME`).
const SESSIONS_KEPT: Duration = Duration::from_hours(60 * 24);
/// How long failures to sign in are remembered after the last one.
const FAILURES_KEPT: Duration = Duration::from_hours(48);
const EVERY: Duration = Duration::from_mins(10);
/// Rows in one transaction: short, so that nobody waits for it.
const AT_ONCE: usize = 200;

const JOB: &str = "sweep";
/// A process that dies is followed after this, and a pass of the next.
const LEASE: Duration = Duration::from_mins(25);

pub(crate) async fn run(worker: Worker, stop: CancellationToken) {
    let holder = worker.context.id(LeaseId::new).to_string();
    while !stop.is_cancelled() {
        if let Err(error) = pass(&worker, &holder, &stop).await {
            tracing::warn!(%error, "what is old could not be forgotten; trying again later");
        }
        pause(&stop, EVERY).await;
    }
    let release = change!(worker.db, move |tx, holder| leases::release(tx, JOB, holder).await);
    if let Err(error) = release.await {
        tracing::info!(%error, "the next process sweeps when our time is up");
    }
}

/// Sweeps, unless another process does; says whether it did.
pub async fn pass(worker: &Worker, holder: &str, stop: &CancellationToken) -> Result<bool, store::Error> {
    let (holder, now) = (holder.to_owned(), worker.context.now());
    let taken = change!(worker.db, move |tx, holder, now| leases::take(tx, JOB, holder, *now, LEASE).await).await?;
    if taken {
        sweep(worker, stop).await?;
    }
    Ok(taken)
}

async fn sweep(worker: &Worker, stop: &CancellationToken) -> Result<(), store::Error> {
    let now = worker.context.now();
    until_none_left(stop, || {
        let before = now.minus(REPLIES_KEPT);
        change!(worker.db, move |tx, before| idempotency::forget(tx, *before, AT_ONCE).await)
    })
    .await?;
    until_none_left(stop, || {
        let before = now.minus(SESSIONS_KEPT);
        change!(worker.db, move |tx, before| sessions::forget(tx, *before, AT_ONCE).await)
    })
    .await?;
    until_none_left(stop, || {
        let before = now.minus(FAILURES_KEPT);
        change!(worker.db, move |tx, before| sign_in_throttles::forget(tx, *before, AT_ONCE).await)
    })
    .await?;
    let before = now.minus(REJECTS_KEPT);
    change!(worker.db, move |tx, before| imports::forget_rejects(tx, *before).await).await.map(|_: u64| ())?;
    let forgotten = retention::forget_old(worker, stop).await?;
    if forgotten > 0 {
        tracing::info!(rows = forgotten, "what was done long ago is forgotten");
    }
    forget_legal_copies(worker).await?;
    scrub(worker).await
}

/// Copies of erased contacts that the law no longer asks for. They too must be gone from the database's files.
pub async fn forget_legal_copies(worker: &Worker) -> Result<(), store::Error> {
    loop {
        let today = worker.context.now().date();
        let forget = change!(worker.db, move |tx, today| {
            let forgotten = legal_copies::forget(tx, *today, AT_ONCE).await?;
            if forgotten > 0 {
                erasure::ask_for_scrub(tx).await?;
            }
            Ok::<_, store::Error>(forgotten)
        });
        if forget.await? < AT_ONCE as u64 {
            return Ok(());
        }
    }
}

/// Where an erasure's process died before its end.
pub async fn scrub(worker: &Worker) -> Result<(), store::Error> {
    let due = query!(worker.db, |tx| erasure::scrub_is_due(tx).await).await?;
    if due { ops::contacts::erasure::finish(&worker.db, worker.deliveries.mail_folder()).await } else { Ok(()) }
}

async fn until_none_left<F>(stop: &CancellationToken, mut forget: impl FnMut() -> F) -> Result<(), store::Error>
where
    F: Future<Output = Result<u64, store::Error>>,
{
    while !stop.is_cancelled() && forget().await? == AT_ONCE as u64 {}
    Ok(())
}
