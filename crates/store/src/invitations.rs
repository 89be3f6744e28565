//! Links by which a person chooses a password.

use domain::{Invitation, InvitationId, Timestamp};

use crate::value::cursor;
use crate::{Error, Page, Reader, Tx, Value};

const COLUMNS: &str = "id, user_id, email, name, role, created_by, created_at, expires_at, accepted_at, revoked_at";

fn read(row: &mut Reader) -> Result<Invitation, Error> {
    Ok(Invitation {
        id: row.next()?,
        user_id: row.next()?,
        email: row.next()?,
        name: row.next()?,
        role: row.next()?,
        created_by: row.next()?,
        created_at: row.next()?,
        expires_at: row.next()?,
        accepted_at: row.next()?,
        revoked_at: row.next()?,
    })
}

/// [`Error::Duplicate`] `invitations_open_key` if the address has a good link: [`close`] it first.
pub async fn insert(tx: &mut Tx<'_>, invitation: &Invitation, token_hash: &str) -> Result<(), Error> {
    let sql = "INSERT INTO invitations (id, open_key, token_hash, user_id, email, name, role, created_by, created_at, expires_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        invitation.id.into(),
        (&invitation.email).into(),
        token_hash.into(),
        invitation.user_id.into(),
        (&invitation.email).into(),
        (&invitation.name).into(),
        invitation.role.into(),
        invitation.created_by.as_str().into(),
        invitation.created_at.into(),
        invitation.expires_at.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}

pub async fn get(tx: &mut Tx<'_>, id: InvitationId) -> Result<Option<Invitation>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM invitations WHERE id = ?"), &[id.into()], read).await
}

pub async fn by_token(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<Invitation>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM invitations WHERE token_hash = ?"), &[token_hash.into()], read).await
}

/// Invitations of new users, newest first; links for other passwords are not among them.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<Invitation>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM invitations WHERE user_id IS NULL");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(after) = after {
        sql.push_str(" AND id < ?");
        values.push(cursor::<InvitationId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |invitation| invitation.id.to_string()))
}

/// Notes that the link has been used; false if it was used or revoked before.
pub async fn accept(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE invitations SET open_key = NULL, accepted_at = ? WHERE id = ? AND accepted_at IS NULL AND revoked_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), id.into()]).await? == 1)
}

/// False if it was used or revoked before.
pub async fn revoke(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE invitations SET open_key = NULL, revoked_at = ? WHERE id = ? AND accepted_at IS NULL AND revoked_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), id.into()]).await? == 1)
}

/// Revokes the link that an address has, if any.
pub async fn revoke_for(tx: &mut Tx<'_>, email: &str, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE invitations SET open_key = NULL, revoked_at = ? WHERE open_key = ?";
    tx.execute(sql, &[now.into(), email.into()]).await.map(drop)
}
