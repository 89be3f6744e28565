//! Failures to sign in, for an account or from a network address. In the database, so that they count in all processes.

use domain::Timestamp;

use crate::table::{self, Assignments, Columns, Table, table};
use crate::{Error, Reader, Tx};

/// Failures to sign in of one account, or from one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Since the last success, or since `first_at`.
    pub failures: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    pub blocked_until: Timestamp,
}

table! {
    /// The table `sign_in_throttles`, without the account or the address.
    Throttles("sign_in_throttles") of Throttle {
        failures,
        first_at,
        last_at,
        blocked_until,
    }
}

/// The failures of an account or an address, if there are any.
pub async fn get(tx: &mut Tx<'_>, subject: &str) -> Result<Option<Throttle>, Error> {
    let sql = Throttles::select("WHERE subject = ?");
    tx.row(sql, &[subject.into()], Throttles::read).await
}

/// Counts one failure, and gives all of them: from one on again, if the first was before `window`. The row is ours until the
/// commit.
pub async fn count(tx: &mut Tx<'_>, subject: &str, window: Timestamp, now: Timestamp) -> Result<Throttle, Error> {
    if !raise(tx, subject, window, now).await? {
        let first = Throttle { failures: 1, first_at: now, last_at: now, blocked_until: Timestamp::from_micros(0) };
        let row = Assignments::all::<Throttles>(&first)?.and("subject", subject);
        match table::insert(tx, Throttles::NAME, row).await {
            // Somebody else's first failure was at the same moment.
            Err(Error::Duplicate { .. }) => drop(raise(tx, subject, window, now).await?),
            other => other?,
        }
    }
    get(tx, subject).await?.ok_or(Error::Missing)
}

/// `first_at` comes last: MySQL assigns from left to right, and what stands before must see the old one.
async fn raise(tx: &mut Tx<'_>, subject: &str, window: Timestamp, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE sign_in_throttles SET failures = CASE WHEN first_at < ? THEN 1 ELSE failures + 1 END, last_at = ?, \
               first_at = CASE WHEN first_at < ? THEN ? ELSE first_at END WHERE subject = ?";
    Ok(tx.execute(sql, &[window.into(), now.into(), window.into(), now.into(), subject.into()]).await? == 1)
}

pub async fn block(tx: &mut Tx<'_>, subject: &str, until: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE sign_in_throttles SET blocked_until = ? WHERE subject = ?";
    tx.execute_one(sql, &[until.into(), subject.into()]).await
}

/// Begins at nothing again.
pub async fn reset(tx: &mut Tx<'_>, subject: &str) -> Result<(), Error> {
    tx.execute("DELETE FROM sign_in_throttles WHERE subject = ?", &[subject.into()]).await.map(drop)
}

/// Forgets what failed last before `before`, at most `limit` at a time; says how many.
pub async fn forget(tx: &mut Tx<'_>, before: Timestamp, limit: usize) -> Result<u64, Error> {
    let sql = "SELECT subject FROM sign_in_throttles WHERE last_at < ? LIMIT ?";
    let old: Vec<String> = tx.rows(sql, &[before.into(), limit.into()], Reader::next).await?;
    for subject in &old {
        let sql = "DELETE FROM sign_in_throttles WHERE subject = ? AND last_at < ?";
        tx.execute(sql, &[subject.into(), before.into()]).await?;
    }
    Ok(old.len() as u64)
}
