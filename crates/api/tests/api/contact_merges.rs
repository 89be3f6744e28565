//! Two contacts that are one.

use domain::{ContactId, Role};
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{Backend, on_each_engine, path_of};
use crate::contact_fields::full;

fn id(contact: &Value) -> ContactId {
    contact["id"].as_str().unwrap().parse().unwrap()
}

async fn merge(backend: &Backend, into: &Value, from: &Value) -> Value {
    let body = json!({ "from": from["id"], "from_version": from["version"] });
    let version = into["version"].as_i64().unwrap();
    backend.manager().post(&(path_of("contacts", into) + "/merge"), body).version(version).gives(200).await.body
}

async fn read(backend: &Backend, contact: &Value) -> Value {
    backend.clerk().read(&path_of("contacts", contact)).await
}

#[tokio::test]
async fn the_survivor_has_what_both_said_and_the_orders_of_both() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let survivor =
            clerk.create("/contacts", json!({ "name": "Dupré", "emails": [{ "address": "a@dupre.example" }] })).await;
        let other = clerk.create("/contacts", full()).await;
        let order = clerk.create("/orders", fixtures::order(id(&other))).await;
        let merged = merge(&backend, &survivor, &other).await;
        assert_eq!((&merged["name"], &merged["version"]), (&json!("Dupré"), &json!(2)));
        let emails: Vec<&Value> = merged["emails"].as_array().unwrap().iter().map(|email| &email["address"]).collect();
        assert_eq!(emails, ["a@dupre.example", "commandes@dupre.example", "Claire@dupre.example"]);
        assert_eq!((&merged["external_id"], &merged["siret"]), (&json!("DUP"), &json!("73282932000074")));

        let gone = read(&backend, &other).await;
        assert_eq!((&gone["state"], &gone["merged_into"]), (&json!("merged"), &survivor["id"]));
        assert_eq!((&gone["version"], &gone["name"]), (&json!(2), &json!("Épicerie Dupré")));
        let moved = clerk.read(&path_of("orders", &order)).await;
        assert_eq!((&moved["contact_id"], &moved["version"]), (&survivor["id"], &json!(2)));
        clerk.put(&path_of("orders", &order), 1, fixtures::order(id(&survivor))).refused(412, "stale").await;
        // Found by the survivor's name now, and no longer by the other's.
        assert_eq!(clerk.read("/orders?q=dupre").await["items"].as_array().unwrap().len(), 1);
        assert!(clerk.read("/orders?q=epicerie").await["items"].as_array().unwrap().is_empty());
        assert_eq!(clerk.read("/contacts").await["items"], json!([merged]));
        assert_eq!(clerk.read("/contacts?state=merged").await["items"], json!([gone]));
        assert_eq!(clerk.read("/contacts?q=dupre").await["items"], json!([merged]));
        assert!(clerk.read(&(path_of("contacts", &survivor) + "/duplicates")).await["candidates"][0].is_null());
    })
    .await;
}

#[tokio::test]
async fn a_result_that_is_given_is_what_stays() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let (one, two) =
            (clerk.create("/contacts", full()).await, clerk.create("/contacts", json!({ "name": "B" })).await);
        let path = path_of("contacts", &two) + "/merge";
        let body = |result: Value| json!({ "from": one["id"], "from_version": 1, "result": result });
        let bad = json!({ "name": "C", "siren": "1" });
        backend.manager().post(&path, body(bad)).version(1).invalid("result.siren", "bad_siren").await;
        // The external id of the one that goes may stay.
        let result = json!({ "name": "C", "external_id": "DUP", "tags": ["x"] });
        let merged = backend.manager().post(&path, body(result)).version(1).gives(200).await.body;
        assert_eq!((&merged["name"], &merged["tags"], &merged["emails"]), (&json!("C"), &json!(["x"]), &json!([])));
        assert_eq!(read(&backend, &one).await["external_id"], json!(null));
    })
    .await;
}

#[tokio::test]
async fn the_history_of_both_stands_on_the_survivors_timeline_through_a_chain_of_merges() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let mut contacts = Vec::new();
        for name in ["A", "B", "C"] {
            contacts.push(clerk.create("/contacts", json!({ "name": name })).await);
        }
        let order = clerk.create("/orders", fixtures::order(id(&contacts[0]))).await;
        let b = merge(&backend, &contacts[1], &contacts[0]).await;
        backend.do_effects().await;
        let c = merge(&backend, &contacts[2], &b).await;
        backend.do_effects().await;
        let pages = clerk.pages(&(path_of("contacts", &c) + "/timeline?limit=2")).await.concat();
        let summaries: Vec<&str> = pages.iter().map(|entry| entry["summary"].as_str().unwrap()).collect();
        let placed = format!("{} · confirmed · 98.95 EUR", order["number"].as_str().unwrap());
        assert_eq!(summaries, ["C · B", "B", "B · A", "A", &placed, "C", "B", "A"]);
        assert_eq!(clerk.read(&path_of("orders", &order)).await["contact_id"], c["id"]);
        assert_eq!(clerk.read("/stats").await["days"][0]["orders"], json!(1));
    })
    .await;
}

