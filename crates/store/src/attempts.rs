//! Attempts: those at messages that failed, and all those at deliveries.

use domain::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Error, Reader, Tx, Value, dialect};

/// An attempt at a message: one that failed, or any at a mail or a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attempt {
    pub at: Timestamp,
    /// Absent where it went well.
    pub error: Option<String>,
    /// What the receiver answered (HTTP, SMTP).
    pub status: Option<i64>,
    /// How long the receiver took.
    pub duration_ms: Option<i64>,
}

impl Attempt {
    /// At a message whose effects could not be done.
    #[must_use]
    pub fn failed(at: Timestamp, error: impl Into<String>) -> Self {
        Self { at, error: Some(error.into()), status: None, duration_ms: None }
    }
}

/// Notes an attempt. `id` is new and rises with time.
pub async fn insert(tx: &mut Tx<'_>, message_id: &str, id: &str, attempt: &Attempt) -> Result<(), Error> {
    insert_all(tx, &[(message_id.to_owned(), id.to_owned(), attempt.clone())]).await
}

/// Notes some attempts, each with its message's id and an id of its own.
pub async fn insert_all(tx: &mut Tx<'_>, attempts: &[(String, String, Attempt)]) -> Result<(), Error> {
    if attempts.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO attempts (message_id, id, made_at, duration_ms, status, error) VALUES {}",
        dialect::places(attempts.len(), 6)
    );
    let values: Vec<Value<'_>> = attempts
        .iter()
        .flat_map(|(message_id, id, made)| {
            [
                message_id.into(),
                id.into(),
                made.at.into(),
                made.duration_ms.into(),
                made.status.into(),
                (&made.error).into(),
            ]
        })
        .collect();
    tx.execute(sql, &values).await.map(drop)
}

/// Those at some messages, each with its message's id, by message and the oldest first.
pub async fn of_some(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<(String, Attempt)>, Error> {
    let sql = format!(
        "SELECT message_id, made_at, duration_ms, status, error FROM attempts WHERE message_id IN ({}) \
         ORDER BY message_id, id",
        dialect::in_places(ids.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    let read = |row: &mut Reader| {
        let message_id = row.next()?;
        let (at, duration_ms, status, error) = (row.next()?, row.next()?, row.next()?, row.next()?);
        Ok((message_id, Attempt { at, error, status, duration_ms }))
    };
    tx.rows(sql, &values, read).await
}

/// The oldest first.
pub async fn of(tx: &mut Tx<'_>, message_id: &str) -> Result<Vec<Attempt>, Error> {
    let sql = "SELECT made_at, duration_ms, status, error FROM attempts WHERE message_id = ? ORDER BY id";
    let read = |row: &mut Reader| {
        let (at, duration_ms, status, error) = (row.next()?, row.next()?, row.next()?, row.next()?);
        Ok(Attempt { at, error, status, duration_ms })
    };
    tx.rows(sql, &[message_id.into()], read).await
}
