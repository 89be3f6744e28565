//! Who may sign in.

use domain::{User, UserId};

use crate::{Error, Reader, Tx};

fn read(row: &mut Reader) -> Result<User, Error> {
    Ok(User { id: row.next()?, email: row.next()?, name: row.next()?, role: row.next()?, created_at: row.next()? })
}

/// Saves a new user with the hash of a password. [`Error::Duplicate`] `users_email` if the address is taken.
pub async fn insert(tx: &mut Tx<'_>, user: &User, password_hash: &str) -> Result<(), Error> {
    let sql = "INSERT INTO users (id, email, name, role, password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?)";
    let values = [
        user.id.into(),
        (&user.email).into(),
        (&user.name).into(),
        user.role.into(),
        password_hash.into(),
        user.created_at.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}

pub async fn get(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>, Error> {
    tx.row("SELECT id, email, name, role, created_at FROM users WHERE id = ?", &[id.into()], read).await
}

/// The user of an address, with the hash of the password.
pub async fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<(User, String)>, Error> {
    let sql = "SELECT id, email, name, role, created_at, password_hash FROM users WHERE email = ?";
    tx.row(sql, &[email.into()], |row| Ok((read(row)?, row.next()?))).await
}

/// By address.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<User>, Error> {
    tx.rows("SELECT id, email, name, role, created_at FROM users ORDER BY email", &[], read).await
}

/// False if there is no user of that address.
pub async fn set_password(tx: &mut Tx<'_>, email: &str, password_hash: &str) -> Result<bool, Error> {
    let sql = "UPDATE users SET password_hash = ? WHERE email = ?";
    Ok(tx.execute(sql, &[password_hash.into(), email.into()]).await? == 1)
}

pub async fn count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM users", &[], Reader::next).await?.unwrap_or(0))
}
