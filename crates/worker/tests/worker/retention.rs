//! What is forgotten by age, and by whom.

use std::time::Duration;

use domain::{DeliveryId, DeliveryKind, DeliveryState, EventId};
use store::attempts::{self, Attempt};
use store::retention::{self, Step, Table};
use store::{Reader, deliveries, inbox, leases};
use testkit::{change, query};
use tokio_util::sync::CancellationToken;
use worker::sweep;

use crate::desk::{Desk, on_each_engine};
use crate::engines::foreign_message;

const DAY: Duration = Duration::from_hours(24);

async fn rows(desk: &Desk, table: &'static str) -> Vec<String> {
    let sql = format!("SELECT * FROM {table}");
    let rows = query!(desk.bench.db, |tx, sql| tx.rows(sql.clone(), &[], Reader::next).await);
    let mut rows: Vec<String> = rows.await.unwrap();
    rows.sort();
    rows
}

async fn pass(desk: &Desk, holder: &str) -> bool {
    sweep::pass(&desk.worker(), holder, &CancellationToken::new()).await.unwrap()
}

fn event_id(desk: &Desk) -> String {
    desk.bench.context.id(EventId::new).to_string()
}

async fn handled(desk: &Desk, id: &str) {
    let (ids, now) = (vec![id.to_owned()], desk.bench.context.now());
    change!(desk.bench.db, |tx, ids, now| inbox::insert(tx, ids, *now).await).await.unwrap();
}

async fn attempted(desk: &Desk, id: &str) {
    let (id, own, attempt) = (id.to_owned(), event_id(desk), Attempt::failed(desk.bench.context.now(), "no"));
    change!(desk.bench.db, |tx, id, own, attempt| attempts::insert(tx, id, own, attempt).await).await.unwrap();
}

async fn delivery(desk: &Desk, state: DeliveryState) -> String {
    let now = desk.bench.context.now();
    let id = desk.bench.context.id(DeliveryId::new);
    let done_at = matches!(state, DeliveryState::Done | DeliveryState::Skipped).then_some(now);
    let new = domain::Delivery {
        id,
        kind: DeliveryKind::Webhook,
        event_id: desk.bench.context.id(EventId::new),
        subject: "ord_1".into(),
        target: "whk_1".into(),
        state,
        attempts: 1,
        next_attempt_at: None,
        error: None,
        created_at: now,
        done_at,
    };
    let new = vec![(new, None)];
    change!(desk.bench.db, |tx, new| deliveries::insert(tx, new).await).await.unwrap();
    id.to_string()
}

#[tokio::test]
async fn what_was_done_long_ago_is_forgotten_and_the_rest_stays() {
    on_each_engine(async |desk| {
        let old = event_id(&desk);
        for id in [&old, "foreign", "zz"] {
            handled(&desk, id).await;
            attempted(&desk, id).await;
        }
        let late = event_id(&desk);
        delivery(&desk, DeliveryState::Done).await;
        delivery(&desk, DeliveryState::Skipped).await;
        delivery(&desk, DeliveryState::Dead).await;
        let waits = delivery(&desk, DeliveryState::Pending).await;
        desk.pass_time(DAY * 40);
        // Told long ago, and handled only now.
        handled(&desk, &late).await;
        let young = delivery(&desk, DeliveryState::Done).await;
        assert!(pass(&desk, "a").await);
        assert_eq!(rows(&desk, "inbox").await, std::slice::from_ref(&late), "30 days");
        assert_eq!((rows(&desk, "attempts").await.len(), rows(&desk, "deliveries").await.len()), (3, 5));
        desk.pass_time(DAY * 55);
        assert!(pass(&desk, "a").await);
        assert!(rows(&desk, "inbox").await.is_empty() && rows(&desk, "attempts").await.is_empty());
        assert_eq!(rows(&desk, "deliveries").await, [waits.clone(), young], "90 days");
        desk.pass_time(DAY * 90);
        assert!(pass(&desk, "a").await);
        assert_eq!(rows(&desk, "deliveries").await, [waits]);
    })
    .await;
}

