use std::collections::BTreeSet;

use testkit::{Engine, fixtures, for_each_engine};

use crate::soon;

fn number(order: &domain::Order) -> i64 {
    order.number.strip_prefix("O-").unwrap().parse().unwrap()
}

#[tokio::test]
async fn numbers_begin_at_1001_and_rise() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await;
        for wanted in 1001..1006 {
            assert_eq!(number(&bench.add_order(contact.id).await), wanted);
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_order_leaves_no_gap_where_one_process_writes() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await;
        let nobody = bench.context.id(domain::ContactId::new);
        bench.place_order(fixtures::order(nobody)).await.unwrap_err();
        let wanted = if bench.engine == Engine::Sqlite { 1001 } else { 1002 };
        assert_eq!(number(&bench.add_order(contact.id).await), wanted);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_are_unique_under_many_placements_at_once_from_two_processes() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await;
        let other = bench.another_db().await;
        let mut last = 1000;
        for round in 1..=3 {
            let all = (0..100).map(|i| {
                let db = if i % 2 == 0 { &bench.db } else { &other };
                bench.place_order_on(db, fixtures::order(contact.id))
            });
            let orders = soon(futures_util::future::join_all(all)).await;
            let numbers: BTreeSet<i64> = orders.into_iter().map(|order| number(&order.unwrap())).collect();
            assert_eq!(numbers.len(), 100);
            last = last.max(*numbers.last().unwrap());
            // Two processes hold one block of 64 in reserve at the most.
            assert!(last <= 1000 + 100 * round + 2 * 64, "numbers are wasted: {last}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_later_order_of_one_process_has_a_higher_number() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await;
        let mut last = 0;
        for _ in 0..10 {
            let all = (0..20).map(|_| bench.place_order(fixtures::order(contact.id)));
            let orders = soon(futures_util::future::join_all(all)).await;
            let numbers: Vec<i64> = orders.into_iter().map(|order| number(&order.unwrap())).collect();
            assert!(numbers.iter().all(|number| *number > last), "{numbers:?} after {last}");
            last = *numbers.iter().max().unwrap();
        }
    })
    .await;
}
