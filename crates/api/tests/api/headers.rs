//! What stands around every answer: names of requests, what browsers are told, other sites.

use api::Settings;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};

use crate::backend::{Backend, on_each_engine, settings};

/// `(address, status)`: a list, a thing that is not there, no token, no such address, no such method, the docs.
const ANSWERS: [(&str, &str, u16); 6] = [
    ("GET", "/api/v1/contacts", 200),
    ("GET", "/api/v1/orders/nonsense", 404),
    ("GET", "/api/nothing", 404),
    ("DELETE", "/api/v1/contacts", 405),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/api/docs/", 200),
];

async fn answer(backend: &Backend, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap) {
    let token = backend.token(&api::Tokens::new(crate::backend::SECRET), domain::Role::Viewer);
    let mut request = Request::builder().method(method).uri(path);
    request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = backend.raw(request.body(Body::empty()).unwrap()).await;
    (answer.status().as_u16(), answer.headers().clone())
}

#[tokio::test]
async fn every_answer_tells_browsers_to_guess_nothing_and_to_frame_nothing() {
    on_each_engine(async |backend| {
        for (method, path, status) in ANSWERS {
            let (answered, headers) = answer(&backend, method, path, &[]).await;
            assert_eq!(answered, status, "{path}");
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("x-frame-options", "DENY"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(headers[name], value, "{path}");
            }
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
            assert_eq!(policy.contains("script-src 'self'"), path.starts_with("/api/docs"), "{path}");
            let stored = headers.get("cache-control").is_none_or(|value| value != "no-store");
            assert_eq!(stored, !path.starts_with("/api/v1"), "{path}");
            assert!(!headers.contains_key("strict-transport-security"), "{path}");
            assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_of_the_docs_has_nothing_that_its_policy_forbids() {
    on_each_engine(async |backend| {
        let page = backend.raw(Request::get("/api/docs/").body(Body::empty()).unwrap()).await;
        let page = axum::body::to_bytes(page.into_body(), usize::MAX).await.unwrap();
        let page = String::from_utf8(page.to_vec()).unwrap();
        for script in page.split("<script").skip(1) {
            let (attributes, rest) = script.split_once('>').unwrap();
            let inline = rest.split_once("</script").unwrap().0;
            assert!(attributes.contains("src=\"./") && inline.trim().is_empty(), "an inline script: {script}");
        }
        assert!(!page.contains("http://") && !page.contains("https://") && !page.contains(" on"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn browsers_are_held_to_tls_where_people_come_by_tls() {
    on_each_engine(async |backend| {
        let backend =
            backend.with_settings(Settings { public_url: "https://desk.example.com".into(), ..settings() }).await;
        for (method, path, _) in ANSWERS {
            let (_, headers) = answer(&backend, method, path, &[]).await;
            assert_eq!(headers["strict-transport-security"], "max-age=63072000; includeSubDomains", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn only_a_named_site_may_call_from_its_pages() {
    on_each_engine(async |backend| {
        let preflight = [("access-control-request-method", "PUT"), ("access-control-request-headers", "if-match")];
        let from = |origin: &'static str| [preflight.as_slice(), &[("origin", origin)]].concat();
        let asked = answer(&backend, "OPTIONS", "/api/v1/contacts", &from("https://shop.example.com")).await.1;
        assert!(!asked.contains_key("access-control-allow-origin"), "{asked:?}");

        let shop = "https://shop.example.com";
        let backend = backend.with_settings(Settings { cors_origins: vec![shop.into()], ..settings() }).await;
        let (status, asked) = answer(&backend, "OPTIONS", "/api/v1/contacts", &from("https://shop.example.com")).await;
        assert_eq!((status, &asked["access-control-allow-origin"]), (200, &shop.parse().unwrap()));
        assert_eq!(asked["access-control-allow-credentials"], "true");
        let (_, read) = answer(&backend, "GET", "/api/v1/contacts", &[("origin", shop)]).await;
        assert_eq!(read["access-control-allow-origin"], shop);
        assert!(read["access-control-expose-headers"].to_str().unwrap().contains("etag"));
        for stranger in ["https://evil.example.com", "https://shop.example.com.evil.com", "null"] {
            let (_, asked) = answer(&backend, "OPTIONS", "/api/v1/contacts", &from(stranger)).await;
            assert!(!asked.contains_key("access-control-allow-origin"), "{stranger}: {asked:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_request_has_a_name_and_a_problem_says_it() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let first = clerk.get("/contacts").gives(200).await;
        let second = clerk.get("/contacts").gives(200).await;
        let name = first.header("x-request-id").unwrap();
        assert!(name.starts_with("req_") && second.header("x-request-id") != Some(name));

        let named = clerk.get("/orders/x").header("x-request-id", "web-7.1").refused(404, "not_found").await;
        assert_eq!(
            (named.header("x-request-id"), named.body["request_id"].as_str()),
            (Some("web-7.1"), Some("web-7.1"))
        );
        let length: usize = named.header("content-length").unwrap().parse().unwrap();
        assert_eq!(length, named.body.to_string().len());
        let forged = clerk.get("/orders/x").header("x-request-id", "a request_id=b").refused(404, "not_found").await;
        assert_eq!(forged.header("x-request-id"), forged.body["request_id"].as_str());
        assert!(forged.header("x-request-id").unwrap().starts_with("req_"));
        let nowhere =
            clerk.call(Method::DELETE, "/nothing").header("x-request-id", "n").refused(404, "not_found").await;
        assert_eq!(nowhere.body["request_id"], "n");
    })
    .await;
}
