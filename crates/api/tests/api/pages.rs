//! The web application's files, from a folder that stands for its build.

use api::Settings;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use rust_embed::RustEmbed;

use crate::backend::{Backend, on_each_engine, settings};

#[derive(RustEmbed)]
#[folder = "tests/pages"]
struct Build;

/// A server whose program carries that build.
async fn built(backend: Backend) -> Backend {
    backend.with_settings(Settings { pages: <Build as RustEmbed>::get, ..settings() }).await
}

async fn ask(backend: &Backend, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = backend.raw(request.body(Body::empty()).unwrap()).await;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, headers, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn every_address_of_the_application_is_its_page_which_nobody_keeps() {
    on_each_engine(async |backend| {
        let backend = built(backend).await;
        for path in ["/", "/orders", "/orders/ord_1?tab=money", "/sign-in", "/apiary", "/index.html"] {
            let (status, headers, body) = ask(&backend, "GET", path, &[]).await;
            assert_eq!((status, body.contains("<title>Page")), (200, true), "{path}");
            assert_eq!(headers["content-type"], "text/html; charset=utf-8", "{path}");
            assert_eq!(headers["cache-control"], "no-cache", "{path}");
            assert_eq!(headers["vary"], "accept-encoding", "{path}");
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
            assert!(!policy.split("script-src").nth(1).unwrap().split(';').next().unwrap().contains("unsafe"));
        }
    })
    .await;
}

#[tokio::test]
async fn files_with_a_hash_are_kept_for_ever_and_those_of_another_release_are_not_there() {
    on_each_engine(async |backend| {
        let backend = built(backend).await;
        let (status, headers, body) = ask(&backend, "GET", "/assets/main-1a2b.js", &[]).await;
        assert_eq!((status, body.as_str()), (200, "\"the script\"\n"));
        assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let (status, headers, body) = ask(&backend, "GET", "/assets/main-0000.js", &[]).await;
        assert_eq!((status, body.as_str()), (404, ""));
        assert!(!headers.contains_key("cache-control"));
        let (status, headers, _) = ask(&backend, "GET", "/icon.svg", &[]).await;
        assert_eq!((status, &headers["content-type"]), (200, &"image/svg+xml".parse().unwrap()));
        assert_eq!(headers["cache-control"], "no-cache");
    })
    .await;
}

#[tokio::test]
async fn a_file_comes_in_the_smallest_form_that_the_browser_takes() {
    on_each_engine(async |backend| {
        let backend = built(backend).await;
        for (path, taken, encoding, begins) in [
            ("/", "gzip, deflate, br, zstd", Some("br"), "the page by brotli"),
            ("/", "gzip, deflate", Some("gzip"), "the page by gzip"),
            ("/today", "gzip;q=0.5", Some("gzip"), "the page by gzip"),
            ("/", "identity", None, "<!doctype"),
            ("/assets/main-1a2b.js", "br, gzip", Some("gzip"), "the script by gzip"),
            ("/icon.svg", "br, gzip", None, "<svg"),
        ] {
            let (status, headers, body) = ask(&backend, "GET", path, &[("accept-encoding", taken)]).await;
            let told = headers.get("content-encoding").map(|value| value.to_str().unwrap());
            assert_eq!((status, told, body.starts_with(begins)), (200, encoding, true), "{path} {taken}: {body}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_has_a_file_already_is_told_so_and_each_form_is_another() {
    on_each_engine(async |backend| {
        let backend = built(backend).await;
        let tag = async |headers: &[(&str, &str)]| ask(&backend, "GET", "/", headers).await.1["etag"].clone();
        let (plain, packed) = (tag(&[]).await, tag(&[("accept-encoding", "br")]).await);
        assert_ne!(plain, packed);
        let plain = plain.to_str().unwrap();
        for known in [plain.to_owned(), format!("\"x\", {plain}"), format!("W/{plain}"), "*".into()] {
            let (status, headers, body) = ask(&backend, "GET", "/", &[("if-none-match", &known)]).await;
            assert_eq!((status, body.as_str()), (304, ""), "{known}");
            assert_eq!(headers["cache-control"], "no-cache");
        }
        let packed = packed.to_str().unwrap();
        assert_eq!(ask(&backend, "GET", "/", &[("if-none-match", packed)]).await.0, 200);
    })
    .await;
}

#[tokio::test]
async fn only_reading_a_page_is_the_applications_and_the_api_keeps_its_own() {
    on_each_engine(async |backend| {
        let backend = built(backend).await;
        let (status, headers, body) = ask(&backend, "HEAD", "/", &[]).await;
        assert_eq!((status, body.as_str()), (200, ""));
        assert_eq!(headers["content-length"], "35");
        for (method, path) in [("GET", "/api/nothing"), ("GET", "/api"), ("POST", "/"), ("DELETE", "/orders")] {
            let (status, headers, body) = ask(&backend, method, path, &[]).await;
            assert_eq!((status, body.contains("\"not_found\"")), (404, true), "{method} {path}");
            assert_eq!(headers["content-type"], "application/problem+json", "{method} {path}");
            assert!(!headers["content-security-policy"].to_str().unwrap().contains("script-src"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_program_without_the_application_says_so() {
    on_each_engine(async |backend| {
        let backend = backend.with_settings(Settings { pages: |_| None, ..settings() }).await;
        let (status, _, body) = ask(&backend, "GET", "/", &[]).await;
        assert_eq!((status, body.contains("built without")), (404, true));
    })
    .await;
}
