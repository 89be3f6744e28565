//! Ports for servers that tests start as processes of their own.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Where a started program listens on 127.0.0.1: for its API, and for `/healthz`, `/readyz` and `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    pub http: u16,
    pub health: u16,
}

impl Ports {
    /// Two that nobody listens on at the moment.
    #[must_use]
    pub fn free() -> Self {
        Self { http: free_port(), health: free_port() }
    }
}

/// A port that nobody listens on at the moment, and that no other test of this process is given.
///
/// Below the ports that the system gives to outgoing connections: a client that keeps asking an address where nobody listens
/// may otherwise be connected to itself, and hold the port.
#[must_use]
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 10_000).unwrap_or(0);
    loop {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + first.wrapping_add(next) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
