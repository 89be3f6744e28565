//! The refresh token's cookie: no script reads it (`HttpOnly`), no other site sends it (`SameSite=Strict`), and it goes to
//! `/api/v1/sessions` alone.

use axum::http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::AppendHeaders;

use crate::{Problem, Settings};

const NAME: &str = "comptoir_refresh";

pub(crate) type SetCookie = AppendHeaders<[(HeaderName, String); 1]>;

/// Keeps a token for so many seconds.
pub(crate) fn keep(settings: &Settings, token: &str, seconds: u64) -> SetCookie {
    // An operator who says that people come over plain HTTP wants the browser to send it all the same.
    let secure = if settings.public_url.starts_with("http://") { "" } else { "; Secure" };
    let attributes = format!("Path=/api/v1/sessions; HttpOnly; SameSite=Strict{secure}");
    AppendHeaders([(SET_COOKIE, format!("{NAME}={token}; Max-Age={seconds}; {attributes}"))])
}

pub(crate) fn clear(settings: &Settings) -> SetCookie {
    keep(settings, "", 0)
}

/// The token in the request's cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(name, value)| *name == NAME && !value.is_empty()).map(|(_, value)| value.to_owned())
}

/// Refuses what another site has made the browser send, should the cookie have come all the same. Browsers say so; what says
/// nothing is not a browser.
pub(crate) fn same_site(headers: &HeaderMap, settings: &Settings) -> Result<(), Problem> {
    let text = |name: HeaderName| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?").to_owned());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let same = match (site.as_deref(), text(ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => {
            let host = text(HOST).unwrap_or_default();
            let ours = origin.split_once("://").is_some_and(|(_, authority)| authority == host && !host.is_empty());
            ours || (!settings.public_url.is_empty() && origin == settings.public_url)
        }
        (None, None) => true,
    };
    if same {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "cross_site", "this must be asked for by Comptoir's own pages"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)]) -> bool {
        let headers =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let settings = Settings { public_url: "https://desk.example.com".into(), ..Settings::default() };
        same_site(&headers.collect(), &settings).is_ok()
    }

    #[test]
    fn only_our_own_pages_may_ask() {
        assert!(check(&[]));
        assert!(check(&[("sec-fetch-site", "same-origin"), ("origin", "https://desk.example.com")]));
        assert!(check(&[("sec-fetch-site", "none")]));
        assert!(!check(&[("sec-fetch-site", "same-site")]));
        assert!(!check(&[("sec-fetch-site", "cross-site"), ("origin", "https://desk.example.com")]));
        assert!(check(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(check(&[("origin", "https://desk.example.com"), ("host", "backend")]));
        assert!(!check(&[("origin", "https://evil.example"), ("host", "127.0.0.1:8080")]));
        assert!(!check(&[("origin", "null"), ("host", "127.0.0.1:8080")]));
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("a=b; comptoir_refresh=x-_9; c"))]);
        assert_eq!(token(&headers).as_deref(), Some("x-_9"));
        assert_eq!(token(&HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("comptoir_refresh="))])), None);
    }
}
