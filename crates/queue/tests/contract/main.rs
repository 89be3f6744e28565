//! The queue's contract, held on SQLite, on MySQL or MariaDB, and on SQS as another program serves it. Run by `make test`.
//!
//! Visibility is a matter of real time, on a server whose clock is not ours: here, and only here, tests sleep.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::large_futures, reason = "all of this is tests")]

extern crate comptoir_queue as queue;

mod dead_letters;
mod embedded;
mod exchange;
mod queues;
mod visibility;

use std::time::Duration;

use queue::{Outgoing, Queue, Received};

/// Long enough not to end during a test.
const HELD: Duration = Duration::from_secs(30);
/// As short as SQS can do.
const BRIEF: Duration = Duration::from_secs(1);

fn message(id: &str, body: &str) -> Outgoing {
    Outgoing { id: id.into(), message_type: "ORDER_CREATED".into(), body: body.into() }
}

/// Sends messages that are all taken.
async fn send(queue: &Queue, ids: &[&str]) {
    let batch: Vec<Outgoing> = ids.iter().map(|id| message(id, &format!("{{\"id\": \"{id}\"}}"))).collect();
    for answer in queue.send(&batch).await.unwrap() {
        answer.unwrap();
    }
}

/// What there is now; the order does not matter, so: by id.
async fn receive(queue: &Queue, max: usize) -> Vec<Received> {
    let mut received = queue.receive(max, Duration::ZERO).await.unwrap();
    received.sort_by(|a, b| a.id.cmp(&b.id));
    received
}

/// The one message that there is, or comes within some seconds.
async fn receive_one(queue: &Queue) -> Received {
    let received = queue.receive(10, Duration::from_secs(5)).await.unwrap();
    let [one] = <[Received; 1]>::try_from(received).unwrap();
    one
}

fn ids(received: &[Received]) -> Vec<&str> {
    received.iter().map(|message| message.id.as_str()).collect()
}

/// Whatever a test waits for, it does not wait for ever.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("this takes much too long")
}
