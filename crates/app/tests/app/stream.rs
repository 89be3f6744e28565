//! What changes, told over a real connection, between processes, and at their end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use testkit::for_each_engine;

use crate::home::Home;
use crate::server::Server;

fn listen(server: &Server) -> BufReader<TcpStream> {
    let mut stream = server.connect();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let token = server.token();
    write!(stream, "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n").unwrap();
    let mut stream = BufReader::new(stream);
    until(&mut stream, ": listening");
    stream
}

/// Reads on to a line that begins so.
pub(crate) fn until(stream: &mut BufReader<TcpStream>, wanted: &str) -> String {
    let mut line = String::new();
    while !line.starts_with(wanted) {
        line.clear();
        assert!(stream.read_line(&mut line).unwrap() > 0, "the stream ended before {wanted:?}");
    }
    line
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_tell_each_others_changes_and_end_their_streams_when_they_stop() {
    for_each_engine(async |bench| {
        let home = Home::new().with("DATABASE_URL", bench.url());
        let one = Server::start(&home, "serve");
        let other = one.beside(&home, "serve");
        let (mut at_one, mut at_other) = (listen(&one), listen(&other));
        let contact = other.post("/contacts", &json!({ "name": "Épicerie Dupré" })).body;
        for screen in [&mut at_one, &mut at_other] {
            let told = until(screen, "data: ");
            assert!(told.contains(contact["id"].as_str().unwrap()) && !told.contains("Dupré"), "{told}");
        }
        let begun = Instant::now();
        assert_eq!(one.stop(), Some(0));
        assert!(begun.elapsed() < Duration::from_secs(5), "a stream held the process for {:?}", begun.elapsed());
        // To its proper end: the last chunk of the body has no bytes.
        let mut rest = String::new();
        at_one.read_to_string(&mut rest).unwrap();
        assert!(rest.ends_with("0\r\n\r\n"), "{rest:?}");
        assert_eq!(other.stop(), Some(0));
    })
    .await;
}
