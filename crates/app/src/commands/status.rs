//! `comptoir status`: what waits where.

use domain::Timestamp;
use serde::Serialize;
use store::{dead_letters, outbox, query};

use super::print_json;
use crate::failure::Failure;
use crate::run::Parts;

#[derive(Serialize)]
pub(crate) struct Status {
    database: String,
    /// Events and messages not yet handed to the queue.
    pub(crate) outbox_waiting: i64,
    /// Seconds since the oldest of them was written.
    outbox_lag_seconds: Option<f64>,
    pub(crate) queue_waiting: i64,
    /// Received by a worker, not yet done.
    pub(crate) queue_held: i64,
    /// Seconds since the oldest message was sent; SQS does not say.
    queue_oldest_seconds: Option<f64>,
    pub(crate) dead_letters_open: i64,
}

impl Status {
    pub(crate) async fn read(parts: &Parts) -> Result<Self, Failure> {
        let counted = query!(parts.db, |tx| Ok::<_, store::Error>((
            outbox::depth(tx).await?,
            dead_letters::count_open(tx).await?
        )));
        let (outbox, dead_letters_open) = counted.await?;
        let queue = parts.queue().await.depth().await?;
        let now = parts.context.now();
        let age = |oldest: Option<Timestamp>| oldest.map(|oldest| now.since(oldest).as_secs_f64());
        Ok(Self {
            database: parts.db.describe(),
            outbox_waiting: outbox.waiting,
            outbox_lag_seconds: age(outbox.oldest),
            queue_waiting: queue.waiting,
            queue_held: queue.held,
            queue_oldest_seconds: age(queue.oldest),
            dead_letters_open,
        })
    }
}

pub(crate) async fn run(parts: &Parts, json: bool) -> Result<(), Failure> {
    let status = Status::read(parts).await?;
    if json {
        return print_json(&status);
    }
    let age =
        |seconds: Option<f64>| seconds.map_or_else(String::new, |seconds| format!(", the oldest for {seconds:.0} s"));
    println!("{}", status.database);
    println!("outbox        {} waiting{}", status.outbox_waiting, age(status.outbox_lag_seconds));
    println!(
        "queue         {} waiting, {} in work{}",
        status.queue_waiting,
        status.queue_held,
        age(status.queue_oldest_seconds)
    );
    println!("dead letters  {} open", status.dead_letters_open);
    Ok(())
}
