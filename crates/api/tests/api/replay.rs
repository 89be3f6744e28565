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

use crate::desk::{Desk, on_each_engine, path_of};
use crate::engines::scenario;

/// A day with everything: orders, edits, cancellations, money, a merge, products, a mended dead letter, an erased contact; and a
/// message that was given up, one that waits on the desk and one that has not been handled yet.
async fn history(desk: &Desk) {
    scenario(desk).await;
    let (clerk, manager, admin) = (desk.clerk(), desk.manager(), desk.by(Role::Admin));
    let gone = clerk.create("/contacts", fixtures::contact("Bientôt oublié")).await;
    let order = desk.bench.add_order(gone["id"].as_str().unwrap().parse().unwrap()).await;
    desk.bench.record(payment(order.id, 1_500)).await.unwrap();
    desk.bench.record(refund(order.id, 500)).await.unwrap();
    manager.act(&format!("/orders/{}/cancel", order.id)).gives(200).await;
    mend_one(desk).await;
    desk.do_effects().await;
    let erase = json!({ "reason": "asked for" });
    admin.post(&(path_of("contacts", &gone) + "/erase"), erase).version(1).gives(200).await;
    // One event on the desk, one given up, the others handled; the last is still on its way.
    for decided in [false, true] {
        let contact = desk.bench.add_contact("Perdu").await;
        let event = clerk.read(&format!("/events?subject={}", contact.id)).await["items"][0].clone();
        spoil(desk, event["id"].as_str().unwrap(), "{ not JSON").await;
        desk.do_effects().await;
        let letter = clerk.read("/dead-letters?state=open").await["items"][0].clone();
        if decided {
            manager.post(&(path_of("dead-letters", &letter) + "/discard"), json!({ "reason": "x" })).gives(200).await;
        }
    }
    desk.bench.add_contact("Pas encore").await;
}

/// An order whose event is spoilt on its way, and mended by a person to another total.
async fn mend_one(desk: &Desk) {
    let contact = desk.bench.add_contact("Réparé").await;
    let order = desk.bench.add_order(contact.id).await;
    let mut event = desk.clerk().read(&format!("/events?subject={}", order.id)).await["items"][0].clone();
    spoil(desk, event["id"].as_str().unwrap(), "{}").await;
    desk.do_effects().await;
    event["data"]["order"]["total"] = json!(777);
    let letter = desk.clerk().read("/dead-letters?state=open").await["items"][0].clone();
    let redrive = path_of("dead-letters", &letter) + "/redrive";
    desk.manager().post(&redrive, json!({ "body": event })).gives(200).await;
}

async fn spoil(desk: &Desk, id: &str, body: &str) {
    let (id, body, now) = (id.to_owned(), body.to_owned(), desk.bench.context.now());
    let put = change!(desk.bench.db, |tx, id, body, now| {
        store::outbox::put_back(tx, id, "ORDER_CREATED", Some(body), *now, *now).await
    });
    put.await.unwrap();
}

fn quietly() -> Progress {
    Arc::new(|_, _| {})
}

async fn check(desk: &Desk) -> Found {
    replay::check(&desk.bench.db, &desk.bench.context, &quietly()).await.unwrap()
}

async fn mend(desk: &Desk) -> Found {
    replay::mend(&desk.bench.db, &desk.bench.context, &quietly()).await.unwrap().unwrap()
}

async fn run(desk: &Desk, sql: &'static str) {
    change!(desk.bench.db, |tx| tx.execute(sql, &[]).await).await.unwrap();
}

async fn tables(desk: &Desk) -> Vec<Vec<Row>> {
    let mut all = Vec::new();
    for sql in ["SELECT * FROM timeline ORDER BY subject, event_id", "SELECT * FROM daily_stats ORDER BY day, currency"]
    {
        all.push(query!(desk.bench.db, |tx, sql| tx.query(*sql, &[]).await).await.unwrap());
    }
    all
}

