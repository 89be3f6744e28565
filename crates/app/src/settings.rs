//! Settings: `config.default.toml`, then a file, then the environment. That file is also their documentation, and the test
//! below holds it to the code.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::InternalHosts;
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
    pub(crate) limits: Limits,
    pub(crate) auth: Auth,
    pub(crate) worker: Worker,
    pub(crate) mail: Mail,
    pub(crate) webhooks: Webhooks,
    pub(crate) retention: Retention,
    pub(crate) log: Log,
    pub(crate) metrics: Metrics,
    pub(crate) traces: Traces,
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
    pub(crate) cors_origins: Vec<String>,
    pub(crate) request_seconds: u64,
    pub(crate) max_connections: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) user_per_minute: u32,
    pub(crate) address_per_minute: u32,
    pub(crate) streams_per_caller: usize,
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
pub(crate) struct Mail {
    pub(crate) smtp_url: String,
    pub(crate) smtp_ca: PathBuf,
    pub(crate) from: String,
    pub(crate) connections: usize,
    pub(crate) retry_seconds: Vec<u64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhooks {
    pub(crate) internal_hosts: Vec<String>,
    pub(crate) retry_seconds: Vec<u64>,
    pub(crate) timeout_seconds: u64,
    pub(crate) concurrency: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "settings are named as in the file, with their unit")]
pub(crate) struct Retention {
    pub(crate) inbox_days: u64,
    pub(crate) attempts_days: u64,
    pub(crate) deliveries_days: u64,
    pub(crate) mails_days: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) format: LogFormat,
    pub(crate) level: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metrics {
    pub(crate) emf: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Traces {
    pub(crate) otlp_endpoint: String,
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
        // An origin has no slash at its end, and people write one.
        settings.http.public_url.truncate(settings.http.public_url.trim_end_matches('/').len());
        settings.http.check()?;
        settings.retention.check()?;
        if settings.database.url.is_empty() {
            settings.database.url = format!("sqlite:{}", settings.data.folder.join("comptoir.db").display());
        }
        Ok(settings)
    }
}

impl Settings {
    /// What the API needs of them.
    pub(crate) fn api(&self) -> Result<api::Settings, Failure> {
        let Self { http, limits, .. } = self;
        Ok(api::Settings {
            trusted_proxies: http.trusted_proxies,
            public_url: http.public_url.clone(),
            cors_origins: http.cors_origins.clone(),
            request_time: Duration::from_secs(http.request_seconds),
            user_per_minute: limits.user_per_minute,
            address_per_minute: limits.address_per_minute,
            streams_per_caller: limits.streams_per_caller,
            import_bytes: http.import_megabytes * 1_000_000,
            internal_hosts: self.internal_hosts()?,
            mail_sender: self.mail_sender()?,
            mail_folder: self.mail.smtp_url.is_empty().then(|| self.mail_folder()),
            ..api::Settings::default()
        })
    }

    /// From whom mails come.
    pub(crate) fn mail_sender(&self) -> Result<ops::mail::Sender, Failure> {
        let wrong = |e: domain::Invalid| Failure::Usage(format!("mail.from: {:?}: {}", self.mail.from, e.message));
        ops::mail::Sender::new(&self.mail.from, &self.http.public_url).map_err(wrong)
    }

    /// How mails leave.
    pub(crate) fn mail(&self) -> Result<worker::deliveries::mailer::Settings, Failure> {
        let Mail { smtp_url, smtp_ca, connections, .. } = &self.mail;
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|e| Failure::Usage(format!("mail.smtp_ca: {}: {e}", path.display())))
        };
        Ok(worker::deliveries::mailer::Settings {
            smtp_url: Some(smtp_url.clone()).filter(|url| !url.is_empty()),
            smtp_ca: if smtp_ca.as_os_str().is_empty() { None } else { Some(read(smtp_ca)?) },
            folder: self.mail_folder(),
            connections: *connections,
            sender: self.mail_sender()?,
        })
    }

    fn mail_folder(&self) -> PathBuf {
        self.data.folder.join("mail")
    }

    /// Hosts outside the public internet that webhooks may be sent to.
    pub(crate) fn internal_hosts(&self) -> Result<InternalHosts, Failure> {
        let wrong =
            |host| Failure::Usage(format!("webhooks.internal_hosts: {host:?} must be a name, an address or a network"));
        InternalHosts::parse(&self.webhooks.internal_hosts).map_err(wrong)
    }
}

impl Retention {
    /// SQS keeps a message for 14 days at the most; one that comes after its inbox row is gone has its effects twice.
    fn check(&self) -> Result<(), Failure> {
        if (1..15).contains(&self.inbox_days) {
            return Err(Failure::Usage("retention.inbox_days must be at least 15, or 0 to keep them".into()));
        }
        Ok(())
    }

