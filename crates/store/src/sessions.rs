//! Who is signed in where, and the refresh tokens of each session.

use domain::{Role, Session, SessionEnd, SessionId, Timestamp, UserId};

use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::name;
use crate::{Error, Reader, Tx, Value};

table! {
    /// The table `sessions`.
    Sessions("sessions") of Session {
        id,
        user_id,
        created_at,
        last_used_at,
        expires_at,
        ended_at,
        ended_why,
        address,
        user_agent,
    }
}

pub async fn insert(tx: &mut Tx<'_>, session: &Session) -> Result<(), Error> {
    table::insert(tx, Sessions::NAME, Assignments::all::<Sessions>(session)?).await
}

pub async fn get(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<Session>, Error> {
    tx.row(Sessions::select("WHERE id = ?"), &[id.into()], Sessions::read).await
}

/// A session with the role of its user, and since when that one may not sign in: all that a request must know.
pub async fn state(tx: &mut Tx<'_>, id: SessionId) -> Result<Option<(Session, Role, Option<Timestamp>)>, Error> {
    let columns = Sessions::columns_of("s");
    let sql = format!(
        "SELECT {columns}, u.role, u.disabled_at FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ?"
    );
    tx.row(sql, &[id.into()], |row| Ok((Sessions::read(row)?, row.next()?, row.next()?))).await
}

/// The sessions of a user that have not been ended, newest first; they may have expired.
pub async fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Session>, Error> {
    let sql = Sessions::select("WHERE user_id = ? AND ended_at IS NULL ORDER BY id DESC");
    tx.rows(sql, &[user.into()], Sessions::read).await
}

/// Notes that the session was used just now.
pub async fn touch(tx: &mut Tx<'_>, id: SessionId, address: Option<&str>, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE sessions SET last_used_at = ?, address = ? WHERE id = ?";
    tx.execute_one(sql, &[now.into(), address.into(), id.into()]).await
}

/// Ends a session; false if it had ended before.
pub async fn end(tx: &mut Tx<'_>, id: SessionId, why: SessionEnd, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE sessions SET ended_at = ?, ended_why = ? WHERE id = ? AND ended_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), name(why)?, id.into()]).await? == 1)
}

/// Ends every session of a user but one; says how many.
pub async fn end_all(
    tx: &mut Tx<'_>,
    user: UserId,
    but: Option<SessionId>,
    why: SessionEnd,
    now: Timestamp,
) -> Result<u64, Error> {
    let sql = "UPDATE sessions SET ended_at = ?, ended_why = ? WHERE user_id = ? AND ended_at IS NULL AND id <> ?";
    let but = but.map_or_else(|| Value::from(""), Value::from);
    tx.execute(sql, &[now.into(), name(why)?, user.into(), but]).await
}

pub async fn insert_token(tx: &mut Tx<'_>, hash: &str, session: SessionId, now: Timestamp) -> Result<(), Error> {
    let sql = "INSERT INTO refresh_tokens (token_hash, session_id, created_at, used_at) VALUES (?, ?, ?, NULL)";
    tx.execute(sql, &[hash.into(), session.into(), now.into()]).await.map(drop)
}

/// The session of a refresh token, and when the token was used.
pub async fn token(tx: &mut Tx<'_>, hash: &str) -> Result<Option<(SessionId, Option<Timestamp>)>, Error> {
    let sql = "SELECT session_id, used_at FROM refresh_tokens WHERE token_hash = ?";
    tx.row(sql, &[hash.into()], |row| Ok((row.next()?, row.next()?))).await
}

/// Uses up a refresh token; false if it was used before: of two at once, one wins.
pub async fn use_token(tx: &mut Tx<'_>, hash: &str, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL";
    Ok(tx.execute(sql, &[now.into(), hash.into()]).await? == 1)
}

/// Forgets sessions that were last used before `before`, with their tokens, at most `limit` at a time; says how many.
pub async fn forget(tx: &mut Tx<'_>, before: Timestamp, limit: usize) -> Result<u64, Error> {
    let sql = "SELECT id FROM sessions WHERE last_used_at < ? LIMIT ?";
    let old: Vec<SessionId> = tx.rows(sql, &[before.into(), limit.into()], Reader::next).await?;
    for id in &old {
        tx.execute("DELETE FROM refresh_tokens WHERE session_id = ?", &[(*id).into()]).await?;
        tx.execute("DELETE FROM sessions WHERE id = ?", &[(*id).into()]).await?;
    }
    Ok(old.len() as u64)
}
