//! Tags and notes, and orders placed again.

use axum::http::Method;
use domain::{OrderInput, PlacedAs};
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{Backend, on_each_engine, path_of};

async fn tagged(backend: &Backend, tags: &[&str]) -> Value {
    let contact = backend.bench.add_contact("Épicerie Dupré").await;
    let tags = tags.iter().map(|&tag| tag.to_owned()).collect();
    backend.clerk().create("/orders", OrderInput { tags, ..fixtures::order(contact.id) }).await
}

#[tokio::test]
async fn tags_are_trimmed_unique_and_sorted_and_an_order_is_found_by_them() {
    on_each_engine(async |backend| {
        let order = tagged(&backend, &[" urgent ", "Export", "URGENT"]).await;
        assert_eq!(order["tags"], json!(["Export", "urgent"]));
        tagged(&backend, &["other"]).await;
        let found = backend.clerk().pages("/orders?tag=Urgent&limit=1").await.concat();
        assert_eq!(found, [order]);
        let contact = backend.bench.add_contact("Garage Martin").await;
        let bad = OrderInput { tags: vec!["a".into(), "x".repeat(51)], ..fixtures::order(contact.id) };
        backend.clerk().post("/orders", bad).invalid("tags[1]", "too_long").await;
        let many = OrderInput { tags: vec!["a".into(); 51], ..fixtures::order(contact.id) };
        backend.clerk().post("/orders", many).invalid("tags", "too_long").await;
    })
    .await;
}

#[tokio::test]
async fn tags_and_notes_change_in_every_state_without_a_revision() {
    on_each_engine(async |backend| {
        let order = tagged(&backend, &[]).await;
        let (clerk, path) = (backend.clerk(), path_of("orders", &order));
        clerk.act(&format!("{path}/fulfil")).gives(200).await;
        clerk.act(&format!("{path}/close")).gives(200).await;
        let (tags, notes) = (format!("{path}/tags"), format!("{path}/notes"));
        clerk.call(Method::PUT, &tags).json(json!({ "tags": [] })).refused(428, "if_match_required").await;
        let done = clerk.put(&tags, 3, json!({ "tags": ["vip", "Late"] })).gives(200).await;
        assert_eq!((&done.body["tags"], done.header("etag")), (&json!(["Late", "vip"]), Some("\"4\"")));
        let late = clerk.put(&notes, 3, json!({ "notes": "x" })).refused(412, "stale").await;
        assert_eq!((&late.body["current"], late.header("etag")), (&done.body, Some("\"4\"")));
        let quiet = clerk.put(&notes, 4, json!({ "notes": " Quai 3 " })).gives(200).await.body;
        assert_eq!(json!([quiet["notes"], quiet["tags"], quiet["revision"]]), json!(["Quai 3", ["Late", "vip"], 1]));
        assert_eq!(clerk.read(&path).await, quiet);
        // What says nothing new is no change.
        let before = backend.everything().await;
        clerk.put(&tags, 5, json!({ "tags": ["Late", " vip"] })).gives(200).await;
        clerk.put(&notes, 5, json!({ "notes": "Quai 3" })).gives(200).await;
        assert_eq!(backend.everything().await, before);
        let gone = clerk.put(&notes, 5, json!({ "notes": null })).gives(200).await.body;
        assert_eq!(gone["notes"], Value::Null);
        let events = clerk.read(&format!("/events?subject={}", order["id"].as_str().unwrap())).await["items"].clone();
        assert_eq!(events[0]["data"], json!({ "order": gone, "before": quiet }));
        clerk.put(&tags, 6, json!({ "tags": [" "] })).invalid("tags[0]", "required").await;
        clerk.put(&notes, 6, json!({ "notes": "x".repeat(4001) })).invalid("notes", "too_long").await;
        let nothing = "/orders/ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB";
        clerk.put(&format!("{nothing}/tags"), 1, json!({ "tags": [] })).refused(404, "not_found").await;
        clerk.put(&format!("{nothing}/notes"), 1, json!({ "notes": "" })).refused(404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn a_duplicate_is_a_new_draft_of_the_same_once_a_key() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let input = OrderInput {
            tags: vec!["vip".into()],
            notes: Some("Quai 3".into()),
            external_id: Some("10248".into()),
            place_as: PlacedAs::Fulfilled,
            ..fixtures::order(contact.id)
        };
        let order = backend.clerk().create("/orders", input).await;
        let duplicate = path_of("orders", &order) + "/duplicate";
        let copy = backend.clerk().act(&duplicate).key("k-1").gives(201).await;
        let again = backend.clerk().act(&duplicate).key("k-1").gives(201).await;
        assert_eq!(again.said(), copy.said());
        let copy = copy.body;
        for same in ["contact_id", "currency", "lines", "tags", "total", "vat"] {
            assert_eq!(copy[same], order[same], "{same}");
        }
        assert_eq!(json!([copy["state"], copy["version"], copy["revision"]]), json!(["draft", 1, 1]));
        for own in ["reference", "notes", "external_id", "due_on"] {
            assert_eq!(copy[own], Value::Null, "{own}");
        }
        assert_ne!(copy["number"], order["number"]);
        let third = backend.clerk().act(&duplicate).gives(201).await.body;
        assert_ne!(third["id"], copy["id"]);
        // The key belongs to this order.
        backend
            .clerk()
            .act(&(path_of("orders", &copy) + "/duplicate"))
            .key("k-1")
            .refused(422, "idempotency_key_reused")
            .await;
        backend.clerk().act("/orders/ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB/duplicate").refused(404, "not_found").await;
        backend.clerk().act(&format!("/contacts/{}/archive", contact.id)).version(1).gives(200).await;
        backend.clerk().act(&duplicate).refused(409, "contact_not_active").await;
    })
    .await;
}
