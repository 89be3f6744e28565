//! What an order may leave out: its lines take it from the catalogue, the rest comes from the settings.

use domain::{OrderInput, ProductInput, Role, SettingsInput};
use serde_json::{Value, json};
use testkit::{change, fixtures};

use crate::backend::{Backend, on_each_engine, path_of};

async fn order(backend: &Backend, lines: Value) -> Value {
    let contact = backend.bench.add_contact("Épicerie Dupré").await;
    json!({ "contact_id": contact.id, "lines": lines })
}

async fn stock(backend: &Backend) {
    backend.bench.add_product("COM-18", "Comté 18 mois", 1_290).await;
    let francs = ProductInput { currency: "CHF".parse().unwrap(), ..fixtures::product("GRU", "Gruyère", 900) };
    backend.bench.create_product(francs).await.unwrap();
}

#[tokio::test]
async fn a_line_takes_from_the_catalogue_what_it_leaves_out_and_what_is_given_wins() {
    on_each_engine(async |backend| {
        stock(&backend).await;
        let lines = json!([
            { "sku": "COM-18", "quantity": "2" },
            { "sku": "COM-18", "quantity": "1", "unit_price": 1_000, "description": "Comté, entame", "vat_rate": "20" },
            { "sku": "COM-18", "quantity": "1", "unit_price": 0 },
            { "description": "Livraison", "quantity": "1", "unit_price": 500 },
        ]);
        let placed = backend.clerk().create("/orders", order(&backend, lines).await).await;
        assert_eq!(placed["currency"], "EUR");
        let line = |i: usize| {
            let line = &placed["lines"][i];
            json!([line["description"], line["sku"], line["unit_price"], line["vat_rate"], line["net"]])
        };
        assert_eq!(line(0), json!(["Comté 18 mois", "COM-18", 1_290, "5.5", 2_580]));
        assert_eq!(line(1), json!(["Comté, entame", "COM-18", 1_000, "20", 1_000]));
        assert_eq!(line(2), json!(["Comté 18 mois", "COM-18", 0, "5.5", 0]));
        assert_eq!(line(3), json!(["Livraison", null, 500, "20", 500]));
        // A later price does not change it.
        let product = backend.clerk().read("/products?q=com").await["items"][0].clone();
        let dearer = fixtures::product("COM-18", "Comté", 9_999);
        backend.manager().put(&path_of("products", &product), 1, dearer).gives(200).await;
        assert_eq!(backend.clerk().read(&path_of("orders", &placed)).await, placed);
        // An edit is completed in the same way, in the order's own currency.
        let lines = json!([{ "sku": "COM-18", "quantity": "1" }]);
        let edit = json!({ "contact_id": placed["contact_id"], "lines": lines });
        let edited = backend.clerk().put(&path_of("orders", &placed), 1, edit).gives(200).await.body;
        assert_eq!(edited["net"], 9_999);
    })
    .await;
}

#[tokio::test]
async fn a_line_that_cannot_take_from_the_catalogue_is_refused_where_it_stands() {
    on_each_engine(async |backend| {
        stock(&backend).await;
        let good = json!({ "description": "x", "quantity": "1", "unit_price": 1, "vat_rate": "0" });
        let refused = async |line: Value, field: &str, code: &str| {
            let order = order(&backend, json!([good, line])).await;
            backend.clerk().post("/orders", order).invalid(&format!("lines[1].{field}"), code).await;
        };
        refused(json!({ "sku": "NONE", "quantity": "1", "unit_price": 1 }), "sku", "unknown_product").await;
        refused(json!({ "sku": "com-18", "quantity": "1" }), "sku", "unknown_product").await;
        refused(json!({ "sku": "GRU", "quantity": "1" }), "sku", "product_currency").await;
        refused(json!({ "quantity": "1", "unit_price": 1 }), "description", "line_incomplete").await;
        refused(json!({ "description": "x", "quantity": "1" }), "unit_price", "line_incomplete").await;
        let product = backend.clerk().read("/products?q=com").await["items"][0].clone();
        backend.manager().act(&(path_of("products", &product) + "/archive")).version(1).gives(200).await;
        refused(json!({ "sku": "COM-18", "quantity": "1" }), "sku", "unknown_product").await;
        let mut francs = order(&backend, json!([{ "sku": "GRU", "quantity": "1" }])).await;
        francs["currency"] = json!("CHF");
        assert_eq!(backend.clerk().create("/orders", francs).await["net"], 900);
        // A SKU that the catalogue does not know is fine where the line says everything itself.
        let own = json!([{ "sku": "OURS", "description": "x", "quantity": "1", "unit_price": 1, "vat_rate": "0" }]);
        backend.clerk().create("/orders", order(&backend, own).await).await;
    })
    .await;
}

#[tokio::test]
async fn currency_rate_and_due_date_come_from_the_settings() {
    on_each_engine(async |backend| {
        let mut settings = SettingsInput {
            default_currency: "CHF".parse().unwrap(),
            default_vat_rate: "5.5".parse().ok(),
            payment_terms_days: Some(45),
            ..SettingsInput::default()
        };
        let admin = backend.by(Role::Admin);
        admin.put("/settings", 1, &settings).gives(200).await;
        let lines = json!([{ "description": "Livraison", "quantity": "1", "unit_price": 1_000 }]);
        let input = order(&backend, lines).await;
        let placed = backend.clerk().create("/orders", &input).await;
        assert_eq!(
            json!([placed["currency"], placed["lines"][0]["vat_rate"], placed["due_on"]]),
            json!(["CHF", "5.5", "2027-01-06"])
        );
        let mut dated = input.clone();
        dated["ordered_at"] = json!("2026-11-01T23:59:59Z");
        assert_eq!(backend.clerk().create("/orders", &dated).await["due_on"], "2026-12-16");
        dated["due_on"] = json!("2026-11-30");
        assert_eq!(backend.clerk().create("/orders", &dated).await["due_on"], "2026-11-30");
        settings.default_vat_rate = None;
        settings.payment_terms_days = None;
        admin.put("/settings", 2, &settings).gives(200).await;
        backend.clerk().post("/orders", &input).invalid("lines[0].vat_rate", "line_incomplete").await;
        dated["lines"][0]["vat_rate"] = json!("0");
        dated["due_on"] = Value::Null;
        assert_eq!(backend.clerk().create("/orders", &dated).await["due_on"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn an_order_that_says_everything_asks_neither_the_catalogue_nor_the_settings() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        for table in ["products", "settings"] {
            let drop = format!("DROP TABLE {table}");
            change!(backend.bench.db, |tx, drop| tx.execute(drop.clone(), &[]).await).await.unwrap();
        }
        let input = OrderInput { due_on: None, ..fixtures::order(contact.id) };
        backend.clerk().create("/orders", &input).await;
    })
    .await;
}
