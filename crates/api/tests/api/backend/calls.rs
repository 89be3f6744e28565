//! Calls of the API and their answers.

use std::sync::atomic::Ordering;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use tower::ServiceExt;

use super::Backend;
use crate::contract::Contract;

/// Somebody who calls.
#[derive(Clone)]
pub(crate) struct Caller<'d> {
    pub(super) backend: &'d Backend,
    pub(super) authorization: Option<String>,
}

impl<'d> Caller<'d> {
    /// `path` goes on from `/api/v1`.
    pub(crate) fn call(&self, method: Method, path: &str) -> Call<'d> {
        let headers = self.authorization.iter().map(|value| ("authorization", value.clone())).collect();
        Call { backend: self.backend, method, path: format!("/api/v1{path}"), headers, body: Vec::new() }
    }

    pub(crate) fn get(&self, path: &str) -> Call<'d> {
        self.call(Method::GET, path)
    }

    /// With an `Idempotency-Key` of its own where one must be.
    pub(crate) fn post(&self, path: &str, body: impl Serialize) -> Call<'d> {
        let call = self.call(Method::POST, path).json(body);
        if path != "/transactions" {
            return call;
        }
        let key = format!("call-{}", self.backend.keys.fetch_add(1, Ordering::Relaxed));
        call.key(&key)
    }

    pub(crate) fn delete(&self, path: &str) -> Call<'d> {
        self.call(Method::DELETE, path)
    }

    pub(crate) fn put(&self, path: &str, version: i64, body: impl Serialize) -> Call<'d> {
        self.call(Method::PUT, path).version(version).json(body)
    }

    /// A `POST` without a body: `/orders/{id}/confirm`.
    pub(crate) fn act(&self, path: &str) -> Call<'d> {
        self.call(Method::POST, path)
    }

    /// Creates something and gives it as it is answered.
    pub(crate) async fn create(&self, path: &str, body: impl Serialize) -> Value {
        self.post(path, body).gives(201).await.body
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        self.get(path).gives(200).await.body
    }

    /// The items of each page of a list, from the first to the last.
    pub(crate) async fn pages(&self, path: &str) -> Vec<Vec<Value>> {
        let (mut pages, mut cursor) = (Vec::new(), String::new());
        for _ in 0..100 {
            let page = self.read(&format!("{path}{cursor}")).await;
            pages.push(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else { return pages };
            cursor = format!("&cursor={next}");
        }
        panic!("the list has no end");
    }
}

/// A request that is being put together.
pub(crate) struct Call<'d> {
    backend: &'d Backend,
    pub(crate) method: Method,
    pub(crate) path: String,
    headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Call<'_> {
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(given, _)| *given != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn json(self, body: impl Serialize) -> Self {
        let body = serde_json::to_vec(&body).unwrap();
        Self { body, ..self }.header("content-type", "application/json")
    }

    /// A body as it is.
    pub(crate) fn text(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }.header("content-type", content_type)
    }

    /// `If-Match`
    pub(crate) fn version(self, version: i64) -> Self {
        self.header("if-match", format!("\"{version}\""))
    }

    /// `Idempotency-Key`
    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name))
    }

    /// Sends the request, and leaves the body of the answer to be taken.
    pub(crate) async fn begin(&self) -> Response {
        let mut request = Request::builder().method(&self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(self.body.clone())).unwrap();
        self.backend.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(self) -> Reply {
        let answer = self.begin().await;
        let (parts, body) = answer.into_parts();
        // A stream has no end: tests/api/stream.rs reads it.
        let streams = parts.headers.get(header::CONTENT_TYPE).is_some_and(|given| given == "text/event-stream");
        let body = if streams { Body::empty() } else { body };
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        // Files are no text; those who want them look at the bytes.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut reply = Reply { status: parts.status.as_u16(), headers: parts.headers, body: Value::Null, bytes };
        let is_json = reply.content_type().is_some_and(|content_type| content_type.contains("json"));
        reply.body = match text.as_str() {
            "" if !streams => Value::Null,
            json if is_json => {
                serde_json::from_str(json).unwrap_or_else(|e| panic!("{} {}: {e}: {json}", self.method, self.path))
            }
            other => Value::String(other.to_owned()),
        };
        Contract::get().check(&self, &reply);
        let line = format!("{} {} → {} {:?} {text}", self.method, self.path, reply.status, reply.header("etag"));
        self.backend.transcript.lock().unwrap().push(line);
        reply
    }

    /// Sends the request, and is answered with this status.
    pub(crate) async fn gives(self, status: u16) -> Reply {
        let what = format!("{} {}", self.method, self.path);
        let reply = self.send().await;
        assert_eq!(reply.status, status, "{what}: {}", reply.body);
        reply
    }

    /// Sends the request, and is answered with this problem; nothing in the database has changed.
    pub(crate) async fn refused(self, status: u16, code: &str) -> Reply {
        let (backend, what) = (self.backend, format!("{} {}", self.method, self.path));
        let before = backend.everything().await;
        let reply = self.send().await;
        assert_eq!((reply.status, reply.body["code"].as_str()), (status, Some(code)), "{what}: {}", reply.body);
        for (was, is) in before.iter().zip(backend.everything().await) {
            assert_eq!(*was, is, "{what} was refused and has changed something");
        }
        reply
    }

    /// Sends the request, and is answered with this problem; something about it may be written down.
    pub(crate) async fn denied(self, status: u16, code: &str) -> Reply {
        let reply = self.gives(status).await;
        assert_eq!(reply.body["code"].as_str(), Some(code), "{}", reply.body);
        reply
    }

    /// Sends the call, which must be refused because of one field.
    pub(crate) async fn invalid(self, field: &str, code: &str) {
        let reply = self.refused(422, "invalid").await;
        let error = &reply.body["errors"][0];
        assert_eq!((error["field"].as_str(), error["code"].as_str()), (Some(field), Some(code)), "{}", reply.body);
    }
}

/// An answer. The body is what it says as JSON; a text of another type as it is; `null` where there is none.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    /// As they came.
    pub(crate) bytes: Bytes,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Body and headers, but for what differs with each request: its name, and how many are left.
    pub(crate) fn said(&self) -> (Value, HeaderMap) {
        let (mut body, mut headers) = (self.body.clone(), self.headers.clone());
        if let Some(fields) = body.as_object_mut() {
            fields.remove("request_id");
        }
        for name in ["x-request-id", "ratelimit-remaining", "ratelimit-reset"] {
            headers.remove(name);
        }
        (body, headers)
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.header(header::CONTENT_TYPE.as_str())
    }
}

/// `/orders/ord_…`
pub(crate) fn path_of(collection: &str, resource: &Value) -> String {
    format!("/{collection}/{}", resource["id"].as_str().unwrap())
}
