//! Messages given up on, until a person decides.

use domain::{Actor, DeadLetterId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::list::Where;
use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::{cursor, name};
use crate::{Error, Page, Reader, Tx, Value, dialect};

/// Why a message was given up on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeadLetterCause)]
pub enum Cause {
    /// Not an event, or its data is not what its type says.
    Malformed,
    /// No handler for its type.
    UnknownType,
    /// Tried as often as allowed.
    Exhausted,
    /// A mail or a webhook that its receiver has refused, or has not accepted in all the time allowed.
    Undelivered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeadLetterState)]
pub enum State {
    /// Waits for a decision.
    Open,
    /// Sent again.
    Redriven,
    Discarded,
}

/// A message given up on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeadLetter {
    pub id: DeadLetterId,
    /// The event's id, where the message was one.
    pub message_id: String,
    #[schema(example = "ORDER_CREATED")]
    pub message_type: String,
    /// The id of what the message is about, as far as it says.
    pub subject: Option<String>,
    /// Long, so that lists leave it out.
    #[serde(skip)]
    pub body: String,
    pub cause: Cause,
    /// The last error.
    pub error: String,
    /// Equal for letters of one cause: see `/dead-letters/groups`.
    pub fingerprint: String,
    pub receive_count: i64,
    pub state: State,
    /// Why it was discarded.
    pub reason: Option<String>,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub closed_by: Option<String>,
    /// What a person sent again instead of `body`.
    #[serde(skip)]
    pub edited_body: Option<String>,
}

/// Dead letters of one cause: their errors differ only in ids, numbers, addresses and quoted values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DeadLetterGroup)]
pub struct Group {
    #[schema(example = "6c62272e07bb014262b821756295c58d")]
    pub fingerprint: String,
    pub cause: Cause,
    #[schema(example = "ORDER_CREATED")]
    pub message_type: String,
    /// That of the newest of them.
    pub error: String,
    pub count: i64,
    pub oldest: Timestamp,
    pub newest: Timestamp,
}

/// Which letters a list shows: query parameters of the API, which must all hold.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only dead letters in this state.
    pub state: Option<State>,
    /// Only those of one cause.
    pub fingerprint: Option<String>,
    /// Only messages of this type.
    pub message_type: Option<String>,
    /// Only messages about this: the id of an order, a contact, …
    pub subject: Option<String>,
}

impl Filter {
    #[must_use]
    pub fn open() -> Self {
        Self { state: Some(State::Open), ..Self::default() }
    }

    fn conditions(&self) -> Result<Where<'_>, Error> {
        let Self { state, fingerprint, message_type, subject } = self;
        let mut only = Where::default();
        only.given_name("state = ?", *state)?;
        only.given("fingerprint = ?", fingerprint.as_deref());
        only.given("type = ?", message_type.as_deref());
        only.given("subject = ?", subject.as_deref());
        Ok(only)
    }
}

/// What letters of one cause have in common: cause, type, and the error without its ids, numbers, addresses and quoted values.
#[must_use]
pub fn fingerprint(cause: Cause, message_type: &str, error: &str) -> String {
    let cause = match cause {
        Cause::Malformed => "malformed",
        Cause::UnknownType => "unknown_type",
        Cause::Exhausted => "exhausted",
        Cause::Undelivered => "undelivered",
    };
    domain::fingerprint(cause, message_type, error)
}

table! {
    /// The table `dead_letters`.
    DeadLetters("dead_letters") of DeadLetter {
        id,
        message_id,
        message_type as "type",
        subject,
        body,
        cause,
        error,
        receive_count,
        state,
        reason,
        created_at,
        closed_at,
        closed_by,
        fingerprint,
        edited_body,
    }
}

/// Saves a new, open letter; false if its message has one already.
pub async fn insert(tx: &mut Tx<'_>, letter: &DeadLetter) -> Result<bool, Error> {
    let row = Assignments::all::<DeadLetters>(letter)?.and("open_key", &letter.message_id);
    match table::insert(tx, DeadLetters::NAME, row).await {
        Ok(()) => Ok(true),
        Err(e) if e.duplicate_of("dead_letters_open_key") => Ok(false),
        Err(e) => Err(e),
    }
}

