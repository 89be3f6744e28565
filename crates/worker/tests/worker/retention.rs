//! What is forgotten by age, and by whom.

use std::time::Duration;

use comptoir_worker::sweep;
use domain::{DeliveryId, DeliveryKind, DeliveryState, EventId};
use store::attempts::{self, Attempt};
use store::dead_letters::{self, DeadLetter, Filter};
use store::retention::{self, Step, Table};
use store::{Reader, deliveries, inbox, leases};
use testkit::{change, query};
use tokio_util::sync::CancellationToken;

use crate::site::{WorkerSite, on_each_engine};

const DAY: Duration = Duration::from_hours(24);

async fn rows(site: &WorkerSite, table: &'static str) -> Vec<String> {
    let sql = format!("SELECT * FROM {table}");
    let rows = query!(site.bench.db, |tx, sql| tx.rows(sql.clone(), &[], Reader::next).await);
    let mut rows: Vec<String> = rows.await.unwrap();
    rows.sort();
    rows
}

async fn pass(site: &WorkerSite, holder: &str) -> bool {
    sweep::pass(&site.worker(), holder, &CancellationToken::new()).await.unwrap()
}

/// A message on the desk, put there by the worker because no worker of this version can handle it.
async fn unknown_message(site: &WorkerSite) -> DeadLetter {
    let (id, now) = (event_id(site), site.bench.context.now());
    let body = format!(r#"{{"id":"{id}","type":"ORDER_SHIPPED","subject":"ord_7"}}"#);
    let put = change!(site.bench.db, |tx, id, body, now| {
        store::outbox::insert(tx, id, "ORDER_SHIPPED", Some(body), *now).await
    });
    put.await.unwrap();
    site.do_effects().await;
    let open = query!(site.bench.db, |tx| dead_letters::list(tx, &Filter::default(), None, 2).await).await.unwrap();
    let [letter] = <[DeadLetter; 1]>::try_from(open.items).unwrap();
    letter
}

fn event_id(site: &WorkerSite) -> String {
    site.bench.context.id(EventId::new).to_string()
}

async fn handled(site: &WorkerSite, id: &str) {
    let (ids, now) = (vec![id.to_owned()], site.bench.context.now());
    change!(site.bench.db, |tx, ids, now| inbox::insert(tx, ids, *now).await).await.unwrap();
}

async fn attempted(site: &WorkerSite, id: &str) {
    let (id, own, attempt) = (id.to_owned(), event_id(site), Attempt::failed(site.bench.context.now(), "no"));
    change!(site.bench.db, |tx, id, own, attempt| attempts::insert(tx, id, own, attempt).await).await.unwrap();
}

async fn delivery(site: &WorkerSite, state: DeliveryState) -> String {
    let now = site.bench.context.now();
    let id = site.bench.context.id(DeliveryId::new);
    let done_at = matches!(state, DeliveryState::Done | DeliveryState::Skipped).then_some(now);
    let new = domain::Delivery {
        id,
        kind: DeliveryKind::Webhook,
        event_id: site.bench.context.id(EventId::new),
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
    change!(site.bench.db, |tx, new| deliveries::insert(tx, new).await).await.unwrap();
    id.to_string()
}

#[tokio::test]
async fn what_was_done_long_ago_is_forgotten_and_the_rest_stays() {
    on_each_engine(async |site| {
        let old = event_id(&site);
        for id in [&old, "foreign", "zz"] {
            handled(&site, id).await;
            attempted(&site, id).await;
        }
        let late = event_id(&site);
        delivery(&site, DeliveryState::Done).await;
        delivery(&site, DeliveryState::Skipped).await;
        delivery(&site, DeliveryState::Dead).await;
        let waits = delivery(&site, DeliveryState::Pending).await;
        site.pass_time(DAY * 40);
        // Told long ago, and handled only now.
        handled(&site, &late).await;
        let young = delivery(&site, DeliveryState::Done).await;
        assert!(pass(&site, "a").await);
        assert_eq!(rows(&site, "inbox").await, std::slice::from_ref(&late), "30 days");
        assert_eq!((rows(&site, "attempts").await.len(), rows(&site, "deliveries").await.len()), (3, 5));
        site.pass_time(DAY * 55);
        assert!(pass(&site, "a").await);
        assert!(rows(&site, "inbox").await.is_empty() && rows(&site, "attempts").await.is_empty());
        assert_eq!(rows(&site, "deliveries").await, [waits.clone(), young], "90 days");
        site.pass_time(DAY * 90);
        assert!(pass(&site, "a").await);
        assert_eq!(rows(&site, "deliveries").await, [waits]);
    })
    .await;
}

#[tokio::test]
async fn what_lies_on_the_desk_or_was_decided_lately_stays() {
    on_each_engine(async |site| {
        let letter = unknown_message(&site).await;
        let id = letter.message_id.as_str();
        handled(&site, id).await;
        attempted(&site, id).await;
        site.pass_time(DAY * 100);
        assert!(pass(&site, "a").await);
        assert_eq!((rows(&site, "inbox").await.len(), rows(&site, "attempts").await.len()), (1, 1), "it is open");
        // On its way again, perhaps for days.
        let (ctx, id) = (site.bench.ctx(), letter.id);
        change!(site.bench.db, |tx, ctx, id| ops::dead_letters::redrive(tx, ctx, *id).await).await.unwrap();
        assert!(pass(&site, "a").await);
        assert_eq!(rows(&site, "inbox").await.len(), 1, "without its inbox row, its effects would be done twice");
        site.pass_time(DAY * 31);
        assert!(pass(&site, "a").await);
        assert!(rows(&site, "inbox").await.is_empty());
        assert_eq!(rows(&site, "dead_letters").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_process_sweeps_at_a_time_and_one_that_dies_is_followed() {
    on_each_engine(async |site| {
        assert!(pass(&site, "a").await);
        assert!(!pass(&site, "b").await);
        site.pass_time(Duration::from_mins(20));
        // Still at work, and its time begins anew.
        assert!(pass(&site, "a").await);
        site.pass_time(Duration::from_mins(20));
        handled(&site, "old").await;
        assert!(!pass(&site, "b").await);
        // Killed: nobody gave the job back.
        site.pass_time(Duration::from_mins(5));
        assert!(pass(&site, "b").await);
        assert!(!pass(&site, "a").await);
        change!(site.bench.db, |tx| leases::release(tx, "sweep", "a").await).await.unwrap();
        assert!(!pass(&site, "c").await, "only its holder gives it back");
        change!(site.bench.db, |tx| leases::release(tx, "sweep", "b").await).await.unwrap();
        assert!(pass(&site, "c").await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_a_job_at_once_one_has_it() {
    on_each_engine(async |site| {
        let now = site.bench.context.now();
        let all = (0..20).map(|i| {
            let holder = format!("p{i}");
            change!(site.bench.db, |tx, holder, now| leases::take(tx, "x", holder, *now, DAY).await)
        });
        let taken = futures_util::future::join_all(all).await;
        assert_eq!(taken.into_iter().filter(|one| *one.as_ref().unwrap()).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_step_looks_at_no_more_keys_than_its_limit() {
    on_each_engine(async |site| {
        let ids: Vec<String> = (0..7).map(|_| event_id(&site)).collect();
        for id in &ids {
            handled(&site, id).await;
        }
        site.pass_time(DAY);
        let before = site.bench.context.now();
        let step = async |above: String| {
            let step = change!(site.bench.db, |tx, above, before| {
                retention::forget(tx, Table::Inbox, above, "evt`", *before, 3).await
            });
            step.await.unwrap()
        };
        assert_eq!(step("evt_".into()).await, Step { forgotten: 3, next: Some(ids[2].clone()) });
        assert_eq!(rows(&site, "inbox").await, ids[3..]);
        assert_eq!(step(ids[2].clone()).await, Step { forgotten: 3, next: Some(ids[5].clone()) });
        assert_eq!(step(ids[5].clone()).await, Step { forgotten: 1, next: None });
        assert_eq!(step(String::new()).await, Step { forgotten: 0, next: None });
        assert!(rows(&site, "inbox").await.is_empty());
    })
    .await;
}
