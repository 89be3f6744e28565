//! A client that goes away half-way: its change is done whole or not at all.

use std::task::Poll;
use std::time::Duration;

use testkit::{fixtures, query};

use crate::backend::on_each_engine;

/// Drives a future for some steps only, then drops it.
async fn abandon(what: impl Future, steps: usize) {
    let mut what = Box::pin(what);
    for _ in 0..steps {
        let ready = std::future::poll_fn(|context| Poll::Ready(what.as_mut().poll(context).is_ready())).await;
        if ready {
            return;
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_order_is_there_with_its_event_and_its_answer_or_not_at_all() {
    on_each_engine(async |backend| {
        let (clerk, contact) = (backend.clerk(), backend.bench.add_contact("Épicerie Dupré").await);
        for steps in 0..40 {
            let key = format!("k-{steps}");
            abandon(clerk.post("/orders", fixtures::order(contact.id)).key(&key).send(), steps).await;
        }
        // Whatever was begun ends by itself; asking again with the same key brings each to exactly one.
        for steps in 0..40 {
            clerk.post("/orders", fixtures::order(contact.id)).key(&format!("k-{steps}")).gives(201).await;
        }
        let orders = query!(backend.bench.db, |tx| store::orders::count(tx).await).await.unwrap();
        let events = query!(backend.bench.db, |tx| store::events::count(tx).await).await.unwrap();
        assert_eq!((orders, events), (40, 41));
        for order in clerk.pages("/orders?limit=50").await.concat() {
            assert_eq!((order["lines"].as_array().unwrap().len(), &order["total"]), (3, &serde_json::json!(9_895)));
        }
    })
    .await;
}
