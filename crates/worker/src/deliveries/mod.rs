//! What leaves the building: mails and webhooks.
//!
//! An event's deliveries are planned in the transaction of its other effects (`effects/`): a row and a message each. When the
//! message comes, the delivery is attempted outside any transaction, beside all others, and its outcome is written with
//! whatever follows from it: the next attempt's message in the outbox, or the dead letter. So an attempt that a crash cuts off
//! is made again: outside, each delivery arrives at least once, and bears an id by which a receiver knows it again.
//!
//! - [`endpoint_limits`]: each receiver has a limit of its own, so that a slow one delays nobody else.
//! - [`settle`]: outcomes → database.
//! - [`webhook`], [`mail`]: how an attempt is made; [`replay`]: webhooks of events that were.

mod attempt;
mod endpoint_limits;
mod mail;
pub mod mailer;
mod outcome;
mod replay;
mod schedule;
mod settle;
pub mod webhook;
mod work;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ops::Seal;
use ops::mail::Sender;
use queue::{Receipt, Received};
use store::Context;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::Worker;
use endpoint_limits::EndpointLimits;
use outcome::{Outcome, Settled};
pub use schedule::Schedule;
use settle::Book;
use work::Work;

/// Deliveries of one process at the same time, from their message to their outcome. Then it takes no further ones from the queue:
/// a database that is slow to write outcomes slows everything down, and fills nobody's memory.
const UNDER_WAY: usize = 1024;

/// Deliveries under way in this process. Cheap to clone.
#[derive(Clone)]
pub struct Deliveries {
    parts: Arc<Parts>,
}

struct Parts {
    webhooks: webhook::Sender,
    mailer: mailer::Mailer,
    seal: Seal,
    limits: EndpointLimits,
    book: Book,
    under_way: Arc<Semaphore>,
    running: TaskTracker,
    stopping: CancellationToken,
}

impl Deliveries {
    /// `seal` opens the endpoints' secrets.
    pub fn new(
        context: &Context,
        webhooks: &webhook::Settings,
        mails: &mailer::Settings,
        seal: Seal,
    ) -> Result<Self, String> {
        let parts = Parts {
            webhooks: webhook::Sender::new(webhooks)?,
            mailer: mailer::Mailer::new(mails).map_err(|why| format!("mail.smtp_url: {why}"))?,
            seal,
            limits: EndpointLimits::new(context.clone()),
            book: Book::default(),
            under_way: Arc::new(Semaphore::new(UNDER_WAY)),
            running: TaskTracker::new(),
            stopping: CancellationToken::new(),
        };
        Ok(Self { parts: Arc::new(parts) })
    }

    /// From whom mails come.
    pub(crate) fn sender(&self) -> Sender {
        self.parts.mailer.settings.sender.clone()
    }

    /// Where mails lie, if no server takes them.
    pub(crate) fn mail_folder(&self) -> Option<&Path> {
        let settings = &self.parts.mailer.settings;
        settings.smtp_url.is_none().then_some(settings.folder.as_path())
    }

    /// Waits until none is under way.
    pub async fn idle(&self) {
        self.parts.running.close();
        self.parts.running.wait().await;
        self.parts.running.reopen();
    }

    /// Lets those under way come to their end for a moment, and gives the others back.
    pub(crate) async fn stop(&self) {
        self.parts.running.close();
        if tokio::time::timeout(Duration::from_secs(3), self.parts.running.wait()).await.is_err() {
            self.parts.stopping.cancel();
            self.parts.running.wait().await;
        }
    }
}

/// Begins to attempt what some messages ask for, as soon as there is room. What nobody can make sense of goes to the desk.
pub(crate) async fn begin(worker: &Worker, messages: Vec<Received>) -> Result<(), queue::Error> {
    for (message, work) in work::read(worker, messages).await? {
        match work {
            Ok(Some(work)) => {
                // Never closed.
                let Ok(permit) = worker.deliveries.parts.under_way.clone().acquire_owned().await else { break };
                let running = &worker.deliveries.parts.running;
                drop(running.spawn(run(worker.clone(), message.receipt, work, permit)));
            }
            // Done before, or not to be done any more.
            Ok(None) => {
                worker.metrics.repeated(1);
                worker.queue.delete(&[message.receipt]).await?;
            }
            Err(poison) => crate::drain::bury(worker, message, poison).await?,
        }
    }
    Ok(())
}

/// One delivery, from its message to its outcome. When the outcome cannot be written, the message comes again.
async fn run(worker: Worker, receipt: Receipt, work: Work, _permit: OwnedSemaphorePermit) {
    let parts = &worker.deliveries.parts;
    let Some(outcome) = attempt(&worker, &receipt, &work).await else { return };
    if let Err(error) = parts.book.settle(&worker, Settled { work, receipt, outcome }).await {
        tracing::warn!(%error, "the outcome of a delivery could not be written; it is attempted again");
    }
}

/// The outcome, the message being kept hidden meanwhile; None where the worker stops before.
async fn attempt(worker: &Worker, receipt: &Receipt, work: &Work) -> Option<Outcome> {
    let mut attempting = std::pin::pin!(attempt::make(worker, work).instrument(work.span()));
    loop {
        tokio::select! {
            outcome = &mut attempting => return Some(outcome),
            () = tokio::time::sleep(worker.settings.visibility / 3) => {
                // Should that fail, the message comes again, and the delivery knows its attempts.
                let _ = worker.queue.extend(receipt, worker.settings.visibility).await;
            }
            () = worker.deliveries.parts.stopping.cancelled() => {
                let _ = worker.queue.extend(receipt, Duration::ZERO).await;
                return None;
            }
        }
    }
}
