//! The timeline and the figures follow from the journal.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{Date, Role};
use serde_json::json;
use store::stats::{self, Figures};
use store::{Row, timeline};
use testkit::fixtures::{self, payment, refund};
use testkit::{change, query};
use worker::replay::{self, Found, Progress};

use crate::backend::{Backend, on_each_engine, path_of};
use crate::engines::scenario;

/// A day with everything: orders, edits, cancellations, money, a merge, products, a mended dead letter, an erased contact; and a
/// message that was given up, one that waits on the desk and one that has not been handled yet.
async fn history(backend: &Backend) {
    scenario(backend).await;
    let (clerk, manager, admin) = (backend.clerk(), backend.manager(), backend.by(Role::Admin));
    let gone = clerk.create("/contacts", fixtures::contact("Bientôt oublié")).await;
    let order = backend.bench.add_order(gone["id"].as_str().unwrap().parse().unwrap()).await;
    backend.bench.record(payment(order.id, 1_500)).await.unwrap();
    backend.bench.record(refund(order.id, 500)).await.unwrap();
    manager.act(&format!("/orders/{}/cancel", order.id)).gives(200).await;
    mend_one(backend).await;
    backend.do_effects().await;
    let erase = json!({ "reason": "asked for" });
    admin.post(&(path_of("contacts", &gone) + "/erase"), erase).version(1).gives(200).await;
    // One event on the desk, one given up, the others handled; the last is still on its way.
    for decided in [false, true] {
        let contact = backend.bench.add_contact("Perdu").await;
        let event = clerk.read(&format!("/events?subject={}", contact.id)).await["items"][0].clone();
        spoil(backend, event["id"].as_str().unwrap(), "{ not JSON").await;
        backend.do_effects().await;
        let letter = clerk.read("/dead-letters?state=open").await["items"][0].clone();
        if decided {
            manager.post(&(path_of("dead-letters", &letter) + "/discard"), json!({ "reason": "x" })).gives(200).await;
        }
    }
    backend.bench.add_contact("Pas encore").await;
}

/// An order whose event is spoilt on its way, and mended by a person to another total.
async fn mend_one(backend: &Backend) {
    let contact = backend.bench.add_contact("Réparé").await;
    let order = backend.bench.add_order(contact.id).await;
    let mut event = backend.clerk().read(&format!("/events?subject={}", order.id)).await["items"][0].clone();
    spoil(backend, event["id"].as_str().unwrap(), "{}").await;
    backend.do_effects().await;
    event["data"]["order"]["total"] = json!(777);
    let letter = backend.clerk().read("/dead-letters?state=open").await["items"][0].clone();
    let redrive = path_of("dead-letters", &letter) + "/redrive";
    backend.manager().post(&redrive, json!({ "body": event })).gives(200).await;
}

async fn spoil(backend: &Backend, id: &str, body: &str) {
    let (id, body, now) = (id.to_owned(), body.to_owned(), backend.bench.context.now());
    let put = change!(backend.bench.db, |tx, id, body, now| {
        store::outbox::put_back(tx, id, "ORDER_CREATED", Some(body), *now, *now).await
    });
    put.await.unwrap();
}

fn quietly() -> Progress {
    Arc::new(|_, _| {})
}

async fn check(backend: &Backend) -> Found {
    replay::check(&backend.bench.db, &backend.bench.context, &quietly()).await.unwrap()
}

async fn mend(backend: &Backend) -> Found {
    replay::mend(&backend.bench.db, &backend.bench.context, &quietly()).await.unwrap().unwrap()
}

async fn run(backend: &Backend, sql: &'static str) {
    change!(backend.bench.db, |tx| tx.execute(sql, &[]).await).await.unwrap();
}

async fn tables(backend: &Backend) -> Vec<Vec<Row>> {
    let mut all = Vec::new();
    for sql in ["SELECT * FROM timeline ORDER BY subject, event_id", "SELECT * FROM daily_stats ORDER BY day, currency"]
    {
        all.push(query!(backend.bench.db, |tx, sql| tx.query(*sql, &[]).await).await.unwrap());
    }
    all
}

#[tokio::test]
async fn what_the_worker_has_done_is_what_the_journal_says() {
    on_each_engine(async |backend| {
        history(&backend).await;
        let steps: Arc<Mutex<Vec<(usize, usize)>>> = Arc::default();
        let told = steps.clone();
        let progress: Progress = Arc::new(move |done, all| told.lock().unwrap().push((done, all)));
        let found = replay::check(&backend.bench.db, &backend.bench.context, &progress).await.unwrap();
        assert!(found.is_nothing(), "{found:?}");
        // Three are not handled: on the desk, given up, on its way.
        assert_eq!(found.events - found.done, 3);
        assert_eq!(steps.lock().unwrap().last(), Some(&(found.events, found.events)));
    })
    .await;
}

