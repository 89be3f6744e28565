use std::time::Duration;

use domain::{ProcessKind, Role};
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use worker::Worker;
use worker::heartbeats::Heartbeats;

use crate::backend::{Backend, on_each_engine};

async fn operations(backend: &Backend) -> Value {
    backend.manager().read("/operations").await
}

#[tokio::test]
async fn what_waits_and_what_is_done_is_told() {
    on_each_engine(async |backend| {
        let worker = backend.worker();
        let mut heartbeats = Heartbeats::new(&worker, ProcessKind::Everything, "desk/1");
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        backend.bench.add_order(contact.id).await;
        backend.pass_time(Duration::from_secs(5));
        let before = operations(&backend).await;
        assert_eq!(before["now"]["outbox_waiting"], 2);
        assert_eq!(before["now"]["outbox_oldest_seconds"], 5);
        assert_eq!(before["now"]["events_last_minute"], 2);
        assert_eq!(before["now"]["queue_waiting"], Value::Null, "nobody has looked yet");
        assert_eq!((&before["workers"], &before["history"]), (&json!([]), &json!([])));

        while worker::relay::pass(&worker).await.unwrap() > 0 {}
        heartbeats.beat().await.unwrap();
        let handed = operations(&backend).await;
        assert_eq!(handed["now"]["outbox_waiting"], 0);
        assert_eq!((&handed["now"]["queue_waiting"], &handed["now"]["queue_held"]), (&json!(2), &json!(0)));
        let history = handed["history"].as_array().unwrap();
        assert_eq!((history.len(), &history[0]["minute"]), (1, &json!("2026-11-22T08:59:00.000000Z")));

        let batch = worker.queue.receive(10, Duration::ZERO).await.unwrap();
        worker::consumer::handle(&worker, batch).await.unwrap();
        backend.pass_time(Duration::from_secs(10));
        heartbeats.beat().await.unwrap();
        let done = operations(&backend).await;
        assert_eq!((&done["now"]["queue_waiting"], &done["now"]["effects_last_minute"]), (&json!(0), &json!(2)));
        let process = &done["workers"][0];
        assert_eq!((&process["name"], &process["kind"]), (&json!("desk/1"), &json!("everything")));
        assert_eq!((&process["last_seen"], &process["lost"]), (&json!("2026-11-22T09:00:15.000000Z"), &json!(false)));

        backend.pass_time(Duration::from_secs(50));
        heartbeats.beat().await.unwrap();
        let sampled = operations(&backend).await["history"][1].clone();
        assert_eq!((&sampled["minute"], &sampled["events"]), (&json!("2026-11-22T09:00:00.000000Z"), &json!(2)));
        assert_eq!(sampled["effects"], 2);
        heartbeats.end().await.unwrap();
        assert_eq!(operations(&backend).await["workers"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn one_process_looks_at_the_queue_and_another_follows_when_it_is_lost() {
    on_each_engine(async |backend| {
        let worker = backend.worker();
        let mut first = Heartbeats::new(&worker, ProcessKind::Backend, "backend/1");
        backend.pass_time(Duration::from_secs(1));
        let mut second = Heartbeats::new(&worker, ProcessKind::Worker, "worker/1");
        first.beat().await.unwrap();
        second.beat().await.unwrap();
        backend.pass_time(Duration::from_secs(59));
        second.beat().await.unwrap();
        let told = operations(&backend).await;
        let states = |told: &Value| {
            let all = told["workers"].as_array().unwrap().iter();
            all.map(|one| (one["kind"].clone(), one["lost"] == true)).collect::<Vec<_>>()
        };
        assert_eq!(states(&told), [(json!("backend"), false), (json!("worker"), false)]);
        assert_eq!(told["now"]["queue_waiting"], 0);
        backend.pass_time(Duration::from_secs(1));
        assert_eq!(states(&operations(&backend).await), [(json!("backend"), true), (json!("worker"), false)]);

        // The day after, whoever is lost is forgotten; a week after, so is the first sample.
        backend.pass_time(Duration::from_hours(24));
        second.beat().await.unwrap();
        assert_eq!(states(&operations(&backend).await), [(json!("worker"), false)]);
        backend.pass_time(Duration::from_hours(6 * 24));
        second.beat().await.unwrap();
        let week = backend.manager().read("/operations?hours=168").await;
        let minutes: Vec<_> = week["history"].as_array().unwrap().iter().map(|one| one["minute"].clone()).collect();
        assert_eq!(minutes, [json!("2026-11-23T09:00:00.000000Z"), json!("2026-11-29T09:00:00.000000Z")]);
    })
    .await;
}

#[tokio::test]
async fn what_the_process_that_looks_has_seen_is_in_its_metrics_until_another_looks() {
    on_each_engine(async |backend| {
        let mut registry = Registry::default();
        let worker = Worker { metrics: worker::Metrics::new(&mut registry), ..backend.worker() };
        let told = || {
            let mut text = String::new();
            prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
            let lag = text.lines().find_map(|line| line.strip_prefix("outbox_lag_seconds{} ")).map(str::to_owned);
            lag.map(|lag| lag.parse::<u64>().unwrap())
        };
        backend.bench.add_contact("Épicerie Dupré").await;
        let mut heartbeats = Heartbeats::new(&worker, ProcessKind::Worker, "worker/1");
        assert_eq!(told(), None, "nobody has looked");
        heartbeats.beat().await.unwrap();
        backend.pass_time(Duration::from_mins(1));
        heartbeats.beat().await.unwrap();
        assert_eq!(told(), Some(60));
        // Another has the lease when this one comes back.
        backend.pass_time(Duration::from_mins(1));
        let mut other = Heartbeats::new(&backend.worker(), ProcessKind::Worker, "worker/2");
        other.beat().await.unwrap();
        heartbeats.beat().await.unwrap();
        assert_eq!(told(), None, "what it saw is old");
    })
    .await;
}

#[tokio::test]
async fn what_was_to_be_delivered_a_minute_ago_is_overdue() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        backend.bench.add_order(contact.id).await;
        let worker = backend.worker();
        while worker::relay::pass(&worker).await.unwrap() > 0 {}
        let batch = worker.queue.receive(10, Duration::ZERO).await.unwrap();
        worker::consumer::handle(&worker, batch).await.unwrap();
        let counted = |told: &Value| {
            let now = &told["now"];
            (now["deliveries_pending"].as_i64().unwrap(), now["deliveries_overdue"].as_i64().unwrap())
        };
        let (pending, overdue) = counted(&operations(&backend).await);
        assert!(pending > 0 && overdue == 0, "{pending} {overdue}");
        backend.pass_time(Duration::from_secs(61));
        assert_eq!(counted(&operations(&backend).await), (pending, pending));
    })
    .await;
}

#[tokio::test]
async fn the_history_goes_back_a_week_at_most() {
    on_each_engine(async |backend| {
        for hours in ["0", "169"] {
            backend.by(Role::Admin).get(&format!("/operations?hours={hours}")).invalid("hours", "bad_limit").await;
        }
        backend.by(Role::Admin).get("/operations?hours=x").refused(400, "bad_query").await;
    })
    .await;
}
