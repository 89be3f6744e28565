//! Links by which a person chooses a password.

use domain::{Invitation, InvitationId, Timestamp};

use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::cursor;
use crate::{Error, Page, Tx, Value};

table! {
    /// The table `invitations`, without the hash of the link's token.
    Invitations("invitations") of Invitation {
        id,
        user_id,
        email,
        name,
        role,
        created_by,
        created_at,
        expires_at,
        accepted_at,
        revoked_at,
    }
}

/// Saves a new link with the hash of its token.
///
/// [`Error::Duplicate`] `invitations_open_key` if the address has a good link: [`revoke_for`] it first.
pub async fn insert(tx: &mut Tx<'_>, invitation: &Invitation, token_hash: &str) -> Result<(), Error> {
    let row = Assignments::all::<Invitations>(invitation)?;
    let row = row.and("open_key", &invitation.email).and("token_hash", token_hash);
    table::insert(tx, Invitations::NAME, row).await
}

pub async fn get(tx: &mut Tx<'_>, id: InvitationId) -> Result<Option<Invitation>, Error> {
    tx.row(Invitations::select("WHERE id = ?"), &[id.into()], Invitations::read).await
}

pub async fn by_token(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<Invitation>, Error> {
    tx.row(Invitations::select("WHERE token_hash = ?"), &[token_hash.into()], Invitations::read).await
}

/// All links, newest first: invitations of new users, and links by which a user chooses another password.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<Invitation>, Error> {
    let mut sql = Invitations::select("");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(after) = after {
        sql.push_str(" WHERE id < ?");
        values.push(cursor::<InvitationId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, Invitations::read).await?;
    Ok(Page::of(rows, limit, |invitation| invitation.id.to_string()))
}

/// Links made by somebody that are neither used nor revoked.
pub async fn open_ones_of(tx: &mut Tx<'_>, creator: &str) -> Result<Vec<Invitation>, Error> {
    let sql = "WHERE created_by = ? AND accepted_at IS NULL AND revoked_at IS NULL ORDER BY id";
    tx.rows(Invitations::select(sql), &[creator.into()], Invitations::read).await
}

/// Notes that the link has been used; false if it was used or revoked before.
pub async fn accept(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE invitations SET open_key = NULL, accepted_at = ? WHERE id = ? AND accepted_at IS NULL AND revoked_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), id.into()]).await? == 1)
}

/// Revokes a link; false if it was used or revoked before.
pub async fn revoke(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE invitations SET open_key = NULL, revoked_at = ? WHERE id = ? AND accepted_at IS NULL AND revoked_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), id.into()]).await? == 1)
}

/// Revokes the link that an address has, if any.
pub async fn revoke_for(tx: &mut Tx<'_>, email: &str, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE invitations SET open_key = NULL, revoked_at = ? WHERE open_key = ?";
    tx.execute(sql, &[now.into(), email.into()]).await.map(drop)
}
