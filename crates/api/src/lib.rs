//! HTTP: `/api/v1` as `openapi.json` describes it, and the operator's port.
//!
//! One folder or file for each resource; what all endpoints share is in `http` (requests and answers), `access` (who calls, and
//! what they may do) and `description` (`OpenAPI`). A handler extracts and authorises, calls `ops` (a change) or `store` (a list), and
//! answers. [`router`] is the public part, [`health::router`] belongs on a port that no ingress routes.
//!
//! Uses `ops`, `store` and `domain`; started by `app`. Never sees the queue.

mod access;
mod contacts;
mod dead_letters;
mod description;
mod events;
mod http;
mod imports;
mod mails;
mod operations;
mod orders;
mod people;
mod products;
mod settings;
mod stats;
mod transactions;
mod web;
mod webhooks;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::{Router, middleware};
use domain::InternalHosts;
use ops::exchange::import_jobs::Imports;
use ops::{Ctx, Gate};
use store::{Context, Db};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa_swagger_ui::{Config, SwaggerUi};

use access::auth::Caller;
pub use access::auth::{self, Tokens};
pub use access::callers::Callers;
use access::guard;
pub use description::openapi::document;
use events::feed::Feed;
use events::stream::Streams;
use http::limits::Limits;
pub use http::problem::Problem;
use http::{cors, problem, request_id, security_headers};
pub use operations::health;
use operations::metrics;
pub use operations::metrics::Metrics;
pub use web::Pages;

/// The largest request body: the largest order there can be, and some air.
const MAX_BODY: usize = 2 * 1024 * 1024;
/// How long a caller may pause while sending a body.
const BODY_PAUSE: Duration = Duration::from_secs(10);

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
    /// Cancelled when the process begins to stop: streams end.
    pub stop: CancellationToken,
    limits: Limits,
    feed: Feed,
    streams: Streams,
}

/// What an [`App`] is made of.
pub struct Parts {
    pub db: Db,
    pub context: Context,
    pub tokens: Tokens,
    pub metrics: Metrics,
    pub imports: Imports,
    pub settings: Settings,
    pub gate: Gate,
    /// Cancelled when the process begins to stop.
    pub stop: CancellationToken,
}

/// What an operator decides about the public port.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Proxies between the callers and us that we believe what they say in `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// As people reach us, `https://desk.example.com`; empty if nobody has said.
    pub public_url: String,
    /// Bytes that the files of one import may have together.
    pub import_bytes: u64,
    /// Other sites whose pages may call, as `https://shop.example.com`.
    pub cors_origins: Vec<String>,
    /// From whom mails come.
    pub mail_sender: ops::mail::Sender,
    /// Where mails lie, if no server takes them.
    pub mail_folder: Option<PathBuf>,
    /// How long an answer may take before the caller is told to come back; no limit if zero.
    pub request_time: Duration,
    /// Requests of one user or key a minute; no limit if zero.
    pub user_per_minute: u32,
    /// Requests without a good token from one address a minute; no limit if zero.
    pub address_per_minute: u32,
    /// Streams that one user or key has open; no limit if zero.
    pub streams_per_caller: usize,
    /// Where the files of the web application are found.
    pub pages: Pages,
    /// Hosts outside the public internet that webhooks may be sent to.
    pub internal_hosts: InternalHosts,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            trusted_proxies: 0,
            public_url: String::new(),
            cors_origins: Vec::new(),
            mail_sender: ops::mail::Sender::default(),
            mail_folder: None,
            request_time: Duration::from_secs(30),
            user_per_minute: 1200,
            address_per_minute: 120,
            streams_per_caller: 10,
            pages: web::EMBEDDED,
            internal_hosts: InternalHosts::default(),
            import_bytes: 200_000_000,
        }
    }
}

impl App {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { db, context, tokens, metrics, settings, gate, imports, stop } = parts;
        let (limits, feed) = (Limits::new(context.clone()), Feed::new(db.clone(), context.clone()));
        let (tokens, settings) = (Arc::new(tokens), Arc::new(settings));
        let (callers, streams) = (Arc::default(), Streams::default());
        Self { db, context, tokens, metrics, imports, settings, gate, callers, stop, limits, feed, streams }
    }

    /// The context of one change: who, and when.
    fn ctx(&self, caller: &Caller) -> Ctx {
        Ctx::new(&self.context, caller.actor.clone()).from(caller.address).traced(traces::current())
    }
}

/// Everything that the public port answers.
pub fn router(app: App) -> Router {
    let (api, document) = description::openapi::routes().split_for_parts();
    let rules = guard::Rules::of(&document);
    let docs =
        SwaggerUi::new("/api/docs").url("/api/openapi.json", document).config(Config::default().validator_url("none"));
    let all = api
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address") })
        .layer(middleware::from_fn_with_state((app.clone(), Arc::new(rules)), guard::guard))
        .layer(middleware::from_fn_with_state(app.clone(), metrics::observe))
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .with_state(app.clone())
        .merge(docs);
    let open = match cors::layer(&app.settings.cors_origins) {
        Some(named) => all.layer(named),
        None => all,
    };
    open.layer(middleware::from_fn_with_state(app.settings.pages, web::pages))
        .layer(middleware::from_fn_with_state(app.clone(), security_headers::add))
        .layer(middleware::from_fn_with_state(app, request_id::name))
}
