//! What browsers are told about every answer: to guess nothing, to frame nothing, to tell nobody.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::{App, web};

/// Answers are data: nothing in them may be run, shown in a frame or loaded from anywhere.
const FOR_DATA: &str = "default-src 'none'; frame-ancestors 'none'";
/// The page at `/api/docs` loads its own files, asks this API, and styles itself as it goes.
const FOR_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                        font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The web application: its own files, this API, and what it makes itself to be saved. Mantine sets sizes by `style`.
const FOR_PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                         font-src 'self'; connect-src 'self'; frame-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
                         form-action 'self'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // For browsers older than `frame-ancestors`.
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Two years, as browsers' preload list asks for at least one.
const ONLY_TLS: &str = "max-age=63072000; includeSubDomains";

pub(crate) async fn add(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (docs, private) = (path.starts_with("/api/docs"), path.starts_with("/api/v1"));
    let page = !web::is_api(path);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let html = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = match (docs, page && html) {
        (true, _) => FOR_DOCS,
        (_, true) => FOR_PAGES,
        _ => FOR_DATA,
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    if private {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    // Where there is no TLS, this would lock people out for two years.
    if app.settings.public_url.starts_with("https://") {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_TLS));
    }
    response
}
