//! Callers who only hold their place, and the end of the process while they do.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use testkit::fixtures;

use crate::home::Home;
use crate::server::{Server, until};

/// All that the server sends until it closes the connection.
fn rest(mut stream: TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut text = String::new();
    match stream.read_to_string(&mut text) {
        Ok(_) => text,
        Err(e) => format!("{text}… {e}"),
    }
}

#[test]
fn a_connection_that_sends_no_request_is_closed() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let silent = server.connect();
    let mut slow = server.connect();
    let begun = Instant::now();
    write!(slow, "GET /api/v1/contacts HTTP/1.1\r\n").unwrap();
    let dripping = std::thread::spawn(move || {
        // One header a second, for ever.
        while write!(slow, "X-Drip: 1\r\n").is_ok() && begun.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_secs(1));
        }
        begun.elapsed()
    });
    assert_eq!(rest(silent), "");
    let elapsed = dripping.join().unwrap();
    assert!(elapsed < Duration::from_secs(20), "a head may take {elapsed:?}");
    assert_eq!(server.get("/contacts").status, 200);
}

#[test]
fn a_body_that_stops_coming_is_refused_and_changes_nothing() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let mut stream = server.connect();
    let head = server.head_of_post("/contacts");
    write!(stream, "{head}Host: localhost\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{{\"name\"").unwrap();
    let answer = rest(stream);
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("\"body_too_slow\""), "{answer}");
    assert_eq!(server.get("/events").body["items"], json!([]));
}

#[test]
fn whoever_sends_too_much_is_told_so_although_nobody_reads_it() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    for _ in 0..20 {
        let mut stream = server.connect();
        let head = server.head_of_post("/contacts");
        write!(stream, "{head}Host: localhost\r\nContent-Length: 10000000\r\n\r\n").unwrap();
        // The answer is there long before all of this has been sent.
        for _ in 0..1000 {
            stream.write_all(&[b'x'; 10_000]).unwrap();
        }
        let answer = rest(stream);
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("body_too_large"), "{answer}");
    }
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_head_of_any_size_is_not_read() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let mut stream = server.connect();
    let head = format!("GET /api/v1/contacts HTTP/1.1\r\nHost: localhost\r\nX-Big: {}\r\n\r\n", "x".repeat(40_000));
    // Cut off while it is still being sent, the answer may be lost on the way.
    let _ = stream.write_all(head.as_bytes());
    let answer = rest(stream);
    assert!(answer.starts_with("HTTP/1.1 431") || !answer.contains("HTTP/1.1"), "{answer}");
}

#[test]
fn more_connections_than_allowed_wait_their_turn() {
    let home = Home::migrated().with("COMPTOIR_HTTP_MAX_CONNECTIONS", "2");
    let server = Server::start(&home, "serve");
    // Each asks once and stays.
    let ask = |stream: &mut TcpStream| {
        write!(stream, "GET /api/v1/contacts HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0)
    };
    let (mut first, mut second, mut third) = (server.connect(), server.connect(), server.connect());
    assert!(ask(&mut first) && ask(&mut second));
    assert!(!ask(&mut third), "a third connection was served");
    drop(first);
    let mut text = [0; 4096];
    third.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert!(third.read(&mut text).unwrap() > 0);
}

#[test]
fn an_idle_connection_does_not_keep_the_process_from_ending() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let mut idle = server.connect();
    write!(idle, "GET /api/v1/contacts HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 4096]).unwrap() > 0);
    let (silent, begun) = (server.connect(), Instant::now());
    assert_eq!(server.stop(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?} to stop", begun.elapsed());
    drop((idle, silent));
}

#[test]
fn a_request_under_way_is_answered_before_the_process_ends() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let body = json!(fixtures::contact("Épicerie Dupré")).to_string();
    let mut stream = server.connect();
    let head = server.head_of_post("/contacts");
    // Asks to be told when to send the body: once told, the request is under way.
    write!(stream, "{head}Host: localhost\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n", body.len()).unwrap();
    let mut told = [0; 64];
    let read = stream.read(&mut told).unwrap();
    assert!(told[..read].starts_with(b"HTTP/1.1 100"));
    let stopping = std::thread::spawn(move || server.stop());
    until("it takes no more connections", || home.log().contains("stopping"));
    stream.write_all(body.as_bytes()).unwrap();
    let answer = rest(stream);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(stopping.join().unwrap(), Some(0));
}

#[test]
fn what_is_logged_while_answering_names_the_request() {
    let home =
        Home::migrated().with("COMPTOIR_LOG_LEVEL", "warn,comptoir_api=debug").with("COMPTOIR_LOG_FORMAT", "json");
    let server = Server::start(&home, "serve");
    let mut stream = server.connect();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    write!(
        stream,
        "GET /api/v1/contacts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: web-7\r\ntraceparent: {trace}\r\n\r\n"
    )
    .unwrap();
    assert!(rest(stream).contains("x-request-id: web-7"));
    let log = home.log();
    let line = log.lines().find(|line| line.contains("web-7")).unwrap_or_else(|| panic!("not in the log: {log}"));
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!((&line["span"]["request_id"], &line["message"]), (&json!("web-7"), &json!("answered")));
    assert_eq!(line["span"]["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
}

#[test]
fn a_request_names_its_host_once() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let answer = |head: &str| {
        let mut stream = server.connect();
        write!(stream, "GET /api/v1/contacts {head}Connection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    for head in ["HTTP/1.1\r\n", "HTTP/1.1\r\nHost: a\r\nHost: b\r\n", "HTTP/1.1\r\nHost: a\r\nHost: a\r\n"] {
        let refused = answer(head);
        assert!(refused.starts_with("HTTP/1.1 400") && refused.contains("bad_request"), "{head:?}: {refused}");
        assert!(refused.to_lowercase().contains("connection: close"), "{refused}");
    }
    for head in ["HTTP/1.1\r\nHost: a\r\n", "HTTP/1.0\r\n", "HTTP/1.0\r\nHost: a\r\n"] {
        assert!(answer(head).contains(" 401 "), "{head:?}");
    }
}
