//! What transactions do to the sums of their order.

use domain::{MAX_MINOR, Order, Transaction, TransactionId, TransactionInput, TransactionState};
use store::orders;
use testkit::{Bench, change, fixtures, for_each_engine, query};

use crate::soon;

fn unsaved(bench: &Bench, input: TransactionInput) -> Transaction {
    let currency = input.currency;
    Transaction::record(bench.context.id(TransactionId::new), input, currency, bench.context.now()).unwrap()
}

async fn moved(bench: &Bench, before: Option<&Transaction>, after: &Transaction) -> bool {
    let (before, after, now) = (before.cloned(), after.clone(), bench.context.now());
    change!(bench.db, |tx, before, after, now| orders::move_money(tx, before.as_ref(), after, *now).await)
        .await
        .unwrap()
}

async fn sums(bench: &Bench, order: &Order) -> (i64, i64, i64) {
    let id = order.id;
    let order = query!(bench.db, |tx, id| orders::get(tx, *id).await).await.unwrap().unwrap();
    (order.received, order.refunded, order.version)
}

#[tokio::test]
async fn payments_add_up_and_each_raises_the_version() {
    for_each_engine(async |bench| {
        let order = bench.add_order(bench.add_contact("A").await.id).await;
        assert!(moved(&bench, None, &unsaved(&bench, fixtures::payment(order.id, 1_000))).await);
        assert!(moved(&bench, None, &unsaved(&bench, fixtures::payment(order.id, 8_895))).await);
        assert_eq!(sums(&bench, &order).await, (9_895, 0, 3));
        let nothing = fixtures::payment(bench.context.id(domain::OrderId::new), 1);
        assert!(!moved(&bench, None, &unsaved(&bench, nothing)).await, "no such order");
    })
    .await;
}

#[tokio::test]
async fn a_refund_never_exceeds_what_was_received() {
    for_each_engine(async |bench| {
        let order = bench.add_order(bench.add_contact("A").await.id).await;
        assert!(!moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, 1))).await);
        assert!(moved(&bench, None, &unsaved(&bench, fixtures::payment(order.id, 1_000))).await);
        assert!(!moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, 1_001))).await);
        assert!(moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, 400))).await);
        assert!(!moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, 601))).await);
        assert!(moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, 600))).await);
        assert_eq!(sums(&bench, &order).await, (1_000, 1_000, 4));
    })
    .await;
}

#[tokio::test]
async fn a_refund_under_way_claims_its_amount_until_it_is_settled() {
    for_each_engine(async |bench| {
        let order = bench.add_order(bench.add_contact("A").await.id).await;
        assert!(moved(&bench, None, &unsaved(&bench, fixtures::payment(order.id, 1_000))).await);
        let pending = TransactionInput { state: TransactionState::Pending, ..fixtures::refund(order.id, 700) };
        let pending = unsaved(&bench, pending);
        assert!(moved(&bench, None, &pending).await);
        assert_eq!(sums(&bench, &order).await.1, 0, "not given back yet");
        assert!(!moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, 301))).await);
        let failed = pending.settled(TransactionState::Failed, bench.context.now()).unwrap();
        assert!(moved(&bench, Some(&pending), &failed).await);
        assert!(moved(&bench, None, &pending).await, "claimed again");
        let done = pending.settled(TransactionState::Succeeded, bench.context.now()).unwrap();
        assert!(moved(&bench, Some(&pending), &done).await);
        assert_eq!(sums(&bench, &order).await.1, 700);
        assert!(!moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, 301))).await);
        assert!(moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, 300))).await);
    })
    .await;
}

#[tokio::test]
async fn a_payment_under_way_counts_for_nothing_until_it_succeeds() {
    for_each_engine(async |bench| {
        let order = bench.add_order(bench.add_contact("A").await.id).await;
        let pending = TransactionInput { state: TransactionState::Pending, ..fixtures::payment(order.id, 700) };
        let pending = unsaved(&bench, pending);
        assert!(moved(&bench, None, &pending).await);
        assert!(!moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, 1))).await);
        let done = pending.settled(TransactionState::Succeeded, bench.context.now()).unwrap();
        assert!(moved(&bench, Some(&pending), &done).await);
        assert_eq!(sums(&bench, &order).await.0, 700);
    })
    .await;
}

#[tokio::test]
async fn a_sum_stays_within_what_every_json_reader_holds() {
    for_each_engine(async |bench| {
        let order = bench.add_order(bench.add_contact("A").await.id).await;
        assert!(moved(&bench, None, &unsaved(&bench, fixtures::payment(order.id, MAX_MINOR))).await);
        assert!(!moved(&bench, None, &unsaved(&bench, fixtures::payment(order.id, 1))).await);
        assert!(moved(&bench, None, &unsaved(&bench, fixtures::refund(order.id, MAX_MINOR))).await);
        assert_eq!(sums(&bench, &order).await, (MAX_MINOR, MAX_MINOR, 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_refunds_at_once_never_give_back_more_than_was_received() {
    for_each_engine(async |bench| {
        let order = bench.add_order(bench.add_contact("A").await.id).await;
        bench.record(fixtures::payment(order.id, 1_000)).await.unwrap();
        // Each wants a twelfth and a bit: twelve fit, thirteen would not.
        let all = (0..50).map(|_| bench.record(fixtures::refund(order.id, 80)));
        let outcomes = soon(futures_util::future::join_all(all)).await;
        let given: Vec<_> = outcomes.iter().filter(|outcome| outcome.is_ok()).collect();
        assert_eq!(given.len(), 12);
        let refused = |outcome: &Result<_, ops::Error>| {
            matches!(outcome, Err(ops::Error::Conflict { code: "refund_above_received", .. }) | Ok(_))
        };
        assert!(outcomes.iter().all(refused), "{outcomes:?}");
        assert_eq!(sums(&bench, &order).await, (1_000, 960, 14));
    })
    .await;
}
