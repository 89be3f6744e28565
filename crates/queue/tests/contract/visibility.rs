//! How long a received message stays hidden, and who may say so.

use std::time::Duration;

use queue::{Policy, Queue};
use tokio::time::sleep;

use crate::queues::for_each_queue;
use crate::{BRIEF, HELD, ids, receive, receive_one, send};

/// A little more than [`BRIEF`]: SQS counts in whole seconds.
const EXPIRED: Duration = Duration::from_millis(1_300);

#[tokio::test]
async fn a_message_that_nobody_deletes_comes_again_and_counts_its_receives() {
    for_each_queue(Policy { visibility: BRIEF, max_receives: 5 }, async |queue| {
        send(&queue, &["a"]).await;
        for count in 1..=3 {
            let received = receive_one(&queue).await;
            assert_eq!((received.id.as_str(), received.receive_count), ("a", count));
            assert!(receive(&queue, 10).await.is_empty(), "hidden for now");
        }
    })
    .await;
}

#[tokio::test]
async fn extending_keeps_a_message_hidden() {
    for_each_queue(Policy { visibility: BRIEF, max_receives: 5 }, async |queue| {
        send(&queue, &["a"]).await;
        let held = receive_one(&queue).await;
        queue.extend(&held.receipt, Duration::from_secs(3)).await.unwrap();
        sleep(EXPIRED).await;
        assert!(receive(&queue, 10).await.is_empty());
        // Still held under the first receipt: it ends the message.
        queue.delete(&[held.receipt]).await.unwrap();
        sleep(Duration::from_secs(2)).await;
        assert!(receive(&queue, 10).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn extending_by_nothing_gives_a_message_back_at_once() {
    for_each_queue(Policy { visibility: HELD, max_receives: 5 }, async |queue| {
        send(&queue, &["a", "b"]).await;
        let held = receive(&queue, 10).await;
        queue.extend(&held[0].receipt, Duration::ZERO).await.unwrap();
        let again = receive(&queue, 10).await;
        assert_eq!(ids(&again), ["a"]);
        assert_eq!(again[0].receive_count, 2);
    })
    .await;
}

#[tokio::test]
async fn an_extended_message_comes_again_when_its_time_is_over() {
    for_each_queue(Policy { visibility: HELD, max_receives: 5 }, async |queue| {
        send(&queue, &["a"]).await;
        let held = receive_one(&queue).await;
        queue.extend(&held.receipt, BRIEF).await.unwrap();
        assert!(receive(&queue, 10).await.is_empty());
        assert_eq!(receive_one(&queue).await.receive_count, 2);
    })
    .await;
}

#[tokio::test]
async fn a_stale_receipt_does_no_harm() {
    for_each_queue(Policy { visibility: BRIEF, max_receives: 9 }, async |queue| {
        send(&queue, &["a"]).await;
        let stale = receive_one(&queue).await.receipt;
        let second = receive_one(&queue).await;
        assert_ne!(second.receipt, stale);
        queue.extend(&stale, HELD).await.unwrap();
        queue.delete(&[stale]).await.unwrap();
        if let Queue::Embedded(_) = queue {
            // SQS does not promise this much: there the inbox makes up for it.
            let third = receive_one(&queue).await;
            assert_eq!((third.id.as_str(), third.receive_count), ("a", 3));
        }
    })
    .await;
}

#[tokio::test]
async fn a_receipt_ends_its_message_also_after_its_time_unless_somebody_else_holds_it() {
    for_each_queue(Policy { visibility: BRIEF, max_receives: 5 }, async |queue| {
        send(&queue, &["a"]).await;
        let late = receive_one(&queue).await;
        sleep(EXPIRED).await;
        queue.delete(&[late.receipt]).await.unwrap();
        assert!(receive(&queue, 10).await.is_empty());
    })
    .await;
}
