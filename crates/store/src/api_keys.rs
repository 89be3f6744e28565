//! Keys of programs.

use domain::{ApiKey, ApiKeyId, Timestamp};

use crate::value::cursor;
use crate::{Error, Page, Reader, Tx, Value};

const COLUMNS: &str =
    "id, name, role, prefix, per_minute, created_by, created_at, expires_at, last_used_at, revoked_at";

fn read(row: &mut Reader) -> Result<ApiKey, Error> {
    Ok(ApiKey {
        id: row.next()?,
        name: row.next()?,
        role: row.next()?,
        prefix: row.next()?,
        per_minute: row.next()?,
        created_by: row.next()?,
        created_at: row.next()?,
        expires_at: row.next()?,
        last_used_at: row.next()?,
        revoked_at: row.next()?,
    })
}

pub async fn insert(tx: &mut Tx<'_>, key: &ApiKey, secret_hash: &str) -> Result<(), Error> {
    let sql = "INSERT INTO api_keys (id, name, role, prefix, secret_hash, per_minute, created_by, created_at, expires_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        key.id.into(),
        (&key.name).into(),
        key.role.into(),
        (&key.prefix).into(),
        secret_hash.into(),
        key.per_minute.into(),
        key.created_by.as_str().into(),
        key.created_at.into(),
        key.expires_at.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}

pub async fn get(tx: &mut Tx<'_>, id: ApiKeyId) -> Result<Option<ApiKey>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM api_keys WHERE id = ?"), &[id.into()], read).await
}

pub async fn by_secret(tx: &mut Tx<'_>, secret_hash: &str) -> Result<Option<ApiKey>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM api_keys WHERE secret_hash = ?"), &[secret_hash.into()], read).await
}

/// Newest first, revoked ones too.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<ApiKey>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM api_keys");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(after) = after {
        sql.push_str(" WHERE id < ?");
        values.push(cursor::<ApiKeyId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |key| key.id.to_string()))
}

/// Keys made by somebody that are not revoked.
pub async fn open_ones_of(tx: &mut Tx<'_>, creator: &str) -> Result<Vec<ApiKey>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM api_keys WHERE created_by = ? AND revoked_at IS NULL ORDER BY id");
    tx.rows(sql, &[creator.into()], read).await
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
