//! Queue → effects.

use std::time::Duration;

use domain::{DeliveryKind, Event};
use queue::{MAX_BATCH, MAX_WAIT, Receipt, Received};
use store::attempts::{self, Attempt};
use store::faults::{self, Point};
use tokio_util::sync::CancellationToken;
use tracing::Span;

use crate::{Worker, claim, drain, effects, pause};
use store::change;

pub(crate) async fn run(worker: Worker, stop: CancellationToken) {
    let mut failures: u32 = 0;
    while !stop.is_cancelled() {
        let outcome = match receive(&worker, &stop).await {
            Ok(batch) if batch.is_empty() => continue,
            Ok(batch) => with_heartbeat(&worker, batch).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => failures = 0,
            Err(error) => {
                failures += 1;
                if failures == 1 {
                    tracing::warn!(%error, "the consumer cannot work; it keeps trying");
                }
                pause(&stop, Duration::from_millis(500).saturating_mul(failures.min(10))).await;
            }
        }
    }
}

/// When the worker stops, a receive that is under way comes to its end, and what it brings is given back.
async fn receive(worker: &Worker, stop: &CancellationToken) -> Result<Vec<Received>, queue::Error> {
    let mut receiving = std::pin::pin!(worker.queue.receive(MAX_BATCH, MAX_WAIT));
    tokio::select! {
        received = &mut receiving => received,
        () = stop.cancelled() => {
            if let Ok(Ok(late)) = tokio::time::timeout(worker.queue.stop_waiting(), receiving).await {
                for message in late {
                    worker.queue.extend(&message.receipt, Duration::ZERO).await?;
                }
            }
            Ok(Vec::new())
        }
    }
}

/// Handles a batch and keeps it hidden for as long as that takes.
async fn with_heartbeat(worker: &Worker, batch: Vec<Received>) -> Result<(), queue::Error> {
    let receipts: Vec<Receipt> = batch.iter().map(|message| message.receipt.clone()).collect();
    let mut handling = std::pin::pin!(handle(worker, batch));
    loop {
        tokio::select! {
            done = &mut handling => return done,
            () = tokio::time::sleep(worker.settings.visibility / 3) => {
                for receipt in &receipts {
                    worker.queue.extend(receipt, worker.settings.visibility).await?;
                }
            }
        }
    }
}

/// A message that was understood.
struct Work {
    message: Received,
    event: Event,
}

/// Does the effects of a batch, and begins its deliveries. Fails only when the database or the queue cannot be reached: then
/// nothing is blamed on the messages, and they come again.
pub async fn handle(worker: &Worker, batch: Vec<Received>) -> Result<(), queue::Error> {
    let (deliveries, batch): (Vec<_>, Vec<_>) =
        batch.into_iter().partition(|message| DeliveryKind::of_message_type(&message.message_type).is_some());
    if !deliveries.is_empty() {
        crate::deliveries::begin(worker, deliveries).await?;
    }
    let mut works = Vec::with_capacity(batch.len());
    for mut message in batch {
        message.body = claim::redeem(&worker.db, message.body).await?;
        match Event::read(&message.body) {
            Ok(event) => works.push(Work { message, event }),
            Err(error) => drain::bury(worker, message, error.into()).await?,
        }
    }
    if works.is_empty() {
        return Ok(());
    }
    // Ended when the messages are gone.
    let _spans: Vec<_> = works.iter().filter_map(span).collect();
    // The good case: one transaction for all. Where one of them fails, each gets its own, and only the bad one fails.
    let done = match apply(worker, works.iter().map(|work| work.event.clone()).collect()).await {
        Ok(()) => works,
        Err(error @ store::Error::Unavailable(_)) => return Err(error.into()),
        Err(_) => one_by_one(worker, works).await?,
    };
    faults::reach(Point::AfterEffect);
    let receipts: Vec<Receipt> = done.into_iter().map(|work| work.message.receipt).collect();
    worker.queue.delete(&receipts).await
}

/// The effects' part in the trace of what caused the event, where traces are collected.
fn span(Work { message, event }: &Work) -> Option<Span> {
    let name = event.event_type.as_str();
    let span = tracing::error_span!("effects", otel.name = name, otel.kind = "consumer", message_id = message.id);
    event.traceparent.as_deref().map(|traceparent| traces::follow(&span, traceparent)).map(|()| span)
}

async fn one_by_one(worker: &Worker, works: Vec<Work>) -> Result<Vec<Work>, queue::Error> {
    let mut done = Vec::with_capacity(works.len());
    for work in works {
        let mut outcome = apply(worker, vec![work.event.clone()]).await;
        if matches!(outcome, Err(store::Error::Duplicate { .. })) {
            // Another worker had the same message at the same moment: now its inbox row is there to be seen.
            outcome = apply(worker, vec![work.event.clone()]).await;
        }
        match outcome {
            Ok(()) => done.push(work),
            Err(error @ store::Error::Unavailable(_)) => return Err(error.into()),
            Err(error) => fail(worker, work, &error).await?,
        }
    }
    Ok(done)
}

/// One transaction: inbox rows and effects.
async fn apply(worker: &Worker, events: Vec<Event>) -> Result<(), store::Error> {
    let count = events.len();
    let counted: Vec<_> = events.iter().map(|event| (event.event_type, event.time)).collect();
    let (sender, ids, now) = (worker.deliveries.sender(), worker.context.clone(), worker.context.now());
    let fresh = change!(worker.db, move |tx, events, sender, ids, now| effects::apply(tx, events, sender, ids, *now)
        .await)
    .await?;
    let now = worker.context.now();
    if fresh == count {
        for (event_type, time) in counted {
            worker.metrics.done(event_type.as_str(), now.since(time));
        }
    } else {
        worker.metrics.repeated(count - fresh);
    }
    Ok(())
}

/// Notes the failure and leaves the message alone for a while. The queue counts how often; after the last time it goes to
/// the dead letters by itself.
async fn fail(worker: &Worker, work: Work, error: &store::Error) -> Result<(), queue::Error> {
    let Work { message, event } = work;
    let attempt = message.receive_count;
    tracing::warn!(message_id = message.id, event_type = %event.event_type, attempt, %error, "an effect failed");
    worker.metrics.failed(event.event_type.as_str());
    let failed = Attempt::failed(worker.context.now(), error.to_string());
    let id = worker.context.id(domain::AttemptId::new).to_string();
    let message_id = event.id.to_string();
    change!(worker.db, move |tx, message_id, id, failed| attempts::insert(tx, message_id, id, failed).await).await?;
    let wait = worker.settings.retry.wait(attempt, worker.context.fraction());
    worker.queue.extend(&message.receipt, wait).await
}
