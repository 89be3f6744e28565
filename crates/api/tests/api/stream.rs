//! What changes, as it changes.

use std::time::Duration;

use api::Settings;
use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use domain::{Actor, EventId, Role};
use futures_util::StreamExt as _;
use ops::Ctx;
use serde_json::Value;
use store::Context;
use testkit::{Bench, Engine, change, fixtures};
use tokio::sync::oneshot;

use crate::backend::{Backend, SECRET, on_each_engine, settings};

/// Somebody who listens.
struct Listening {
    body: BodyDataStream,
    text: String,
}

impl Listening {
    async fn to(backend: &Backend, query: &str, last: Option<&str>) -> Self {
        let answer = backend.raw(request(backend, query, last)).await;
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { body: answer.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event; `None` at the end of the stream. What is sent to keep the connection open is no event.
    async fn next(&mut self) -> Option<Value> {
        let event = tokio::time::timeout(Duration::from_secs(10), self.event()).await;
        event.unwrap_or_else(|_| panic!("nothing comes"))
    }

    async fn event(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                let (id, kind, data) = (field("id: "), field("event: "), field("data: "));
                self.text = String::from(rest);
                let Some(data) = data else { continue };
                let data: Value = serde_json::from_str(&data).unwrap();
                assert_eq!((id.as_deref(), kind.as_deref()), (data["id"].as_str(), data["type"].as_str()));
                return Some(data);
            }
            let read = self.body.next().await;
            self.text.push_str(std::str::from_utf8(&read?.unwrap()).unwrap());
        }
    }

    async fn subjects(&mut self, count: usize) -> Vec<String> {
        let mut subjects = Vec::new();
        for _ in 0..count {
            subjects.push(self.next().await.unwrap()["subject"].as_str().unwrap().to_owned());
        }
        subjects
    }
}

fn request(backend: &Backend, query: &str, last: Option<&str>) -> Request<Body> {
    let token = backend.token(&api::Tokens::new(SECRET), Role::Viewer);
    let request = Request::get(format!("/api/v1/stream{query}")).header("authorization", format!("Bearer {token}"));
    let request = last.into_iter().fold(request, |request, id| request.header("last-event-id", id));
    request.body(Body::empty()).unwrap()
}

/// As another process would: its own connections, and its own clock.
async fn elsewhere(bench: &Bench, behind: Duration) -> (store::Db, Ctx) {
    let context = Context::fake(bench.context.now().minus(behind), 7);
    (bench.another_db().await, Ctx::new(&context, Actor::system("elsewhere")))
}

#[tokio::test]
async fn a_listener_hears_of_each_change_and_of_none_before() {
    on_each_engine(async |backend| {
        backend.bench.add_contact("Before").await;
        let mut screen = Listening::to(&backend, "", None).await;
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let order = backend.bench.add_order(contact.id).await;
        let heard = screen.next().await.unwrap();
        assert_eq!(heard["subject"], contact.id.to_string());
        let mut fields: Vec<&str> = heard.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["actor", "id", "sequence", "subject", "time", "type"]);
        let heard = screen.next().await.unwrap();
        assert_eq!((&heard["type"], &heard["sequence"]), (&"ORDER_CREATED".into(), &1.into()));
        assert_eq!(heard["subject"], order.id.to_string());
        assert!(!heard.to_string().contains("Dupré"));
    })
    .await;
}

#[tokio::test]
async fn a_listener_hears_only_what_it_asked_for() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let mut orders = Listening::to(&backend, "?types=ORDER_CREATED,ORDER_CANCELLED", None).await;
        let mut one = Listening::to(&backend, &format!("?subject={}", contact.id), None).await;
        let (order, ctx) = (backend.bench.add_order(contact.id).await, backend.bench.ctx());
        let id = contact.id;
        change!(backend.bench.db, |tx, ctx, id| ops::contacts::set_archived(tx, ctx, *id, 1, true).await)
            .await
            .unwrap();
        assert_eq!(one.next().await.unwrap()["type"], "CONTACT_UPDATED");
        assert_eq!(orders.subjects(1).await, [order.id.to_string()]);
        // The same from the journal.
        let first = EventId::new(0, 0).to_string();
        let mut orders = Listening::to(&backend, "?types=ORDER_CREATED", Some(&first)).await;
        assert_eq!(orders.subjects(1).await, [order.id.to_string()]);
        let mut one = Listening::to(&backend, &format!("?subject={id}&last_event_id={first}"), None).await;
        assert_eq!(one.subjects(2).await, [id.to_string(), id.to_string()]);
        backend.clerk().get("/stream?types=ORDER_CREATED,NONSENSE").invalid("types", "unknown_event_type").await;
        backend.clerk().get("/stream?last_event_id=7").invalid("last_event_id", "bad_id").await;
    })
    .await;
}

