//! Where webhooks are sent: create, edit, new secrets, tests and replays; and how they are signed.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::{
    InternalHosts, SecurityKind, Timestamp, WebhookEndpoint, WebhookEndpointId, WebhookEndpointInput,
    WebhookEndpointState,
};
use serde_json::json;
use store::Tx;
use store::webhook_endpoints::{self as stored, Sealed};

use crate::people::security;
use crate::{Ctx, Error, Seal};

const WHAT: &str = "webhook endpoint";
/// How secrets begin, as the specification has it; the rest is base64.
const PREFIX: &str = "whsec_";
const SECRET_BYTES: usize = 32;

/// Creates an endpoint; gives it with its secret.
pub async fn create(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    seal: &Seal,
    internal: &InternalHosts,
    input: WebhookEndpointInput,
) -> Result<(WebhookEndpoint, String), Error> {
    let input = input.checked(internal)?;
    let id = ctx.id(WebhookEndpointId::new);
    let endpoint = WebhookEndpoint {
        id,
        version: 1,
        url: input.url,
        description: input.description,
        event_types: input.event_types,
        state: state(input.active),
        previous_secret_until: None,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    let secret = new_secret(ctx);
    let sealed = seal.seal(ctx, &id.to_string(), &secret)?;
    stored::insert(tx, &Sealed { endpoint: endpoint.clone(), secret: sealed, previous_secret: None }).await?;
    let detail = json!({ "host": host(&endpoint.url) });
    security::record(tx, ctx, SecurityKind::WebhookEndpointAdded, Some(&id.to_string()), detail).await?;
    Ok((endpoint, printed(&secret)))
}

/// Replaces what is said of an endpoint. `expected` is the version that the caller has seen. One that was gone is there again.
pub async fn edit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    internal: &InternalHosts,
    id: WebhookEndpointId,
    expected: i64,
    input: WebhookEndpointInput,
) -> Result<WebhookEndpoint, Error> {
    let input = input.checked(internal)?;
    let before = get(tx, id, expected).await?;
    let mut changed = before.clone();
    changed.endpoint = WebhookEndpoint {
        url: input.url,
        description: input.description,
        event_types: input.event_types,
        state: state(input.active),
        ..changed.endpoint
    };
    let detail = json!({ "host": host(&changed.endpoint.url), "active": input.active });
    save(tx, ctx, &before, changed, SecurityKind::WebhookEndpointChanged, detail).await
}

/// Gives the endpoint another secret. The former one signs too for as long as `overlap` says, so that the receiver can change
/// over in peace.
pub async fn rotate_secret(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    seal: &Seal,
    id: WebhookEndpointId,
    overlap: Duration,
) -> Result<(WebhookEndpoint, String), Error> {
    let before = stored::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    let secret = new_secret(ctx);
    let mut changed = before.clone();
    changed.secret = seal.seal(ctx, &id.to_string(), &secret)?;
    changed.previous_secret = (!overlap.is_zero()).then(|| before.secret.clone());
    changed.endpoint.previous_secret_until = (!overlap.is_zero()).then(|| ctx.now.plus(overlap));
    let detail = json!({ "overlap_hours": overlap.as_secs() / 3600 });
    let endpoint = save(tx, ctx, &before, changed, SecurityKind::WebhookSecretRotated, detail).await?;
    Ok((endpoint, printed(&secret)))
}

/// Deletes an endpoint. What is on its way to it is skipped when its time comes.
pub async fn delete(tx: &mut Tx<'_>, ctx: &Ctx, id: WebhookEndpointId) -> Result<(), Error> {
    let found = stored::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    stored::delete(tx, id).await?;
    let detail = json!({ "host": host(&found.endpoint.url) });
    security::record(tx, ctx, SecurityKind::WebhookEndpointDeleted, Some(&id.to_string()), detail).await
}

/// Seals anew what the former `JWT_SECRET` has sealed; says how many endpoints.
pub async fn reseal(tx: &mut Tx<'_>, ctx: &Ctx, seal: &Seal) -> Result<usize, Error> {
    let mut resealed = 0;
    for sealed in stored::all(tx).await? {
        let owner = sealed.endpoint.id.to_string();
        let previous = sealed.previous_secret.as_ref().and_then(|text| seal.open(&owner, text).ok());
        let previous = previous.map(|(secret, _)| seal.seal(ctx, &owner, &secret)).transpose()?;
        if let Ok((secret, true)) = seal.open(&owner, &sealed.secret) {
            let secret = seal.seal(ctx, &owner, &secret)?;
            let anew = Sealed { secret, previous_secret: previous, ..sealed };
            stored::reseal(tx, anew.endpoint.id, &anew).await?;
            resealed += 1;
        }
    }
    Ok(resealed)
}

/// The secrets that sign now: the present one, and the former for as long as it is good.
pub fn secrets(seal: &Seal, sealed: &Sealed, now: Timestamp) -> Result<Vec<Vec<u8>>, Error> {
    let owner = sealed.endpoint.id.to_string();
    let mut secrets = vec![seal.open(&owner, &sealed.secret)?.0];
    let still_good = sealed.endpoint.previous_secret_until.is_some_and(|until| now < until);
    if let Some(previous) = sealed.previous_secret.as_ref().filter(|_| still_good) {
        secrets.push(seal.open(&owner, previous)?.0);
    }
    Ok(secrets)
}

/// The value of `webhook-signature`: for each secret, HMAC-SHA256 of `id.timestamp.body`.
#[must_use]
pub fn signature(secrets: &[Vec<u8>], id: &str, timestamp: u64, body: &str) -> String {
    let signed = format!("{id}.{timestamp}.{body}");
    let one = |secret: &Vec<u8>| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(tag))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

async fn get(tx: &mut Tx<'_>, id: WebhookEndpointId, expected: i64) -> Result<Sealed, Error> {
    let found = stored::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    let version = found.endpoint.version;
    if version == expected { Ok(found) } else { Err(Error::stale(WHAT, version, &found.endpoint)) }
}

async fn save(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    before: &Sealed,
    mut changed: Sealed,
    kind: SecurityKind,
    detail: serde_json::Value,
) -> Result<WebhookEndpoint, Error> {
    changed.endpoint.version += 1;
    changed.endpoint.updated_at = ctx.now;
    let id = before.endpoint.id;
    match stored::update(tx, &before.endpoint, &changed).await {
        // Somebody was faster between our reading and our writing.
        Err(store::Error::Stale) => {
            let current = stored::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
            return Err(Error::stale(WHAT, current.endpoint.version, &current.endpoint));
        }
        saved => saved?,
    }
    security::record(tx, ctx, kind, Some(&id.to_string()), detail).await?;
    Ok(changed.endpoint)
}

/// The log is kept for ever, and an address may have a token in it.
fn host(url: &str) -> Option<String> {
    url::Url::parse(url).ok()?.host_str().map(str::to_owned)
}

const fn state(active: bool) -> WebhookEndpointState {
    if active { WebhookEndpointState::Active } else { WebhookEndpointState::Disabled }
}

fn new_secret(ctx: &Ctx) -> Vec<u8> {
    let mut secret = vec![0; SECRET_BYTES];
    ctx.secret(&mut secret);
    secret
}

fn printed(secret: &[u8]) -> String {
    format!("{PREFIX}{}", BASE64_STANDARD.encode(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_specification() {
        // The example in the README of the reference implementations (standard-webhooks/libraries).
        let secret = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let signed = signature(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
