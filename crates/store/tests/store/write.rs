//! What `Db::write` and `Db::read` promise, whatever is written.

use std::sync::Arc;
use std::time::Duration;

use domain::Contact;
use futures_util::FutureExt;
use store::{BoxFuture, Db, Error, Tx, contacts, outbox, users};
use testkit::{Bench, Engine, change, fixtures, for_each_engine, query};

use crate::soon;

/// Something small to write, and to find again: a message in the outbox.
fn put<'t>(tx: &'t mut Tx<'_>, id: &'t str) -> BoxFuture<'t, Result<(), Error>> {
    Box::pin(outbox::insert(tx, id, "TEST", Some("{}"), domain::Timestamp::from_micros(0)))
}

async fn waiting(db: &Db) -> i64 {
    query!(db, |tx| outbox::depth(tx).await).await.unwrap().waiting
}

#[tokio::test]
async fn an_error_takes_back_everything_that_the_change_has_done() {
    for_each_engine(async |bench| {
        let failed = change!(bench.db, |tx| {
            put(tx, "a").await?;
            put(tx, "b").await?;
            Err::<(), _>(Error::Missing)
        });
        assert!(matches!(failed.await, Err(Error::Missing)));
        assert_eq!(waiting(&bench.db).await, 0);
        // The connection that it ran on is fit for the next.
        change!(bench.db, |tx| put(tx, "c").await).await.unwrap();
        assert_eq!(waiting(&bench.db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_fails_leaves_what_was_done_before_it_to_the_change() {
    for_each_engine(async |bench| {
        let both = change!(bench.db, |tx| {
            put(tx, "a").await?;
            assert!(matches!(put(tx, "a").await, Err(Error::Duplicate { .. })));
            put(tx, "b").await
        });
        both.await.unwrap();
        assert_eq!(waiting(&bench.db).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_change_that_panics_is_an_error_and_the_next_one_runs() {
    for_each_engine(async |bench| {
        for _ in 0..10 {
            let panicked = change!(bench.db, |tx| {
                put(tx, "a").await?;
                assert!(tx_is_odd(), "this panic is part of the test");
                Ok::<_, Error>(())
            });
            assert!(matches!(soon(panicked).await, Err(Error::Unexpected(_))));
        }
        let read = query!(bench.db, |tx| {
            tx.query("SELECT 1", &[]).await?;
            assert!(tx_is_odd(), "this panic is part of the test");
            Ok::<_, Error>(())
        });
        // A read runs in its caller's task on one engine and in a thread of its own on the other.
        let read = std::panic::AssertUnwindSafe(read).catch_unwind().await;
        assert!(matches!(read, Err(_) | Ok(Err(Error::Unexpected(_)))), "{read:?}");
        assert_eq!(soon(waiting(&bench.db)).await, 0);
        change!(bench.db, |tx| put(tx, "a").await).await.unwrap();
        assert_eq!(waiting(&bench.db).await, 1);
    })
    .await;
}

/// Never; but the compiler must not know.
fn tx_is_odd() -> bool {
    std::hint::black_box(false)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_client_that_goes_away_does_not_stop_the_commit_and_the_relay_is_woken() {
    for_each_engine(async |bench| {
        for i in 1..=20 {
            let id = format!("m{i}");
            // Polled once, so that it is under way; then dropped, as a server drops a request whose client is gone.
            let _ = change!(bench.db, |tx, id| put(tx, id).await).now_or_never();
            soon(bench.db.outbox_written()).await;
            assert_eq!(waiting(&bench.db).await, i);
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_that_fails_wakes_nobody() {
    for_each_engine(async |bench| {
        let failed = change!(bench.db, |tx| {
            put(tx, "a").await?;
            Err::<(), _>(Error::Missing)
        });
        failed.await.unwrap_err();
        let woken = tokio::time::timeout(Duration::from_millis(50), bench.db.outbox_written()).await;
        assert!(woken.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_commit_together_do_not_share_their_failures() {
    for_each_engine(async |bench| {
        // Every third fails after it has written, every third panics.
        let all = (0..90).map(|i| {
            let id = format!("m{i}");
            change!(bench.db, |tx, id, i| {
                put(tx, id).await?;
                assert!(i % 3 != 2 || tx_is_odd(), "this panic is part of the test");
                if i % 3 == 1 { Err(Error::Missing) } else { Ok(()) }
            })
        });
        let outcomes = soon(futures_util::future::join_all(all)).await;
        for (i, outcome) in outcomes.iter().enumerate() {
            match i % 3 {
                0 => assert!(outcome.is_ok(), "{outcome:?}"),
                1 => assert!(matches!(outcome, Err(Error::Missing)), "{outcome:?}"),
                _ => assert!(matches!(outcome, Err(Error::Unexpected(_))), "{outcome:?}"),
            }
        }
        assert_eq!(waiting(&bench.db).await, 30);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_lock_each_other_out_both_succeed() {
    for_each_engine(async |bench| {
        let (a, b) = (bench.add_contact("A").await, bench.add_contact("B").await);
        // On MySQL, each takes its first row before either asks for its second: a deadlock for certain, once.
        let meeting = Arc::new(tokio::sync::Barrier::new(2));
        let rename = |first: &Contact, second: &Contact| {
            let (first, second, engine, meeting) = (first.id, second.id, bench.engine, meeting.clone());
            change!(bench.db, |tx, first, second, engine, meeting| {
                raise(tx, *first).await?;
                if *engine == Engine::MySql {
                    // The second run finds nobody to meet.
                    let _ = tokio::time::timeout(Duration::from_secs(1), meeting.wait()).await;
                }
                raise(tx, *second).await
            })
        };
        let (one, two) = soon(Box::pin(async { tokio::join!(rename(&a, &b), rename(&b, &a)) })).await;
        one.unwrap();
        two.unwrap();
        for id in [a.id, b.id] {
            let contact = query!(bench.db, |tx, id| contacts::get(tx, *id).await).await.unwrap().unwrap();
            assert_eq!(contact.version, 3);
        }
    })
    .await;
}

async fn raise(tx: &mut Tx<'_>, id: domain::ContactId) -> Result<(), Error> {
    let before = contacts::get(tx, id).await?.ok_or(Error::Missing)?;
    let sql = "UPDATE contacts SET version = version + 1 WHERE id = ?";
    tx.execute_one(sql, &[before.id.into()]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_write_at_the_same_time() {
    for_each_engine(async |bench| {
        let other = bench.another_db().await;
        let all = (0..200).map(|i| {
            let (id, db) = (format!("m{i}"), if i % 2 == 0 { &bench.db } else { &other });
            change!(db, |tx, id| put(tx, id).await)
        });
        for outcome in soon(futures_util::future::join_all(all)).await {
            outcome.unwrap();
        }
        assert_eq!((waiting(&bench.db).await, waiting(&other).await), (200, 200));
    })
    .await;
}

#[tokio::test]
async fn a_read_cannot_write_on_the_engine_that_can_tell() {
    for_each_engine(async |bench| {
        if bench.engine == Engine::Sqlite {
            assert!(query!(bench.db, |tx| put(tx, "a").await).await.is_err());
            assert_eq!(waiting(&bench.db).await, 0);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn more_reads_than_connections_wait_their_turn() {
    for_each_engine(async |bench| {
        let contact = bench.create_contact(fixtures::contact("A")).await.unwrap().id;
        let read = async |bench: &Bench| {
            query!(bench.db, |tx, contact| contacts::get(tx, *contact).await).await.unwrap().is_some()
        };
        let all = (0..100).map(|_| read(&bench));
        assert!(soon(futures_util::future::join_all(all)).await.into_iter().all(|found| found));
        // A failed read, too, leaves a connection that works.
        for _ in 0..20 {
            let failed = query!(bench.db, |tx| tx.query("SELECT nonsense FROM nowhere", &[]).await).await;
            assert!(matches!(failed, Err(Error::Unexpected(_))), "{failed:?}");
        }
        assert_eq!(query!(bench.db, |tx| users::count(tx).await).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_full_disk_a_change_is_done_or_refused_and_writing_goes_on_once_there_is_room() {
    for_each_engine(async |bench| {
        if bench.engine != Engine::Sqlite {
            return; // A MySQL server's disk is its own; its errors 1021 and 1114 are told as unavailable.
        }
        limit_pages(&bench.db, "PRAGMA max_page_count = 1").await; // As small as the file is now.
        let writes = (0..40).map(|i| {
            let (db, input) = (bench.db.clone(), (format!("m{i:02}"), "x".repeat(3000)));
            async move {
                let written = db.write(input, |tx, (id, body)| {
                    Box::pin(outbox::insert(tx, id, "TEST", Some(body), domain::Timestamp::from_micros(0)))
                });
                written.await
            }
        });
        let outcomes: Vec<Result<(), Error>> = soon(futures_util::future::join_all(writes)).await;
        let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert!(done < 40, "the disk was not full");
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::Unavailable(_)))).count();
        assert_eq!(done + refused, 40);
        assert_eq!(waiting(&bench.db).await, i64::try_from(done).unwrap());

        limit_pages(&bench.db, "PRAGMA max_page_count = 1000000").await;
        change!(bench.db, |tx| put(tx, "room again").await).await.unwrap();
        assert_eq!(waiting(&bench.db).await, i64::try_from(done).unwrap() + 1);
    })
    .await;
}

async fn limit_pages(db: &Db, pragma: &'static str) {
    let limited: Result<_, Error> = db.write(pragma, |tx, pragma| Box::pin(tx.query(*pragma, &[]))).await;
    limited.unwrap();
}
