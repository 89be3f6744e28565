//! Where webhooks are sent, and which events of (<https://www.standardwebhooks.com>).

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::error::optional_text;
use crate::{EventType, InternalHosts, Invalid, Timestamp, WebhookEndpointId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookEndpointState {
    /// Gets what it asked for.
    Active,
    /// A person switched it off.
    Disabled,
    /// It answered `410 Gone`: it does not want any more.
    Gone,
}

/// What an administrator says of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookEndpointInput {
    /// `https`, to a host on the internet; without TLS, or to an internal host, only as the operator allows.
    #[schema(min_length = 1, max_length = 500, example = "https://erp.example.com/hooks/comptoir")]
    pub url: String,
    #[serde(default)]
    #[schema(max_length = 200, example = "ERP, commandes")]
    pub description: Option<String>,
    /// All, if none is named.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub event_types: Vec<EventType>,
    /// Whether it gets anything.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub active: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WebhookEndpoint {
    pub id: WebhookEndpointId,
    /// Goes up by one with each change; the `ETag`.
    #[schema(minimum = 1)]
    pub version: i64,
    #[schema(example = "https://erp.example.com/hooks/comptoir")]
    pub url: String,
    pub description: Option<String>,
    /// All, if none is named.
    pub event_types: Vec<EventType>,
    pub state: WebhookEndpointState,
    /// Until then, what is sent bears the signature by the former secret too.
    pub previous_secret_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl WebhookEndpointInput {
    /// The endpoint as it is kept. Where the host leads is not looked at: names lead elsewhere tomorrow.
    pub fn checked(self, internal: &InternalHosts) -> Result<Self, Invalid> {
        if self.event_types.len() > 50 {
            return Err(Invalid::new("event_types", "too_many", "must be at most 50"));
        }
        let mut event_types = Vec::with_capacity(self.event_types.len());
        for event_type in self.event_types {
            if !event_types.contains(&event_type) {
                event_types.push(event_type);
            }
        }
        Ok(Self {
            url: checked_url(&self.url, internal)?.into(),
            description: optional_text("description", self.description.as_deref(), 200)?,
            event_types,
            active: self.active,
        })
    }
}

impl WebhookEndpoint {
    #[must_use]
    pub fn wants(&self, event_type: EventType) -> bool {
        self.state == WebhookEndpointState::Active
            && (self.event_types.is_empty() || self.event_types.contains(&event_type))
    }
}

fn checked_url(given: &str, internal: &InternalHosts) -> Result<Url, Invalid> {
    let bad = |message: &str| Invalid::new("url", "bad_url", message);
    if given.chars().count() > 500 {
        return Err(Invalid::new("url", "too_long", "must be at most 500 characters"));
    }
    let url = Url::parse(given.trim()).map_err(|_| bad("must be an address like https://erp.example.com/hooks"))?;
    let Some(host) = url.host_str() else { return Err(bad("must name a host")) };
    if url.scheme() != "https" && !(url.scheme() == "http" && internal.names(host)) {
        return Err(bad("must begin with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("must not have a name or password in it: webhooks are signed"));
    }
    if url.fragment().is_some() {
        return Err(bad("must not have a fragment (#)"));
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        _ => None,
    };
    if address.is_some_and(|address| !internal.allow(host, address)) {
        return Err(Invalid::new("url", "private_address", "must not lead into a private network"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(url: &str, internal: &[&str]) -> &'static str {
        let internal = InternalHosts::parse(&internal.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        let input = WebhookEndpointInput { url: url.into(), description: None, event_types: Vec::new(), active: true };
        input.checked(&internal).map_or_else(|e| e.code, |_| "good")
    }

    #[test]
    fn an_endpoint_is_on_the_internet_and_speaks_tls() {
        assert_eq!(code("https://erp.example.com/hooks?x=1", &[]), "good");
        for bad in ["", "erp.example.com", "http://erp.example.com/", "ftp://erp.example.com/", "https://"] {
            assert_eq!(code(bad, &[]), "bad_url", "{bad}");
        }
        for bad in ["https://u:p@erp.example.com/", "https://u@erp.example.com/", "https://erp.example.com/#x"] {
            assert_eq!(code(bad, &[]), "bad_url", "{bad}");
        }
        // However the address is written: the parser brings all of them to one form.
        for bad in ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]"]
        {
            assert_eq!(code(&format!("https://{bad}/"), &[]), "private_address", "{bad}");
        }
    }

    #[test]
    fn an_internal_host_may_be_named() {
        assert_eq!(code("http://127.0.0.1:9000/hook", &["127.0.0.1"]), "good");
        assert_eq!(code("http://erp.internal/hook", &["erp.internal"]), "good");
        assert_eq!(code("http://crm.internal/hook", &["erp.internal"]), "bad_url");
    }
}
