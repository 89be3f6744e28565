//! The journal, and the schemas that describe it for others (`docs/events`).

use std::collections::{BTreeSet, HashMap};

use domain::EventType;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::backend::{Backend, on_each_engine};
use crate::engines::scenario;

fn schemas() -> HashMap<&'static str, Validator> {
    let schema = |event_type: EventType| {
        let path = format!("{}/../../docs/events/{event_type}.json", env!("CARGO_MANIFEST_DIR"));
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
        (event_type.as_str(), validator)
    };
    EventType::ALL.into_iter().map(schema).collect()
}

async fn events(backend: &Backend) -> Vec<Value> {
    backend.clerk().pages("/events?limit=5").await.concat()
}

#[tokio::test]
async fn every_event_is_as_its_schema_says_and_every_schema_has_an_event() {
    let schemas = schemas();
    on_each_engine(async |backend| {
        scenario(&backend).await;
        let mut seen = BTreeSet::new();
        for event in events(&backend).await {
            let event_type = event["type"].as_str().unwrap().to_owned();
            let errors: Vec<String> = schemas[&*event_type].iter_errors(&event).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{event_type}: {errors:#?}\n{event}");
            let path = format!("/events/{}", event["id"].as_str().unwrap());
            assert_eq!(backend.clerk().read(&path).await, event);
            seen.insert(event_type);
        }
        assert_eq!(seen, EventType::ALL.iter().map(|t| t.as_str().to_owned()).collect());
    })
    .await;
}

#[tokio::test]
async fn the_events_of_a_subject_rise_in_sequence_to_its_version() {
    on_each_engine(async |backend| {
        scenario(&backend).await;
        for order in backend.clerk().pages("/orders?limit=5").await.concat() {
            let id = order["id"].as_str().unwrap();
            let told = backend.clerk().pages(&format!("/events?limit=1&subject={id}")).await.concat();
            let sequences: Vec<i64> = told.iter().map(|event| event["sequence"].as_i64().unwrap()).collect();
            assert!(sequences.is_sorted_by(|newer, older| newer > older), "{sequences:?}");
            assert_eq!(told.last().unwrap()["type"], "ORDER_CREATED");
            assert!(told.iter().all(|event| event["subject"] == id));
            assert!(told[0]["sequence"].as_i64() <= order["version"].as_i64());
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_names_who_did_it_and_what_was_before() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let order = backend.clerk().create("/orders", testkit::fixtures::order(contact.id)).await;
        let fulfil = format!("/orders/{}/fulfil", order["id"].as_str().unwrap());
        let placed = order;
        let order = backend.manager().act(&fulfil).gives(200).await.body;
        let event = events(&backend).await.remove(0);
        let manager = backend.user(domain::Role::Manager);
        assert_eq!((&event["type"], &event["actor"]), (&json!("ORDER_UPDATED"), &json!(manager.id)));
        assert_eq!((&event["data"]["order"], &event["subject"]), (&order, &order["id"]));
        assert_eq!(event["data"]["before"], placed);
        backend.clerk().get("/events/evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB").refused(404, "not_found").await;
    })
    .await;
}