#[tokio::test]
async fn emptied_tables_are_filled_again_byte_for_byte() {
    on_each_engine(async |backend| {
        history(&backend).await;
        let before = tables(&backend).await;
        assert!(before[0].len() > 20 && !before[1].is_empty());
        run(&backend, "DELETE FROM timeline").await;
        run(&backend, "DELETE FROM daily_stats").await;
        assert!(!check(&backend).await.is_nothing());
        assert!(!mend(&backend).await.is_nothing());
        assert_eq!(tables(&backend).await, before);
        assert!(mend(&backend).await.is_nothing());
        // The last event comes now, as if nothing had been.
        backend.do_effects().await;
        assert!(check(&backend).await.is_nothing());
    })
    .await;
}

/// Whether a difference was seen as what it is.
type Seen = fn(&Found) -> bool;

#[tokio::test]
async fn each_kind_of_difference_is_found_and_mended() {
    on_each_engine(async |backend| {
        history(&backend).await;
        let before = tables(&backend).await;
        let spoils: [(&str, Seen); 6] = [
            ("UPDATE timeline SET summary = 'x' WHERE type = 'ORDER_CREATED'", |f| !f.wrong.is_empty()),
            ("DELETE FROM timeline WHERE type = 'PRODUCT_UPDATED'", |f| f.wrong.len() == 1),
            ("UPDATE daily_stats SET orders_total = orders_total + 7, refunds = 0", |f| {
                f.figures[0].by.orders_total == -7
            }),
            ("DELETE FROM daily_stats", |f| !f.figures.is_empty()),
            ("INSERT INTO daily_stats VALUES ('2020-01-01', 'EUR', 1, 2, 3, 4, 5, 6)", |f| f.figures[0].unknown),
            ("INSERT INTO timeline VALUES ('con_x', 'evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB', 'X', 1, 'a', 'b', 'c')", |f| {
                f.foreign.len() == 1 && f.wrong.is_empty()
            }),
        ];
        for (sql, as_it_should) in spoils {
            run(&backend, sql).await;
            let found = check(&backend).await;
            assert!(as_it_should(&found), "{sql}: {found:?}");
            assert_eq!(mend(&backend).await, found);
            assert_eq!(tables(&backend).await, before, "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn events_that_the_inbox_has_forgotten_count_as_done_and_those_on_the_desk_do_not() {
    on_each_engine(async |backend| {
        history(&backend).await;
        backend.pass_time(Duration::from_hours(31 * 24));
        run(&backend, "DELETE FROM inbox").await;
        let found = check(&backend).await;
        assert!(found.is_nothing(), "{found:?}");
        assert_eq!(found.events - found.done, 3);
        // Redriven a month later, and in a queue that cannot be looked into. The other that was on its way is lost.
        let ctx = backend.bench.ctx();
        let all = ops::dead_letters::batches::Selection::All;
        ops::dead_letters::batches::redrive_many(&backend.bench.db, &ctx, all, None).await.unwrap();
        run(&backend, "DELETE FROM outbox").await;
        let found = check(&backend).await;
        assert_eq!((found.events - found.done, found.wrong.len(), found.figures.len()), (2, 1, 0), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn two_replays_at_once_do_not_add_twice() {
    on_each_engine(async |backend| {
        history(&backend).await;
        let before = tables(&backend).await;
        run(&backend, "DELETE FROM daily_stats").await;
        let (db, context) = (&backend.bench.db, &backend.bench.context);
        let quiet = quietly();
        let both = futures_util::future::join(replay::mend(db, context, &quiet), replay::mend(db, context, &quiet));
        let (one, other) = both.await;
        assert!(one.unwrap().is_some() || other.unwrap().is_some());
        assert_eq!(tables(&backend).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_does_not_see_what_is_committed_after_it_began() {
    on_each_engine(async |backend| {
        let day: Date = "2026-11-22".parse().unwrap();
        let one = Figures { orders: 1, ..Figures::default() };
        let add = || change!(backend.bench.db, |tx, day, one| stats::add(tx, *day, domain::Currency::EUR, *one).await);
        add().await.unwrap();
        let db = backend.bench.db.clone();
        let seen = backend.bench.db.snapshot(db, move |tx, db| {
            let db = db.clone();
            Box::pin(async move {
                let first = stats::all(tx).await?;
                // From another thread, so that it works although this one never waits.
                let meanwhile = std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    runtime.block_on(change!(db, |tx, day, one| {
                        stats::add(tx, *day, domain::Currency::EUR, *one).await
                    }))
                });
                if meanwhile.is_finished() {
                    return Err(store::Error::Unexpected("too early".into()));
                }
                meanwhile.join().unwrap()?;
                Ok((first, stats::all(tx).await?, timeline::count(tx).await?))
            })
        });
        let (first, second, _) = seen.await.unwrap();
        assert_eq!(first, second);
        assert_eq!(query!(backend.bench.db, |tx| stats::all(tx).await).await.unwrap()[0].figures.orders, 2);
    })
    .await;
}