#[tokio::test]
async fn what_lies_on_the_desk_or_was_decided_lately_stays() {
    on_each_engine(async |desk| {
        foreign_message(&desk).await;
        desk.do_effects().await;
        let letter = desk.clerk().read("/dead-letters").await["items"][0].clone();
        let id = letter["message_id"].as_str().unwrap();
        handled(&desk, id).await;
        attempted(&desk, id).await;
        desk.pass_time(DAY * 100);
        assert!(pass(&desk, "a").await);
        assert_eq!((rows(&desk, "inbox").await.len(), rows(&desk, "attempts").await.len()), (1, 1), "it is open");
        // On its way again, perhaps for days.
        let (ctx, id) = (desk.bench.ctx(), letter["id"].as_str().unwrap().parse::<domain::DeadLetterId>().unwrap());
        change!(desk.bench.db, |tx, ctx, id| ops::dead_letters::redrive(tx, ctx, *id).await).await.unwrap();
        assert!(pass(&desk, "a").await);
        assert_eq!(rows(&desk, "inbox").await.len(), 1, "without its inbox row, its effects would be done twice");
        desk.pass_time(DAY * 31);
        assert!(pass(&desk, "a").await);
        assert!(rows(&desk, "inbox").await.is_empty());
        assert_eq!(rows(&desk, "dead_letters").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_process_sweeps_at_a_time_and_one_that_dies_is_followed() {
    on_each_engine(async |desk| {
        assert!(pass(&desk, "a").await);
        assert!(!pass(&desk, "b").await);
        desk.pass_time(Duration::from_mins(20));
        // Still at work, and its time begins anew.
        assert!(pass(&desk, "a").await);
        desk.pass_time(Duration::from_mins(20));
        handled(&desk, "old").await;
        assert!(!pass(&desk, "b").await);
        // Killed: nobody gave the job back.
        desk.pass_time(Duration::from_mins(5));
        assert!(pass(&desk, "b").await);
        assert!(!pass(&desk, "a").await);
        change!(desk.bench.db, |tx| leases::release(tx, "sweep", "a").await).await.unwrap();
        assert!(!pass(&desk, "c").await, "only its holder gives it back");
        change!(desk.bench.db, |tx| leases::release(tx, "sweep", "b").await).await.unwrap();
        assert!(pass(&desk, "c").await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_a_job_at_once_one_has_it() {
    on_each_engine(async |desk| {
        let now = desk.bench.context.now();
        let all = (0..20).map(|i| {
            let holder = format!("p{i}");
            change!(desk.bench.db, |tx, holder, now| leases::take(tx, "x", holder, *now, DAY).await)
        });
        let taken = futures_util::future::join_all(all).await;
        assert_eq!(taken.into_iter().filter(|one| *one.as_ref().unwrap()).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_step_looks_at_no_more_keys_than_its_limit() {
    on_each_engine(async |desk| {
        let ids: Vec<String> = (0..7).map(|_| event_id(&desk)).collect();
        for id in &ids {
            handled(&desk, id).await;
        }
        desk.pass_time(DAY);
        let before = desk.bench.context.now();
        let step = async |above: String| {
            let step = change!(desk.bench.db, |tx, above, before| {
                retention::forget(tx, Table::Inbox, above, "evt`", *before, 3).await
            });
            step.await.unwrap()
        };
        assert_eq!(step("evt_".into()).await, Step { forgotten: 3, next: Some(ids[2].clone()) });
        assert_eq!(rows(&desk, "inbox").await, ids[3..]);
        assert_eq!(step(ids[2].clone()).await, Step { forgotten: 3, next: Some(ids[5].clone()) });
        assert_eq!(step(ids[5].clone()).await, Step { forgotten: 1, next: None });
        assert_eq!(step(String::new()).await, Step { forgotten: 0, next: None });
        assert!(rows(&desk, "inbox").await.is_empty());
    })
    .await;
}
