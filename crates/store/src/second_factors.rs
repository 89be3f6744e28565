//! Second factors of users, and the codes for when one is lost.

use domain::{Timestamp, UserId};

use crate::dialect::places;
use crate::{Error, Reader, Tx, Value};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    pub user_id: UserId,
    /// Readable only with the key of `ops::seal`.
    pub sealed_secret: String,
    /// The last step of 30 seconds since 1970 of which a code was taken.
    pub last_step: i64,
    pub created_at: Timestamp,
    /// `None` while the user has not shown that it works.
    pub confirmed_at: Option<Timestamp>,
}

const COLUMNS: &str = "user_id, sealed_secret, last_step, created_at, confirmed_at";

fn read(row: &mut Reader) -> Result<SecondFactor, Error> {
    Ok(SecondFactor {
        user_id: row.next()?,
        sealed_secret: row.next()?,
        last_step: row.next()?,
        created_at: row.next()?,
        confirmed_at: row.next()?,
    })
}

pub async fn get(tx: &mut Tx<'_>, user: UserId) -> Result<Option<SecondFactor>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM second_factors WHERE user_id = ?"), &[user.into()], read).await
}

pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<SecondFactor>, Error> {
    tx.rows(format!("SELECT {COLUMNS} FROM second_factors ORDER BY user_id"), &[], read).await
}

/// [`Error::Duplicate`] if the user has one.
pub async fn insert(tx: &mut Tx<'_>, factor: &SecondFactor) -> Result<(), Error> {
    let sql = "INSERT INTO second_factors (user_id, sealed_secret, last_step, created_at, confirmed_at) VALUES (?, ?, ?, ?, ?)";
    let values = [
        factor.user_id.into(),
        (&factor.sealed_secret).into(),
        factor.last_step.into(),
        factor.created_at.into(),
        factor.confirmed_at.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}

/// False if it was confirmed before.
pub async fn confirm(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE second_factors SET confirmed_at = ? WHERE user_id = ? AND confirmed_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), user.into()]).await? == 1)
}

/// False if a code of this step or of a later one was taken before.
pub async fn use_step(tx: &mut Tx<'_>, user: UserId, step: i64) -> Result<bool, Error> {
    let sql = "UPDATE second_factors SET last_step = ? WHERE user_id = ? AND last_step < ?";
    Ok(tx.execute(sql, &[step.into(), user.into(), step.into()]).await? == 1)
}

/// Keeps the same secret under another key, unless it has changed meanwhile.
pub async fn reseal(tx: &mut Tx<'_>, before: &SecondFactor, sealed_secret: &str) -> Result<bool, Error> {
    let sql = "UPDATE second_factors SET sealed_secret = ? WHERE user_id = ? AND sealed_secret = ?";
    let values = [sealed_secret.into(), before.user_id.into(), (&before.sealed_secret).into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// With its codes; false if there was none.
pub async fn delete(tx: &mut Tx<'_>, user: UserId) -> Result<bool, Error> {
    tx.execute("DELETE FROM recovery_codes WHERE user_id = ?", &[user.into()]).await?;
    Ok(tx.execute("DELETE FROM second_factors WHERE user_id = ?", &[user.into()]).await? == 1)
}

pub async fn insert_codes(tx: &mut Tx<'_>, user: UserId, hashes: &[String]) -> Result<(), Error> {
    let sql = format!("INSERT INTO recovery_codes (user_id, code_hash, used_at) VALUES {}", places(hashes.len(), 3));
    let values: Vec<Value<'_>> = hashes.iter().flat_map(|hash| [user.into(), hash.into(), Value::Null]).collect();
    tx.execute(sql, &values).await.map(drop)
}

/// False if there is no such code, or it was used before.
pub async fn use_code(tx: &mut Tx<'_>, user: UserId, hash: &str, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), user.into(), hash.into()]).await? == 1)
}

/// Codes that have not been used.
pub async fn codes_left(tx: &mut Tx<'_>, user: UserId) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL";
    Ok(tx.row(sql, &[user.into()], Reader::next).await?.unwrap_or(0))
}
