use domain::{TransactionId, TransactionInput, TransactionState};
use store::Error;
use store::transactions::{self, Filter};
use testkit::{change, fixtures, for_each_engine, query};

use crate::pages;

#[tokio::test]
async fn a_transaction_comes_back_as_it_was_saved() {
    for_each_engine(async |bench| {
        let order = bench.add_order(bench.add_contact("A").await.id).await;
        let input = TransactionInput {
            value_date: Some("2026-11-20".parse().unwrap()),
            reference: None,
            ..fixtures::payment(order.id, domain::MAX_MINOR)
        };
        let saved = bench.record(input).await.unwrap();
        let id = saved.id;
        assert_eq!(query!(bench.db, |tx, id| transactions::get(tx, *id).await).await.unwrap(), Some(saved));
        let nothing = bench.context.id(TransactionId::new);
        assert_eq!(query!(bench.db, |tx, nothing| transactions::get(tx, *nothing).await).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_pending_transaction_is_settled_once() {
    for_each_engine(async |bench| {
        let order = bench.add_order(bench.add_contact("A").await.id).await;
        let input = TransactionInput { state: TransactionState::Pending, ..fixtures::payment(order.id, 100) };
        let before = bench.record(input).await.unwrap();
        let done = before.settled(TransactionState::Succeeded, bench.context.now()).unwrap();
        let failed = before.settled(TransactionState::Failed, bench.context.now()).unwrap();
        change!(bench.db, |tx, before, done| transactions::set_state(tx, before, done).await).await.unwrap();
        let late = change!(bench.db, |tx, before, failed| transactions::set_state(tx, before, failed).await).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        let id = before.id;
        assert_eq!(query!(bench.db, |tx, id| transactions::get(tx, *id).await).await.unwrap(), Some(done));
    })
    .await;
}

#[tokio::test]
async fn a_list_is_of_one_order_or_of_all_newest_first() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await;
        let (a, b) = (bench.add_order(contact.id).await, bench.add_order(contact.id).await);
        let mut all = Vec::new();
        for (order, amount) in [(&a, 1), (&b, 2), (&a, 3), (&a, 4), (&b, 5)] {
            all.insert(0, bench.record(fixtures::payment(order.id, amount)).await.unwrap());
        }
        for (order, amounts) in [(None, vec![5, 4, 3, 2, 1]), (Some(a.id), vec![4, 3, 1]), (Some(b.id), vec![5, 2])] {
            let filter = Filter { order_id: order, ..Filter::default() };
            let pages = pages(async |after| {
                query!(bench.db, |tx, filter, after| transactions::list(tx, filter, after.as_deref(), 2).await).await
            })
            .await;
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == 2));
            assert_eq!(pages.concat().iter().map(|t| t.amount).collect::<Vec<_>>(), amounts);
        }
    })
    .await;
}
