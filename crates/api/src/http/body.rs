//! Reading requests: JSON bodies, queries and paths, each refused with a problem that says where; `If-Match`.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::{App, Problem};

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let axum::Json(value) = axum::Json::from_request(request, app).await.map_err(refused)?;
        Ok(Self(value))
    }
}

/// A JSON body that may be left out.
pub(crate) struct MaybeJson<T>(pub(crate) Option<T>);

impl<T: DeserializeOwned> FromRequest<App> for MaybeJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let has_type = request.headers().contains_key(header::CONTENT_TYPE);
        let (parts, body) = request.into_parts();
        let body = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(body, app).await.map_err(|e| too_large_or_cut(&e))?;
        if body.is_empty() && !has_type {
            return Ok(Self(None));
        }
        // One that does not say that it is JSON must not be taken for none.
        let Json(value) = Json::from_request(Request::from_parts(parts, body.into()), app).await?;
        Ok(Self(value))
    }
}

pub(crate) fn refused(rejection: JsonRejection) -> Problem {
    match rejection {
        JsonRejection::JsonDataError(e) => {
            // axum says: «Failed to deserialize the JSON body into the target type: lines[0].quantity: must be …»
            let text = e.body_text();
            let text = text.split_once("target type: ").map_or(text.as_str(), |(_, rest)| rest);
            let (field, message) = text.split_once(": ").filter(|(path, _)| !path.contains(' ')).unwrap_or(("", text));
            Problem::invalid(field.to_owned(), "bad_value", message.to_owned())
        }
        JsonRejection::JsonSyntaxError(e) => Problem::new(StatusCode::BAD_REQUEST, "bad_json", e.body_text()),
        JsonRejection::MissingJsonContentType(_) => {
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_content_type", "send Content-Type: application/json")
        }
        JsonRejection::BytesRejection(e) => too_large_or_cut(&e),
        other => Problem::new(StatusCode::BAD_REQUEST, "bad_request", other.body_text()),
    }
}

pub(crate) fn too_large_or_cut(rejection: &BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "the body may have at most 2 MiB");
    }
    if comes_too_slowly(rejection) {
        return Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "nothing more of the body came for 10 s");
    }
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", "the body ended too early")
}

fn comes_too_slowly(rejection: &BytesRejection) -> bool {
    let mut error: Option<&dyn std::error::Error> = Some(rejection);
    while let Some(cause) = error {
        if cause.is::<tower_http::timeout::TimeoutError>() {
            return true;
        }
        error = cause.source();
    }
    false
}

/// The query of an address.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let query = axum::extract::Query::from_request_parts(parts, app).await;
        let axum::extract::Query(value) = query.map_err(|e| {
            let text = e.body_text();
            let text = text.split_once("query string: ").map_or(text.as_str(), |(_, rest)| rest);
            Problem::new(StatusCode::BAD_REQUEST, "bad_query", text)
        })?;
        Ok(Self(value))
    }
}

/// An id in an address. One that cannot be an id names nothing: 404.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: std::str::FromStr + Send> FromRequestParts<App> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let unknown = || Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing with this id");
        let path = axum::extract::Path::<String>::from_request_parts(parts, app).await;
        let axum::extract::Path(text) = path.map_err(|_| unknown())?;
        text.parse().map(Self).map_err(|_| unknown())
    }
}

/// The version that the caller has read, from `If-Match: "3"`.
pub(crate) struct Version(pub(crate) Option<i64>);

impl Version {
    /// For edits, which must not overwrite what the caller has not seen.
    pub(crate) fn required(&self) -> Result<i64, Problem> {
        let detail = "send If-Match with the ETag of what you have read";
        self.0.ok_or_else(|| Problem::new(StatusCode::PRECONDITION_REQUIRED, "if_match_required", detail))
    }
}

impl FromRequestParts<App> for Version {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let Some(header) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        // A proxy that compresses makes our tags weak on their way out.
        let tag = header.to_str().ok().map(str::trim).map(|tag| tag.strip_prefix("W/").unwrap_or(tag));
        let tag = tag.and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"')).filter(|tag| !tag.contains('"'));
        let detail = "If-Match must be one ETag as you have read it, like \"3\"";
        let tag = tag.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "bad_if_match", detail))?;
        // Somebody else's tag matches nothing of ours.
        Ok(Self(Some(tag.parse().unwrap_or(-1))))
    }
}
