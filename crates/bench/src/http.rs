//! A client that costs little: one request after the other on a kept connection, answers read by their Content-Length.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;

pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(8192) })
    }

    /// Sends the bytes of a request and gives the status and the body of the answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Outcome<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if let Some((status, begin, end)) = complete(&self.buffer) {
                return Ok((status, &self.buffer[begin..end]));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
        }
    }
}

/// Status, and where the body begins and ends, once all of it is there.
fn complete(answer: &[u8]) -> Option<(u16, usize, usize)> {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&answer[..head]).ok()?.to_ascii_lowercase();
    let status = text.get(9..12)?.parse().ok()?;
    let length: usize = text.lines().find_map(|line| line.strip_prefix("content-length: "))?.trim().parse().ok()?;
    (answer.len() >= head + length).then_some((status, head, head + length))
}

pub(crate) fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub(crate) async fn get(address: &str, path: &str, token: &str) -> Outcome<(u16, Vec<u8>)> {
    let mut client = Client::connect(address).await?;
    let (status, body) = client.send(&request("GET", path, token, "")).await?;
    Ok((status, body.to_vec()))
}

/// Signs in and gives the access token.
pub(crate) async fn sign_in(address: &str, email: &str, password: &str) -> Outcome<String> {
    let body = serde_json::json!({ "email": email, "password": password }).to_string();
    let mut client = Client::connect(address).await?;
    let (status, body) = client.send(&request("POST", "/api/v1/sessions", "", &body)).await?;
    let session: serde_json::Value = serde_json::from_slice(body)?;
    session["access_token"].as_str().map(str::to_owned).ok_or_else(|| format!("no token: {status} {session}").into())
}
