//! Outbox → queue.
//!
//! Every backend and worker runs one. A commit in the same process wakes it; once a second it sweeps, for what other
//! processes or a crash have left. A message that is sent and not yet marked when the plug is pulled is sent again: its id
//! is the event's, and the inbox knows it.

use std::time::Duration;

use queue::{Embedded, Error, MAX_BATCH, Queue};
use store::faults::{self, Point};
use store::{change, outbox};
use tokio_util::sync::CancellationToken;

use crate::claim::shrink;
use crate::{Worker, pause};

/// Messages of one pass.
const PASS: usize = 100;
const SWEEP: Duration = Duration::from_secs(1);

pub(crate) async fn run(worker: Worker, stop: CancellationToken) {
    let mut failures: u32 = 0;
    while !stop.is_cancelled() {
        match pass(&worker).await {
            Ok(sent) => {
                if failures > 0 {
                    tracing::info!("the relay works again");
                }
                failures = 0;
                worker.metrics.relayed(sent);
                if sent == PASS {
                    continue;
                }
            }
            Err(error) => {
                failures += 1;
                // Said once, not every second of an outage.
                if failures == 1 {
                    tracing::warn!(%error, "the relay cannot hand messages to the queue; it keeps trying");
                }
                pause(&stop, Duration::from_millis(200).saturating_mul(failures.min(25))).await;
                continue;
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = worker.db.outbox_written() => faults::reach(Point::BeforeRelay),
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

/// Hands over what is due, up to a hundred messages; says how many.
pub async fn pass(worker: &Worker) -> Result<usize, Error> {
    match &worker.queue {
        Queue::Embedded(queue) => pass_within_database(queue).await,
        queue @ Queue::Sqs(_) => pass_through(worker, queue).await,
    }
}

async fn pass_within_database(queue: &Embedded) -> Result<usize, Error> {
    let moved = queue.take_outbox(PASS).await?;
    if moved > 0 {
        faults::reach(Point::AfterSend);
    }
    Ok(moved)
}

/// Lease, send, mark.
async fn pass_through(worker: &Worker, queue: &Queue) -> Result<usize, Error> {
    let lease = worker.context.id(domain::LeaseId::new).to_string();
    let (now, duration) = (worker.context.now(), worker.settings.lease);
    let leased = change!(worker.db, |tx, lease, now, duration| outbox::lease(tx, lease, *now, *duration, PASS).await);
    let leased: Vec<outbox::Message> = leased.await?;
    let count = leased.len();
    let mut batches = leased.into_iter().map(shrink).collect::<Vec<_>>();
    while !batches.is_empty() {
        let rest = batches.split_off(batches.len().min(MAX_BATCH));
        let batch = std::mem::replace(&mut batches, rest);
        let answers = queue.send(&batch).await?;
        faults::reach(Point::AfterSend);
        let mut sent = Vec::with_capacity(batch.len());
        for (message, answer) in batch.into_iter().zip(answers) {
            match answer {
                Ok(()) => sent.push(message.id),
                // It stays in the outbox and is tried again when the lease ends.
                Err(error) => tracing::warn!(message_id = message.id, %error, "the queue refused a message"),
            }
        }
        if !sent.is_empty() {
            change!(worker.db, |tx, lease, sent| outbox::sent(tx, lease, sent).await).await?;
        }
    }
    Ok(count)
}
