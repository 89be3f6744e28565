//! What the worker keeps of messages: which are done, and how often they failed.

use domain::Timestamp;
use store::attempts::{self, Attempt};
use store::{Error, inbox};
use testkit::{Bench, change, for_each_engine, query};

fn ids(of: &[&str]) -> Vec<String> {
    of.iter().map(ToString::to_string).collect()
}

async fn insert(bench: &Bench, of: &[&str]) -> Result<(), Error> {
    let (ids, now) = (ids(of), bench.context.now());
    change!(bench.db, |tx, ids, now| inbox::insert(tx, ids, *now).await).await
}

async fn done(bench: &Bench, of: &[&str]) -> Vec<String> {
    let ids = ids(of);
    let mut done = query!(bench.db, |tx, ids| inbox::done(tx, ids).await).await.unwrap();
    done.sort();
    done
}

#[tokio::test]
async fn the_inbox_knows_what_is_done() {
    for_each_engine(async |bench| {
        insert(&bench, &["a", "b", "c"]).await.unwrap();
        insert(&bench, &["é🌞"]).await.unwrap();
        assert_eq!(done(&bench, &["a", "x", "c", "é🌞", "A"]).await, ["a", "c", "é🌞"]);
        assert!(done(&bench, &["x"]).await.is_empty());
        assert!(done(&bench, &[]).await.is_empty());
        insert(&bench, &[]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_message_is_done_once_and_a_batch_with_a_done_one_is_taken_back_whole() {
    for_each_engine(async |bench| {
        insert(&bench, &["a"]).await.unwrap();
        let twin = insert(&bench, &["b", "a"]).await;
        assert!(matches!(twin, Err(Error::Duplicate { .. })), "{twin:?}");
        assert_eq!(done(&bench, &["a", "b"]).await, ["a"]);
        let twice = insert(&bench, &["c", "c"]).await;
        assert!(matches!(twice, Err(Error::Duplicate { .. })), "{twice:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_workers_that_do_the_same_message_at_once_exactly_one_succeeds() {
    for_each_engine(async |bench| {
        let all = (0..20).map(|i| {
            let batch = [format!("own{i}"), "shared".to_owned()];
            let (bench, batch) = (&bench, batch);
            async move { insert(bench, &[batch[0].as_str(), batch[1].as_str()]).await }
        });
        let outcomes = crate::soon(futures_util::future::join_all(all)).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|o| matches!(o, Ok(()) | Err(Error::Duplicate { .. }))), "{outcomes:?}");
    })
    .await;
}

#[tokio::test]
async fn attempts_are_kept_in_their_order() {
    for_each_engine(async |bench| {
        let attempt = |micros, error: &str| Attempt::failed(Timestamp::from_micros(micros), error);
        let all = [attempt(1, "no answer"), attempt(3, "still none"), attempt(2, &"✗".repeat(50_000))];
        for (i, one) in all.iter().enumerate() {
            let (id, one) = (format!("{i}"), one.clone());
            change!(bench.db, |tx, id, one| attempts::insert(tx, "message", id, one).await).await.unwrap();
        }
        assert_eq!(query!(bench.db, |tx| attempts::of(tx, "message").await).await.unwrap(), all);
        assert_eq!(query!(bench.db, |tx| attempts::of(tx, "other").await).await.unwrap(), []);
    })
    .await;
}