    /// As the worker takes it.
    pub(crate) fn worker(&self) -> worker::Retention {
        let days = |days: u64| (days > 0).then(|| Duration::from_secs(days.saturating_mul(24 * 60 * 60)));
        worker::Retention {
            inbox: days(self.inbox_days),
            attempts: days(self.attempts_days),
            deliveries: days(self.deliveries_days),
            mails: days(self.mails_days),
        }
    }
}

impl Http {
    /// An origin that no browser would send lets nobody in, and nobody would know why.
    fn check(&self) -> Result<(), Failure> {
        let named = [("http.public_url", &self.public_url)].into_iter().filter(|(_, url)| !url.is_empty());
        for (name, url) in named.chain(self.cors_origins.iter().map(|origin| ("http.cors_origins", origin))) {
            let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            if host.is_none_or(|host| host.is_empty() || host.contains(['/', ' ', '*'])) {
                let example = "like https://desk.example.com, without a path";
                return Err(Failure::Usage(format!("{name}: {url:?} must be {example}")));
            }
        }
        Ok(())
    }
}

/// The environment variable of a setting; three have the names of the architecture brief.
/// The environment variable of a setting; four have the names of the architecture brief or like them.
fn variable(section: &str, name: &str) -> String {
    match (section, name) {
        ("database", "url") => "DATABASE_URL".into(),
        ("queue", "url") => "SQS_QUEUE_URL".into(),
        ("auth", "jwt_secret") => "JWT_SECRET".into(),
        ("traces", "otlp_endpoint") => "OTEL_EXPORTER_OTLP_ENDPOINT".into(),
        ("auth", "jwt_secret_previous") => "JWT_SECRET_PREVIOUS".into(),
        _ => format!("COMPTOIR_{}_{}", section.to_uppercase(), name.to_uppercase()),
    }
}

/// A text as a value of the same kind as the default; a list by commas.
fn parsed(default: &Value, text: String) -> Result<Value, String> {
    match default {
        Value::Integer(_) => {
            text.trim().parse().map(Value::Integer).map_err(|_| format!("{text:?} is not a whole number"))
        }
        Value::Boolean(_) => {
            text.trim().parse().map(Value::Boolean).map_err(|_| format!("{text:?} is neither true nor false"))
        }
        Value::Array(defaults) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            let kind = defaults.first().cloned().unwrap_or_else(|| Value::String(String::new()));
            items.map(|item| parsed(&kind, item.to_owned())).collect::<Result<_, _>>().map(Value::Array)
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
        assert!(wrong("[retention]\ninbox_days = 14").contains("at least 15"));
        let env = |name: &str| (name == "COMPTOIR_WORKER_CONSUMERS").then(|| "many".to_owned());
        assert!(Settings::from_parts("", env).unwrap_err().to_string().contains("COMPTOIR_WORKER_CONSUMERS"));
    }

    #[test]
    fn a_list_comes_from_the_environment_by_commas_and_an_origin_has_no_path() {
        let with = |origins: &str| {
            let origins = origins.to_owned();
            Settings::from_parts("", move |name| (name == "COMPTOIR_HTTP_CORS_ORIGINS").then(|| origins.clone()))
        };
        let both = with("https://shop.example.com, http://localhost:5173").unwrap();
        assert_eq!(both.http.cors_origins, ["https://shop.example.com", "http://localhost:5173"]);
        assert!(with("").unwrap().http.cors_origins.is_empty());
        for bad in ["*", "shop.example.com", "https://shop.example.com/", "https://*.example.com"] {
            assert!(with(bad).unwrap_err().to_string().contains("http.cors_origins"), "{bad}");
        }
    }

    #[test]
    fn a_server_or_a_sender_of_mails_that_cannot_be_is_named_without_its_password() {
        let with = |file: &str| Settings::from_parts(file, |_| None).unwrap();
        assert!(with("").mail().unwrap().smtp_url.is_none());
        assert!(with("[mail]\nfrom = 'Épicerie <desk@example.com>'").mail().is_ok());
        let refused = |file: &str| with(file).mail().unwrap_err().to_string();
        assert!(refused("[mail]\nfrom = 'nobody'").contains("mail.from"));
        assert!(refused("[mail]\nsmtp_ca = '/nowhere'").contains("mail.smtp_ca"));
        let context = store::Context::system();
        for url in ["mail.example.com", "http://u:s3cret@h", "smtp://u:s3cret@h?tls=maybe", "smtps://"] {
            let settings = with(&format!("[mail]\nsmtp_url = '{url}'")).mail().unwrap();
            let seal = ops::Seal::new(&[1; 32], None).unwrap();
            let webhooks = worker::deliveries::webhook::Settings::default();
            let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
            let why = worker::Deliveries::new(&context, &webhooks, &settings, seal).err().unwrap();
            assert!(why.starts_with("mail.smtp_url: ") && !why.contains("s3cret"), "{why}");
        }
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
