use domain::EventId;
use serde_json::{Value, json};
use store::outbox;
use testkit::{change, query};

use crate::backend::{Backend, on_each_engine, path_of};
use crate::engines::foreign_message;

/// An order whose event was spoilt on its way, so that it lies on the desk: the order, the letter, the event as it should be.
async fn spoilt_event(backend: &Backend) -> (Value, Value, Value) {
    let contact = backend.bench.add_contact("Épicerie Dupré").await;
    backend.do_effects().await;
    let order = backend.bench.add_order(contact.id).await;
    let event = backend.clerk().read(&format!("/events?subject={}", order.id)).await["items"][0].clone();
    let mut spoilt = event.clone();
    spoilt["data"]["order"]["total"] = json!("much");
    put_on_its_way(backend, event["id"].as_str().unwrap(), &spoilt).await;
    backend.do_effects().await;
    let letter = backend.clerk().read("/dead-letters?state=open").await["items"][0].clone();
    (serde_json::to_value(&order).unwrap(), letter, event)
}

async fn put_on_its_way(backend: &Backend, id: &str, event: &Value) {
    let (id, body, now) = (id.to_owned(), event.to_string(), backend.bench.context.now());
    let put = change!(backend.bench.db, |tx, id, body, now| {
        outbox::put_back(tx, id, "ORDER_CREATED", Some(body), *now, *now).await
    });
    put.await.unwrap();
}

async fn orders_of_the_day(backend: &Backend) -> Value {
    let days = backend.clerk().read("/stats").await["days"].clone();
    days.as_array().unwrap().iter().map(|day| day["orders_total"].clone()).collect()
}

#[tokio::test]
async fn a_letter_says_what_it_is_about_and_what_the_journal_has() {
    on_each_engine(async |backend| {
        let (order, letter, event) = spoilt_event(&backend).await;
        let detail = backend.clerk().read(&path_of("dead-letters", &letter)).await;
        let about = json!({ "type": "order", "id": order["id"], "label": order["number"] });
        assert_eq!((&detail["about"], &detail["journal"]), (&about, &event));
        assert_eq!(detail["event"]["data"]["order"]["total"], "much");
    })
    .await;
}

