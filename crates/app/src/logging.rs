//! Logs: to standard error, for people or as JSON lines.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;
use crate::settings::{LogFormat, Settings};

/// Commands that are not services only say what went wrong.
pub(crate) fn init(settings: &Settings, service: bool) -> Result<(), Failure> {
    let level = if service { settings.log.level.as_str() } else { "warn" };
    let filter = EnvFilter::try_new(level).map_err(|e| Failure::Usage(format!("log.level: {e}")))?;
    let colours = std::io::stderr().is_terminal();
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    match settings.log.format {
        // The span is the request: told once, not also as the list of all that it stands within.
        LogFormat::Json => subscriber.json().flatten_event(true).with_span_list(false).init(),
        LogFormat::Text => subscriber.with_target(false).init(),
    }
    Ok(())
}
