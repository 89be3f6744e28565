//! Outcomes → database, together: who comes while others are being written waits, and then writes all that have come.

use std::sync::{Mutex, PoisonError};

use domain::{AttemptId, DeadLetterId, Delivery, DeliveryId, DeliveryKind, Timestamp};
use queue::MAX_BATCH;
use store::attempts::{self, Attempt};
use store::dead_letters::{self, Cause, DeadLetter};
use store::deliveries::{self, message};
use store::faults::{self, Point};
use store::mails::Content;
use store::{Tx, change, outbox, webhook_endpoints};

use super::outcome::{Answer, Outcome, Settled};
use super::work::Work;
use crate::Worker;

/// Written in one transaction at the most.
const AT_ONCE: usize = 64;

#[derive(Default)]
pub(crate) struct Book {
    waiting: Mutex<Vec<Settled>>,
    turn: tokio::sync::Mutex<()>,
}

impl Book {
    /// Returns once the outcome is written and its message deleted; or, where that failed, to whoever tried to.
    pub(crate) async fn settle(&self, worker: &Worker, settled: Settled) -> Result<(), queue::Error> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(settled);
        let _turn = self.turn.lock().await;
        loop {
            let batch = self.next();
            if batch.is_empty() {
                return Ok(());
            }
            write(worker, batch).await?;
        }
    }

    fn next(&self) -> Vec<Settled> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let many = waiting.len().min(AT_ONCE);
        waiting.drain(..many).collect()
    }
}

/// What is to be written of one delivery.
#[derive(Clone)]
struct Entry {
    id: DeliveryId,
    /// Which attempt it was, or would have been.
    number: i64,
    kind: DeliveryKind,
    attempt: Option<(String, String, Attempt)>,
    change: Change,
    mail: Option<(Delivery, Content)>,
}

#[derive(Clone)]
enum Change {
    Done,
    Again { error: String, at: Timestamp, message: outbox::Message },
    GiveUp { letter: Box<DeadLetter> },
    Skip(String),
    Later { at: Timestamp, message: outbox::Message },
    Gone { letter: Box<DeadLetter> },
}

impl Change {
    /// For the metrics.
    const fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Again { .. } => "again",
            Self::GiveUp { .. } | Self::Gone { .. } => "dead",
            Self::Skip(_) => "skipped",
            Self::Later { .. } => "later",
        }
    }
}

async fn write(worker: &Worker, batch: Vec<Settled>) -> Result<(), queue::Error> {
    let now = worker.context.now();
    let (mut entries, mut receipts) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    for settled in batch {
        entries.push(entry(worker, &settled, now)?);
        receipts.push(settled.receipt);
    }
    for entry in &entries {
        worker.metrics.attempted(entry.kind, entry.change.name());
    }
    let written = change!(worker.db, move |tx, entries, now| {
        save(tx, entries, *now).await?;
        Ok::<_, store::Error>(())
    });
    written.await?;
    faults::reach(Point::AfterAttempt);
    for receipts in receipts.chunks(MAX_BATCH) {
        worker.queue.delete(receipts).await?;
    }
    Ok(())
}

fn entry(worker: &Worker, settled: &Settled, now: Timestamp) -> Result<Entry, store::Error> {
    let Settled { work, outcome, .. } = settled;
    let id = work.delivery.id;
    let attempt = outcome.attempt(now).map(|attempt| {
        let own = worker.context.id(AttemptId::new).to_string();
        (id.to_string(), own, attempt)
    });
    let change = match outcome {
        Outcome::Done(_) => Change::Done,
        Outcome::Skipped(why) => Change::Skip(why.clone()),
        Outcome::Later(wait) => Change::Later { at: now.plus(*wait), message: message(&work.delivery, work.attempt)? },
        Outcome::Refused { answer, error } if answer.gone => {
            Change::Gone { letter: Box::new(letter(worker, work, error, now)?) }
        }
        Outcome::Refused { error, .. } => Change::GiveUp { letter: Box::new(letter(worker, work, error, now)?) },
        Outcome::Failed { error, asked, .. } => {
            let schedule = worker.settings.schedule(work.delivery.kind);
            match schedule.wait(work.attempt, *asked, worker.context.fraction()) {
                Some(wait) => Change::Again {
                    error: error.clone(),
                    at: now.plus(wait),
                    message: message(&work.delivery, work.attempt + 1)?,
                },
                None => Change::GiveUp { letter: Box::new(letter(worker, work, error, now)?) },
            }
        }
    };
    let mail = match outcome {
        Outcome::Done(Answer { mail: Some(content), .. }) => Some((work.delivery.clone(), Content::clone(content))),
        _ => None,
    };
    Ok(Entry { id, number: work.attempt, kind: work.delivery.kind, attempt, change, mail })
}

