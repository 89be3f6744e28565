//! The queue's dead letters → the desk, where they stay until a person decides. (SQS forgets a message after 14 days at the
//! latest; the desk does not.)

use std::time::Duration;

use domain::{ContactId, DeadLetterId, DeliveryId, ERASED, EventId};
use queue::{MAX_BATCH, MAX_WAIT, Queue, Received};
use store::dead_letters::{self, Cause, DeadLetter, State};
use store::{Tx, attempts, change, contacts, deliveries, events, inbox, query};
use tokio_util::sync::CancellationToken;

use crate::poison::Poison;
use crate::{Worker, claim, pause};

pub(crate) async fn run(worker: Worker, stop: CancellationToken) {
    let mut failures: u32 = 0;
    let mut dead: Option<Queue> = None;
    while !stop.is_cancelled() {
        let taking_in = async {
            let queue = match &dead {
                Some(queue) => queue,
                None => dead.insert(worker.queue.dead_letters().await?),
            };
            let received = queue.receive(MAX_BATCH, MAX_WAIT).await?;
            take_in(&worker, queue, received).await
        };
        let outcome = tokio::select! {
            outcome = taking_in => outcome,
            // What was being taken in comes again: the desk has one open letter a message.
            () = stop.cancelled() => Ok(()),
        };
        if let Err(error) = outcome {
            failures += 1;
            if failures == 1 {
                tracing::warn!(%error, "dead letters cannot be taken in; trying again");
            }
            pause(&stop, Duration::from_secs(1).saturating_mul(failures.min(10))).await;
        } else {
            failures = 0;
        }
    }
}

/// Puts what was received from the dead-letter queue on the desk, and deletes it there.
pub async fn take_in(worker: &Worker, dead: &Queue, received: Vec<Received>) -> Result<(), queue::Error> {
    for mut message in received {
        message.body = claim::redeem(&worker.db, message.body).await?;
        let receipt = message.receipt.clone();
        let last = last_error(worker, &message).await?;
        let error =
            last.unwrap_or_else(|| "received too often without an answer: the worker may have died over it".into());
        put_on_desk(worker, message, Poison { cause: Cause::Exhausted, error }).await?;
        dead.delete(&[receipt]).await?;
    }
    Ok(())
}

async fn last_error(worker: &Worker, message: &Received) -> Result<Option<String>, store::Error> {
    let id = message.id.clone();
    let mut tried = query!(worker.db, move |tx, id| attempts::of(tx, id).await).await?;
    Ok(tried.pop().and_then(|attempt| attempt.error))
}

/// Writes the dead letter, unless it lies there already, was discarded before, or the effects are done after all.
pub(crate) async fn put_on_desk(worker: &Worker, message: Received, poison: Poison) -> Result<(), store::Error> {
    let letter = letter(worker, message, poison);
    let (message_id, message_type) = (letter.message_id.clone(), letter.message_type.clone());
    let put = change!(worker.db, move |tx, letter| {
        let done = match letter.message_id.parse::<DeliveryId>() {
            Ok(id) => !deliveries::bury(tx, id, &letter.error).await? && deliveries::get(tx, id).await?.is_some(),
            Err(_) => !inbox::done(tx, std::slice::from_ref(&letter.message_id)).await?.is_empty(),
        };
        // A copy may have been on its way while a person gave the message up.
        if done || dead_letters::discarded(tx, &letter.message_id).await? {
            return Ok(false);
        }
        let letter = without_the_erased(tx, letter.clone()).await?;
        dead_letters::insert(tx, &letter).await
    });
    let put: Result<bool, store::Error> = put.await;
    if put? {
        worker.metrics.dead(&message_type);
        tracing::warn!(message_id, message_type, "a message is on the desk of dead letters");
    }
    Ok(())
}

/// Puts a message that can never be understood on the desk at once, and deletes it from the queue.
pub(crate) async fn bury(worker: &Worker, message: Received, poison: Poison) -> Result<(), queue::Error> {
    let receipt = message.receipt.clone();
    put_on_desk(worker, message, poison).await?;
    worker.queue.delete(&[receipt]).await
}

/// A message may arrive after its contact was erased: it must not bring anything personal back. An event is kept as the
/// journal has it, where that differs; a foreign message that names an erased contact is not kept.
async fn without_the_erased(tx: &mut Tx<'_>, letter: DeadLetter) -> Result<DeadLetter, store::Error> {
    let named: Vec<ContactId> = ids_in(&letter.body);
    if named.is_empty() || contacts::erased(tx, &named).await?.is_empty() {
        return Ok(letter);
    }
    let journal = match letter.message_id.parse::<EventId>() {
        Ok(id) => events::get(tx, id).await?,
        Err(_) => None,
    };
    let body = journal.unwrap_or_else(|| ERASED.to_owned());
    Ok(DeadLetter { body, error: ERASED.to_owned(), ..letter })
}

/// Every contact's id that stands in a text.
fn ids_in(text: &str) -> Vec<ContactId> {
    let starts = text.match_indices("con_").map(|(at, _)| at);
    starts.filter_map(|at| text.get(at..at + 30)?.parse().ok()).collect()
}

fn letter(worker: &Worker, message: Received, poison: Poison) -> DeadLetter {
    let event: serde_json::Value = serde_json::from_str(&message.body).unwrap_or_default();
    let text = |name: &str| event[name].as_str().map(|text| text.chars().take(64).collect::<String>());
    // A foreign sender may have given no attributes; then the envelope counts, and then a name of our own.
    let own = worker.context.id(DeadLetterId::new);
    let or = |given: String, name: &str, otherwise: &str| {
        if given.is_empty() {
            text(name).unwrap_or_else(|| otherwise.to_owned())
        } else {
            given.chars().take(64).collect()
        }
    };
    let message_type = or(message.message_type, "type", "unknown");
    DeadLetter {
        id: own,
        message_id: or(message.id, "id", &own.to_string()),
        fingerprint: dead_letters::fingerprint(poison.cause, &message_type, &poison.error),
        message_type,
        subject: text("subject"),
        body: message.body,
        cause: poison.cause,
        error: poison.error,
        receive_count: i64::from(message.receive_count),
        state: State::Open,
        reason: None,
        created_at: worker.context.now(),
        closed_at: None,
        closed_by: None,
        edited_body: None,
    }
}