/// A transaction begins, and with it the id of its event; others commit, and are heard; then it commits.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_event_that_is_committed_after_later_ones_is_heard_all_the_same() {
    on_each_engine(async |backend| {
        let mut screen = Listening::to(&backend, "", None).await;
        let ctx = backend.bench.ctx();
        let input = fixtures::contact("Older");
        let older = if backend.bench.engine == Engine::MySql {
            let ((told, begun), (go, release)) = (oneshot::channel(), oneshot::channel::<()>());
            let gates = std::sync::Mutex::new(Some((told, release)));
            let db = backend.bench.db.clone();
            let late = tokio::spawn(async move {
                let late = db.write((ctx, input, gates), |tx, (ctx, input, gates)| {
                    Box::pin(async move {
                        let contact = ops::contacts::create(tx, ctx, input.clone()).await?;
                        let gates = gates.lock().unwrap().take();
                        if let Some((told, release)) = gates {
                            told.send(()).unwrap();
                            release.await.unwrap();
                        }
                        Ok::<_, ops::Error>(contact)
                    })
                });
                late.await.unwrap()
            });
            begun.await.unwrap();
            let newer = backend.bench.add_contact("Newer").await;
            assert_eq!(screen.subjects(1).await, [newer.id.to_string()]);
            go.send(()).unwrap();
            late.await.unwrap()
        } else {
            // SQLite has one transaction at a time, so the older id is that of a process whose clock is behind.
            let newer = backend.bench.add_contact("Newer").await;
            assert_eq!(screen.subjects(1).await, [newer.id.to_string()]);
            let (db, ctx) = elsewhere(&backend.bench, Duration::from_secs(10)).await;
            change!(db, |tx, ctx, input| ops::contacts::create(tx, ctx, input.clone()).await).await.unwrap()
        };
        let heard = screen.next().await.unwrap();
        assert_eq!(heard["subject"], older.id.to_string());
        // And once: what comes next is the next.
        let last = backend.bench.add_contact("Last").await;
        assert_eq!(screen.subjects(1).await, [last.id.to_string()]);
    })
    .await;
}

#[tokio::test]
async fn a_listener_hears_what_other_processes_commit() {
    on_each_engine(async |backend| {
        let mut screen = Listening::to(&backend, "", None).await;
        let (db, ctx) = elsewhere(&backend.bench, Duration::ZERO).await;
        let mut made = Vec::new();
        for name in ["One", "Two", "Three"] {
            let input = fixtures::contact(name);
            let contact = change!(db, |tx, ctx, input| ops::contacts::create(tx, ctx, input.clone()).await);
            made.push(contact.await.unwrap().id.to_string());
        }
        let mut heard = screen.subjects(3).await;
        heard.sort();
        made.sort();
        assert_eq!(heard, made);
    })
    .await;
}

#[tokio::test]
async fn a_listener_who_comes_back_hears_all_that_it_missed_in_order_and_then_the_news() {
    on_each_engine(async |backend| {
        let mut screen = Listening::to(&backend, "", None).await;
        backend.bench.add_contact("Seen").await;
        let last = screen.next().await.unwrap()["id"].as_str().unwrap().to_owned();
        drop(screen);
        // More than a page, over more time than is read again.
        let mut missed = Vec::new();
        for number in 0..230 {
            backend.pass_time(Duration::from_secs(1));
            missed.push(backend.bench.add_contact(&format!("Missed {number}")).await.id.to_string());
        }
        let backend = backend.restarted().await;
        let mut screen = Listening::to(&backend, "", Some(&last)).await;
        let heard = screen.subjects(231).await;
        assert_eq!(heard[1..], missed);
        let news = backend.bench.add_contact("News").await;
        assert_eq!(screen.subjects(1).await, [news.id.to_string()]);
    })
    .await;
}

