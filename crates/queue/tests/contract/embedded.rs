//! What the embedded queue promises beyond the contract.

use std::time::Duration;

use queue::{Embedded, Policy, Queue};
use store::{Context, Db, outbox};
use testkit::{Bench, change, for_each_engine, query};
use tokio::time::Instant;

use crate::{HELD, ids, receive, send, soon};

const POLICY: Policy = Policy { visibility: HELD, max_receives: 5 };

fn embedded(db: &Db) -> Embedded {
    Embedded::new(db.clone(), Context::system(), POLICY)
}

async fn fill_outbox(bench: &Bench, count: i64) {
    change!(bench.db, |tx, count| {
        for i in 0..*count {
            outbox::insert(tx, &format!("m{i:03}"), "MAIL", Some("{}"), domain::Timestamp::from_micros(i)).await?;
        }
        Ok::<_, store::Error>(())
    })
    .await
    .unwrap();
}

async fn in_outbox(bench: &Bench) -> i64 {
    query!(bench.db, |tx| outbox::depth(tx).await).await.unwrap().waiting
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_process_receives_what_this_one_sends_also_while_it_waits() {
    for_each_engine(async |bench| {
        let here = Queue::Embedded(embedded(&bench.db));
        let there = Queue::Embedded(embedded(&bench.another_db().await));
        send(&here, &["a"]).await;
        assert_eq!(ids(&receive(&there, 10).await), ["a"]);
        assert!(receive(&here, 10).await.is_empty(), "held over there");
        let begun = Instant::now();
        let waiting = there.receive(10, Duration::from_secs(10));
        let sending = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            send(&here, &["b"]).await;
        };
        let (received, ()) = soon(async { tokio::join!(waiting, sending) }).await;
        assert_eq!(ids(&received.unwrap()), ["b"]);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_receiver_in_the_same_process_is_told_at_once_though_others_watch_the_dead_letters() {
    for_each_engine(async |bench| {
        let queue = Queue::Embedded(embedded(&bench.db));
        let dead = queue.dead_letters().await.unwrap();
        let watching = tokio::spawn(async move { dead.receive(10, Duration::from_secs(20)).await });
        let mut waits = Vec::new();
        for _ in 0..15 {
            let waiting = async {
                let received = queue.receive(10, Duration::from_secs(10)).await.unwrap();
                (Instant::now(), received)
            };
            let sending = async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                send(&queue, &["a"]).await;
                Instant::now()
            };
            let ((received_at, received), sent_at) = soon(async { tokio::join!(waiting, sending) }).await;
            waits.push(received_at.saturating_duration_since(sent_at));
            queue.delete(&[received[0].receipt.clone()]).await.unwrap();
        }
        watching.abort();
        waits.sort();
        // Looking now and then would take 50 ms, more often than not.
        assert!(waits[7] < Duration::from_millis(25), "{waits:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_due_moves_from_the_outbox_into_the_queue_the_earliest_first() {
    for_each_engine(async |bench| {
        fill_outbox(&bench, 12).await;
        bench.add_contact("Épicerie Dupré").await;
        let queue = embedded(&bench.db);
        assert_eq!(queue.take_outbox(5).await.unwrap(), 5);
        let queue = Queue::Embedded(queue);
        assert_eq!(ids(&receive(&queue, 10).await), ["m000", "m001", "m002", "m003", "m004"]);
        assert_eq!(in_outbox(&bench).await, 8);
        let Queue::Embedded(queue) = queue else { unreachable!() };
        assert_eq!(queue.take_outbox(100).await.unwrap(), 8);
        assert_eq!(queue.take_outbox(100).await.unwrap(), 0);
        assert_eq!(in_outbox(&bench).await, 0);
        let received = receive(&Queue::Embedded(queue), 10).await;
        assert_eq!(received.len(), 8);
        let event = received.iter().find(|message| message.message_type == "CONTACT_CREATED").unwrap();
        assert!(event.body.contains("Épicerie Dupré"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_relays_at_once_move_each_message_once() {
    for_each_engine(async |bench| {
        fill_outbox(&bench, 100).await;
        let other = bench.another_db().await;
        let relays = (0..6).map(|i| {
            let queue = embedded(if i % 2 == 0 { &bench.db } else { &other });
            let bench = &bench;
            async move {
                let mut moved = 0;
                while in_outbox(bench).await > 0 {
                    moved += queue.take_outbox(7).await.unwrap();
                }
                moved
            }
        });
        let moved: usize = soon(futures_util::future::join_all(relays)).await.into_iter().sum();
        assert_eq!(moved, 100);
        assert_eq!(Queue::Embedded(embedded(&bench.db)).depth().await.unwrap().waiting, 100);
    })
    .await;
}
