//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

use crate::App;

/// The caller's address: the other end of the connection or, behind proxies that we trust, what they say of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin(pub(crate) Option<IpAddr>);

impl Origin {
    pub(crate) fn of(extensions: &Extensions, headers: &HeaderMap, trusted_proxies: usize) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical());
        if trusted_proxies == 0 {
            return Self(peer);
        }
        // Each proxy appends whom it heard from. The last of ours wrote the last entry, and so on: what stands left of what
        // ours have written is only what somebody claims.
        let told = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
        let told: Vec<&str> = told.flat_map(|line| line.split(',')).map(str::trim).collect();
        let client = told.len().checked_sub(trusted_proxies).and_then(|at| told[at].parse().ok());
        Self(client.map(|client: IpAddr| client.to_canonical()).or(peer))
    }
}

impl FromRequestParts<App> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.extensions, &parts.headers, app.settings.trusted_proxies))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(told: &str, trusted_proxies: usize) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711))));
        let headers = HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), told.parse().unwrap())]);
        Origin::of(&extensions, &headers, trusted_proxies).0.unwrap().to_string()
    }

    #[test]
    fn what_a_stranger_claims_is_not_believed() {
        assert_eq!(origin("203.0.113.7", 0), "10.0.0.1");
        assert_eq!(origin("6.6.6.6, 203.0.113.7", 1), "203.0.113.7");
        assert_eq!(origin("6.6.6.6, 203.0.113.7, 10.0.0.2", 2), "203.0.113.7");
        assert_eq!(origin("203.0.113.7", 2), "10.0.0.1");
        assert_eq!(origin("nonsense", 1), "10.0.0.1");
    }
}
