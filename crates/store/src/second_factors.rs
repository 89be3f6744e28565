//! Second factors of users, and the codes for when one is lost.

use domain::{Timestamp, UserId};

use crate::dialect::places;
use crate::table::{self, Assignments, Columns, Table, table};
use crate::{Error, Reader, Tx, Value};

/// A user's second factor: a secret from which one-time codes are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    pub user_id: UserId,
    /// Readable only with the key of `ops::access::seal`.
    pub sealed_secret: String,
    /// The last step of 30 seconds since 1970 of which a code was taken.
    pub last_step: i64,
    pub created_at: Timestamp,
    /// `None` while the user has not shown that it works.
    pub confirmed_at: Option<Timestamp>,
}

table! {
    /// The table `second_factors`.
    SecondFactors("second_factors") of SecondFactor {
        user_id,
        sealed_secret,
        last_step,
        created_at,
        confirmed_at,
    }
}

pub async fn get(tx: &mut Tx<'_>, user: UserId) -> Result<Option<SecondFactor>, Error> {
    tx.row(SecondFactors::select("WHERE user_id = ?"), &[user.into()], SecondFactors::read).await
}

pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<SecondFactor>, Error> {
    tx.rows(SecondFactors::select("ORDER BY user_id"), &[], SecondFactors::read).await
}

/// Saves a second factor; [`Error::Duplicate`] if the user has one.
pub async fn insert(tx: &mut Tx<'_>, factor: &SecondFactor) -> Result<(), Error> {
    table::insert(tx, SecondFactors::NAME, Assignments::all::<SecondFactors>(factor)?).await
}

/// Notes that the user has shown that it works; false if it was confirmed before.
pub async fn confirm(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE second_factors SET confirmed_at = ? WHERE user_id = ? AND confirmed_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), user.into()]).await? == 1)
}

/// Notes that the code of a step was used; false if a code of this step or of a later one was taken before.
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

/// Removes a user's second factor with its recovery codes; false if there was none.
pub async fn delete(tx: &mut Tx<'_>, user: UserId) -> Result<bool, Error> {
    tx.execute("DELETE FROM recovery_codes WHERE user_id = ?", &[user.into()]).await?;
    Ok(tx.execute("DELETE FROM second_factors WHERE user_id = ?", &[user.into()]).await? == 1)
}

pub async fn insert_codes(tx: &mut Tx<'_>, user: UserId, hashes: &[String]) -> Result<(), Error> {
    let sql = format!("INSERT INTO recovery_codes (user_id, code_hash, used_at) VALUES {}", places(hashes.len(), 3));
    let values: Vec<Value<'_>> = hashes.iter().flat_map(|hash| [user.into(), hash.into(), Value::Null]).collect();
    tx.execute(sql, &values).await.map(drop)
}

/// Uses up a recovery code; false if there is no such code, or it was used before.
pub async fn use_code(tx: &mut Tx<'_>, user: UserId, hash: &str, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), user.into(), hash.into()]).await? == 1)
}

/// How many recovery codes of a user have not been used.
pub async fn codes_left(tx: &mut Tx<'_>, user: UserId) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ? AND used_at IS NULL";
    Ok(tx.row(sql, &[user.into()], Reader::next).await?.unwrap_or(0))
}
