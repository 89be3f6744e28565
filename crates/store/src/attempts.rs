//! Attempts: those at messages that failed, and all those at deliveries.

use domain::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::table::{self, Assignments, Columns, Table, table};
use crate::{Error, Tx, Value, dialect};

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
    /// An attempt at a message whose effects could not be done.
    #[must_use]
    pub fn failed(at: Timestamp, error: impl Into<String>) -> Self {
        Self { at, error: Some(error.into()), status: None, duration_ms: None }
    }
}

table! {
    /// The table `attempts`, without the message and the attempt's own id.
    Attempts("attempts") of Attempt {
        at as "made_at",
        duration_ms,
        status,
        error,
    }
}

/// Notes an attempt. `id` is new and rises with time.
pub async fn insert(tx: &mut Tx<'_>, message_id: &str, id: &str, attempt: &Attempt) -> Result<(), Error> {
    insert_all(tx, &[(message_id.to_owned(), id.to_owned(), attempt.clone())]).await
}

/// Notes some attempts, each with its message's id and an id of its own.
pub async fn insert_all(tx: &mut Tx<'_>, attempts: &[(String, String, Attempt)]) -> Result<(), Error> {
    let rows = attempts.iter().map(|(message_id, id, made)| {
        Ok(Assignments::all::<Attempts>(made)?.and("message_id", message_id).and("id", id))
    });
    let rows = rows.collect::<Result<_, Error>>()?;
    table::insert_all(tx, Attempts::NAME, rows).await
}

/// The attempts at some messages, each with its message's id, by message and the oldest first.
pub async fn of_some(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<(String, Attempt)>, Error> {
    let sql = format!(
        "SELECT message_id, {} FROM attempts WHERE message_id IN ({}) ORDER BY message_id, id",
        Attempts::columns(),
        dialect::in_places(ids.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, |row| Ok((row.next()?, Attempts::read(row)?))).await
}

/// The attempts at one message, the oldest first.
pub async fn of(tx: &mut Tx<'_>, message_id: &str) -> Result<Vec<Attempt>, Error> {
    let sql = Attempts::select("WHERE message_id = ? ORDER BY id");
    tx.rows(sql, &[message_id.into()], Attempts::read).await
}
