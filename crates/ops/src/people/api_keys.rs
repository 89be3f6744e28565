//! Keys by which programs call. The key is shown once; what is kept is its hash.

use domain::{ApiKey, ApiKeyId, ApiKeyInput, SecurityKind};
use serde_json::json;
use store::{Tx, api_keys};

use crate::access::tokens;
use crate::people::security;
use crate::{Ctx, Error};

/// How a key begins, so that it is known for one wherever it turns up.
pub const PREFIX: &str = "ck_";
/// Characters behind the prefix: 190 bits.
const LENGTH: usize = 32;
/// Of those, what stays visible.
const VISIBLE: usize = 4;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Makes a key; gives what is known of it and the key itself.
pub async fn make(tx: &mut Tx<'_>, ctx: &Ctx, input: ApiKeyInput) -> Result<(ApiKey, String), Error> {
    let ApiKeyInput { name, role, per_minute, expires_at } = input.checked(ctx.now)?;
    let secret = format!("{PREFIX}{}", tokens::letters(ctx, BASE62, LENGTH));
    let key = ApiKey {
        id: ctx.id(ApiKeyId::new),
        name,
        role,
        prefix: secret[..PREFIX.len() + VISIBLE].to_owned(),
        per_minute,
        created_by: ctx.actor.clone(),
        created_at: ctx.now,
        expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    api_keys::insert(tx, &key, &tokens::hash(&secret)).await?;
    let detail = json!({ "name": key.name, "role": key.role });
    security::record(tx, ctx, SecurityKind::KeyMade, Some(&key.id.to_string()), detail).await?;
    Ok((key, secret))
}

/// Takes a key back. Nothing happens if it was taken back before.
pub async fn revoke(tx: &mut Tx<'_>, ctx: &Ctx, id: ApiKeyId) -> Result<(), Error> {
    let key = api_keys::get(tx, id).await?.ok_or(Error::NotFound { what: "API key" })?;
    if api_keys::revoke(tx, id, ctx.now).await? {
        let detail = json!({ "name": key.name });
        security::record(tx, ctx, SecurityKind::KeyRevoked, Some(&id.to_string()), detail).await?;
    }
    Ok(())
}
