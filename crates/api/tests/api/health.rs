//! The operator's port.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use api::health::{Health, router};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use testkit::{Bench, for_each_empty_engine};
use tower::ServiceExt;

use crate::backend::on_each_engine;

fn health(bench: &Bench) -> Health {
    let mut registry = Registry::with_prefix("comptoir");
    let _metrics = api::Metrics::new(&mut registry);
    Health { db: bench.db.clone(), registry: Arc::new(registry), draining: Arc::new(AtomicBool::new(false)) }
}

async fn get(health: &Health, path: &str) -> (u16, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router(health.clone()).oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    (status, String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_server_is_ready_once_its_tables_are_there_and_until_it_stops() {
    for_each_empty_engine(async |bench| {
        let health = health(&bench);
        let ready = async || {
            let (status, report) = get(&health, "/readyz").await;
            let report: Value = serde_json::from_str(&report).unwrap();
            (status, report["ready"].clone(), report)
        };
        let (status, is_ready, report) = ready().await;
        assert_eq!((status, is_ready), (503, json!(false)));
        assert!(report["schema"].as_str().unwrap().contains("comptoir migrate"), "{report}");
        bench.db.schema().migrate().await.unwrap();
        let (status, is_ready, report) = ready().await;
        assert_eq!((status, is_ready), (200, json!(true)));
        assert_eq!(report["handlers"].as_array().unwrap().len(), domain::EventType::ALL.len());
        health.draining.store(true, Ordering::Relaxed);
        assert_eq!(ready().await.0, 503);
        // Alive it is all the while.
        assert_eq!(get(&health, "/healthz").await, (200, "ok\n".into()));
    })
    .await;
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_address() {
    on_each_engine(async |backend| {
        backend.clerk().get("/contacts/con_01JD8Z5Q0V3T9N4C7K2M6X8YRB").gives(404).await;
        backend.clerk().get("/nothing/con_01JD8Z5Q0V3T9N4C7K2M6X8YRB").gives(404).await;
        let text = backend.metrics();
        assert!(text.contains(r#"method="GET",route="/api/v1/contacts/{id}",status="404"} 1"#), "{text}");
        assert!(!text.contains("con_01JD8Z5Q0V3T9N4C7K2M6X8YRB"), "{text}");
    })
    .await;
}
