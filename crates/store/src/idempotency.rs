//! Answers already given to requests that carry an Idempotency-Key.

use domain::Timestamp;

use crate::table::{self, Assignments, Columns, Table, table};
use crate::{Error, Tx};

/// An answer, and which request it was given to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Digest of the request's method, path and body.
    pub fingerprint: String,
    pub status: i64,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub body: String,
}

table! {
    /// The table `idempotency_keys`, without the key and when it was used.
    Replies("idempotency_keys") of Reply {
        fingerprint,
        status,
        location,
        etag,
        body,
    }
}

/// The answer given to a key of an actor.
pub async fn get(tx: &mut Tx<'_>, actor: &str, key: &str) -> Result<Option<Reply>, Error> {
    let sql = Replies::select("WHERE actor = ? AND idempotency_key = ?");
    tx.row(sql, &[actor.into(), key.into()], Replies::read).await
}

/// Keeps an answer, in the transaction of the change that it tells of; false if the same key was answered just before: the
/// transaction must be taken back and that answer given. Waits for a twin that is still running.
pub async fn insert(tx: &mut Tx<'_>, actor: &str, key: &str, reply: &Reply, now: Timestamp) -> Result<bool, Error> {
    let row = Assignments::all::<Replies>(reply)?;
    let row = row.and("actor", actor).and("idempotency_key", key).and("created_at", now);
    match table::insert(tx, Replies::NAME, row).await {
        Ok(()) => Ok(true),
        Err(Error::Duplicate { .. }) => Ok(false),
        Err(e) => Err(e),
    }
}

/// Forgets answers given before `before`, at most `limit` at a time; says how many.
pub async fn forget(tx: &mut Tx<'_>, before: Timestamp, limit: usize) -> Result<u64, Error> {
    let sql = "SELECT actor, idempotency_key FROM idempotency_keys WHERE created_at < ? LIMIT ?";
    let old =
        tx.rows(sql, &[before.into(), limit.into()], |row| Ok((row.next::<String>()?, row.next::<String>()?))).await?;
    for (actor, key) in &old {
        let sql = "DELETE FROM idempotency_keys WHERE actor = ? AND idempotency_key = ?";
        tx.execute(sql, &[actor.into(), key.into()]).await?;
    }
    Ok(old.len() as u64)
}
