//! The queue: how one process tells another that there is work.
//!
//! The semantics of SQS *are* the contract, whichever of the two implementations stands behind a [`Queue`]: messages
//! arrive at least once, in any order; a received message is hidden for a while under a receipt; deleting it ends it;
//! one that is received too often is moved to the dead-letter queue. [`embedded`] keeps messages in the database,
//! [`sqs`] talks to AWS. `tests/contract/` holds both to the same suite.
//!
//! Used by `worker` and `app`; uses `store` and `domain`. Only `sqs.rs` names the AWS SDK.

mod embedded;
mod sqs;

use std::time::Duration;

pub use embedded::Embedded;
pub use sqs::Sqs;

use domain::Timestamp;

/// Messages in one call, at the most.
pub const MAX_BATCH: usize = 10;
/// The longest that a receive waits, as in SQS.
pub const MAX_WAIT: Duration = Duration::from_secs(20);
/// The largest body in bytes. SQS takes 1 MiB since August 2025; older servers and most emulators take this much, and so
/// does a whole batch. What is larger travels by reference (the relay's claim check).
pub const MAX_BODY: usize = 240 * 1024;

/// How messages are held and given up on.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// How long a received message stays hidden, unless extended.
    pub visibility: Duration,
    /// A message received more often than this goes to the dead-letter queue. With SQS the queue's own redrive policy counts.
    pub max_receives: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { visibility: Duration::from_mins(1), max_receives: 5 }
    }
}

/// A message to be sent: a CloudEvent as JSON. The same id may be sent more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub id: String,
    pub message_type: String,
    pub body: String,
}

/// A message held by this process until its visibility ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// As sent; empty if the sender gave none (a foreign sender, on SQS).
    pub id: String,
    pub message_type: String,
    pub body: String,
    pub receipt: Receipt,
    /// This time included.
    pub receive_count: u32,
    pub sent_at: Timestamp,
}

/// Proof of holding a message. Stale once the message has been received again; using a stale one does no harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt(String);

/// What lies in a queue. SQS counts approximately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    pub waiting: i64,
    /// Received and hidden.
    pub held: i64,
    /// When the oldest was sent; SQS does not say (CloudWatch does).
    pub oldest: Option<Timestamp>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue cannot be reached now; nothing is known to have happened.
    #[error("the queue is not available: {0}")]
    Unavailable(String),
    /// Larger than [`MAX_BODY`]: will never be taken.
    #[error("the message has {0} bytes, more than the queue takes")]
    TooLarge(usize),
    /// The queue refused one message of a batch; the others stand.
    #[error("the queue refused the message: {0}")]
    Refused(String),
    /// More than [`MAX_BATCH`] in one call: a defect of the caller.
    #[error("{0} messages in one call, more than the queue takes")]
    BatchTooLarge(usize),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// One queue. Cheap to clone.
#[derive(Clone)]
pub enum Queue {
    Embedded(Embedded),
    Sqs(Sqs),
}

impl Queue {
    /// Sends up to ten messages; answers for each, in their order.
    pub async fn send(&self, batch: &[Outgoing]) -> Result<Vec<Result<(), Error>>, Error> {
        if batch.len() > MAX_BATCH {
            return Err(Error::BatchTooLarge(batch.len()));
        }
        match self {
            Self::Embedded(queue) => queue.send(batch).await,
            Self::Sqs(queue) => queue.send(batch).await,
        }
    }

    /// Takes up to `max` (ten) messages, waiting up to `wait` (20 s) for the first.
    pub async fn receive(&self, max: usize, wait: Duration) -> Result<Vec<Received>, Error> {
        let (max, wait) = (max.clamp(1, MAX_BATCH), wait.min(MAX_WAIT));
        match self {
            Self::Embedded(queue) => queue.receive(max, wait).await,
            Self::Sqs(queue) => queue.receive(max, wait).await,
        }
    }

    /// From now on no receive waits for messages to come; one that is under way ends by itself, at the latest after the
    /// time that is answered.
    #[must_use]
    pub fn stop_waiting(&self) -> Duration {
        match self {
            Self::Embedded(queue) => {
                queue.stop_waiting();
                // It may be in the middle of taking messages, behind another process's transaction.
                Duration::from_secs(10)
            }
            // The server does not know. What it hands to a connection that nobody reads any more is hidden for the whole
            // visibility, five minutes at a roll-out: so an idle worker waits for its last answer.
            Self::Sqs(_) => MAX_WAIT + Duration::from_secs(1),
        }
    }

    /// Ends up to ten messages.
    pub async fn delete(&self, receipts: &[Receipt]) -> Result<(), Error> {
        if receipts.len() > MAX_BATCH {
            return Err(Error::BatchTooLarge(receipts.len()));
        }
        if receipts.is_empty() {
            return Ok(());
        }
        match self {
            Self::Embedded(queue) => queue.delete(receipts).await,
            Self::Sqs(queue) => queue.delete(receipts).await,
        }
    }

    /// Hides a held message for `visibility` from now; zero gives it back at once.
    pub async fn extend(&self, receipt: &Receipt, visibility: Duration) -> Result<(), Error> {
        match self {
            Self::Embedded(queue) => queue.extend(receipt, visibility).await,
            Self::Sqs(queue) => queue.extend(receipt, visibility).await,
        }
    }

    pub async fn depth(&self) -> Result<Depth, Error> {
        match self {
            Self::Embedded(queue) => queue.depth().await,
            Self::Sqs(queue) => queue.depth().await,
        }
    }

    /// The queue that this one's messages go to when they are received too often.
    pub async fn dead_letters(&self) -> Result<Self, Error> {
        match self {
            Self::Embedded(queue) => Ok(Self::Embedded(queue.dead_letters())),
            Self::Sqs(queue) => queue.dead_letters().await.map(Self::Sqs),
        }
    }
}

/// What [`MAX_BODY`] says of a body.
fn checked_size(message: &Outgoing) -> Result<(), Error> {
    if message.body.len() > MAX_BODY { Err(Error::TooLarge(message.body.len())) } else { Ok(()) }
}
