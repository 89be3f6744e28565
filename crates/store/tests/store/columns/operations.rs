use domain::{Currency, Date, Import, ImportCounts, Process, ProcessKind, SecurityEntry};
use serde_json::json;
use store::dead_letters::{self, Cause, DeadLetter, State};
use store::idempotency::{self, Reply};
use store::processes::{self, Heartbeat, QueueSeen};
use store::samples::{self, Sample};
use store::stats::{self, Figures};
use store::timeline::{self, Entry};
use store::{imports, security_log};
use testkit::{Bench, change, for_each_engine};

use super::{at, check, id, row, second, with};

#[tokio::test]
async fn columns_of_what_operators_see_hold_what_their_names_say() {
    for_each_engine(async |bench| {
        let letter = DeadLetter {
            id: id("dlt", 1).parse().unwrap(),
            message_id: "message".into(),
            message_type: "TYPE".into(),
            subject: Some("subject".into()),
            body: "body".into(),
            cause: Cause::Undelivered,
            error: "error".into(),
            receive_count: 6,
            state: State::Open,
            reason: Some("reason".into()),
            created_at: second(1),
            closed_at: Some(second(2)),
            closed_by: Some("closed_by".into()),
            fingerprint: "fingerprint".into(),
            edited_body: Some("edited".into()),
        };
        change!(bench.db, |tx, letter| dead_letters::insert(tx, letter).await).await.unwrap();
        let wanted = json!({
            "id": id("dlt", 1), "open_key": "message", "message_id": "message", "type": "TYPE", "subject": "subject",
            "body": "body", "cause": "undelivered", "error": "error", "receive_count": 6, "state": "open",
            "reason": "reason", "created_at": at(1), "closed_at": at(2), "closed_by": "closed_by",
            "fingerprint": "fingerprint", "edited_body": "edited",
        });
        check(&bench, "dead_letters", wanted).await;
        let fields = json!({
            "id": id("imp", 1), "kind": "orders", "state": "writing", "file_name": "a.csv", "dry_run": true,
            "skip_bad": false, "done": 11, "total": 12, "created": 13, "updated": 14, "unchanged": 15, "rejected": 16,
            "error": "error", "created_by": "system:a", "created_at": at(1), "updated_at": at(2), "ended_at": null,
        });
        let new: Import = row(&fields);
        change!(bench.db, |tx, new| imports::insert(tx, new, "process").await).await.unwrap();
        let wanted = with(&fields, json!({ "process": "process", "cancel": 0, "heard_at": at(2) }));
        check(&bench, "imports", wanted.clone()).await;
        let changes = json!({ "done": 21, "total": 22, "created": 23, "updated": 24, "unchanged": 25, "rejected": 26 });
        let (id, state, counts, now) = (new.id, new.state, row::<ImportCounts>(&changes), second(3));
        let advance =
            change!(bench.db, |tx, id, state, counts, now| imports::advance(tx, *id, *state, counts, *now).await);
        advance.await.unwrap();
        check(&bench, "imports", with(&with(&wanted, changes), json!({ "error": null, "heard_at": at(3) }))).await;
        columns_of_figures(&bench).await;
    })
    .await;
}