async fn save(tx: &mut Tx<'_>, entries: &[Entry], now: Timestamp) -> Result<(), store::Error> {
    let attempts: Vec<_> = entries.iter().filter_map(|entry| entry.attempt.clone()).collect();
    attempts::insert_all(tx, &attempts).await?;
    let done: Vec<DeliveryId> =
        entries.iter().filter(|entry| matches!(entry.change, Change::Done)).map(|entry| entry.id).collect();
    deliveries::done(tx, &done, now).await?;
    let mails: Vec<_> = entries.iter().filter_map(|entry| entry.mail.clone()).collect();
    ops::mails::sent(tx, &mails, now).await?;
    for Entry { id, number, change, .. } in entries {
        match change {
            Change::Done => {}
            Change::Skip(why) => deliveries::skip(tx, *id, why, now).await?,
            Change::Again { error, at, message } => {
                if deliveries::again(tx, *id, *number, error, *at).await? {
                    put_back(tx, message, *at, now).await?;
                }
            }
            Change::Later { at, message } => {
                if deliveries::is_due(tx, *id, *number).await? {
                    put_back(tx, message, *at, now).await?;
                }
            }
            Change::GiveUp { letter } => give_up(tx, *id, *number, letter).await?,
            Change::Gone { letter } => gone(tx, *id, *number, letter, now).await?,
        }
    }
    Ok(())
}

/// There is one message for a delivery's next attempt, whatever copies of the former one there were (SQS brings one twice, and so
/// does a relay whose lease ran out): one with a number that has been would be taken for a repetition, and the delivery be lost.
async fn put_back(
    tx: &mut Tx<'_>,
    message: &outbox::Message,
    at: Timestamp,
    now: Timestamp,
) -> Result<(), store::Error> {
    outbox::put_back(tx, &message.id, &message.message_type, Some(&message.body), at, now).await
}

async fn give_up(tx: &mut Tx<'_>, id: DeliveryId, number: i64, letter: &DeadLetter) -> Result<(), store::Error> {
    if deliveries::give_up(tx, id, number, &letter.error).await? {
        dead_letters::insert(tx, letter).await?;
    }
    Ok(())
}

/// The endpoint is off from now on; this delivery is on the desk, so that somebody learns of it. The others are skipped when their time comes.
async fn gone(
    tx: &mut Tx<'_>,
    id: DeliveryId,
    number: i64,
    letter: &DeadLetter,
    now: Timestamp,
) -> Result<(), store::Error> {
    let Some(delivery) = deliveries::get(tx, id).await? else { return Ok(()) };
    let switched_off = match delivery.target.parse() {
        Ok(endpoint) => webhook_endpoints::gone(tx, endpoint, now).await?,
        Err(_) => false,
    };
    if switched_off {
        give_up(tx, id, number, letter).await
    } else {
        deliveries::skip(tx, id, &letter.error, now).await
    }
}

/// Redriven, it begins with its first attempt.
fn letter(worker: &Worker, work: &Work, error: &str, now: Timestamp) -> Result<DeadLetter, store::Error> {
    let outbox::Message { id, message_type, body } = message(&work.delivery, 1)?;
    worker.metrics.dead(&message_type);
    // Not the error: receivers like to repeat addresses.
    tracing::warn!(message_id = id, message_type, "a delivery is on the desk of dead letters");
    Ok(DeadLetter {
        id: worker.context.id(DeadLetterId::new),
        message_id: id,
        fingerprint: dead_letters::fingerprint(Cause::Undelivered, &message_type, error),
        message_type,
        subject: Some(work.delivery.subject.clone()),
        body,
        cause: Cause::Undelivered,
        error: error.to_owned(),
        receive_count: work.attempt,
        state: dead_letters::State::Open,
        reason: None,
        created_at: now,
        closed_at: None,
        closed_by: None,
        edited_body: None,
    })
}
