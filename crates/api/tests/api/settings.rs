use axum::http::Method;
use domain::{Company, Role, SettingsInput};
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{Backend, on_each_engine};

fn input() -> SettingsInput {
    let company = Company {
        name: Some(" Comptoir Moreau ".into()),
        iban: Some("FR76 3000 6000 0112 3456 7890 189".into()),
        ..Company::default()
    };
    SettingsInput { company, payment_terms_days: Some(30), ..SettingsInput::default() }
}

fn numbered(format: &str, next: Option<i64>) -> Value {
    json!({ "order_number": { "format": format, "next": next } })
}

async fn number(backend: &Backend) -> String {
    let contact = backend.bench.add_contact("Épicerie Dupré").await;
    let order = backend.clerk().create("/orders", fixtures::order(contact.id)).await;
    order["number"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn settings_are_read_by_all_and_replaced_by_an_administrator_who_has_read_them() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        let new = backend.by(Role::Viewer).get("/settings").gives(200).await;
        assert_eq!((new.header("etag"), &new.body["default_currency"]), (Some("\"1\""), &json!("EUR")));
        admin.call(Method::PUT, "/settings").json(input()).refused(428, "if_match_required").await;
        let changed = admin.put("/settings", 1, input()).gives(200).await;
        assert_eq!(changed.body["company"]["name"], "Comptoir Moreau");
        assert_eq!(changed.body["company"]["iban"], "FR7630006000011234567890189");
        assert_eq!((changed.header("etag"), &changed.body["version"]), (Some("\"2\""), &json!(2)));
        let late = admin.put("/settings", 1, SettingsInput::default()).refused(412, "stale").await;
        assert_eq!((&late.body["current"], late.header("etag")), (&changed.body, Some("\"2\"")));
        assert_eq!(admin.read("/settings").await, changed.body);
        // What says nothing new is no change.
        let before = backend.everything().await;
        admin.put("/settings", 2, input()).gives(200).await;
        assert_eq!(backend.everything().await, before);
        let events = admin.read("/events?subject=settings").await["items"].clone();
        assert_eq!(events.as_array().unwrap().len(), 1);
        assert_eq!(events[0]["type"], "SETTINGS_UPDATED");
        assert_eq!(events[0]["data"], json!({ "settings": changed.body, "before": new.body }));
        backend.do_effects().await;
        assert!(admin.pages("/dead-letters?limit=5").await.concat().is_empty());
    })
    .await;
}

#[tokio::test]
async fn orders_are_numbered_as_the_settings_say_and_the_next_number_can_only_be_raised() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        assert_eq!(number(&backend).await, "O-1001");
        admin.put("/settings", 1, numbered("{year}-{number:6}", Some(5000))).gives(200).await;
        assert_eq!(number(&backend).await, "2026-005000");
        assert_eq!(number(&backend).await, "2026-005001");
        let lower = numbered("O-{number}", Some(5000));
        admin.put("/settings", 2, &lower).invalid("order_number.next", "number_given_out").await;
        // Neither was the format changed.
        assert_eq!(&number(&backend).await[..6], "2026-0");
        admin.put("/settings", 2, numbered("O-{number}", Some(100_000))).gives(200).await;
        assert_eq!(number(&backend).await, "O-100000");
    })
    .await;
}

#[tokio::test]
async fn a_number_that_another_order_has_is_a_conflict_until_the_next_is_raised() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        admin.put("/settings", 1, numbered("1{number}", Some(1_001))).gives(200).await;
        assert_eq!(number(&backend).await, "11001");
        admin.put("/settings", 2, numbered("{number}", Some(11_001))).gives(200).await;
        let contact = backend.bench.add_contact("Garage Martin").await;
        backend.clerk().post("/orders", fixtures::order(contact.id)).refused(409, "order_number_taken").await;
        admin.put("/settings", 3, numbered("{number}", Some(20_000))).gives(200).await;
        assert_eq!(number(&backend).await, "20000");
    })
    .await;
}

#[tokio::test]
async fn a_bad_setting_is_named() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        let put = |body: Value| admin.put("/settings", 1, body);
        put(json!({ "company": { "iban": "FR7630006000011234567890188" } })).invalid("company.iban", "bad_iban").await;
        put(json!({ "company": { "bic": "AGRI" } })).invalid("company.bic", "bad_bic").await;
        put(json!({ "default_vat_rate": "19" })).invalid("default_vat_rate", "unknown_vat_rate").await;
        put(json!({ "payment_terms_days": -1 })).invalid("payment_terms_days", "bad_days").await;
        put(numbered("O-1", None)).invalid("order_number.format", "bad_value").await;
        put(numbered("O-{number}", Some(0))).invalid("order_number.next", "bad_number").await;
    })
    .await;
}
