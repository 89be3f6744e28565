use domain::{DeliveryId, EventId, Timestamp};
use store::retention::{Table, forget};
use store::{attempts, inbox};
use testkit::{change, for_each_engine};

#[test]
fn the_ranges_hold_every_key_that_may_be_old() {
    let before: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
    let (old, young) = (before.unix_millis() - 1, before.unix_millis());
    let within = |table: Table, key: &str| {
        table.ranges(before).iter().filter(|(above, below)| key > above.as_str() && key < below.as_str()).count()
    };
    for table in [Table::Inbox, Table::Attempts] {
        for key in ["a", "dlv", "e", "evt", "evt`x", "zz", "é", &EventId::new(old, u128::MAX).to_string()] {
            assert_eq!(within(table, key), 1, "{key}");
        }
        assert_eq!(within(table, &DeliveryId::new(old, 7).to_string()), 1);
        assert_eq!(within(table, &DeliveryId::new(young, 1).to_string()), 0);
        assert_eq!(within(table, &EventId::new(young, 1).to_string()), 0);
    }
    assert_eq!(within(Table::Deliveries, &DeliveryId::new(old, 7).to_string()), 1);
}

#[tokio::test]
async fn a_step_takes_what_is_old_among_its_keys_with_every_attempt() {
    for_each_engine(async |bench| {
        let now = bench.context.now();
        let (old, young) = (now.minus(std::time::Duration::from_secs(9)), now);
        let ids = vec!["a".to_owned(), "c".to_owned()];
        change!(bench.db, |tx, ids, old| inbox::insert(tx, ids, *old).await).await.unwrap();
        let late = vec!["b".to_owned()];
        change!(bench.db, |tx, late, young| inbox::insert(tx, late, *young).await).await.unwrap();
        for (message, id, at) in [("a", "1", old), ("a", "2", old), ("a", "3", young), ("b", "4", old)] {
            let attempt = attempts::Attempt::failed(at, "x");
            change!(bench.db, |tx, message, id, attempt| attempts::insert(tx, message, id, attempt).await)
                .await
                .unwrap();
        }
        let step = async |table: Table, limit: usize| {
            change!(bench.db, |tx, table, limit, now| forget(tx, *table, "", "z", *now, *limit).await).await.unwrap()
        };
        let first = step(Table::Inbox, 2).await;
        assert_eq!((first.forgotten, first.next.as_deref()), (1, Some("b")));
        assert_eq!(step(Table::Inbox, 9).await.forgotten, 1);
        let attempted = step(Table::Attempts, 9).await;
        assert_eq!((attempted.forgotten, attempted.next), (3, None));
        let left = testkit::query!(bench.db, |tx| attempts::of(tx, "a").await).await.unwrap();
        assert_eq!(left.len(), 1);
    })
    .await;
}
