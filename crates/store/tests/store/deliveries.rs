use domain::{Delivery, DeliveryId, DeliveryKind, DeliveryState, EventId, Timestamp};
use store::Error;
use store::deliveries::{self, Filter};
use testkit::{Bench, change, for_each_engine, query};

use crate::pages;

fn delivery(bench: &Bench, kind: DeliveryKind, target: &str) -> Delivery {
    let (id, event_id) = (bench.context.id(DeliveryId::new), bench.context.id(EventId::new));
    Delivery::new(id, kind, event_id, "ord_1".into(), target.into(), bench.context.now())
}

async fn insert(bench: &Bench, new: &[Delivery]) {
    let new: Vec<_> = new.iter().map(|delivery| (delivery.clone(), None)).collect();
    change!(bench.db, |tx, new| deliveries::insert(tx, new).await).await.unwrap();
}

async fn get(bench: &Bench, id: DeliveryId) -> Delivery {
    query!(bench.db, |tx, id| deliveries::get(tx, *id).await).await.unwrap().unwrap()
}

#[tokio::test]
async fn deliveries_are_found_by_what_they_are_about_for_whom_and_how_far() {
    for_each_engine(async |bench| {
        let all: Vec<Delivery> =
            [("whk_1", DeliveryKind::Webhook), ("con_1", DeliveryKind::Mail), ("whk_2", DeliveryKind::Webhook)]
                .map(|(target, kind)| delivery(&bench, kind, target))
                .into();
        insert(&bench, &all).await;
        insert(&bench, &[]).await;
        let listed = async |filter: Filter| {
            let found = pages(async |after: Option<String>| {
                query!(bench.db, |tx, filter, after| deliveries::list(tx, filter, after.as_deref(), 2).await).await
            });
            found.await.concat()
        };
        let newest_first: Vec<Delivery> = all.iter().rev().cloned().collect();
        assert_eq!(listed(Filter { subject: Some("ord_1".into()), ..Filter::default() }).await, newest_first);
        assert_eq!(listed(Filter { kind: Some(DeliveryKind::Mail), ..Filter::default() }).await, [all[1].clone()]);
        assert_eq!(listed(Filter { target: Some("whk_2".into()), ..Filter::default() }).await, [all[2].clone()]);
        assert_eq!(listed(Filter { state: Some(DeliveryState::Done), ..Filter::default() }).await, []);
        assert_eq!(listed(Filter { subject: Some("ord_2".into()), ..Filter::default() }).await, []);
        let ids = vec![all[0].id, bench.context.id(DeliveryId::new)];
        let some = query!(bench.db, |tx, ids| deliveries::some(tx, ids).await).await.unwrap();
        assert_eq!(some, [(all[0].clone(), None)]);
    })
    .await;
}

#[tokio::test]
async fn a_delivery_goes_from_attempt_to_attempt_to_its_end() {
    for_each_engine(async |bench| {
        let new = delivery(&bench, DeliveryKind::Webhook, "whk_1");
        let (id, at) = (new.id, Timestamp::from_micros(7_000_000));
        insert(&bench, std::slice::from_ref(&new)).await;
        change!(bench.db, |tx, id, at| deliveries::again(tx, *id, 1, "500", *at).await).await.unwrap();
        let failed = Delivery { attempts: 1, next_attempt_at: Some(at), error: Some("500".into()), ..new.clone() };
        assert_eq!(get(&bench, id).await, failed);
        change!(bench.db, |tx, id| deliveries::give_up(tx, *id, 2, "still 500").await).await.unwrap();
        let dead = get(&bench, id).await;
        assert_eq!((dead.state, dead.attempts, dead.next_attempt_at), (DeliveryState::Dead, 2, None));
        assert!(change!(bench.db, |tx, id| deliveries::bury(tx, *id, "again").await).await.unwrap());
        change!(bench.db, |tx, id, at| deliveries::reopen(tx, *id, *at).await).await.unwrap();
        assert_eq!(get(&bench, id).await.attempts, 0);
        let ids = vec![id];
        change!(bench.db, |tx, ids, at| deliveries::done(tx, ids, *at).await).await.unwrap();
        let done = get(&bench, id).await;
        assert_eq!((done.state, done.attempts, done.error, done.done_at), (DeliveryState::Done, 1, None, Some(at)));
        let buried = change!(bench.db, |tx, id| deliveries::bury(tx, *id, "late").await);
        assert!(!buried.await.unwrap(), "it has arrived");
        change!(bench.db, |tx, id, at| deliveries::skip(tx, *id, "not wanted", *at).await).await.unwrap();
        assert_eq!(get(&bench, id).await.state, DeliveryState::Done, "it has arrived, wanted or not");
        change!(bench.db, |tx, id, at| deliveries::reopen(tx, *id, *at).await).await.unwrap();
        change!(bench.db, |tx, id, at| deliveries::skip(tx, *id, "not wanted", *at).await).await.unwrap();
        assert_eq!(get(&bench, id).await.state, DeliveryState::Skipped);
    })
    .await;
}

#[tokio::test]
async fn what_comes_of_an_attempt_that_was_made_before_does_not_count() {
    for_each_engine(async |bench| {
        let new = delivery(&bench, DeliveryKind::Webhook, "whk_1");
        let (id, at) = (new.id, Timestamp::from_micros(7_000_000));
        insert(&bench, std::slice::from_ref(&new)).await;
        let due = async |number: i64| {
            change!(bench.db, |tx, id, number| deliveries::is_due(tx, *id, *number).await).await.unwrap()
        };
        let again = async |number: i64| {
            let noted = change!(bench.db, |tx, id, number, at| deliveries::again(tx, *id, *number, "500", *at).await);
            noted.await.unwrap()
        };
        let given_up = async |number: i64| {
            change!(bench.db, |tx, id, number| deliveries::give_up(tx, *id, *number, "500").await).await.unwrap()
        };
        assert!(due(1).await && due(1).await && again(1).await);
        assert!(!due(1).await && !again(1).await && !given_up(1).await);
        assert_eq!(get(&bench, id).await.attempts, 1);
        assert!(due(2).await && given_up(2).await);
        assert!(!due(3).await && !again(3).await && !given_up(3).await);
        assert_eq!(get(&bench, id).await.state, DeliveryState::Dead);
    })
    .await;
}

#[tokio::test]
async fn a_replay_is_brought_further_by_one_at_a_time() {
    for_each_engine(async |bench| {
        let new = delivery(&bench, DeliveryKind::Replay, "whk_1");
        insert(&bench, std::slice::from_ref(&new)).await;
        let (id, from, to) = (new.id, new.event_id, bench.context.id(EventId::new));
        change!(bench.db, |tx, id, from, to| deliveries::advance(tx, *id, *from, *to).await).await.unwrap();
        assert_eq!(get(&bench, id).await.event_id, to);
        let late = change!(bench.db, |tx, id, from, to| deliveries::advance(tx, *id, *from, *to).await).await;
        assert!(matches!(late, Err(Error::Stale)), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn an_event_that_the_journal_does_not_have_stays_with_its_delivery() {
    for_each_engine(async |bench| {
        let new = (delivery(&bench, DeliveryKind::Webhook, "whk_1"), Some(r#"{"type":"TEST ✗"}"#.to_owned()));
        let all = vec![new.clone()];
        change!(bench.db, |tx, all| deliveries::insert(tx, all).await).await.unwrap();
        let ids = vec![new.0.id];
        assert_eq!(query!(bench.db, |tx, ids| deliveries::some(tx, ids).await).await.unwrap(), all);
    })
    .await;
}
