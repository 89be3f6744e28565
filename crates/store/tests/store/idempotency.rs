use std::time::Duration;

use store::idempotency::{self, Reply};
use store::{Error, users};
use testkit::{Bench, change, for_each_engine, query};

fn reply(body: &str) -> Reply {
    Reply {
        fingerprint: "f".repeat(64),
        status: 201,
        location: Some("/api/v1/orders/ord_1".into()),
        etag: None,
        body: body.into(),
    }
}

async fn insert(bench: &Bench, actor: &'static str, key: &'static str, body: &str) -> Result<bool, Error> {
    let (reply, now) = (reply(body), bench.context.now());
    change!(bench.db, |tx, actor, key, reply, now| idempotency::insert(tx, actor, key, reply, *now).await).await
}

async fn get(bench: &Bench, actor: &'static str, key: &'static str) -> Option<Reply> {
    query!(bench.db, |tx, actor, key| idempotency::get(tx, actor, key).await).await.unwrap()
}

#[tokio::test]
async fn a_key_keeps_the_first_answer_of_each_actor() {
    for_each_engine(async |bench| {
        assert!(insert(&bench, "a", "key", "one 🌞").await.unwrap());
        assert!(!insert(&bench, "a", "key", "two").await.unwrap());
        assert!(insert(&bench, "b", "key", "three").await.unwrap());
        assert!(insert(&bench, "a", "KEY", "four").await.unwrap());
        assert_eq!(get(&bench, "a", "key").await, Some(reply("one 🌞")));
        assert_eq!(get(&bench, "b", "key").await, Some(reply("three")));
        assert_eq!(get(&bench, "c", "key").await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twins_at_once_exactly_one_is_first_and_only_its_change_stands() {
    for_each_engine(async |bench| {
        let twin = |i: i64| {
            let (reply, now, ctx) = (reply(&i.to_string()), bench.context.now(), bench.ctx());
            change!(bench.db, |tx, reply, now, ctx| {
                let email = format!("twin{}@example.com", reply.body);
                ops::people::users::add(tx, ctx, &email, "Twin", domain::Role::Viewer, "hash").await?;
                let first = idempotency::insert(tx, "a", "key", reply, *now).await?;
                if first { Ok(()) } else { Err(ops::Error::Replayed) }
            })
        };
        let outcomes = crate::soon(futures_util::future::join_all((0..20).map(twin))).await;
        let first: Vec<usize> = (0..20).filter(|i| outcomes[*i].is_ok()).collect();
        assert_eq!(first.len(), 1, "{outcomes:?}");
        assert!(outcomes.iter().all(|o| matches!(o, Ok(()) | Err(ops::Error::Replayed))), "{outcomes:?}");
        let all = query!(bench.db, |tx| users::list(tx, None, 50).await).await.unwrap().items;
        assert_eq!(
            all.iter().map(|user| user.email.clone()).collect::<Vec<_>>(),
            [format!("twin{}@example.com", first[0])]
        );
        assert_eq!(get(&bench, "a", "key").await.unwrap().body, first[0].to_string());
    })
    .await;
}

#[tokio::test]
async fn old_answers_are_forgotten_a_few_at_a_time() {
    for_each_engine(async |bench| {
        for key in ["one", "two", "three"] {
            insert(&bench, "a", key, "old").await.unwrap();
        }
        bench.context.advance(Duration::from_mins(1));
        let now = bench.context.now();
        insert(&bench, "a", "four", "new").await.unwrap();
        let forget = async || change!(bench.db, |tx, now| idempotency::forget(tx, *now, 2).await).await.unwrap();
        assert_eq!((forget().await, forget().await, forget().await), (2, 1, 0));
        assert_eq!(get(&bench, "a", "two").await, None);
        assert!(get(&bench, "a", "four").await.is_some());
    })
    .await;
}
