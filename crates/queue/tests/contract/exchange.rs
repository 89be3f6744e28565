//! Sending, receiving, deleting.

use std::collections::BTreeSet;
use std::time::Duration;

use queue::{Error, MAX_BODY, Outgoing, Policy, Queue};
use store::Context;
use tokio::time::Instant;

use crate::queues::for_each_queue;
use crate::{HELD, ids, message, receive, receive_one, send, soon};

const POLICY: Policy = Policy { visibility: HELD, max_receives: 5 };

#[tokio::test]
async fn a_message_arrives_with_its_id_its_type_and_its_body() {
    for_each_queue(POLICY, async |queue| {
        let body = "{\"note\": \"l'été \\u0001 ✗ 🧀 漢字\",\n\t\"quote\": \"<&>\"}";
        let sent = Outgoing { message_type: "WEBHOOK é".into(), ..message("evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB", body) };
        let before = Context::system().now();
        queue.send(std::slice::from_ref(&sent)).await.unwrap().remove(0).unwrap();
        let received = receive_one(&queue).await;
        assert_eq!((&received.id, &received.message_type), (&sent.id, &sent.message_type));
        assert_eq!(received.body, sent.body);
        assert_eq!(received.receive_count, 1);
        // The server's clock is this machine's; it may round to milliseconds.
        let apart = received.sent_at.as_micros() - before.as_micros();
        assert!((-1_000..5_000_000).contains(&apart), "{apart} µs");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_message_is_gone_and_deleting_it_again_does_no_harm() {
    for_each_queue(POLICY, async |queue| {
        send(&queue, &["a", "b"]).await;
        let held = receive(&queue, 10).await;
        assert_eq!(ids(&held), ["a", "b"]);
        let receipt = held[0].receipt.clone();
        queue.delete(std::slice::from_ref(&receipt)).await.unwrap();
        queue.delete(&[receipt.clone(), receipt.clone()]).await.unwrap();
        queue.extend(&receipt, Duration::ZERO).await.unwrap();
        queue.delete(&[]).await.unwrap();
        queue.extend(&held[1].receipt, Duration::ZERO).await.unwrap();
        assert_eq!(ids(&receive(&queue, 10).await), ["b"]);
    })
    .await;
}

#[tokio::test]
async fn ten_messages_travel_in_one_call_and_eleven_do_not() {
    for_each_queue(POLICY, async |queue| {
        let all: Vec<String> = (0..11).map(|i| format!("m{i:02}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let eleven: Vec<Outgoing> = all.iter().map(|id| message(id, "{}")).collect();
        assert!(matches!(queue.send(&eleven).await, Err(Error::BatchTooLarge(11))));
        assert!(receive(&queue, 10).await.is_empty());
        send(&queue, &all[..10]).await;
        let mut received = receive(&queue, 99).await;
        assert_eq!(ids(&received), all[..10]);
        let mut receipts: Vec<_> = received.drain(..).map(|message| message.receipt).collect();
        receipts.push(receipts[0].clone());
        assert!(matches!(queue.delete(&receipts).await, Err(Error::BatchTooLarge(11))));
        queue.delete(&receipts[..10]).await.unwrap();
        assert_eq!(queue.depth().await.unwrap().held, 0);
        assert!(queue.send(&[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn of_a_batch_with_one_message_too_large_the_others_arrive_and_the_answer_names_it() {
    for_each_queue(POLICY, async |queue| {
        let batch = [message("a", "{}"), message("b", &"x".repeat(MAX_BODY + 1)), message("c", "{}")];
        let answers = queue.send(&batch).await.unwrap();
        assert!(matches!(answers[..], [Ok(()), Err(Error::TooLarge(_)), Ok(())]), "{answers:?}");
        assert_eq!(ids(&receive(&queue, 10).await), ["a", "c"]);
    })
    .await;
}

#[tokio::test]
async fn a_body_may_be_as_large_as_the_limit_says_in_bytes_and_a_batch_may_be_full_of_them() {
    for_each_queue(POLICY, async |queue| {
        let full = "é".repeat(MAX_BODY / 2);
        let batch = ["a", "b", "c"].map(|id| message(id, &full));
        assert!(queue.send(&batch).await.unwrap().iter().all(Result::is_ok));
        let answers = queue.send(&[message("d", &format!("{full}x"))]).await.unwrap();
        assert!(matches!(answers[..], [Err(Error::TooLarge(size))] if size == MAX_BODY + 1), "{answers:?}");
        let received = receive(&queue, 10).await;
        assert_eq!(ids(&received), ["a", "b", "c"]);
        assert!(received.iter().all(|message| message.body == full));
    })
    .await;
}

#[tokio::test]
async fn the_same_id_sent_twice_arrives_twice() {
    for_each_queue(POLICY, async |queue| {
        send(&queue, &["a", "a"]).await;
        send(&queue, &["a"]).await;
        let received = receive(&queue, 10).await;
        assert_eq!(ids(&received), ["a", "a", "a"]);
        queue.delete(&[received[0].receipt.clone()]).await.unwrap();
        queue.extend(&received[1].receipt, Duration::ZERO).await.unwrap();
        assert_eq!(ids(&receive(&queue, 10).await), ["a"]);
    })
    .await;
}

#[tokio::test]
async fn depth_tells_what_waits_and_what_is_held() {
    for_each_queue(POLICY, async |queue| {
        let depth = queue.depth().await.unwrap();
        assert_eq!((depth.waiting, depth.held, depth.oldest), (0, 0, None));
        send(&queue, &["a", "b", "c"]).await;
        let held = receive(&queue, 1).await;
        let depth = queue.depth().await.unwrap();
        assert_eq!((depth.waiting, depth.held), (2, 1));
        if let Queue::Embedded(_) = queue {
            assert!(depth.oldest.is_some_and(|oldest| oldest <= held[0].sent_at));
        }
        queue.delete(&[held[0].receipt.clone()]).await.unwrap();
        let depth = queue.depth().await.unwrap();
        assert_eq!((depth.waiting, depth.held), (2, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_receivers_at_once_never_hold_the_same_message() {
    for_each_queue(POLICY, async |queue| {
        let all: Vec<String> = (0..60).map(|i| format!("m{i}")).collect();
        for ten in all.chunks(10) {
            send(&queue, &ten.iter().map(String::as_str).collect::<Vec<_>>()).await;
        }
        let receivers = (0..6).map(|_| async {
            let mut mine = Vec::new();
            while queue.depth().await.unwrap().waiting > 0 {
                mine.extend(queue.receive(4, Duration::ZERO).await.unwrap());
            }
            mine
        });
        let received = soon(futures_util::future::join_all(receivers)).await.concat();
        assert_eq!(received.len(), 60);
        assert_eq!(ids(&received).into_iter().collect::<BTreeSet<_>>().len(), 60);
        assert!(received.iter().all(|message| message.receive_count == 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_long_poll_ends_when_a_message_comes() {
    for_each_queue(POLICY, async |queue| {
        let begun = Instant::now();
        let waiting = queue.receive(10, Duration::from_secs(10));
        let sending = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            send(&queue, &["a"]).await;
        };
        let (received, ()) = soon(async { tokio::join!(waiting, sending) }).await;
        assert_eq!(ids(&received.unwrap()), ["a"]);
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    })
    .await;
}

#[tokio::test]
async fn a_long_poll_ends_with_nothing_at_its_time() {
    for_each_queue(POLICY, async |queue| {
        let begun = Instant::now();
        assert!(queue.receive(10, Duration::from_secs(1)).await.unwrap().is_empty());
        let took = begun.elapsed();
        assert!((Duration::from_millis(950)..Duration::from_secs(4)).contains(&took), "{took:?}");
    })
    .await;
}
