use std::time::Duration;

use serde_json::{Value, json};
use store::outbox;
use testkit::{change, query};

use crate::backend::{Backend, on_each_engine};
use crate::engines::foreign_message;

/// Messages that are no JSON, each in its own way.
async fn malformed(backend: &Backend, count: usize) {
    let (bench, now) = (&backend.bench, backend.bench.context.now());
    let ids: Vec<String> = (0..count).map(|_| bench.context.id(domain::EventId::new).to_string()).collect();
    let sent = change!(bench.db, |tx, ids, now| {
        for (i, id) in ids.iter().enumerate() {
            let body = format!("{}{{ not JSON", " ".repeat(i));
            outbox::insert(tx, id, "ORDER_CREATED", Some(&body), *now).await?;
        }
        Ok::<_, store::Error>(())
    });
    sent.await.unwrap();
}

/// A desk with three malformed messages and one of an unknown type; the fingerprint of the three.
async fn desk_of_two_causes(backend: &Backend) -> String {
    malformed(backend, 3).await;
    foreign_message(backend).await;
    backend.do_effects().await;
    let groups = backend.clerk().read("/dead-letters/groups?state=open").await;
    groups["items"][0]["fingerprint"].as_str().unwrap().to_owned()
}

async fn open(backend: &Backend) -> Vec<Value> {
    backend.clerk().pages("/dead-letters?state=open&limit=200").await.concat()
}

/// `(id, when)` of what waits in the outbox, in the order in which it will go.
async fn waiting(backend: &Backend) -> Vec<(String, Duration)> {
    let sql = "SELECT id, available_at, created_at FROM outbox ORDER BY available_at, id";
    let rows = query!(backend.bench.db, |tx| {
        tx.rows(sql, &[], |row| Ok((row.next::<String>()?, row.next::<i64>()?, row.next::<i64>()?))).await
    });
    let now = backend.bench.context.now().as_micros();
    let rows = rows.await.unwrap();
    assert!(rows.iter().all(|(_, _, created)| *created == now), "written now, whenever it is sent");
    rows.into_iter().map(|(id, at, _)| (id, Duration::from_micros((at - now).unsigned_abs()))).collect()
}

#[tokio::test]
async fn letters_of_one_cause_are_one_group_and_the_largest_is_first() {
    on_each_engine(async |backend| {
        desk_of_two_causes(&backend).await;
        let groups = backend.clerk().read("/dead-letters/groups?state=open").await["items"].clone();
        let told =
            |i: usize| (groups[i]["cause"].clone(), groups[i]["message_type"].clone(), groups[i]["count"].clone());
        assert_eq!(told(0), (json!("malformed"), json!("ORDER_CREATED"), json!(3)));
        assert_eq!(told(1), (json!("unknown_type"), json!("ORDER_SHIPPED"), json!(1)));
        assert_eq!(groups.as_array().unwrap().len(), 2);
        // The sample is the newest one's.
        assert_eq!(groups[0]["error"], open(&backend).await[1]["error"]);
        let none = backend.clerk().read("/dead-letters/groups?state=redriven").await;
        assert_eq!(none["items"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_group_is_redriven_at_the_chosen_rate() {
    on_each_engine(async |backend| {
        let group = desk_of_two_causes(&backend).await;
        let letters: Vec<String> = open(&backend).await[1..]
            .iter()
            .rev()
            .map(|letter| letter["message_id"].as_str().unwrap().to_owned())
            .collect();
        let input = json!({ "group": group, "per_second": 4 });
        backend.clerk().post("/dead-letters/redrive", &input).refused(403, "forbidden").await;
        let done = backend.manager().post("/dead-letters/redrive", &input).gives(200).await.body;
        let last = backend.bench.context.now().plus(Duration::from_millis(500));
        assert_eq!(done, json!({ "redriven": 3, "skipped": 0, "last_at": last }));
        let spaced: Vec<(String, Duration)> =
            letters.into_iter().zip([0, 250, 500].map(Duration::from_millis)).collect();
        assert_eq!(waiting(&backend).await, spaced);
        assert_eq!(open(&backend).await.len(), 1);
        // One at a time is due.
        assert_eq!(worker::relay::pass(&backend.worker()).await.unwrap(), 1);
        backend.pass_time(Duration::from_millis(250));
        assert_eq!(worker::relay::pass(&backend.worker()).await.unwrap(), 1);
        let again = backend.manager().post("/dead-letters/redrive", &input).gives(200).await.body;
        assert_eq!(again, json!({ "redriven": 0, "skipped": 0, "last_at": null }));
    })
    .await;
}

#[tokio::test]
async fn more_than_one_transaction_full_keeps_the_rate_and_takes_each_once() {
    on_each_engine(async |backend| {
        malformed(&backend, 450).await;
        backend.do_effects().await;
        let done =
            backend.manager().post("/dead-letters/redrive", json!({ "all": true, "per_second": 100 })).gives(200).await;
        assert_eq!(done.body["redriven"], 450);
        let waiting = waiting(&backend).await;
        assert_eq!(waiting.len(), 450);
        assert!(waiting.iter().zip(0..).all(|((_, at), i)| *at == Duration::from_millis(10) * i));
        assert!(open(&backend).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn of_named_letters_those_that_were_decided_are_skipped() {
    on_each_engine(async |backend| {
        desk_of_two_causes(&backend).await;
        let ids: Vec<Value> = open(&backend).await.iter().map(|letter| letter["id"].clone()).collect();
        let manager = backend.manager();
        let one = json!({ "ids": [ids[0]], "reason": "by hand" });
        let done = manager.post("/dead-letters/discard", one).gives(200).await.body;
        assert_eq!(done, json!({ "discarded": 1, "skipped": 0 }));
        let done = manager.post("/dead-letters/redrive", json!({ "ids": ids })).gives(200).await.body;
        assert_eq!((&done["redriven"], &done["skipped"]), (&json!(3), &json!(1)));
        let log =
            backend.by(domain::Role::Admin).read("/security-log?kind=dead_letter_redriven,dead_letter_discarded").await;
        assert_eq!(log["items"].as_array().unwrap().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_selection_that_is_none_is_refused() {
    on_each_engine(async |backend| {
        let group = desk_of_two_causes(&backend).await;
        let manager = backend.manager();
        for bad in [
            json!({}),
            json!({ "all": false }),
            json!({ "all": true, "group": group }),
            json!({ "ids": [], "all": true }),
        ] {
            manager.post("/dead-letters/redrive", bad).invalid("", "bad_selection").await;
        }
        let nothing = "dlt_01JD8Z5Q0V3T9N4C7K2M6X8YRB";
        manager.post("/dead-letters/redrive", json!({ "ids": vec![nothing; 1001] })).invalid("ids", "too_many").await;
        for rate in [0, 1001] {
            let input = json!({ "all": true, "per_second": rate });
            manager.post("/dead-letters/redrive", input).invalid("per_second", "bad_value").await;
        }
        manager
            .post("/dead-letters/discard", json!({ "all": true, "reason": " " }))
            .invalid("reason", "required")
            .await;
        let done = manager.post("/dead-letters/discard", json!({ "group": "x", "reason": "y" })).gives(200).await.body;
        assert_eq!(done, json!({ "discarded": 0, "skipped": 0 }));
    })
    .await;
}
