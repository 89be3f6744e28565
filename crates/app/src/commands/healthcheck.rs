//! `comptoir healthcheck`: for images without a shell or curl.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::failure::Failure;

/// Shorter than what orchestrators allow a check as a rule (30 s with Docker).
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the process of these settings whether it is ready.
pub(crate) fn run(health_listen: SocketAddr) -> Result<(), Failure> {
    let address = reachable(health_listen);
    let answer = ask(address).map_err(|e| Failure::Unavailable(format!("http://{address}/readyz: {e}")))?;
    let (head, report) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if head.split(' ').nth(1) == Some("200") {
        return Ok(());
    }
    Err(Failure::Unavailable(format!("not ready: {}", report.trim())))
}

/// Who listens everywhere is found at home.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// HTTP/1.0: the answer ends with the connection.
fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
