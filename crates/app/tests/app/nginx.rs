//! The cloud's frontend, nginx with its own configuration, in front of the real program.

use std::collections::BTreeMap;
use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::Frontend;

use crate::home::Home;
use crate::server::{EMAIL, PASSWORD, Server};
use crate::stream;

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn frontend(backend: &Server) -> Frontend {
    Frontend::start(&[format!("127.0.0.1:{}", backend.port())])
}

fn ask_it(frontend: &Frontend, head: &str) -> Answer {
    ask(frontend.port, head, "")
}

/// `head` is the first line without the version, and further ones.
fn ask(port: u16, head: &str, body: &str) -> Answer {
    let (first, rest) = head.split_once("\r\n").unwrap_or((head, ""));
    let rest = if rest.is_empty() { String::new() } else { format!("{rest}\r\n") };
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let length = body.len();
    write!(
        stream,
        "{first} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nContent-Length: {length}\r\n{rest}\r\n{body}"
    )
    .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Answer { status, headers, body: bytes[end + 4..].to_vec() }
}

#[test]
fn the_frontend_serves_the_application_as_the_program_does_and_hands_the_api_on() {
    let home = Home::migrated().with("COMPTOIR_HTTP_TRUSTED_PROXIES", "1");
    let server = Server::start(&home, "serve");
    let frontend = frontend(&server);

    // Pages: never kept, compressed ahead, the same policy as the program's own.
    for path in ["/", "/orders/ord_1?tab=money", "/sign-in"] {
        let (page, own) = (ask_it(&frontend, &format!("GET {path}")), ask(server.port(), "GET /", ""));
        assert_eq!((page.status, page.body.starts_with(b"<!doctype")), (200, true), "{path}");
        assert_eq!(page.header("cache-control"), "no-cache", "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "x-frame-options",
            "cross-origin-resource-policy",
            "strict-transport-security",
        ] {
            assert_eq!(page.header(name), own.header(name), "{name} of {path}");
        }
        assert!(page.header("content-security-policy").contains("script-src 'self'"));
        assert!(!page.header("server").contains('.'), "the version is nobody's business: {}", page.header("server"));
    }
    let packed = ask_it(&frontend, "GET /today\r\nAccept-Encoding: gzip, br");
    assert_eq!((packed.header("content-encoding"), packed.body.as_slice()), ("gzip", &b"the page by gzip"[..]));
    assert_eq!(packed.header("vary").to_lowercase(), "accept-encoding");
    let tag = packed.header("etag").to_owned();
    let known = ask_it(&frontend, &format!("GET /today\r\nAccept-Encoding: gzip\r\nIf-None-Match: {tag}"));
    assert_eq!(known.status, 304);

    // Files with a hash: kept for a year, and never the page in the place of one that is not there.
    let script = ask_it(&frontend, "GET /assets/main-1a2b.js\r\nAccept-Encoding: gzip");
    assert_eq!((script.status, script.header("content-encoding")), (200, "gzip"));
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(script.header("content-type").contains("javascript"), "{:?}", script.headers);
    assert_eq!(script.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    let gone = ask_it(&frontend, "GET /assets/main-0000.js");
    assert_eq!((gone.status, gone.header("cache-control")), (404, ""));
    assert_eq!(gone.header("x-content-type-options"), "nosniff");
    assert_eq!(ask_it(&frontend, "GET /icon.svg").header("content-type"), "image/svg+xml");
    let health = ask_it(&frontend, "GET /healthz");
    assert_eq!((health.status, health.body.as_slice()), (200, &b"ok\n"[..]));
    let by_tls = ask_it(&frontend, "GET /\r\nX-Forwarded-Proto: https");
    assert_eq!(by_tls.header("strict-transport-security"), "max-age=63072000; includeSubDomains");

    // The API: its own headers once, the caller's address appended to what the caller claims.
    let nothing = ask_it(&frontend, "GET /api/nothing");
    assert_eq!((nothing.status, nothing.header("content-type")), (404, "application/problem+json"));
    assert_eq!(nothing.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    let sign_in = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    let head = "POST /api/v1/sessions\r\nContent-Type: application/json\r\nX-Forwarded-For: 203.0.113.7";
    let session = ask(frontend.port, head, &sign_in);
    assert_eq!(session.status, 201);
    let listed = server.get("/sessions").body;
    assert!(!listed.to_string().contains("203.0.113.7"), "{listed}");
    let docs = ask_it(&frontend, "GET /api/docs/");
    assert_eq!((docs.status, docs.headers.contains_key("x-none")), (200, false));

    // What happens is told at once, and not when a buffer is full.
    let mut live = TcpStream::connect(("127.0.0.1", frontend.port)).unwrap();
    live.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let token = session.json()["access_token"].as_str().unwrap().to_owned();
    write!(live, "GET /api/v1/stream HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n\r\n").unwrap();
    let mut live = BufReader::new(live);
    stream::until(&mut live, ": listening");
    let contact = json!({ "name": "Épicerie Dupré" }).to_string();
    let head = format!("POST /api/v1/contacts\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}");
    let created = ask(frontend.port, &head, &contact);
    assert_eq!(created.status, 201);
    let told = stream::until(&mut live, "data: ");
    assert!(told.contains(created.json()["id"].as_str().unwrap()), "{told}");
}

#[test]
fn an_upload_of_the_size_that_is_allowed_is_handed_on_and_a_backend_that_is_gone_is_said() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let frontend = frontend(&server);
    // Refused by the backend and not by nginx, which would say 413 itself at once, with a page.
    let token = server.token();
    let large = "x".repeat(3_000_000);
    let head = format!("POST /api/v1/contacts\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}");
    let refused = ask(frontend.port, &head, &large);
    assert_eq!((refused.status, refused.json()["code"].as_str()), (413, Some("body_too_large")));
    assert_eq!(server.stop(), Some(0));
    assert_eq!(ask_it(&frontend, "GET /api/v1/contacts").status, 502);
    assert_eq!(ask_it(&frontend, "GET /orders").status, 200);
}
