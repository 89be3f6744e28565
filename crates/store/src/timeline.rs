//! What happened to a contact or an order, for a person to read. Written by the worker.

use domain::{EventId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::cursor;
use crate::{Error, Page, Reader, Tx, Value, dialect};

/// Something that happened, once its effects were done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
pub struct Entry {
    /// On whose timeline it stands: a contact, an order or a product. Whoever reads a timeline has asked for it.
    #[serde(skip)]
    pub subject: String,
    pub event_id: EventId,
    #[schema(example = "ORDER_CREATED")]
    pub event_type: String,
    pub occurred_at: Timestamp,
    pub actor: String,
    /// The id of what it is about: the contact, an order, a transaction.
    pub about: String,
    #[schema(example = "O-1042 · confirmed · 48.60 EUR")]
    pub summary: String,
}

table! {
    /// The table `timeline`.
    Timeline("timeline") of Entry {
        subject,
        event_id,
        event_type as "type",
        occurred_at,
        actor,
        about,
        summary,
    }
}

/// Adds entries, all with one statement.
pub async fn insert(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Error> {
    let rows = entries.iter().map(Assignments::all::<Timeline>).collect::<Result<_, _>>()?;
    table::insert_all(tx, Timeline::NAME, rows).await
}

/// What one event has written on some timelines.
pub async fn of_event(tx: &mut Tx<'_>, id: EventId, subjects: &[String]) -> Result<Vec<Entry>, Error> {
    let places = dialect::in_places(subjects.len());
    let sql = Timeline::select(&format!("WHERE subject IN ({places}) AND event_id = ? ORDER BY subject"));
    let mut values: Vec<Value<'_>> = dialect::padded(subjects).map(Value::from).collect();
    values.push(id.into());
    tx.rows(sql, &values, Timeline::read).await
}

/// What some timelines say of the events from one id to another, both included.
pub async fn between(tx: &mut Tx<'_>, subjects: &[String], first: EventId, last: EventId) -> Result<Vec<Entry>, Error> {
    let places = dialect::in_places(subjects.len());
    let sql = Timeline::select(&format!("WHERE subject IN ({places}) AND event_id >= ? AND event_id <= ?"));
    let mut values: Vec<Value<'_>> = dialect::padded(subjects).map(Value::from).collect();
    values.extend([first.into(), last.into()]);
    tx.rows(sql, &values, Timeline::read).await
}

/// Up to `limit` entries behind one, by timeline and event.
pub async fn after(tx: &mut Tx<'_>, last: Option<&Entry>, limit: usize) -> Result<Vec<Entry>, Error> {
    let mut sql = Timeline::select("");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(last) = last {
        sql.push_str(" WHERE subject >= ? AND (subject > ? OR event_id > ?)");
        values.extend([(&last.subject).into(), (&last.subject).into(), last.event_id.into()]);
    }
    sql.push_str(" ORDER BY subject, event_id LIMIT ?");
    values.push(limit.into());
    tx.rows(sql, &values, Timeline::read).await
}

pub async fn count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM timeline", &[], Reader::next).await?.unwrap_or(0))
}

/// Writes an entry over the one of its event and timeline.
pub async fn correct(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Error> {
    let values = [(&entry.subject).into(), entry.event_id.into()];
    let changes = Assignments::all::<Timeline>(entry)?.without("subject").without("event_id");
    let (sql, values) = changes.update(Timeline::NAME, "subject = ? AND event_id = ?", values);
    tx.execute_one(sql, &values).await
}

/// Takes away what one timeline says of an event.
pub async fn remove(tx: &mut Tx<'_>, subject: &str, event: EventId) -> Result<(), Error> {
    tx.execute("DELETE FROM timeline WHERE subject = ? AND event_id = ?", &[subject.into(), event.into()])
        .await
        .map(drop)
}

/// One page of the timelines of some subjects, as one and newest first.
pub async fn list(
    tx: &mut Tx<'_>,
    subjects: &[String],
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Entry>, Error> {
    let mut sql = Timeline::select(&format!("WHERE subject IN ({})", dialect::in_places(subjects.len())));
    let mut values: Vec<Value<'_>> = dialect::padded(subjects).map(Value::from).collect();
    if let Some(after) = after {
        sql.push_str(" AND event_id < ?");
        values.push(cursor::<EventId>(after)?);
    }
    sql.push_str(" ORDER BY event_id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, Timeline::read).await?;
    Ok(Page::of(rows, limit, |entry| entry.event_id.to_string()))
}