/// A row can appear below the last id that somebody has seen, while they are away.
#[tokio::test]
async fn a_listener_who_comes_back_hears_of_an_older_id_that_was_committed_meanwhile() {
    on_each_engine(async |backend| {
        let mut screen = Listening::to(&backend, "", None).await;
        backend.bench.add_contact("Seen").await;
        let last = screen.next().await.unwrap()["id"].as_str().unwrap().to_owned();
        drop(screen);
        let ((db, ctx), input) = (elsewhere(&backend.bench, Duration::from_secs(10)).await, fixtures::contact("Older"));
        let older = change!(db, |tx, ctx, input| ops::contacts::create(tx, ctx, input.clone()).await).await.unwrap();
        // Long ago by now: only what was seen last says where to look.
        backend.pass_time(Duration::from_mins(5));
        let mut screen = Listening::to(&backend, "", Some(&last)).await;
        assert!(screen.subjects(2).await.contains(&older.id.to_string()));
    })
    .await;
}

#[tokio::test]
async fn a_stream_ends_with_the_token_and_when_the_server_stops() {
    on_each_engine(async |backend| {
        let mut screen = Listening::to(&backend, "", None).await;
        let other = Listening::to(&backend, "", Some(&EventId::new(0, 0).to_string())).await;
        backend.pass_time(Duration::from_mins(15));
        assert_eq!(screen.next().await, None);
        drop(other);
        let mut screen = Listening::to(&backend, "", None).await;
        backend.stop.cancel();
        assert_eq!(screen.next().await, None);
    })
    .await;
}

#[tokio::test]
async fn a_listener_who_reads_too_slowly_is_sent_away_and_misses_nothing_by_coming_back() {
    on_each_engine(async |backend| {
        let mut screen = Listening::to(&backend, "", None).await;
        backend.bench.add_contact("First").await;
        let last = screen.next().await.unwrap()["id"].as_str().unwrap().to_owned();
        // Another who reads keeps up with what the first does not take.
        let mut quick = Listening::to(&backend, "", None).await;
        let (ctx, count) = (backend.bench.ctx(), 1100);
        for _ in 0..11 {
            let inputs: Vec<_> = (0..100).map(|number| fixtures::contact(&format!("C {number}"))).collect();
            let many = change!(backend.bench.db, |tx, ctx, inputs| {
                for input in inputs {
                    ops::contacts::create(tx, ctx, input.clone()).await?;
                }
                Ok::<_, ops::Error>(())
            });
            many.await.unwrap();
            quick.subjects(100).await;
        }
        let (mut heard, mut id) = (1, last);
        while let Some(event) = screen.next().await {
            heard += 1;
            event["id"].as_str().unwrap().clone_into(&mut id);
        }
        assert!(heard < count, "a listener with no end of a buffer");
        let mut screen = Listening::to(&backend, "", Some(&id)).await;
        let mut known: Vec<String> = screen.subjects(count + 1).await;
        known.sort();
        known.dedup();
        assert_eq!(known.len(), count + 1);
    })
    .await;
}

#[tokio::test]
async fn one_caller_has_so_many_streams_and_no_more() {
    on_each_engine(async |backend| {
        let backend = backend.with_settings(Settings { streams_per_caller: 2, ..settings() }).await;
        let first = Listening::to(&backend, "", None).await;
        let _second = Listening::to(&backend, "", None).await;
        let refused = backend.by(Role::Viewer).get("/stream").refused(429, "too_many_streams").await;
        assert_eq!(refused.header("retry-after"), Some("10"));
        backend.clerk().get("/stream").gives(200).await;
        drop(first);
        let _third = Listening::to(&backend, "", None).await;
    })
    .await;
}
