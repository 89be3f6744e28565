//! Answers: a resource as JSON with its `ETag`, and where a new one is.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::idempotency::Reply;

/// An answer before it is sent; the same can be kept for a repeated request.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn ok(resource: &impl Serialize, version: i64) -> Result<Self, store::Error> {
        Self::of(StatusCode::OK, resource, version)
    }

    pub(crate) fn created(location: String, resource: &impl Serialize, version: i64) -> Result<Self, store::Error> {
        Ok(Self { location: Some(location), ..Self::of(StatusCode::CREATED, resource, version)? })
    }

    fn of(status: StatusCode, resource: &impl Serialize, version: i64) -> Result<Self, store::Error> {
        let body = serde_json::to_string(resource).map_err(|e| store::Error::Unexpected(e.to_string()))?;
        Ok(Self { status, location: None, etag: Some(format!("\"{version}\"")), body })
    }

    /// As it is kept, with the fingerprint of the request that it answers.
    pub(crate) fn reply(&self, fingerprint: String) -> Reply {
        let Self { status, location, etag, body } = self.clone();
        Reply { fingerprint, status: i64::from(status.as_u16()), location, etag, body }
    }
}

impl From<Reply> for Answer {
    fn from(Reply { status, location, etag, body, .. }: Reply) -> Self {
        let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        Self { status: status.unwrap_or(StatusCode::OK), location, etag, body }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in [(header::LOCATION, self.location), (header::ETAG, self.etag)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}