#[tokio::test]
async fn what_was_merged_takes_no_orders_and_no_changes() {
    on_each_engine(async |backend| {
        let (clerk, manager) = (backend.clerk(), backend.manager());
        let mut contacts = Vec::new();
        for name in ["A", "B", "C"] {
            contacts.push(clerk.create("/contacts", json!({ "name": name })).await);
        }
        let (a, b, c) = (&contacts[0], &contacts[1], &contacts[2]);
        merge(&backend, b, a).await;
        let path = path_of("contacts", a);
        clerk.post("/orders", fixtures::order(id(a))).invalid("contact_id", "unknown_contact").await;
        clerk.put(&path, 2, json!({ "name": "X" })).refused(409, "bad_contact_state").await;
        for action in ["archive", "restore"] {
            clerk.act(&format!("{path}/{action}")).version(2).refused(409, "bad_contact_state").await;
        }
        let from = |contact: &Value, version: i64| json!({ "from": contact["id"], "from_version": version });
        manager.post(&format!("{path}/merge"), from(c, 1)).version(2).refused(409, "bad_contact_state").await;
        let into_c = path_of("contacts", c) + "/merge";
        manager.post(&into_c, from(a, 2)).version(1).refused(409, "bad_contact_state").await;
        manager.post(&into_c, from(c, 1)).version(1).invalid("from", "same_contact").await;
        manager.post(&into_c, from(b, 1)).version(1).refused(412, "stale").await;
        manager.post(&into_c, from(b, 2)).version(2).refused(412, "stale").await;
        manager.post(&into_c, from(b, 2)).refused(428, "if_match_required").await;
        let nobody = json!({ "from": "con_01JD8Z5Q0V3T9N4C7K2M6X8YRB", "from_version": 1 });
        manager.post(&into_c, nobody).version(1).invalid("from", "unknown_contact").await;
        backend.by(Role::Clerk).post(&into_c, from(b, 2)).version(1).refused(403, "forbidden").await;
    })
    .await;
}

#[tokio::test]
async fn the_event_of_a_merge_says_what_both_were() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let (one, two) =
            (clerk.create("/contacts", json!({ "name": "A" })).await, clerk.create("/contacts", full()).await);
        let survivor = merge(&backend, &one, &two).await;
        let events = clerk.read("/events?limit=2").await["items"].clone();
        assert_eq!((&events[0]["type"], &events[0]["subject"]), (&json!("CONTACT_MERGED"), &one["id"]));
        assert_eq!(events[0]["data"], json!({ "contact": survivor, "before": one, "merged": two }));
        assert_eq!((&events[1]["type"], &events[1]["subject"]), (&json!("CONTACT_UPDATED"), &two["id"]));
        assert_eq!(events[1]["data"], json!({ "contact": read(&backend, &two).await, "before": two }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_order_is_left_with_a_contact_that_is_merged_or_erased_at_the_same_moment() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        for round in 0..4 {
            let survivor = clerk.create("/contacts", json!({ "name": "A" })).await;
            let other = clerk.create("/contacts", json!({ "name": "B" })).await;
            let placing = (0..12).map(|_| clerk.post("/orders", fixtures::order(id(&other))).send());
            let going = async {
                let manager = backend.by(Role::Admin);
                if round % 2 == 0 {
                    let body = json!({ "from": other["id"], "from_version": 1 });
                    manager.post(&(path_of("contacts", &survivor) + "/merge"), body).version(1).send().await.status
                } else {
                    let erase = path_of("contacts", &other) + "/erase";
                    manager.post(&erase, json!({ "reason": "x" })).version(1).send().await.status
                }
            };
            let (placed, gone) = futures_util::join!(futures_util::future::join_all(placing), going);
            let placed = placed.iter().filter(|reply| reply.status == 201).count();
            let of = async |contact: &Value| {
                let path = format!("/orders?limit=200&contact_id={}", contact["id"].as_str().unwrap());
                clerk.read(&path).await["items"].as_array().unwrap().len()
            };
            let state = read(&backend, &other).await["state"].clone();
            match (gone, round % 2) {
                (200, 0) => assert_eq!((of(&other).await, of(&survivor).await), (0, placed), "{state}"),
                (200, _) => assert_eq!((of(&other).await, placed), (0, 0), "{state}"),
                _ => assert_eq!((of(&other).await, gone), (placed, 409), "{state}"),
            }
        }
    })
    .await;
}
