use axum::http::Method;
use domain::{ProductInput, Role};
use serde_json::{Value, json};
use testkit::fixtures::product;

use crate::backend::{on_each_engine, path_of};

fn skus(items: &[Value]) -> Vec<&str> {
    items.iter().map(|product| product["sku"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_product_is_created_once_a_key_and_reads_back_the_same() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let input = product(" COM-18 ", "Comté 18 mois", 1_290);
        let created = manager.post("/products", &input).key("k-1").gives(201).await;
        let product = &created.body;
        assert_eq!(
            (&product["sku"], &product["active"], &product["version"]),
            (&json!("COM-18"), &json!(true), &json!(1))
        );
        let path = path_of("products", product);
        assert_eq!(created.header("location"), Some(&*format!("/api/v1{path}")));
        let read = backend.by(Role::Viewer).get(&path).gives(200).await;
        assert_eq!((&read.body, read.header("etag")), (product, Some("\"1\"")));
        let again = manager.post("/products", &input).key("k-1").gives(201).await;
        assert_eq!(again.body, created.body);
        manager.post("/products", &input).refused(409, "already_exists").await;
    })
    .await;
}

#[tokio::test]
async fn an_edit_needs_the_version_that_was_read_and_is_answered_with_the_present_one() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let created = manager.create("/products", product("COM-18", "Comté 18 mois", 1_290)).await;
        let (path, dearer) = (path_of("products", &created), product("COM-18", "Comté 18 mois", 1_390));
        manager.call(Method::PUT, &path).json(&dearer).refused(428, "if_match_required").await;
        let edited = manager.put(&path, 1, &dearer).gives(200).await;
        assert_eq!((edited.header("etag"), &edited.body["price"]), (Some("\"2\""), &json!(1_390)));
        let late = manager.put(&path, 1, product("X", "x", 1)).refused(412, "stale").await;
        assert_eq!((&late.body["current"], late.header("etag")), (&edited.body, Some("\"2\"")));
        // What says nothing new is no change.
        let before = backend.everything().await;
        manager.put(&path, 2, &dearer).gives(200).await;
        assert_eq!(backend.everything().await, before);
    })
    .await;
}

#[tokio::test]
async fn a_product_is_archived_and_restored_and_its_events_say_what_was_before() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let created = manager.create("/products", product("COM-18", "Comté 18 mois", 1_290)).await;
        let path = path_of("products", &created);
        manager.act(&format!("{path}/archive")).refused(428, "if_match_required").await;
        let archived = manager.act(&format!("{path}/archive")).version(1).gives(200).await.body;
        assert_eq!((&archived["active"], &archived["version"]), (&json!(false), &json!(2)));
        // Twice is once.
        assert_eq!(manager.act(&format!("{path}/archive")).version(2).gives(200).await.body, archived);
        let restored = manager.act(&format!("{path}/restore")).version(2).gives(200).await.body;
        let events = manager.read(&format!("/events?subject={}", created["id"].as_str().unwrap())).await;
        let told: Vec<_> =
            events["items"].as_array().unwrap().iter().map(|e| (e["type"].clone(), e["data"].clone())).collect();
        assert_eq!(
            told,
            [
                (json!("PRODUCT_UPDATED"), json!({ "product": restored, "before": archived })),
                (json!("PRODUCT_UPDATED"), json!({ "product": archived, "before": created })),
                (json!("PRODUCT_CREATED"), json!({ "product": created, "before": null })),
            ]
        );
        backend.do_effects().await;
        let timeline = manager.pages(&format!("{path}/timeline?limit=2")).await.concat();
        assert_eq!(timeline.len(), 3);
        assert_eq!(timeline[0]["summary"], "COM-18 · Comté 18 mois · 12.90 EUR");
        assert_eq!(manager.read("/stats").await["days"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_catalogue_is_listed_filtered_sorted_and_searched() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        for (sku, name) in [("COM-18", "Comté 18 mois"), ("VJ-6", "Vin jaune"), ("BEU", "Beurre"), ("COM-24", "Comté")]
        {
            manager.create("/products", product(sku, name, 1)).await;
        }
        let beurre = manager.read("/products?q=beurre").await["items"][0].clone();
        manager.act(&(path_of("products", &beurre) + "/archive")).version(1).gives(200).await;
        let list = async |query: &str| {
            let all = manager.pages(&format!("/products?limit=2{query}")).await.concat();
            skus(&all).join(" ")
        };
        assert_eq!(list("").await, "BEU COM-18 COM-24 VJ-6");
        assert_eq!(list("&sort=name&active=true").await, "COM-24 COM-18 VJ-6");
        assert_eq!(list("&sort=-updated_at&active=false").await, "BEU");
        assert_eq!(list("&q=com&active=true").await, "COM-18 COM-24");
        assert_eq!(list("&q=com&active=false").await, "");
        manager.get("/products?q=com&sort=name").invalid("sort", "filters_with_search").await;
        manager.get("/products?sort=price").refused(400, "bad_query").await;
        let cursor = manager.read("/products?limit=2").await["next_cursor"].as_str().unwrap().to_owned();
        manager.get(&format!("/products?sort=name&cursor={cursor}")).invalid("cursor", "bad_cursor").await;
        manager.get(&format!("/products?q=com&cursor={cursor}")).invalid("cursor", "bad_cursor").await;
    })
    .await;
}

#[tokio::test]
async fn a_bad_field_is_named_and_an_unknown_product_is_not_found() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let good = || product("COM-18", "Comté", 1);
        manager.post("/products", product(" ", "x", 1)).invalid("sku", "required").await;
        manager.post("/products", product("x", "x", -1)).invalid("price", "bad_amount").await;
        let far = ProductInput { unit: Some("x".repeat(21)), ..good() };
        manager.post("/products", far).invalid("unit", "too_long").await;
        let nothing = "/products/prd_01JD8Z5Q0V3T9N4C7K2M6X8YRB";
        manager.get(nothing).refused(404, "not_found").await;
        manager.put(nothing, 1, good()).refused(404, "not_found").await;
        manager.act(&format!("{nothing}/archive")).version(1).refused(404, "not_found").await;
        let with_id = |sku: &str| ProductInput { external_id: Some("11".into()), ..product(sku, "x", 1) };
        manager.create("/products", with_id("A")).await;
        manager.post("/products", with_id("B")).refused(409, "already_exists").await;
        let other = manager.create("/products", product("B", "x", 1)).await;
        manager.put(&path_of("products", &other), 1, product("A", "x", 1)).refused(409, "already_exists").await;
    })
    .await;
}
