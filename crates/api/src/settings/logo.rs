//! `/api/v1/settings/logo`: the picture at the head of documents.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{LogoFormat, Settings};
use ops::settings::logo::MAX_LOGO_BYTES;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Version, too_large_or_cut};
use crate::http::file::{File, is_known};
use crate::{App, Problem};
use store::{change, query};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, put, remove))
}

/// Download the logo. The settings say what is known of it.
#[utoipa::path(get, path = "/settings/logo", tag = "settings", operation_id = "logo",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag of a copy")),
    security(("bearer" = ["viewer"])),
    responses(
        (status = 200, description = "The file as it was sent.", headers(("ETag" = String)),
            content((inline(File) = "image/png"), (inline(File) = "image/jpeg"))),
        (status = 304, description = "The copy is good.", headers(("ETag" = String))),
        (status = 404, description = "There is none.", body = Problem, content_type = "application/problem+json"),
    ))]
async fn read(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let (logo, file) = query!(app.db, |tx| ops::settings::logo::get(tx).await).await?;
    let etag = format!("\"{}\"", logo.sha256);
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let said = [(header::CONTENT_TYPE, logo.format.media_type().to_owned()), (header::ETAG, etag)];
    Ok((said, file).into_response())
}

/// Put another logo at the head of documents: PNG or JPEG, at most 512 KiB and 1600 pixels wide and high.
#[utoipa::path(put, path = "/settings/logo", tag = "settings", operation_id = "put_logo",
    params(("If-Match" = Option<String>, Header, description = "The ETag of the settings that you have read")),
    request_body(content((inline(File) = "image/png"), (inline(File) = "image/jpeg"))), security(("bearer" = ["admin"])),
    responses((status = 200, body = Settings, headers(("ETag" = String)))))]
async fn put(
    State(app): State<App>,
    caller: Caller,
    Version(version): Version,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Answer, Problem> {
    let body = checked(&headers, body.map_err(|e| too_large_or_cut(&e))?)?;
    let (ctx, logo) = (app.ctx(&caller), ops::settings::logo::check(body).await?);
    let changed =
        change!(app.db, move |tx, ctx, version, logo| ops::settings::logo::set(tx, ctx, *version, Some(logo)).await);
    let settings = changed.await?;
    Ok(Answer::ok(&settings, settings.version)?)
}

/// Take the logo away.
#[utoipa::path(delete, path = "/settings/logo", tag = "settings", operation_id = "remove_logo",
    params(("If-Match" = Option<String>, Header, description = "The ETag of the settings that you have read")),
    security(("bearer" = ["admin"])),
    responses((status = 200, body = Settings, headers(("ETag" = String)))))]
async fn remove(State(app): State<App>, caller: Caller, Version(version): Version) -> Result<Answer, Problem> {
    let ctx = app.ctx(&caller);
    let changed = change!(app.db, move |tx, ctx, version| ops::settings::logo::set(tx, ctx, *version, None).await);
    let settings = changed.await?;
    Ok(Answer::ok(&settings, settings.version)?)
}

/// A body that is said to be a picture and is not too large.
fn checked(headers: &HeaderMap, body: Bytes) -> Result<Vec<u8>, Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = given.split(';').next().unwrap_or_default().trim();
    if ![LogoFormat::Png, LogoFormat::Jpeg].iter().any(|format| given.eq_ignore_ascii_case(format.media_type())) {
        let detail = "send Content-Type: image/png or image/jpeg";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_content_type", detail));
    }
    if body.len() > MAX_LOGO_BYTES {
        let detail = format!("a logo may have at most {} KiB", MAX_LOGO_BYTES / 1024);
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
    }
    Ok(body.to_vec())
}
