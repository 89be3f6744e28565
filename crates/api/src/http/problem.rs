//! What went wrong, as RFC 9457 problem details. The one place where an error becomes a status and a code.

use std::any::Any;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{ContactId, Invalid};
use serde::Serialize;

/// `application/problem+json`. `code` is stable; `detail` is for people.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `urn:comptoir:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "urn:comptoir:problem:not_found")]
    kind: Kind,
    #[schema(value_type = String)]
    title: Title,
    #[serde(serialize_with = "as_number")]
    #[schema(value_type = u16, example = 404)]
    status: StatusCode,
    /// For programs; never changes its meaning.
    #[schema(example = "not_found")]
    code: &'static str,
    /// For people; names no internals.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// The fields that cannot be accepted.
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    #[schema(value_type = Vec<FieldError>, required = false)]
    errors: Box<[FieldError]>,
    /// The name of the request, as in `X-Request-Id` and in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "req_01JD8Z5Q0V3T9N4C7K2M6X8YRB")]
    request_id: Option<Box<str>>,
    /// Seconds, for the header `Retry-After`; small, so that a result with a problem is.
    #[serde(skip)]
    retry_after: Option<u16>,
    /// With `possible_duplicate`: the contacts that the new one may be, the likeliest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<ContactId>, required = false)]
    candidates: Option<Box<Candidates>>,
    /// With the code `stale`: the thing as it stands now, as reading it would show it. The header `ETag` says its version.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_resource")]
    #[schema(value_type = Object, required = false)]
    current: Option<Box<ops::Current>>,
}

/// Written out only when it is sent, so that a result with a problem is small.
#[derive(Clone, Copy, Debug)]
struct Kind(&'static str);

#[derive(Clone, Copy, Debug)]
struct Title(StatusCode);

impl Serialize for Title {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.canonical_reason().unwrap_or("Error"))
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("urn:comptoir:problem:{}", self.0))
    }
}

/// Behind a pointer: an error that is passed on from function to function should be small.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
struct Candidates(Vec<ContactId>);

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FieldError {
    /// Where in the input.
    #[schema(example = "lines[0].quantity")]
    field: String,
    #[schema(example = "bad_quantity")]
    code: &'static str,
    message: String,
    /// On which line of the field's text, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = usize, required = false, minimum = 1)]
    line: Option<usize>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn as_resource<S: serde::Serializer>(current: &Option<Box<ops::Current>>, serializer: S) -> Result<S::Ok, S::Error> {
    current.as_ref().map(|current| &current.resource).serialize(serializer)
}

impl Problem {
    /// For requests without one `Host`, which no router sees.
    #[must_use]
    pub fn host_is_not_named() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", "name the host once, in the header Host")
    }

    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: Kind(code),
            title: Title(status),
            status,
            code,
            detail: detail.into().into_boxed_str(),
            errors: Box::default(),
            candidates: None,
            request_id: None,
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1),
            current: None,
        }
    }

    pub(crate) fn invalid(field: String, code: &'static str, message: String) -> Self {
        Invalid::new(field, code, message).into()
    }

    fn of_invalid(invalid: Invalid) -> Self {
        let Invalid { field, code, message, line } = invalid;
        let detail = if field.is_empty() { message.clone() } else { format!("{field}: {message}") };
        let errors = Box::new([FieldError { field, code, message, line }]);
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail) }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Says when to try again, in seconds.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(u16::try_from(seconds).unwrap_or(u16::MAX)), ..self }
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("{what} not found"))
    }

    fn body(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn too_many_attempts(wait: std::time::Duration) -> Self {
        // Whoever comes back after whole seconds must not be too early.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let seconds = u16::try_from(seconds).unwrap_or(u16::MAX);
        let detail = format!("too many failed attempts; try again in {seconds} s");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", detail);
        Self { retry_after: Some(seconds), ..problem }
    }

    /// The caller has done nothing wrong; what happened is in our log, once.
    fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed on our side");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong on our side; it has been recorded",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        let tag = self.current.as_ref().map(|current| HeaderValue::from_str(&format!("\"{}\"", current.version)));
        if let Some(Ok(tag)) = tag {
            headers.insert(header::ETAG, tag);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the request's name into a problem on its way out; leaves other answers alone.
pub(crate) fn name_request(response: &mut Response, id: &str) {
    let Some(mut problem) = response.extensions_mut().remove::<Problem>() else { return };
    problem.request_id = Some(id.into());
    let body = problem.body();
    response.headers_mut().insert(header::CONTENT_LENGTH, body.len().into());
    *response.body_mut() = body.into();
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::of_invalid(invalid)
    }
}

impl From<ops::Error> for Problem {
    fn from(error: ops::Error) -> Self {
        match error {
            ops::Error::NotFound { what } => Self::not_found(what),
            ops::Error::Invalid(invalid) => invalid.into(),
            ops::Error::Conflict { code, message } => Self::new(StatusCode::CONFLICT, code, message),
            ops::Error::PossibleDuplicate { ref candidates } => {
                let candidates = Some(Box::new(Candidates(candidates.clone())));
                Self { candidates, ..Self::new(StatusCode::CONFLICT, "possible_duplicate", error.to_string()) }
            }
            ops::Error::Stale { what, current } => {
                let detail = format!("the {what} has changed since you read it");
                let problem = Self::new(StatusCode::PRECONDITION_FAILED, "stale", detail);
                Self { current: Some(current), ..problem }
            }
            ops::Error::Unauthorised { code, message } => Self::new(StatusCode::UNAUTHORIZED, code, message),
            ops::Error::Forbidden { code, message } => Self::new(StatusCode::FORBIDDEN, code, message),
            ops::Error::TooManyAttempts { wait } => Self::too_many_attempts(wait),
            ops::Error::Busy => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too many sign in at once; try again shortly")
            }
            ops::Error::Replayed => {
                Self::new(StatusCode::CONFLICT, "request_running", "a request with this key is still running")
            }
            ops::Error::Store(error) => error.into(),
        }
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(why) => {
                tracing::warn!(%why, "the database is not available");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "database_unavailable",
                    "the database is not available; try again shortly",
                )
            }
            store::Error::Contended(why) => {
                tracing::warn!(%why, "a change kept meeting others");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "busy",
                    "too many changes at the same place; try again shortly",
                )
            }
            store::Error::BadCursor => {
                Self::invalid("cursor".into(), "bad_cursor", "must be the next_cursor of a former page".into())
            }
            store::Error::Invalid(invalid) => invalid.into(),
            other => Self::internal(&other),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that CatchPanicLayer asks for")]
pub(crate) fn from_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(&format!("panic: {}", text.unwrap_or("of unknown kind"))).into_response()
}