async fn columns_of_figures(bench: &Bench) {
    let process = json!({
        "id": id("evt", 1), "kind": "worker", "name": "name", "started_at": at(1), "seen_at": at(2),
    });
    let mut heartbeat = Heartbeat {
        process: Process {
            id: id("evt", 1).parse().unwrap(),
            kind: ProcessKind::Worker,
            name: "name".into(),
            started_at: second(1),
            seen_at: second(2),
        },
        effects: 3,
        queue: Some(QueueSeen { waiting: 4, held: 5, oldest: Some(second(6)) }),
    };
    let wanted = json!({ "effects": 3, "queue_waiting": 4, "queue_held": 5, "queue_oldest_at": at(6) });
    change!(bench.db, |tx, heartbeat| processes::record(tx, heartbeat).await).await.unwrap();
    check(bench, "processes", with(&process, wanted)).await;
    heartbeat.effects = 7;
    heartbeat.queue = Some(QueueSeen { waiting: 8, held: 9, oldest: Some(second(7)) });
    let wanted = json!({ "effects": 7, "queue_waiting": 8, "queue_held": 9, "queue_oldest_at": at(7) });
    change!(bench.db, |tx, heartbeat| processes::record(tx, heartbeat).await).await.unwrap();
    check(bench, "processes", with(&process, wanted)).await;
    let sample = Sample {
        minute: second(0),
        events: 1,
        effects: 2,
        outbox_waiting: 3,
        queue_waiting: Some(4),
        oldest_seconds: Some(5),
        dead_letters_open: 6,
    };
    change!(bench.db, |tx, sample| samples::insert(tx, sample).await).await.unwrap();
    let wanted = json!({
        "minute": at(0), "events": 1, "effects": 2, "outbox_waiting": 3, "queue_waiting": 4, "oldest_seconds": 5,
        "dead_letters_open": 6,
    });
    check(bench, "samples", wanted).await;
    let day: Date = "2026-02-03".parse().unwrap();
    let currency: Currency = "CHF".parse().unwrap();
    let by = Figures {
        orders: 1,
        orders_total: 20,
        payments: 300,
        payments_total: 4000,
        refunds: 50_000,
        refunds_total: 600_000,
    };
    for times in [1, 2] {
        change!(bench.db, |tx, day, currency, by| stats::add(tx, *day, *currency, *by).await).await.unwrap();
        let wanted = json!({
            "day": "2026-02-03", "currency": "CHF", "orders": times, "orders_total": 20 * times, "payments": 300 * times,
            "payments_total": 4000 * times, "refunds": 50_000 * times, "refunds_total": 600_000 * times,
        });
        check(bench, "daily_stats", wanted).await;
    }
}

#[tokio::test]
async fn columns_of_logs_and_kept_answers_hold_what_their_names_say() {
    for_each_engine(async |bench| {
        let fields = json!({
            "id": id("sec", 1), "kind": "signed_in", "actor": "system:a", "subject": "subject", "address": "address",
            "detail": { "why": "because" }, "occurred_at": at(1),
        });
        let new: SecurityEntry = row(&fields);
        change!(bench.db, |tx, new| security_log::insert(tx, new).await).await.unwrap();
        check(&bench, "security_log", fields).await;
        let mut entry = Entry {
            subject: "subject".into(),
            event_id: id("evt", 1).parse().unwrap(),
            event_type: "TYPE".into(),
            occurred_at: second(1),
            actor: "actor".into(),
            about: "about".into(),
            summary: "summary".into(),
        };
        let mut wanted = json!({
            "subject": "subject", "event_id": id("evt", 1), "type": "TYPE", "occurred_at": at(1), "actor": "actor",
            "about": "about", "summary": "summary",
        });
        let new = vec![entry.clone()];
        change!(bench.db, |tx, new| timeline::insert(tx, new).await).await.unwrap();
        check(&bench, "timeline", wanted.clone()).await;
        (entry.actor, entry.about, entry.summary) = ("other".into(), "order".into(), "more".into());
        change!(bench.db, |tx, entry| timeline::correct(tx, entry).await).await.unwrap();
        wanted = with(&wanted, json!({ "actor": "other", "about": "order", "summary": "more" }));
        check(&bench, "timeline", wanted).await;
        let reply = Reply {
            fingerprint: "fingerprint".into(),
            status: 201,
            location: Some("location".into()),
            etag: Some("etag".into()),
            body: "body".into(),
        };
        let now = second(1);
        let kept = change!(bench.db, |tx, reply, now| idempotency::insert(tx, "actor", "key", reply, *now).await);
        assert!(kept.await.unwrap());
        let wanted = json!({
            "actor": "actor", "idempotency_key": "key", "fingerprint": "fingerprint", "status": 201,
            "location": "location", "etag": "etag", "body": "body", "created_at": at(1),
        });
        check(&bench, "idempotency_keys", wanted).await;
    })
    .await;
}
