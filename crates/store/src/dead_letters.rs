//! Messages given up on, until a person decides.

use domain::{Actor, DeadLetterId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::value::{cursor, name};
use crate::{Error, Page, Reader, Tx, Value};

/// Why a message was given up on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Not a CloudEvent, or its data is not what its type says.
    Malformed,
    /// No handler for this type.
    UnknownType,
    /// Tried as often as allowed.
    Exhausted,
    /// A mail or a webhook that its receiver has refused, or has not accepted in all the time allowed.
    Undelivered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a decision.
    Open,
    /// Sent again.
    Redriven,
    Discarded,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    pub id: DeadLetterId,
    pub message_id: String,
    pub message_type: String,
    pub subject: Option<String>,
    pub body: String,
    pub cause: Cause,
    pub error: String,
    pub receive_count: i64,
    pub state: State,
    pub reason: Option<String>,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub closed_by: Option<String>,
}

const COLUMNS: &str = "id, message_id, type, subject, body, cause, error, receive_count, state, reason, created_at, closed_at, \
                       closed_by";

fn read(row: &mut Reader) -> Result<DeadLetter, Error> {
    Ok(DeadLetter {
        id: row.next()?,
        message_id: row.next()?,
        message_type: row.next()?,
        subject: row.next()?,
        body: row.next()?,
        cause: row.next_name()?,
        error: row.next()?,
        receive_count: row.next()?,
        state: row.next_name()?,
        reason: row.next()?,
        created_at: row.next()?,
        closed_at: row.next()?,
        closed_by: row.next()?,
    })
}

/// Puts a message on the desk; false if it lies there already.
pub async fn insert(tx: &mut Tx<'_>, letter: &DeadLetter) -> Result<bool, Error> {
    let sql = "INSERT INTO dead_letters (id, open_key, message_id, type, subject, body, cause, error, receive_count, state, \
               created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        letter.id.into(),
        (&letter.message_id).into(),
        (&letter.message_id).into(),
        (&letter.message_type).into(),
        (&letter.subject).into(),
        (&letter.body).into(),
        name(letter.cause)?,
        (&letter.error).into(),
        letter.receive_count.into(),
        name(State::Open)?,
        letter.created_at.into(),
    ];
    match tx.execute(sql, &values).await {
        Ok(_) => Ok(true),
        Err(e) if e.duplicate_of("dead_letters_open_key") => Ok(false),
        Err(e) => Err(e),
    }
}

pub async fn get(tx: &mut Tx<'_>, id: DeadLetterId) -> Result<Option<DeadLetter>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM dead_letters WHERE id = ?"), &[id.into()], read).await
}

/// Newest first; in one state, or in any.
pub async fn list(
    tx: &mut Tx<'_>,
    state: Option<State>,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<DeadLetter>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM dead_letters WHERE 1 = 1");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(state) = state {
        sql.push_str(" AND state = ?");
        values.push(name(state)?);
    }
    if let Some(after) = after {
        sql.push_str(" AND id < ?");
        values.push(cursor::<DeadLetterId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |letter| letter.id.to_string()))
}

/// Closes an open letter; [`Error::Stale`] if somebody has decided already.
pub async fn close(
    tx: &mut Tx<'_>,
    id: DeadLetterId,
    state: State,
    reason: Option<&str>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "UPDATE dead_letters SET open_key = NULL, state = ?, reason = ?, closed_at = ?, closed_by = ? \
               WHERE id = ? AND state = 'open'";
    tx.execute_one(sql, &[name(state)?, reason.into(), now.into(), actor.as_str().into(), id.into()]).await
}

pub async fn count_open(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM dead_letters WHERE state = 'open'", &[], Reader::next).await?.unwrap_or(0))
}
