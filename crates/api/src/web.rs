//! The web application: the files of `web/dist`, which are part of the program.
//!
//! Whatever address is not below `/api` is the application's, and answered with its page; it knows what to show there. Files
//! below `/assets` carry a hash of their content in their name, so they may be kept for ever; the page itself never. `web`'s
//! build compresses them ahead (`.br`, `.gz` beside each).

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::{EmbeddedFile, RustEmbed};

/// In a debug build the files are read when they are asked for, so that `npm run build` is enough to see a change.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

/// Where a file of the application is found: in the program, but for tests.
pub type Pages = fn(&str) -> Option<EmbeddedFile>;

pub(crate) const EMBEDDED: Pages = <Files as RustEmbed>::get;

const PAGE: &str = "index.html";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Kept, but asked for each time whether it is still the same.
const ASK: &str = "no-cache";
const NOT_BUILT: &str = "<!doctype html><title>Comptoir</title><p>This program was built without its web application. \
                         <code>make run</code> builds both; the API is at <a href=\"/api/docs\">/api/docs</a>.";

/// Answers what is not below `/api`.
pub(crate) async fn pages(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reading || is_api(path) {
        return next.run(request).await;
    }
    let response = answer(pages, path.trim_start_matches('/'), request.headers());
    if *request.method() == Method::HEAD { without_body(response) } else { response }
}

/// The answer to `HEAD`: the headers of the answer to `GET`, without its body.
fn without_body(mut response: Response) -> Response {
    let length = std::mem::take(response.body_mut()).size_hint().exact();
    if let Some(length) = length.filter(|length| *length > 0) {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

/// What the application's policy is not for.
pub(crate) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

fn answer(pages: Pages, path: &str, headers: &HeaderMap) -> Response {
    let name = if pages(path).is_some() { path } else { PAGE };
    // A file of another release: the page in its place would only confuse.
    if name == PAGE && path.starts_with("assets/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some((file, encoding)) = found(pages, name, headers) else {
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        return (StatusCode::NOT_FOUND, [(CONTENT_TYPE, html)], NOT_BUILT).into_response();
    };
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&file.metadata.sha256_hash()[..12]));
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // Compared weakly, as RFC 9110 (13.1.2) has it: a proxy that compresses weakens our tags on their way out.
    let is_known = |known: &str| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag;
    let mut response = if known.flat_map(|value| value.split(',')).map(str::trim).any(is_known) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data).into_response()
    };
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    out.insert(CACHE_CONTROL, HeaderValue::from_static(if name.starts_with("assets/") { FOR_EVER } else { ASK }));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::try_from(tag) {
        out.insert(ETAG, tag);
    }
    response
}

/// The smallest form that the browser takes. One that names an encoding with `q=0` is none that we know of.
fn found(pages: Pages, name: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes =
        |encoding: &str| accepted.split(',').any(|one| one.split(';').next().is_some_and(|one| one.trim() == encoding));
    for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        if takes(encoding)
            && let Some(file) = pages(&format!("{name}{ending}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    pages(name).map(|file| (file, None))
}

/// The media type of a file that the build makes, by its ending.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "woff2" => "font/woff2",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
