//! Keys of programs.

use domain::{ApiKey, ApiKeyId, Timestamp};

use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::cursor;
use crate::{Error, Page, Tx, Value};

table! {
    /// The table `api_keys`, without the hash of the secret.
    ApiKeys("api_keys") of ApiKey {
        id,
        name,
        role,
        prefix,
        per_minute,
        created_by,
        created_at,
        expires_at,
        last_used_at,
        revoked_at,
    }
}

/// Saves a new key with the hash of its secret.
pub async fn insert(tx: &mut Tx<'_>, key: &ApiKey, secret_hash: &str) -> Result<(), Error> {
    let row = Assignments::all::<ApiKeys>(key)?.and("secret_hash", secret_hash);
    table::insert(tx, ApiKeys::NAME, row).await
}

pub async fn get(tx: &mut Tx<'_>, id: ApiKeyId) -> Result<Option<ApiKey>, Error> {
    tx.row(ApiKeys::select("WHERE id = ?"), &[id.into()], ApiKeys::read).await
}

pub async fn by_secret(tx: &mut Tx<'_>, secret_hash: &str) -> Result<Option<ApiKey>, Error> {
    tx.row(ApiKeys::select("WHERE secret_hash = ?"), &[secret_hash.into()], ApiKeys::read).await
}

/// Newest first, revoked ones too.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<ApiKey>, Error> {
    let mut sql = ApiKeys::select("");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(after) = after {
        sql.push_str(" WHERE id < ?");
        values.push(cursor::<ApiKeyId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, ApiKeys::read).await?;
    Ok(Page::of(rows, limit, |key| key.id.to_string()))
}

/// Keys made by somebody that are not revoked.
pub async fn open_ones_of(tx: &mut Tx<'_>, creator: &str) -> Result<Vec<ApiKey>, Error> {
    let sql = ApiKeys::select("WHERE created_by = ? AND revoked_at IS NULL ORDER BY id");
    tx.rows(sql, &[creator.into()], ApiKeys::read).await
}

/// Notes a use, unless one was noted after `since`.
pub async fn touch(tx: &mut Tx<'_>, id: ApiKeyId, since: Timestamp, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE api_keys SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)";
    tx.execute(sql, &[now.into(), id.into(), since.into()]).await.map(drop)
}

/// False if it was revoked before.
pub async fn revoke(tx: &mut Tx<'_>, id: ApiKeyId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), id.into()]).await? == 1)
}
