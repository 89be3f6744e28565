//! The operator's port: alive, ready, and what is being counted. No ingress routes it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use prometheus_client::registry::Registry;
use serde_json::json;
use store::{Db, Schema};

/// What the operator's port looks at.
#[derive(Clone)]
pub struct Health {
    pub db: Db,
    pub registry: Arc<Registry>,
    /// Set when the process begins to stop: no new traffic, please.
    pub draining: Arc<std::sync::atomic::AtomicBool>,
}

pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(health)
}

/// Ready when the database answers, its tables are as new as the program, and the process is not stopping.
async fn readyz(State(health): State<Health>) -> impl IntoResponse {
    let (current, wanted) = (health.db.schema().current().await, Schema::wanted());
    let database = current.as_ref().map_or_else(ToString::to_string, |_| "ok".to_owned());
    let schema = match &current {
        Ok(current) if *current >= wanted => "ok".to_owned(),
        Ok(current) => format!("at {current}, needs {wanted}: run comptoir migrate"),
        Err(_) => "unknown".to_owned(),
    };
    let draining = health.draining.load(std::sync::atomic::Ordering::Relaxed);
    let ready = database == "ok" && schema == "ok" && !draining;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let handlers: Vec<&str> = domain::EventType::ALL.into_iter().map(domain::EventType::as_str).collect();
    let report =
        json!({ "ready": ready, "database": database, "schema": schema, "draining": draining, "handlers": handlers });
    (status, Json(report))
}

async fn metrics(State(health): State<Health>) -> impl IntoResponse {
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, &health.registry) {
        Ok(()) => ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
