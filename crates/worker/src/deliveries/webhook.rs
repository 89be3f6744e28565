//! Webhooks, as Standard Webhooks has them
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use domain::{InternalHosts, WebhookEndpointState};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, header};
use store::faults::{self, Point};
use url::{Host, Url};

use super::outcome::{Answer, Outcome};
use super::work::Work;
use crate::Worker;

/// What is read of an answer: enough to tell a person what went wrong.
const READ: usize = 2048;
const CONNECT: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
pub struct Settings {
    /// From the connection to the end of the answer.
    pub timeout: Duration,
    /// Attempts at one endpoint at the same time.
    pub concurrency: usize,
    /// Hosts outside the public internet that may be called.
    pub internal: InternalHosts,
}

impl Default for Settings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(15), concurrency: 8, internal: InternalHosts::default() }
    }
}

pub(crate) struct Sender {
    client: Client,
    settings: Settings,
}

impl Sender {
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        let client = Client::builder()
            .user_agent(concat!("Comptoir/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            // A proxy from the environment would resolve names by itself, and reach whatever it can.
            .no_proxy()
            .dns_resolver(Arc::new(Checked(settings.internal.clone())))
            .timeout(settings.timeout)
            .connect_timeout(CONNECT.min(settings.timeout))
            .pool_max_idle_per_host(settings.concurrency)
            .build()
            .map_err(|e| format!("webhooks cannot be sent: {e}"))?;
        Ok(Self { client, settings: settings.clone() })
    }

    /// A host that is an address is not asked of the resolver: it is looked at here.
    fn refuses(&self, url: &Url) -> bool {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            Some(Host::Domain(_)) => return false,
            None => return true,
        };
        !self.settings.internal.allow(url.host_str().unwrap_or_default(), address)
    }
}

/// Resolves names, and keeps only addresses that may be called: those are the ones that are connected to, so a name that
/// leads elsewhere from one moment to the next leads nowhere.
struct Checked(InternalHosts);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let internal = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| internal.allow(name.as_str(), address.ip())).collect();
            if allowed.is_empty() {
                return Err(format!("{} leads into a private network", name.as_str()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

pub(super) async fn attempt(worker: &Worker, work: &Work) -> Outcome {
    let parts = &worker.deliveries.parts;
    let Some(sealed) = &work.endpoint else { return Outcome::Skipped("the endpoint was deleted".into()) };
    match sealed.endpoint.state {
        WebhookEndpointState::Active => {}
        WebhookEndpointState::Disabled => return Outcome::Skipped("the endpoint is switched off".into()),
        WebhookEndpointState::Gone => return Outcome::Skipped("the endpoint is gone: it answered 410".into()),
    }
    let now = worker.context.now();
    let secrets = match ops::webhooks::endpoints::secrets(&parts.seal, sealed, now) {
        Ok(secrets) => secrets,
        Err(error) => return Outcome::Refused { answer: Answer::default(), error: error.to_string() },
    };
    let slot = match parts.limits.acquire(&work.delivery.target, parts.webhooks.settings.concurrency).await {
        Ok(slot) => slot,
        Err(wait) => return Outcome::Later(wait),
    };
    let id = work.delivery.event_id.to_string();
    let timestamp = now.unix_millis() / 1000;
    let signature = ops::webhooks::endpoints::signature(&secrets, &id, timestamp, &work.event);
    let begun = worker.context.elapsed();
    let sent = send(&parts.webhooks, &sealed.endpoint.url, &id, timestamp, &signature, &work.event).await;
    let took = worker.context.elapsed().saturating_sub(begun);
    drop(slot);
    faults::reach(Point::AfterWebhook);
    read(sent, took)
}

/// What came back, or why nothing did.
struct Reply {
    status: StatusCode,
    retry_after: Option<Duration>,
    text: String,
}

async fn send(
    sender: &Sender,
    url: &str,
    id: &str,
    timestamp: u64,
    signature: &str,
    body: &str,
) -> Result<Reply, String> {
    let url = Url::parse(url).map_err(|e| e.to_string())?;
    if sender.refuses(&url) {
        return Err("the address lies in a private network".into());
    }
    let request = sender
        .client
        .post(url)
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(body.to_owned());
    let response = request.send().await.map_err(|e| told(&e))?;
    let status = response.status();
    let retry_after =
        response.headers().get(header::RETRY_AFTER).and_then(|value| asked(value.to_str().ok()?, timestamp));
    let text = beginning(response).await;
    Ok(Reply { status, retry_after, text })
}

/// `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3). `now` in seconds since 1970.
fn asked(text: &str, now: u64) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Duration::from_secs(date.as_secs().saturating_sub(now)))
}

/// The beginning of the answer's body, as far as it comes in time and is text.
async fn beginning(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < READ
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(READ);
    String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control() || *c == '\n').take(500).collect()
}

fn read(sent: Result<Reply, String>, took: Duration) -> Outcome {
    let reply = match sent {
        Ok(reply) => reply,
        Err(error) => {
            let answer = Answer { took, ..Answer::default() };
            return Outcome::Failed { answer, error, asked: None };
        }
    };
    let Reply { status, retry_after, text } = reply;
    let answer = Answer { status: Some(status.as_u16().into()), took, gone: status == StatusCode::GONE, mail: None };
    if status.is_success() {
        return Outcome::Done(answer);
    }
    let text = text.trim();
    let error = match (status.is_redirection(), text.is_empty()) {
        (true, _) => format!("{status}: redirects are not followed"),
        (false, true) => status.to_string(),
        (false, false) => format!("{status}: {text}"),
    };
    if answer.gone {
        return Outcome::Refused { answer, error };
    }
    Outcome::Failed { answer, error, asked: retry_after }
}

/// The error with what caused it, without the address (which may hold a secret).
fn told(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".into();
    }
    let mut told = String::from(if error.is_connect() { "cannot connect" } else { "the connection broke" });
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        // Some say all that lies below them, too.
        if !told.contains(&text) {
            told = format!("{told}: {text}");
        }
        cause = inner.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_says_when_to_come_back_in_seconds_or_by_a_date() {
        // One minute before.
        let now = 1_795_338_000 - 60;
        assert_eq!(asked("120", now), Some(Duration::from_mins(2)));
        assert_eq!(asked("Sun, 22 Nov 2026 09:00:00 GMT", now), Some(Duration::from_mins(1)));
        assert_eq!(asked("Sun, 22 Nov 2026 08:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(asked("soon", now), None);
    }
}
