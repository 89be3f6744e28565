//! The errors of the command. Each ends it with exit code 2; nothing is ever counted as 0 instead.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("{path}: {why}")]
    File { path: PathBuf, why: String },
    #[error("{address}: nobody has said what an {kind} costs (crates/cost/src/resources.rs)")]
    UnknownType { address: String, kind: String },
    #[error("{address}: the plan does not say its {attribute}")]
    Missing { address: String, attribute: &'static str },
    #[error("{address}: {what} has no price (deploy/cost/prices.toml)")]
    NoPrice { address: String, what: String },
    #[error("{address}: {what}, which is not priced here")]
    NotPriced { address: String, what: String },
    #[error("{address}: {service} {version} is not in deploy/cost/support.toml")]
    UnknownVersion { address: String, service: &'static str, version: String },
    #[error("{address}: {service} {version} cannot be had since {since}")]
    Unsupported { address: String, service: &'static str, version: String, since: jiff::civil::Date },
    #[error("{0}")]
    Usage(String),
}

pub(crate) type Outcome<T> = Result<T, Problem>;

/// Reads a file and parses it.
pub(crate) fn read<T>(path: &std::path::Path, parse: impl FnOnce(&str) -> Result<T, String>) -> Outcome<T> {
    let problem = |why| Problem::File { path: path.to_owned(), why };
    let text = std::fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
    parse(&text).map_err(problem)
}
