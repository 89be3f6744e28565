//! What is received too often.

use std::time::Duration;

use queue::{Policy, Queue};

use crate::queues::for_each_queue;
use crate::{HELD, ids, message, receive, receive_one, send};

const TWICE: Policy = Policy { visibility: HELD, max_receives: 2 };

/// Receives a message as often as allowed, each time in vain.
async fn exhaust(queue: &Queue) {
    for count in 1..=2 {
        let received = receive_one(queue).await;
        assert_eq!(received.receive_count, count);
        queue.extend(&received.receipt, Duration::ZERO).await.unwrap();
    }
    assert!(receive(queue, 10).await.is_empty(), "a third receive is one too many");
}

#[tokio::test]
async fn a_message_that_is_received_too_often_goes_to_the_dead_letters_as_it_was_sent() {
    for_each_queue(TWICE, async |queue| {
        let sent = message("evt_1", "{\"note\": \"illisible ✗\"}");
        queue.send(std::slice::from_ref(&sent)).await.unwrap().remove(0).unwrap();
        exhaust(&queue).await;
        let dead = queue.dead_letters().await.unwrap();
        assert_eq!(dead.depth().await.unwrap().waiting, 1);
        assert_eq!(queue.depth().await.unwrap().waiting, 0);
        let letter = receive_one(&dead).await;
        assert_eq!((letter.id, letter.message_type, letter.body), (sent.id, sent.message_type, sent.body));
        dead.delete(&[letter.receipt]).await.unwrap();
        let depth = dead.depth().await.unwrap();
        assert_eq!((depth.waiting, depth.held), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_dead_letter_waits_however_often_it_is_received() {
    for_each_queue(TWICE, async |queue| {
        send(&queue, &["a"]).await;
        exhaust(&queue).await;
        let dead = queue.dead_letters().await.unwrap();
        for _ in 0..4 {
            let letter = receive_one(&dead).await;
            assert_eq!(letter.id, "a");
            dead.extend(&letter.receipt, Duration::ZERO).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_dead_letter_does_not_hold_up_what_is_sent_after_it() {
    for_each_queue(TWICE, async |queue| {
        send(&queue, &["bad"]).await;
        exhaust(&queue).await;
        send(&queue, &["good"]).await;
        assert_eq!(ids(&receive(&queue, 10).await), ["good"]);
        let dead = queue.dead_letters().await.unwrap();
        assert_eq!(receive_one(&dead).await.id, "bad");
    })
    .await;
}
