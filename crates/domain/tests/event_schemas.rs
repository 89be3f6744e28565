//! `docs/events`: what other systems may rely on, generated from the types and checked in.

extern crate comptoir_domain as domain;

use std::collections::BTreeSet;
use std::path::PathBuf;

fn folder() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/events").into()
}

#[test]
fn the_checked_in_schemas_are_those_of_the_code() {
    for (event_type, schema) in domain::event_schemas() {
        let checked_in = std::fs::read_to_string(folder().join(format!("{event_type}.json"))).unwrap();
        let generated = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let same = checked_in == generated;
        assert!(same, "{event_type}.json is old: cargo run -p comptoir -- openapi --events docs/events");
    }
}

#[test]
fn there_is_one_schema_for_each_event_type_and_no_other_file() {
    let found: BTreeSet<String> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let types = domain::EventType::ALL.iter().map(|event_type| format!("{event_type}.json"));
    assert_eq!(found, types.collect());
}

#[test]
fn each_schema_is_a_schema() {
    for (event_type, schema) in domain::event_schemas() {
        assert!(jsonschema::meta::is_valid(&schema), "{event_type}");
        assert!(jsonschema::draft202012::new(&schema).is_ok(), "{event_type}");
    }
}
