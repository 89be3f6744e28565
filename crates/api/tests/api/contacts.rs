use axum::http::Method;
use domain::ContactInput;
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{Backend, on_each_engine, path_of};

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|contact| contact["name"].as_str().unwrap()).collect()
}

async fn events_of(backend: &Backend, contact: &Value) -> Vec<Value> {
    let path = format!("/events?subject={}", contact["id"].as_str().unwrap());
    backend.clerk().read(&path).await["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_contact_is_created_and_reads_back_the_same() {
    on_each_engine(async |backend| {
        let created = backend.clerk().post("/contacts", fixtures::contact("  Épicerie Dupré ")).gives(201).await;
        let contact = &created.body;
        assert_eq!((&contact["name"], &contact["state"]), (&json!("Épicerie Dupré"), &json!("active")));
        assert_eq!((&contact["version"], &contact["addresses"][0]["city"]), (&json!(1), &json!("Lyon")));
        assert_eq!(created.header("etag"), Some("\"1\""));
        assert_eq!(created.header("location"), Some(&*format!("/api/v1{}", path_of("contacts", contact))));
        let read = backend.clerk().get(&path_of("contacts", contact)).gives(200).await;
        assert_eq!((&read.body, read.header("etag")), (contact, Some("\"1\"")));
        // The least that can be said of one.
        let least = backend.clerk().create("/contacts", json!({ "name": "Garage Martin" })).await;
        assert_eq!((&least["kind"], &least["language"]), (&json!("organisation"), &json!("fr")));
    })
    .await;
}

#[tokio::test]
async fn a_list_is_read_page_by_page_by_name_without_gap_or_repetition() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        for name in ["Zoé", "élan", "Abel", "Elan", "Marc", "abel", "Éloi"] {
            clerk.create("/contacts", json!({ "name": name })).await;
        }
        let pages = clerk.pages("/contacts?limit=3").await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
        let all = pages.concat();
        assert_eq!(names(&all), ["Abel", "abel", "élan", "Elan", "Éloi", "Marc", "Zoé"]);
        assert_eq!(clerk.pages("/contacts?limit=7").await.concat(), all);
        assert_eq!(clerk.read("/contacts").await["items"], json!(all));
    })
    .await;
}

#[tokio::test]
async fn contacts_are_found_by_the_beginnings_of_words() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        for name in ["Épicerie Dupré", "Dupré Frères", "Garage Martin"] {
            clerk.create("/contacts", fixtures::contact(name)).await;
        }
        let found = clerk.pages("/contacts?q=dupre&limit=1").await;
        assert_eq!(found.iter().map(|page| names(page)).collect::<Vec<_>>(), [["Épicerie Dupré"], ["Dupré Frères"]]);
        assert_eq!(names(&clerk.pages("/contacts?q=GAR%20lyon&limit=5").await.concat()), ["Garage Martin"]);
        assert!(clerk.pages("/contacts?q=nobody&limit=5").await.concat().is_empty());
        // Nothing to search for is not a search.
        assert_eq!(clerk.read("/contacts?q=%20").await["items"].as_array().unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_edit_needs_the_version_that_was_read() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let contact = clerk.create("/contacts", fixtures::contact("Épicerie Dupré")).await;
        let (path, input) = (path_of("contacts", &contact), fixtures::contact("Épicerie Dupré & Fils"));
        clerk.call(Method::PUT, &path).json(&input).refused(428, "if_match_required").await;
        let edited = clerk.put(&path, 1, &input).gives(200).await;
        assert_eq!((edited.header("etag"), &edited.body["name"]), (Some("\"2\""), &json!("Épicerie Dupré & Fils")));
        assert_eq!(edited.body["addresses"], contact["addresses"]);
        let late = clerk.put(&path, 1, fixtures::contact("Another")).refused(412, "stale").await;
        assert_eq!((&late.body["current"], late.header("etag")), (&edited.body, Some("\"2\"")));
        clerk.put(&path, 2, &input).header("if-match", "\"of-somebody-else\"").refused(412, "stale").await;
        assert_eq!(clerk.read(&path).await, edited.body);
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_says_nothing_new_is_not_a_change() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let contact = clerk.create("/contacts", fixtures::contact("Épicerie Dupré")).await;
        let before = backend.everything().await;
        let same = clerk.put(&path_of("contacts", &contact), 1, fixtures::contact("Épicerie Dupré")).gives(200).await;
        assert_eq!((same.body, backend.everything().await), (contact, before));
    })
    .await;
}

#[tokio::test]
async fn a_contact_is_archived_and_restored() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let contact = clerk.create("/contacts", fixtures::contact("Épicerie Dupré")).await;
        let (archive, restore) =
            (path_of("contacts", &contact) + "/archive", path_of("contacts", &contact) + "/restore");
        clerk.act(&archive).refused(428, "if_match_required").await;
        let archived = clerk.act(&archive).version(1).gives(200).await;
        assert_eq!((&archived.body["state"], archived.header("etag")), (&json!("archived"), Some("\"2\"")));
        clerk.act(&restore).version(1).refused(412, "stale").await;
        // Twice is once.
        assert_eq!(clerk.act(&archive).version(2).gives(200).await.body, archived.body);
        let restored = clerk.act(&restore).version(2).gives(200).await.body;
        assert_eq!((&restored["state"], &restored["version"]), (&json!("active"), &json!(3)));
        let types: Vec<Value> = events_of(&backend, &contact).await.iter().map(|event| event["type"].clone()).collect();
        assert_eq!(types, ["CONTACT_UPDATED", "CONTACT_UPDATED", "CONTACT_CREATED"]);
    })
    .await;
}

#[tokio::test]
async fn an_external_id_belongs_to_one_contact() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let with_id = |name: &str| ContactInput { external_id: Some("ALFKI".into()), ..fixtures::contact(name) };
        clerk.create("/contacts", with_id("Alfreds")).await;
        clerk.post("/contacts", with_id("Another")).refused(409, "already_exists").await;
        let other = clerk.create("/contacts", fixtures::contact("Another")).await;
        clerk.put(&path_of("contacts", &other), 1, with_id("Another")).refused(409, "already_exists").await;
    })
    .await;
}

#[tokio::test]
async fn a_bad_field_is_named_and_an_unknown_contact_is_not_found() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        clerk.post("/contacts", json!({ "name": " " })).invalid("name", "required").await;
        clerk.post("/contacts", json!({ "name": "x".repeat(201) })).invalid("name", "too_long").await;
        clerk
            .post("/contacts", json!({ "name": "x", "emails": [{ "address": "x" }] }))
            .invalid("emails[0].address", "bad_email")
            .await;
        let far = json!({ "name": "x", "addresses": [{ "city": "x".repeat(101) }] });
        clerk.post("/contacts", far).invalid("addresses[0].city", "too_long").await;
        let nobody = "/contacts/con_01JD8Z5Q0V3T9N4C7K2M6X8YRB";
        clerk.get(nobody).refused(404, "not_found").await;
        clerk.put(nobody, 1, fixtures::contact("x")).refused(404, "not_found").await;
        clerk.act(&format!("{nobody}/archive")).version(1).refused(404, "not_found").await;
    })
    .await;
}