#[tokio::test]
async fn an_edit_is_held_to_the_schema_and_its_differences_are_shown() {
    on_each_engine(async |backend| {
        let (_, letter, event) = spoilt_event(&backend).await;
        let (path, manager) = (path_of("dead-letters", &letter), backend.manager());
        let preview = format!("{path}/preview");
        let seen = manager.post(&preview, json!({ "body": event })).gives(200).await.body;
        let total = &event["data"]["order"]["total"];
        let change = json!({ "path": "/data/order/total", "before": "much", "after": total });
        assert_eq!(seen, json!({ "valid": true, "errors": [], "already_done": false, "changes": [change] }));
        let with = |pointer: &str, value: Value| {
            let mut edited = event.clone();
            *edited.pointer_mut(pointer).unwrap() = value;
            edited
        };
        let other_id = backend.bench.context.id(EventId::new);
        let bad = [
            (with("/data/order/total", json!("much")), "/data/order/total"),
            (with("/data/order/state", json!("lost")), "/data/order/state"),
            (with("/type", json!("ORDER_SHIPPED")), "/type"),
            (with("/id", json!(other_id)), "/id"),
            (with("/type", json!("ORDER_UPDATED")), "/type"),
            (with("/subject", json!("ord_7")), "/subject"),
            (with("/sequence", json!(7)), "/sequence"),
            (with("/time", json!("2026-11-22T08:00:00Z")), "/time"),
            (json!("not an event"), "/type"),
        ];
        for (edited, pointer) in bad {
            let seen = manager.post(&preview, json!({ "body": edited })).gives(200).await.body;
            assert_eq!(seen["valid"], json!(false), "{pointer}");
            assert!(seen["errors"].as_array().unwrap().iter().any(|e| e["pointer"] == pointer), "{pointer}: {seen}");
            let redrive = manager.post(&format!("{path}/redrive"), json!({ "body": edited }));
            redrive.invalid(&format!("body{pointer}"), "bad_event").await;
        }
        manager.post(&format!("{path}/redrive"), json!({ "bdoy": event })).refused(422, "invalid").await;
        manager
            .call(axum::http::Method::POST, &format!("{path}/redrive"))
            .text("text/plain", "x")
            .refused(415, "bad_content_type")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_mended_event_is_handled_and_the_journal_has_it_so() {
    on_each_engine(async |backend| {
        let (order, letter, event) = spoilt_event(&backend).await;
        let (path, manager) = (path_of("dead-letters", &letter), backend.manager());
        let mut mended = event.clone();
        mended["data"]["order"]["total"] = json!(4_321);
        let redriven = manager.post(&format!("{path}/redrive"), json!({ "body": mended })).gives(200).await.body;
        assert_eq!(redriven["state"], "redriven");
        backend.do_effects().await;
        assert_eq!(backend.clerk().read(&format!("/events/{}", event["id"].as_str().unwrap())).await, mended);
        assert_eq!(orders_of_the_day(&backend).await, json!([4_321]));
        let detail = backend.clerk().read(&path).await;
        let edited: Value = serde_json::from_str(detail["edited_body"].as_str().unwrap()).unwrap();
        assert_eq!((&edited, &detail["event"]["data"]["order"]["total"]), (&mended, &json!("much")));
        assert!(detail["effects"]["handled_at"].is_string());
        let subjects: Vec<&Value> =
            detail["effects"]["timeline"].as_array().unwrap().iter().map(|entry| &entry["about"]).collect();
        assert_eq!(subjects, [&order["id"], &order["id"]]);
        let log = backend.by(domain::Role::Admin).read("/security-log?kind=dead_letter_redriven").await;
        assert_eq!(log["items"][0]["detail"], json!({ "message_id": letter["message_id"], "edited": true }));
    })
    .await;
}

#[tokio::test]
async fn an_event_goes_again_as_the_journal_has_it() {
    on_each_engine(async |backend| {
        let (order, letter, _) = spoilt_event(&backend).await;
        backend.manager().act(&(path_of("dead-letters", &letter) + "/redrive")).gives(200).await;
        backend.do_effects().await;
        assert_eq!(orders_of_the_day(&backend).await, json!([order["total"]]));
    })
    .await;
}

#[tokio::test]
async fn what_is_done_already_cannot_be_edited() {
    on_each_engine(async |backend| {
        let (_, letter, event) = spoilt_event(&backend).await;
        // A good copy was on its way as well.
        put_on_its_way(&backend, event["id"].as_str().unwrap(), &event).await;
        backend.do_effects().await;
        let (path, manager) = (path_of("dead-letters", &letter), backend.manager());
        let seen = manager.post(&format!("{path}/preview"), json!({ "body": event })).gives(200).await.body;
        assert_eq!((&seen["valid"], &seen["already_done"]), (&json!(false), &json!(true)));
        manager.post(&format!("{path}/redrive"), json!({ "body": event })).refused(409, "already_done").await;
        manager.act(&format!("{path}/redrive")).gives(200).await;
    })
    .await;
}

#[tokio::test]
async fn a_foreign_message_that_is_mended_comes_into_the_journal() {
    on_each_engine(async |backend| {
        let (order, spoilt, event) = spoilt_event(&backend).await;
        backend.manager().act(&(path_of("dead-letters", &spoilt) + "/redrive")).gives(200).await;
        foreign_message(&backend).await;
        backend.do_effects().await;
        let letter = backend.clerk().read("/dead-letters?state=open").await["items"][0].clone();
        let redrive = path_of("dead-letters", &letter) + "/redrive";
        let mut mended = event.clone();
        mended["id"] = letter["message_id"].clone();
        // Its subject has an event of that sequence already.
        backend.manager().post(&redrive, json!({ "body": mended })).invalid("body/sequence", "bad_event").await;
        mended["sequence"] = json!(2);
        backend.manager().post(&redrive, json!({ "body": mended })).gives(200).await;
        backend.do_effects().await;
        let id = letter["message_id"].as_str().unwrap();
        assert_eq!(backend.clerk().read(&format!("/events/{id}")).await, mended);
        let timeline = backend.clerk().read(&(path_of("orders", &order) + "/timeline")).await;
        assert_eq!(timeline["items"].as_array().unwrap().len(), 2);
        let waiting = query!(backend.bench.db, |tx| outbox::depth(tx).await).await.unwrap().waiting;
        assert_eq!(waiting, 0);
    })
    .await;
}
