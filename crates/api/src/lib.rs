//! HTTP: `/api/v1` as `openapi.json` describes it, and the operator's port.
//!
//! One file for each group of endpoints; a handler extracts and authorises, calls `ops` (a change) or `store` (a list), and
//! answers. [`router`] is the public part, [`health::router`] belongs on a port that no ingress routes.
//!
//! Uses `ops`, `store` and `domain`; started by `app`. Never sees the queue.

mod answer;
mod api_keys;
pub mod auth;
mod body;
mod callers;
mod contact_duplicates;
mod contact_erasure;
mod contact_lists;
mod contacts;
mod cookie;
mod csv;
mod dead_letters;
mod events;
mod guard;
pub mod health;
mod idempotency;
mod imports;
mod invitations;
mod me;
mod metrics;
mod openapi;
mod order_lists;
mod order_revisions;
mod orders;
mod origin;
mod page;
mod patterns;
mod problem;
mod products;
mod responses;
mod security_log;
mod sessions;
mod settings;
mod stats;
mod timeline;
mod transactions;
mod upload;
mod users;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::{Router, middleware};
use ops::imports::Imports;
use ops::{Ctx, Gate};
use store::{Context, Db};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_swagger_ui::{Config, SwaggerUi};

use auth::Caller;
pub use auth::Tokens;
pub use callers::Callers;
pub use metrics::Metrics;
pub use openapi::document;
pub use problem::Problem;

/// The largest request body: the largest order there can be, and some air.
const MAX_BODY: usize = 2 * 1024 * 1024;

/// What handlers need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub context: Context,
    pub tokens: Arc<Tokens>,
    pub metrics: Metrics,
    pub imports: Imports,
    pub settings: Arc<Settings>,
    pub gate: Gate,
    pub callers: Arc<Callers>,
}

/// What an operator decides about the public port.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Proxies between the callers and us that we believe what they say in `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// Where people find us, `https://desk.example.com`; empty where that is not known.
    pub public_url: String,
    /// Bytes that the files of one import may have together.
    pub import_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { trusted_proxies: 0, public_url: String::new(), import_bytes: 200_000_000 }
    }
}

impl App {
    /// The context of one change: who, and when.
    fn ctx(&self, caller: &Caller) -> Ctx {
        Ctx::new(&self.context, caller.actor.clone()).from(caller.address)
    }
}

/// Everything that the public port answers.
pub fn router(app: App) -> Router {
    let (api, document) = openapi::routes().split_for_parts();
    let rules = guard::Rules::of(&document);
    let docs =
        SwaggerUi::new("/api/docs").url("/api/openapi.json", document).config(Config::default().validator_url("none"));
    api.fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address") })
        .layer(middleware::from_fn_with_state((app.clone(), Arc::new(rules)), guard::guard))
        .layer(middleware::from_fn_with_state(app.clone(), metrics::observe))
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app)
        .merge(docs)
}
