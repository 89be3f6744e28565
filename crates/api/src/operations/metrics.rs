//! Counters of requests.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::App;

/// A request that takes longer is told in the log.
const SLOW: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    method: &'static str,
    /// The route as declared, never the address as asked for: few values, no ids.
    route: String,
    status: u16,
}

/// Cheap to clone; all clones count together.
#[derive(Clone)]
pub struct Metrics {
    requests: Family<Labels, Counter>,
    duration: Histogram,
}

impl Metrics {
    #[must_use]
    pub fn new(registry: &mut Registry) -> Self {
        let buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
        let metrics = Self { requests: Family::default(), duration: Histogram::new(buckets) };
        registry.register("http_requests", "Requests answered", metrics.requests.clone());
        registry.register("http_request_duration_seconds", "From request to answer", metrics.duration.clone());
        metrics
    }
}

/// One line for each request would cost more than many requests do, so an operator sees those that went wrong or took long;
/// `log.level = "info,comptoir_api=debug"` shows them all.
fn tell(method: &str, route: &str, status: u16, took: Duration) {
    let millis = took.as_millis();
    if status >= 500 || took > SLOW {
        tracing::info!(method, route, status, millis, "answered");
    } else {
        tracing::debug!(method, route, status, micros = took.as_micros(), "answered");
    }
}

pub(crate) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = match request.method().as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => "other",
    };
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    app.metrics.duration.observe(begun.elapsed().as_secs_f64());
    tell(method, &route, status, begun.elapsed());
    traces::describe(|| format!("{method} {route}"), status >= 500);
    app.metrics.requests.get_or_create(&Labels { method, route, status }).inc();
    response
}
