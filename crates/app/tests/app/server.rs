//! A running `comptoir up` or `serve`, called over the network.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{Ports, Process};

use crate::home::Home;

pub(crate) const EMAIL: &str = "claire@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// To become ready, and for what another process does.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Server {
    process: Process,
    token: String,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn has_header(&self, line: &str) -> bool {
        self.head.lines().any(|given| given.eq_ignore_ascii_case(line))
    }
}

impl Server {
    /// Starts `comptoir COMMAND`, waits until it is ready, and signs an administrator in.
    pub(crate) fn start(home: &Home, command: &str) -> Self {
        let add = ["user", "add", EMAIL, "--role", "admin"];
        // When it starts again, she is there already.
        let added = home.run_with_input(&add, PASSWORD);
        assert!(matches!(added.status.code(), Some(0 | 4)), "{added:?}");
        let mut server = Self::launch(home, command, "err");
        let session = server.post("/sessions", &json!({ "email": EMAIL, "password": PASSWORD }));
        session.body["access_token"].as_str().unwrap().clone_into(&mut server.token);
        server
    }

    /// Starts the program on an empty database, in which there is no user yet.
    pub(crate) fn start_empty(home: &Home, command: &str) -> Self {
        Self::launch(home, command, "err")
    }

    /// Another process on the same database, for the same person.
    pub(crate) fn beside(&self, home: &Home, command: &str) -> Self {
        let mut other = Self::launch(home, command, "other-err");
        other.token.clone_from(&self.token);
        other
    }

    fn launch(home: &Home, command: &str, log_name: &str) -> Self {
        let log = |name| std::fs::File::create(home.path().join(name)).unwrap();
        let mut process = home.command(&[command]);
        process.stdout(log("out")).stderr(log(log_name));
        let mut server = Self { process: Process::start(process, command, Ports::free()), token: String::new() };
        server.until_ready();
        server
    }

    pub(crate) fn until_ready(&mut self) {
        self.process.wait_until_ready(PATIENCE);
    }

    pub(crate) fn health_port(&self) -> u16 {
        self.process.ports().health
    }

    /// The status of `/readyz`; zero when nobody listens.
    pub(crate) fn ready(&self) -> u16 {
        self.process.readiness()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET /api/v1{path} HTTP/1.1\r\n"), b"")
    }

    /// With another token than the server's own.
    pub(crate) fn get_with(&self, token: &str, path: &str) -> Answer {
        self.send(&format!("GET /api/v1{path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"), b"")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(&self.head_of_post(path), body.to_string().as_bytes())
    }

    /// As [`Self::post`], where the server may be going.
    pub(crate) fn try_post(&self, path: &str, body: &Value) -> std::io::Result<Answer> {
        call(self.port(), &self.head_of_post(path), body.to_string().as_bytes())
    }

    pub(crate) fn post_as(&self, path: &str, content_type: &str, body: &str) -> Answer {
        self.send(&format!("POST /api/v1{path} HTTP/1.1\r\nContent-Type: {content_type}\r\n"), body.as_bytes())
    }

    pub(crate) fn head_of_post(&self, path: &str) -> String {
        let token = &self.token;
        format!("POST /api/v1{path} HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n")
    }

    pub(crate) fn send(&self, head: &str, body: &[u8]) -> Answer {
        let authorization = format!("Authorization: Bearer {}\r\n", self.token);
        let head = if head.contains("Authorization") { head.to_owned() } else { head.to_owned() + &authorization };
        call(self.port(), &head, body).unwrap()
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port())
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port())).unwrap()
    }

    /// The number of the process.
    pub(crate) fn number(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// Asks it to stop; gives the exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.process.stop().code()
    }

    pub(crate) fn port(&self) -> u16 {
        self.process.ports().http
    }
}

fn call(port: u16, head: &str, body: &[u8]) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(stream, "{head}Host: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len())?;
    // Refused while it is still being sent, the answer comes all the same.
    let _ = stream.write_all(body);
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("not an answer: {text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok(Answer { status, head: head.to_owned(), body: serde_json::from_str(body).unwrap_or(Value::Null) })
}

/// Waits for what another process does.
pub(crate) fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        sleep(Duration::from_millis(20));
    }
}
