use std::collections::BTreeSet;
use std::time::Duration;

use domain::Timestamp;
use store::outbox::{self, Depth, Message};
use store::{Db, Error};
use testkit::{Bench, change, for_each_engine, query};

use crate::soon;

const LEASE: Duration = Duration::from_secs(30);

async fn add(bench: &Bench, id: &str, at: Timestamp) -> Result<(), Error> {
    let id = id.to_owned();
    change!(bench.db, |tx, id, at| outbox::insert(tx, id, "MAIL", Some("{}"), *at).await).await
}

async fn lease(db: &Db, bench: &Bench, name: &'static str, limit: usize) -> Vec<String> {
    let now = bench.context.now();
    let leased = change!(db, |tx, name, now, limit| outbox::lease(tx, name, *now, LEASE, *limit).await);
    leased.await.unwrap().into_iter().map(|message| message.id).collect()
}

async fn sent(bench: &Bench, name: &'static str, ids: &[&str]) {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    change!(bench.db, |tx, name, ids| outbox::sent(tx, name, ids).await).await.unwrap();
}

async fn waiting(bench: &Bench) -> i64 {
    query!(bench.db, |tx| outbox::depth(tx).await).await.unwrap().waiting
}

#[tokio::test]
async fn messages_are_leased_when_they_are_due_the_earliest_first() {
    for_each_engine(async |bench| {
        let now = bench.context.now();
        add(&bench, "b", now).await.unwrap();
        add(&bench, "a", now).await.unwrap();
        add(&bench, "later", now.plus(Duration::from_micros(1))).await.unwrap();
        add(&bench, "first", Timestamp::from_micros(0)).await.unwrap();
        assert_eq!(lease(&bench.db, &bench, "one", 2).await, ["first", "a"]);
        assert_eq!(lease(&bench.db, &bench, "two", 10).await, ["b"]);
        bench.context.advance(Duration::from_micros(1));
        assert_eq!(lease(&bench.db, &bench, "two", 10).await, ["later"]);
        assert!(lease(&bench.db, &bench, "two", 10).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_lease_hides_a_message_until_it_expires() {
    for_each_engine(async |bench| {
        add(&bench, "a", bench.context.now()).await.unwrap();
        assert_eq!(lease(&bench.db, &bench, "one", 10).await, ["a"]);
        bench.context.advance(LEASE.saturating_sub(Duration::from_micros(1)));
        assert!(lease(&bench.db, &bench, "two", 10).await.is_empty());
        bench.context.advance(Duration::from_micros(1));
        assert_eq!(lease(&bench.db, &bench, "two", 10).await, ["a"]);
    })
    .await;
}

#[tokio::test]
async fn a_message_is_forgotten_by_whoever_holds_its_lease_and_by_nobody_else() {
    for_each_engine(async |bench| {
        for id in ["a", "b", "c"] {
            add(&bench, id, bench.context.now()).await.unwrap();
        }
        lease(&bench.db, &bench, "one", 10).await;
        bench.context.advance(LEASE);
        lease(&bench.db, &bench, "two", 2).await;
        sent(&bench, "one", &["a", "b", "c"]).await;
        assert_eq!(waiting(&bench).await, 2, "a and b are two's by now");
        sent(&bench, "two", &["a"]).await;
        assert_eq!(waiting(&bench).await, 1);
        sent(&bench, "two", &[]).await;
        assert_eq!(waiting(&bench).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_without_a_body_is_the_event_of_its_id() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        add(&bench, "mail", bench.context.now()).await.unwrap();
        let now = bench.context.now();
        let due = change!(bench.db, |tx, now| outbox::due(tx, *now, 10).await).await.unwrap();
        let [event, mail] = <[Message; 2]>::try_from(due).unwrap();
        assert_eq!((mail.message_type.as_str(), mail.body.as_str()), ("MAIL", "{}"));
        assert_eq!(event.message_type, "CONTACT_CREATED");
        let body: serde_json::Value = serde_json::from_str(&event.body).unwrap();
        assert_eq!((&body["id"], &body["subject"]), (&event.id.into(), &contact.id.to_string().into()));
    })
    .await;
}

#[tokio::test]
async fn a_message_waits_once_and_can_be_taken_away() {
    for_each_engine(async |bench| {
        let now = bench.context.now();
        assert_eq!(query!(bench.db, |tx| outbox::depth(tx).await).await.unwrap(), Depth::default());
        add(&bench, "b", now.plus(LEASE)).await.unwrap();
        add(&bench, "a", now).await.unwrap();
        let twin = add(&bench, "a", now).await;
        assert!(matches!(twin, Err(Error::Duplicate { .. })), "{twin:?}");
        let depth = query!(bench.db, |tx| outbox::depth(tx).await).await.unwrap();
        assert_eq!(depth, Depth { waiting: 2, oldest: Some(now) });
        change!(bench.db, |tx| outbox::remove(tx, &["a".to_owned(), "x".to_owned()]).await).await.unwrap();
        change!(bench.db, |tx| outbox::remove(tx, &[]).await).await.unwrap();
        assert_eq!(waiting(&bench).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_put_back_while_a_relay_is_still_at_it_is_sent_again() {
    for_each_engine(async |bench| {
        let now = bench.context.now();
        let put_back = async |id: &'static str, body: &'static str| {
            change!(bench.db, |tx, id, body, now| outbox::put_back(tx, id, "MAIL", Some(body), *now, *now).await)
                .await
                .unwrap();
        };
        add(&bench, "a", now).await.unwrap();
        assert_eq!(lease(&bench.db, &bench, "one", 10).await, ["a"]);
        // The relay has sent it, a worker has given it up, a person puts it back; only then does the relay say "sent".
        put_back("a", "{\"corrected\": true}").await;
        sent(&bench, "one", &["a"]).await;
        let due = query!(bench.db, |tx, now| outbox::due(tx, *now, 10).await).await.unwrap();
        let again = Message { id: "a".into(), message_type: "MAIL".into(), body: "{\"corrected\": true}".into() };
        assert_eq!(due, [again]);
        // One that is no longer here is simply written.
        put_back("b", "{}").await;
        assert_eq!(lease(&bench.db, &bench, "two", 10).await, ["a", "b"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_relays_at_once_lease_each_message_once() {
    for_each_engine(async |bench| {
        for i in 0..60 {
            add(&bench, &format!("m{i}"), bench.context.now()).await.unwrap();
        }
        let other = bench.another_db().await;
        let all = (0..8).map(|i| {
            let (db, bench) = (if i % 2 == 0 { &bench.db } else { &other }, &bench);
            async move {
                let mut mine = Vec::new();
                // With SKIP LOCKED an empty answer may only mean that the others hold all that is left just now.
                while waiting_due(bench).await {
                    mine.extend(lease(db, bench, "same", 5).await);
                }
                mine
            }
        });
        let leased = soon(futures_util::future::join_all(all)).await.concat();
        assert_eq!(leased.len(), 60);
        assert_eq!(leased.into_iter().collect::<BTreeSet<_>>().len(), 60);
    })
    .await;
}

async fn waiting_due(bench: &Bench) -> bool {
    let now = bench.context.now();
    let sql = "SELECT COUNT(*) FROM outbox WHERE available_at <= ?";
    let count = query!(bench.db, |tx, now| tx.row(sql, &[(*now).into()], store::Reader::next::<i64>).await);
    count.await.unwrap() > Some(0)
}
