//! A receiver of webhooks: keeps what it is sent, and answers as it is told.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::Timestamp;
use store::Context;
use tokio::task::JoinHandle;

/// How it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    Answer(u16),
    /// With a header.
    With(u16, &'static str, String),
    /// Not for a long time.
    Hang,
}

/// A webhook as it came.
#[derive(Clone, Debug)]
pub struct Hook {
    pub headers: HeaderMap,
    pub body: String,
    pub at: Timestamp,
    /// What it was answered; 0 where it was left hanging.
    pub status: u16,
}

impl Hook {
    /// A header's value; empty where it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[must_use]
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }
}

/// Ends with the value.
pub struct Receiver {
    pub url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    context: Context,
    mode: Mutex<Mode>,
    hooks: Mutex<Vec<Hook>>,
}

impl Receiver {
    /// Listens on a port of its own.
    pub async fn start(mode: Mode) -> Self {
        let shared = Arc::new(Shared { context: Context::system(), mode: Mutex::new(mode), hooks: Mutex::default() });
        let router = Router::new().fallback(receive).with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { url: format!("http://{address}/hook"), shared, serving }
    }

    pub fn set(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }

    /// All that came so far.
    #[must_use]
    pub fn hooks(&self) -> Vec<Hook> {
        self.shared.hooks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All that came since the last time.
    #[must_use]
    pub fn take(&self) -> Vec<Hook> {
        std::mem::take(&mut *self.shared.hooks.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let mode = shared.mode.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let status = if let Mode::Answer(status) | Mode::With(status, ..) = mode { status } else { 0 };
    let body = String::from_utf8_lossy(&body).into_owned();
    let hook = Hook { headers, body, at: shared.context.now(), status };
    shared.hooks.lock().unwrap_or_else(PoisonError::into_inner).push(hook);
    let code = |status| StatusCode::from_u16(status).expect("a status");
    match mode {
        Mode::Answer(status) => code(status).into_response(),
        Mode::With(status, name, value) => (code(status), [(name, value)]).into_response(),
        Mode::Hang => {
            tokio::time::sleep(Duration::from_mins(5)).await;
            StatusCode::NO_CONTENT.into_response()
        }
    }
}
