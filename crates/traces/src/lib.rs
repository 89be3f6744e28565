//! Traces by OpenTelemetry: one, from a request over the event that it causes to that event's effects.
//!
//! What ties them together is a `traceparent` (W3C Trace Context, <https://www.w3.org/TR/trace-context/>): of the request, then
//! in the event (the CloudEvents extension of that name), so that it takes every way that the event takes, also over the
//! desk of dead letters. Without a collector ([`Exporter::start`] is not called) there is none, and nothing is made of it.
//!
//! - [`current`]: the `traceparent` to hand on. [`follow`]: makes a span part of another's trace. [`describe`]: names it.
//! - [`Exporter`]: sends finished spans to a collector.

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Status, TraceContextExt as _, TracerProvider as _};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

const TRACEPARENT: &str = "traceparent";

/// The `traceparent` of the span that we are in; None where nobody collects.
#[must_use]
pub fn current() -> Option<String> {
    let context = Span::current().context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut headers);
    headers.remove(TRACEPARENT)
}

/// Says of the span that we are in, for whoever looks at its trace, what was done and whether it failed.
pub fn describe(name: impl FnOnce() -> String, failed: bool) {
    let context = Span::current().context();
    let span = context.span();
    if span.span_context().is_valid() {
        span.update_name(name());
        if failed {
            span.set_status(Status::error(""));
        }
    }
}

/// Makes a span part of the trace that a `traceparent` names. One that is not well formed begins a trace of its own.
pub fn follow(span: &Span, traceparent: &str) {
    let headers = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let parent: Context = TraceContextPropagator::new().extract(&headers);
    // It fails where nobody collects.
    let _ = span.set_parent(parent);
}

/// Sends finished spans to a collector, in batches and from a thread of its own.
pub struct Exporter {
    provider: SdkTracerProvider,
}

impl Exporter {
    /// `endpoint` as `OTEL_EXPORTER_OTLP_ENDPOINT` has it: `http://collector:4318`, to which `/v1/traces` is added. Must not
    /// be called from within a runtime.
    pub fn start(endpoint: &str, service: &'static str) -> Result<Self, String> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
            .build()
            .map_err(|e| e.to_string())?;
        let resource = Resource::builder().with_service_name(service).build();
        let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
        Ok(Self { provider })
    }

    /// What hands spans to it.
    #[must_use]
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    {
        let tracer = self.provider.tracer("comptoir");
        // Places in our source say nothing to whoever looks at a trace.
        let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false).with_threads(false);
        // Libraries have spans, too.
        layer.with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("comptoir")))
    }

    /// Sends what is left.
    pub fn stop(self) -> Result<(), String> {
        self.provider.shutdown().map_err(|e| e.to_string())
    }
}
