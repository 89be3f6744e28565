//! What can be said of a contact.

use serde_json::{Value, json};

use crate::backend::{on_each_engine, path_of};

/// Every field there is.
pub(crate) fn full() -> Value {
    json!({
        "kind": "organisation", "name": "Épicerie Dupré", "contact_name": "Claire Dupré", "language": "fr",
        "emails": [{ "label": "commandes", "address": "commandes@dupre.example" }, { "address": "Claire@dupre.example" }],
        "phones": [{ "label": "quai", "number": "+33 4 72 00 00 01" }],
        "addresses": [
            { "label": "siège", "street": "12 rue des Halles", "postal_code": "69002", "city": "Lyon", "country": "France" },
            { "label": "dépôt", "city": "Vénissieux", "region": "Rhône", "country": "France" },
        ],
        "vat_number": "FR 83 404 833 048", "siren": "732 829 320", "siret": "732 829 320 00074",
        "tags": ["vip", "Épicerie", "VIP"], "notes": "Sonner deux fois", "external_id": "DUP",
    })
}

#[tokio::test]
async fn every_field_comes_back_as_it_is_kept() {
    on_each_engine(async |backend| {
        let contact = backend.clerk().create("/contacts", full()).await;
        assert_eq!(backend.clerk().read(&path_of("contacts", &contact)).await, contact);
        for field in ["kind", "name", "contact_name", "language", "notes", "external_id"] {
            assert_eq!(contact[field], full()[field], "{field}");
        }
        assert_eq!(contact["emails"][0], full()["emails"][0]);
        assert_eq!(contact["emails"][1], json!({ "label": null, "address": "Claire@dupre.example" }));
        assert_eq!((&contact["phones"], &contact["addresses"][1]["city"]), (&full()["phones"], &json!("Vénissieux")));
        assert_eq!((&contact["vat_number"], &contact["siren"]), (&json!("FR83404833048"), &json!("732829320")));
        assert_eq!((&contact["siret"], &contact["tags"]), (&json!("73282932000074"), &json!(["vip", "Épicerie"])));
        assert_eq!(contact["merged_into"], json!(null));
    })
    .await;
}

#[tokio::test]
async fn a_field_that_cannot_be_is_named_with_its_code() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let with = |field: &str, value: Value| {
            let mut input = full();
            input[field] = value;
            clerk.post("/contacts", input)
        };
        with("vat_number", json!("FR84404833048")).invalid("vat_number", "bad_vat_number").await;
        with("vat_number", json!("404833048")).invalid("vat_number", "bad_vat_number").await;
        with("siren", json!("732829321")).invalid("siren", "bad_siren").await;
        with("siret", json!("73282932000075")).invalid("siret", "bad_siret").await;
        with("siren", json!("552049447")).invalid("siret", "bad_siret").await;
        with("emails", json!([{ "address": "a@b.fr" }, { "address": "x" }]))
            .invalid("emails[1].address", "bad_email")
            .await;
        with("phones", json!([{ "number": " " }])).invalid("phones[0].number", "required").await;
        with("tags", json!(["a", " "])).invalid("tags[1]", "required").await;
        with("emails", json!(vec![json!({ "address": "a@b.fr" }); 21])).invalid("emails", "too_many").await;
        with("phones", json!([{ "number": "1", "kind": "x" }])).refused(422, "invalid").await;
    })
    .await;
}

#[tokio::test]
async fn the_journal_says_what_was_before() {
    on_each_engine(async |backend| {
        let contact = backend.clerk().create("/contacts", full()).await;
        let edited =
            backend.clerk().put(&path_of("contacts", &contact), 1, json!({ "name": "Dupré" })).gives(200).await.body;
        let events = backend.clerk().read(&format!("/events?subject={}", contact["id"].as_str().unwrap())).await;
        assert_eq!(events["items"][0]["data"], json!({ "contact": edited, "before": contact }));
        assert_eq!(events["items"][1]["data"], json!({ "contact": contact, "before": null }));
    })
    .await;
}