pub async fn get(tx: &mut Tx<'_>, id: DeadLetterId) -> Result<Option<DeadLetter>, Error> {
    tx.row(DeadLetters::select("WHERE id = ?"), &[id.into()], DeadLetters::read).await
}

/// Newest first.
pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<DeadLetter>, Error> {
    let mut only = filter.conditions()?;
    only.given("id < ?", after.map(cursor::<DeadLetterId>).transpose()?);
    let sql = DeadLetters::select(&format!("WHERE 1 = 1{} ORDER BY id DESC LIMIT ?", only.sql()));
    let mut values = only.values().to_vec();
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, DeadLetters::read).await?;
    Ok(Page::of(rows, limit, |letter| letter.id.to_string()))
}

/// Up to `limit` groups of letters that have one cause, the largest first.
pub async fn groups(tx: &mut Tx<'_>, filter: &Filter, limit: usize) -> Result<Vec<Group>, Error> {
    let only = filter.conditions()?;
    let sql = format!(
        "SELECT fingerprint, cause, type, COUNT(*) AS letters, MIN(created_at), MAX(created_at), MAX(id) FROM dead_letters \
         WHERE 1 = 1{} GROUP BY fingerprint, cause, type ORDER BY letters DESC, fingerprint LIMIT ?",
        only.sql()
    );
    let mut values = only.values().to_vec();
    values.push(limit.into());
    let read = |row: &mut Reader| {
        let (fingerprint, cause, message_type) = (row.next()?, row.next()?, row.next()?);
        let (count, oldest, newest) = (row.next()?, row.next()?, row.next()?);
        let group = Group { fingerprint, cause, message_type, error: String::new(), count, oldest, newest };
        Ok((group, row.next::<String>()?))
    };
    let groups = tx.rows(sql, &values, read).await?;
    let ids: Vec<&String> = groups.iter().map(|(_, last)| last).collect();
    let sql = format!("SELECT id, error FROM dead_letters WHERE id IN ({})", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(&ids).map(Value::from).collect();
    let read = |row: &mut Reader| Ok((row.next::<String>()?, row.next::<String>()?));
    let mut errors: std::collections::HashMap<_, _> = tx.rows(sql, &values, read).await?.into_iter().collect();
    let whole = |(group, last): (Group, String)| Group { error: errors.remove(&last).unwrap_or_default(), ..group };
    Ok(groups.into_iter().map(whole).collect())
}

/// The oldest open letters that were put down at `until` or before: of one group, or of all. In a change, they stay open until
/// it ends.
pub async fn oldest_open(
    tx: &mut Tx<'_>,
    fingerprint: Option<&str>,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<DeadLetterId>, Error> {
    let mut only = Where::default();
    only.and("state = ?", [name(State::Open)?]);
    only.given("fingerprint = ?", fingerprint);
    only.and("created_at <= ?", [until.into()]);
    let locking = tx.dialect().locking();
    let sql = format!("SELECT id FROM dead_letters WHERE 1 = 1{} ORDER BY id LIMIT ?{locking}", only.sql());
    let mut values = only.values().to_vec();
    values.push(limit.into());
    tx.rows(sql, &values, Reader::next).await
}

/// Every letter of some messages, oldest first.
pub async fn of_messages(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<DeadLetter>, Error> {
    let places = dialect::in_places(ids.len());
    let sql = DeadLetters::select(&format!("WHERE message_id IN ({places}) ORDER BY id"));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, DeadLetters::read).await
}

/// Whether a person has given this message up.
pub async fn discarded(tx: &mut Tx<'_>, message_id: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM dead_letters WHERE message_id = ? AND state = ? LIMIT 1";
    let found = tx.row(sql, &[message_id.into(), name(State::Discarded)?], Reader::next::<i64>).await?;
    Ok(found.is_some())
}

/// Keeps what a person sends again instead of the letter's own body.
pub async fn keep_edited(tx: &mut Tx<'_>, id: DeadLetterId, body: &str) -> Result<(), Error> {
    tx.execute_one("UPDATE dead_letters SET edited_body = ? WHERE id = ?", &[body.into(), id.into()]).await
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
