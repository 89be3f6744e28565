//! Settings: `config.default.toml`, then a file, then the environment. That file is also their documentation, and the test
//! below holds it to the code.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

use crate::failure::Failure;

const DEFAULTS: &str = include_str!("../../../config.default.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) data: Data,
    pub(crate) database: Database,
    pub(crate) queue: Queue,
    pub(crate) http: Http,
    pub(crate) auth: Auth,
    pub(crate) worker: Worker,
    pub(crate) log: Log,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    pub(crate) folder: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) pool_size: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Queue {
    pub(crate) url: String,
    pub(crate) visibility_seconds: u64,
    pub(crate) max_receives: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Http {
    pub(crate) listen: SocketAddr,
    pub(crate) health_listen: SocketAddr,
    pub(crate) drain_seconds: u64,
    pub(crate) trusted_proxies: usize,
    pub(crate) import_megabytes: u64,
    pub(crate) public_url: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Auth {
    pub(crate) jwt_secret: String,
    pub(crate) jwt_secret_previous: String,
    pub(crate) session_days: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Worker {
    pub(crate) consumers: usize,
    pub(crate) retry_base_ms: u64,
    pub(crate) lease_seconds: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) format: LogFormat,
    pub(crate) level: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl Settings {
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, Failure> {
        let text = file.map(std::fs::read_to_string).transpose();
        let text = text.map_err(|e| Failure::Usage(format!("{}: {e}", file.unwrap_or(Path::new("")).display())))?;
        Self::from_parts(text.as_deref().unwrap_or(""), |name| std::env::var(name).ok())
    }

    fn from_parts(file: &str, env: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let usage = |e: toml::de::Error| Failure::Usage(format!("settings: {e}"));
        let mut all: Table = DEFAULTS.parse().map_err(usage)?;
        let given: Table = file.parse().map_err(usage)?;
        for (section, values) in given {
            match (all.get_mut(&section), values) {
                (Some(Value::Table(known)), Value::Table(values)) => known.extend(values),
                // Left for the check below, which names it.
                (_, values) => drop(all.insert(section, values)),
            }
        }
        for (section, values) in &mut all {
            let Value::Table(values) = values else { continue };
            for (name, value) in values {
                let variable = variable(section, name);
                if let Some(text) = env(&variable) {
                    *value = parsed(value, text).map_err(|why| Failure::Usage(format!("{variable}: {why}")))?;
                }
            }
        }
        let mut settings: Self = all.try_into().map_err(usage)?;
        if settings.database.url.is_empty() {
            settings.database.url = format!("sqlite:{}", settings.data.folder.join("comptoir.db").display());
        }
        Ok(settings)
    }
}

/// The environment variable of a setting; four have the names of the architecture brief or like them.
fn variable(section: &str, name: &str) -> String {
    match (section, name) {
        ("database", "url") => "DATABASE_URL".into(),
        ("queue", "url") => "SQS_QUEUE_URL".into(),
        ("auth", "jwt_secret") => "JWT_SECRET".into(),
        ("auth", "jwt_secret_previous") => "JWT_SECRET_PREVIOUS".into(),
        _ => format!("COMPTOIR_{}_{}", section.to_uppercase(), name.to_uppercase()),
    }
}

/// A text as a value of the same kind as the default.
fn parsed(default: &Value, text: String) -> Result<Value, String> {
    match default {
        Value::Integer(_) => {
            text.trim().parse().map(Value::Integer).map_err(|_| format!("{text:?} is not a whole number"))
        }
        _ => Ok(Value::String(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete_and_need_nothing() {
        let settings = Settings::from_parts("", |_| None).unwrap();
        assert_eq!(settings.database.url, "sqlite:data/comptoir.db");
        assert_eq!(settings.http.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn a_file_changes_the_defaults_and_the_environment_changes_both() {
        let file = "[queue]\nmax_receives = 7\nvisibility_seconds = 9";
        let env = |name: &str| match name {
            "DATABASE_URL" => Some("mysql://db/x".to_owned()),
            "COMPTOIR_QUEUE_MAX_RECEIVES" => Some("3".to_owned()),
            _ => None,
        };
        let settings = Settings::from_parts(file, env).unwrap();
        assert_eq!((settings.queue.max_receives, settings.queue.visibility_seconds), (3, 9));
        assert_eq!(settings.database.url, "mysql://db/x");
    }

    #[test]
    fn a_mistake_is_named() {
        let wrong = |file: &str| Settings::from_parts(file, |_| None).unwrap_err().to_string();
        assert!(wrong("[queue]\nvisiblity = 3").contains("visiblity"));
        assert!(wrong("[que]\nx = 3").contains("que"));
        let env = |name: &str| (name == "COMPTOIR_WORKER_CONSUMERS").then(|| "many".to_owned());
        assert!(Settings::from_parts("", env).unwrap_err().to_string().contains("COMPTOIR_WORKER_CONSUMERS"));
    }

    #[test]
    fn the_comments_name_the_right_variables() {
        let defaults: Table = DEFAULTS.parse().unwrap();
        for (section, values) in &defaults {
            for name in values.as_table().unwrap().keys() {
                let line = DEFAULTS.lines().skip_while(|line| *line != format!("[{section}]"));
                let line = line.into_iter().find(|line| line.starts_with(&format!("{name} ="))).unwrap();
                assert!(line.contains(&format!("← {}", variable(section, name))), "{section}.{name}");
            }
        }
    }
}
