//! A program that uses the API while it is being killed: asks again until it is answered, with the same key.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::site::{EMAIL, PASSWORD, Site};

/// Longer than any crash may keep a client waiting.
const GIVE_UP: Duration = Duration::from_mins(1);
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(15);

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: String,
    token: Arc<str>,
    /// Answers that never came, over all clones.
    lost: Arc<AtomicUsize>,
    /// Requests that had to be made again, for whatever reason.
    failed: Arc<AtomicUsize>,
}

/// What came back in the end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
    /// An earlier answer to the same request was lost.
    pub(crate) repeated: bool,
}

impl Client {
    /// Signs in, as soon as somebody is there.
    pub(crate) async fn sign_in(site: &Site) -> Self {
        Self::sign_in_at(site.api_address()).await
    }

    /// Signs in through an address (a proxy) behind which the backends are.
    pub(crate) async fn sign_in_at(address: String) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
        let mut client = Self { http, address, token: "".into(), lost: Arc::default(), failed: Arc::default() };
        let session = client.post("/sessions", None, json!({ "email": EMAIL, "password": PASSWORD })).await;
        client.token = session.body["access_token"].as_str().expect("a token").into();
        client
    }

    pub(crate) fn answers_lost(&self) -> usize {
        self.lost.load(Ordering::Relaxed)
    }

    pub(crate) fn failures(&self) -> usize {
        self.failed.load(Ordering::Relaxed)
    }

    pub(crate) async fn post(&self, path: &str, key: Option<&str>, body: Value) -> Answer {
        let mut request = self.http.post(format!("{}{path}", self.address)).json(&body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.address))).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = request.bearer_auth(&self.token);
        let deadline = Instant::now() + GIVE_UP;
        let mut repeated = false;
        loop {
            let last = match self.send_once(&request).await {
                Ok((status, body)) if !status.is_server_error() => return Answer { status, body, repeated },
                Ok((status, body)) => format!("{status} {body}"),
                Err(error) => {
                    // Where nobody listened, nothing was asked.
                    let lost = !error.is_connect();
                    self.lost.fetch_add(usize::from(lost), Ordering::Relaxed);
                    repeated |= lost;
                    error.to_string()
                }
            };
            self.failed.fetch_add(1, Ordering::Relaxed);
            assert!(Instant::now() < deadline, "no answer in {GIVE_UP:?}; the last failure: {last}");
            tokio::time::sleep(ASK_AGAIN_AFTER).await;
        }
    }

    async fn send_once(&self, request: &reqwest::RequestBuilder) -> Result<(StatusCode, Value), reqwest::Error> {
        let answer = request.try_clone().expect("a body in memory").send().await?;
        let status = answer.status();
        let bytes = answer.bytes().await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }
}
