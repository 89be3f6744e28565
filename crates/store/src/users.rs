//! Who may sign in.

use domain::{Role, User, UserId};

use crate::value::name_or_null;
use crate::{Error, Page, Reader, Tx};

const COLUMNS: &str = "id, email, name, role, language, disabled_at, created_at, version, \
                       EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = users.id AND f.confirmed_at IS NOT NULL)";

fn read(row: &mut Reader) -> Result<User, Error> {
    Ok(User {
        id: row.next()?,
        email: row.next()?,
        name: row.next()?,
        role: row.next()?,
        language: row.next_name_or_none()?,
        disabled_at: row.next()?,
        created_at: row.next()?,
        version: row.next()?,
        second_factor: row.next()?,
    })
}

/// Saves a new user with the hash of a password. [`Error::Duplicate`] `users_email` if the address is taken.
pub async fn insert(tx: &mut Tx<'_>, user: &User, password_hash: &str) -> Result<(), Error> {
    let sql = "INSERT INTO users (id, email, name, role, password_hash, language, disabled_at, created_at, version) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        user.id.into(),
        (&user.email).into(),
        (&user.name).into(),
        user.role.into(),
        password_hash.into(),
        name_or_null(user.language)?,
        user.disabled_at.into(),
        user.created_at.into(),
        user.version.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}

pub async fn get(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM users WHERE id = ?"), &[id.into()], read).await
}

/// The user of an address, with the hash of the password.
pub async fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<(User, String)>, Error> {
    let sql = format!("SELECT {COLUMNS}, password_hash FROM users WHERE email = ?");
    tx.row(sql, &[email.into()], |row| Ok((read(row)?, row.next()?))).await
}

/// By address.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<User>, Error> {
    if after.is_some_and(|after| !after.contains('@')) {
        return Err(Error::BadCursor);
    }
    let sql = format!("SELECT {COLUMNS} FROM users WHERE email > ? ORDER BY email LIMIT ?");
    let rows = tx.rows(sql, &[after.unwrap_or("").into(), (limit + 1).into()], read).await?;
    Ok(Page::of(rows, limit, |user| user.email.clone()))
}

/// Replaces what can change of a user, but for the password; [`Error::Stale`] if somebody was faster.
pub async fn update(tx: &mut Tx<'_>, before: &User, user: &User) -> Result<(), Error> {
    let sql =
        "UPDATE users SET name = ?, role = ?, language = ?, disabled_at = ?, version = ? WHERE id = ? AND version = ?";
    let values = [
        (&user.name).into(),
        user.role.into(),
        name_or_null(user.language)?,
        user.disabled_at.into(),
        user.version.into(),
        user.id.into(),
        before.version.into(),
    ];
    tx.execute_one(sql, &values).await
}

/// False if there is no such user.
pub async fn set_password(tx: &mut Tx<'_>, id: UserId, password_hash: &str) -> Result<bool, Error> {
    let sql = "UPDATE users SET password_hash = ? WHERE id = ?";
    Ok(tx.execute(sql, &[password_hash.into(), id.into()]).await? == 1)
}

/// Administrators who may sign in. They stay what they are until the commit: two who each take the other's role away meet here.
pub async fn lock_admins(tx: &mut Tx<'_>) -> Result<Vec<UserId>, Error> {
    let locking = tx.dialect().locking();
    let sql = format!("SELECT id FROM users WHERE role = ? AND disabled_at IS NULL ORDER BY id{locking}");
    tx.rows(sql, &[Role::Admin.into()], Reader::next).await
}

pub async fn count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM users", &[], Reader::next).await?.unwrap_or(0))
}