#[tokio::test]
async fn what_the_worker_has_done_is_what_the_journal_says() {
    on_each_engine(async |desk| {
        history(&desk).await;
        let steps: Arc<Mutex<Vec<(usize, usize)>>> = Arc::default();
        let told = steps.clone();
        let progress: Progress = Arc::new(move |done, all| told.lock().unwrap().push((done, all)));
        let found = replay::check(&desk.bench.db, &desk.bench.context, &progress).await.unwrap();
        assert!(found.is_nothing(), "{found:?}");
        // Three are not handled: on the desk, given up, on its way.
        assert_eq!(found.events - found.done, 3);
        assert_eq!(steps.lock().unwrap().last(), Some(&(found.events, found.events)));
    })
    .await;
}

#[tokio::test]
async fn emptied_tables_are_filled_again_byte_for_byte() {
    on_each_engine(async |desk| {
        history(&desk).await;
        let before = tables(&desk).await;
        assert!(before[0].len() > 20 && !before[1].is_empty());
        run(&desk, "DELETE FROM timeline").await;
        run(&desk, "DELETE FROM daily_stats").await;
        assert!(!check(&desk).await.is_nothing());
        assert!(!mend(&desk).await.is_nothing());
        assert_eq!(tables(&desk).await, before);
        assert!(mend(&desk).await.is_nothing());
        // The last event comes now, as if nothing had been.
        desk.do_effects().await;
        assert!(check(&desk).await.is_nothing());
    })
    .await;
}

/// Whether a difference was seen as what it is.
type Seen = fn(&Found) -> bool;

#[tokio::test]
async fn each_kind_of_difference_is_found_and_mended() {
    on_each_engine(async |desk| {
        history(&desk).await;
        let before = tables(&desk).await;
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
            run(&desk, sql).await;
            let found = check(&desk).await;
            assert!(as_it_should(&found), "{sql}: {found:?}");
            assert_eq!(mend(&desk).await, found);
            assert_eq!(tables(&desk).await, before, "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn events_that_the_inbox_has_forgotten_count_as_done_and_those_on_the_desk_do_not() {
    on_each_engine(async |desk| {
        history(&desk).await;
        desk.pass_time(Duration::from_hours(31 * 24));
        run(&desk, "DELETE FROM inbox").await;
        let found = check(&desk).await;
        assert!(found.is_nothing(), "{found:?}");
        assert_eq!(found.events - found.done, 3);
        // Redriven a month later, and in a queue that cannot be looked into. The other that was on its way is lost.
        let ctx = desk.bench.ctx();
        let all = ops::dead_letters::batches::Selection::All;
        ops::dead_letters::batches::redrive_many(&desk.bench.db, &ctx, all, None).await.unwrap();
        run(&desk, "DELETE FROM outbox").await;
        let found = check(&desk).await;
        assert_eq!((found.events - found.done, found.wrong.len(), found.figures.len()), (2, 1, 0), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn two_replays_at_once_do_not_add_twice() {
    on_each_engine(async |desk| {
        history(&desk).await;
        let before = tables(&desk).await;
        run(&desk, "DELETE FROM daily_stats").await;
        let (db, context) = (&desk.bench.db, &desk.bench.context);
        let quiet = quietly();
        let both = futures_util::future::join(replay::mend(db, context, &quiet), replay::mend(db, context, &quiet));
        let (one, other) = both.await;
        assert!(one.unwrap().is_some() || other.unwrap().is_some());
        assert_eq!(tables(&desk).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_does_not_see_what_is_committed_after_it_began() {
    on_each_engine(async |desk| {
        let day: Date = "2026-11-22".parse().unwrap();
        let one = Figures { orders: 1, ..Figures::default() };
        let add = || change!(desk.bench.db, |tx, day, one| stats::add(tx, *day, domain::Currency::EUR, *one).await);
        add().await.unwrap();
        let db = desk.bench.db.clone();
        let seen = desk.bench.db.snapshot(db, move |tx, db| {
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
        assert_eq!(query!(desk.bench.db, |tx| stats::all(tx).await).await.unwrap()[0].figures.orders, 2);
    })
    .await;
}
