//! Contacts that may be one.

use serde_json::{Value, json};

use crate::backend::{on_each_engine, path_of};
use crate::contact_fields::full;

fn told(found: &Value) -> Vec<(String, String, u64)> {
    let candidates = found["candidates"].as_array().unwrap().iter();
    let one = |candidate: &Value| {
        let reasons: Vec<&str> = candidate["reasons"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
        let name = candidate["contact"]["name"].as_str().unwrap().to_owned();
        (name, reasons.join(" "), candidate["score"].as_u64().unwrap())
    };
    candidates.map(one).collect()
}

fn expected(all: &[(&str, &str, u64)]) -> Vec<(String, String, u64)> {
    all.iter().map(|(name, reasons, score)| ((*name).to_owned(), (*reasons).to_owned(), *score)).collect()
}

#[tokio::test]
async fn whoever_shares_a_telling_value_is_a_candidate_the_likeliest_first() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let same_phone = json!({ "name": "Claire", "phones": [{ "number": "04 72 00 00 01" }] });
        let same_name = json!({ "name": "EPICERIE  dupre" });
        let same_siren =
            json!({ "name": "Siège", "siret": "73282932000074", "emails": [{ "address": "CLAIRE@dupre.example" }] });
        let same_vat = json!({ "name": "TVA", "vat_number": "FR83404833048" });
        let same_town =
            json!({ "name": "Voisin", "addresses": [{ "city": "Lyon", "country": "France" }], "tags": ["vip"] });
        for input in [&same_phone, &same_name, &same_siren, &same_vat, &same_town] {
            clerk.create("/contacts", input).await;
        }
        let all = expected(&[
            ("TVA", "vat_number siren", 100),
            ("Siège", "email siren", 95),
            ("Claire", "phone", 35),
            ("EPICERIE  dupre", "name", 30),
        ]);
        let found = clerk.post("/contacts/duplicates", full()).gives(200).await.body;
        assert_eq!(told(&found), all);
        let contact = clerk.create("/contacts", full()).await;
        let of_it = clerk.read(&(path_of("contacts", &contact) + "/duplicates")).await;
        assert_eq!(told(&of_it), all);
        assert!(
            told(&clerk.post("/contacts/duplicates", json!({ "name": "Nobody" })).gives(200).await.body).is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn at_most_ten_are_told_and_an_edit_changes_who_is_alike() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let mut last = Value::Null;
        for _ in 0..12 {
            last = clerk.create("/contacts", json!({ "name": "Jean Martin" })).await;
        }
        let asked = json!({ "name": "jean martin" });
        assert_eq!(told(&clerk.post("/contacts/duplicates", &asked).gives(200).await.body).len(), 10);
        clerk.put(&path_of("contacts", &last), 1, json!({ "name": "Garage" })).gives(200).await;
        let found = clerk.post("/contacts/duplicates", json!({ "name": "GARAGE" })).gives(200).await.body;
        assert_eq!(told(&found), expected(&[("Garage", "name", 30)]));
        clerk.post("/contacts/duplicates", json!({ "name": " " })).invalid("name", "required").await;
        clerk.get("/contacts/con_01JD8Z5Q0V3T9N4C7K2M6X8YRB/duplicates").refused(404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_it_is_refused_a_possible_duplicate() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let careful = "/contacts?on_duplicate=refuse";
        let first = clerk.post(careful, full()).key("k").gives(201).await.body;
        // The same request again is not a duplicate of itself.
        assert_eq!(clerk.post(careful, full()).key("k").gives(201).await.body, first);
        let again = json!({ "name": "Autre", "emails": [{ "address": "COMMANDES@dupre.example" }] });
        let refused = clerk.post(careful, &again).refused(409, "possible_duplicate").await;
        assert_eq!(refused.body["candidates"], json!([first["id"]]));
        clerk.post("/contacts?on_duplicate=create", &again).gives(201).await;
        clerk.post("/contacts", &again).gives(201).await;
        clerk.post("/contacts?on_duplicate=maybe", &again).refused(400, "bad_query").await;
        clerk.post("/contacts", full()).key("k").refused(422, "idempotency_key_reused").await;
    })
    .await;
}
