//! `openapi.json` itself.

use std::collections::BTreeMap;

use crate::contract::Contract;

#[test]
fn the_checked_in_description_is_that_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
    let checked_in = std::fs::read_to_string(path).unwrap();
    assert!(checked_in == api::document(), "openapi.json is old: cargo run -p comptoir -- openapi > openapi.json");
}

#[test]
fn each_operation_has_a_name_of_its_own() {
    let mut names = BTreeMap::new();
    for (method, path, operation) in Contract::get().operations() {
        let name = operation["operationId"].as_str().unwrap();
        let twin = names.insert(name, (method, path));
        assert_eq!(twin, None, "{name} is also {method} {path}");
    }
}

#[test]
fn each_reference_leads_somewhere() {
    let document: serde_json::Value = serde_json::from_str(&api::document()).unwrap();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference} is nowhere");
    }
}
