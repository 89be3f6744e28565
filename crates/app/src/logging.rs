//! Logs: to standard error, for people or as JSON lines. And traces, where a collector is named.

use std::io::IsTerminal as _;

use traces::Exporter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::failure::Failure;
use crate::settings::{LogFormat, Settings};

/// Commands that are not services only say what went wrong, and are part of no trace. The exporter is stopped at the end.
pub(crate) fn init(settings: &Settings, service: Option<&'static str>) -> Result<Option<Exporter>, Failure> {
    let level = if service.is_some() { settings.log.level.as_str() } else { "warn" };
    let filter = EnvFilter::try_new(level).map_err(|e| Failure::Usage(format!("log.level: {e}")))?;
    let endpoint = &settings.traces.otlp_endpoint;
    let exporter = match service.filter(|_| !endpoint.is_empty()) {
        Some(service) => Some(
            Exporter::start(endpoint, service)
                .map_err(|why| Failure::Usage(format!("traces.otlp_endpoint: {endpoint:?}: {why}")))?,
        ),
        None => None,
    };
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
    let lines = match settings.log.format {
        // The span is the request: told once, not also as the list of all that it stands within.
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
        LogFormat::Text => lines.with_target(false).boxed(),
    };
    let traced = exporter.as_ref().map(Exporter::layer);
    tracing_subscriber::registry().with(filter).with(lines).with(traced).init();
    Ok(exporter)
}
