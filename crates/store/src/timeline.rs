//! What happened to a contact or an order, for a person to read. Written by the worker.

use domain::{EventId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

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

const COLUMNS: &str = "subject, event_id, type, occurred_at, actor, about, summary";

fn read(row: &mut Reader) -> Result<Entry, Error> {
    Ok(Entry {
        subject: row.next()?,
        event_id: row.next()?,
        event_type: row.next()?,
        occurred_at: row.next()?,
        actor: row.next()?,
        about: row.next()?,
        summary: row.next()?,
    })
}

/// Adds entries, all with one statement.
pub async fn insert(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO timeline (subject, event_id, type, occurred_at, actor, about, summary) VALUES {}",
        dialect::places(entries.len(), 7)
    );
    let values: Vec<Value<'_>> = entries
        .iter()
        .flat_map(|entry| {
            [
                (&entry.subject).into(),
                entry.event_id.into(),
                (&entry.event_type).into(),
                entry.occurred_at.into(),
                (&entry.actor).into(),
                (&entry.about).into(),
                (&entry.summary).into(),
            ]
        })
        .collect();
    tx.execute(sql, &values).await.map(drop)
}

/// What one event has written on some timelines.
pub async fn of_event(tx: &mut Tx<'_>, id: EventId, subjects: &[String]) -> Result<Vec<Entry>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM timeline WHERE subject IN ({}) AND event_id = ? ORDER BY subject",
        dialect::in_places(subjects.len())
    );
    let mut values: Vec<Value<'_>> = dialect::padded(subjects).map(Value::from).collect();
    values.push(id.into());
    tx.rows(sql, &values, read).await
}

/// What some timelines say of the events from one id to another, both included.
pub async fn between(tx: &mut Tx<'_>, subjects: &[String], first: EventId, last: EventId) -> Result<Vec<Entry>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM timeline WHERE subject IN ({}) AND event_id >= ? AND event_id <= ?",
        dialect::in_places(subjects.len())
    );
    let mut values: Vec<Value<'_>> = dialect::padded(subjects).map(Value::from).collect();
    values.extend([first.into(), last.into()]);
    tx.rows(sql, &values, read).await
}

/// Up to `limit` entries behind one, by timeline and event.
pub async fn after(tx: &mut Tx<'_>, last: Option<&Entry>, limit: usize) -> Result<Vec<Entry>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM timeline");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(last) = last {
        sql.push_str(" WHERE subject >= ? AND (subject > ? OR event_id > ?)");
        values.extend([(&last.subject).into(), (&last.subject).into(), last.event_id.into()]);
    }
    sql.push_str(" ORDER BY subject, event_id LIMIT ?");
    values.push(limit.into());
    tx.rows(sql, &values, read).await
}

pub async fn count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM timeline", &[], Reader::next).await?.unwrap_or(0))
}

/// Writes an entry over the one of its event and timeline.
pub async fn correct(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Error> {
    let sql = "UPDATE timeline SET type = ?, occurred_at = ?, actor = ?, about = ?, summary = ? \
               WHERE subject = ? AND event_id = ?";
    let values = [
        (&entry.event_type).into(),
        entry.occurred_at.into(),
        (&entry.actor).into(),
        (&entry.about).into(),
        (&entry.summary).into(),
        (&entry.subject).into(),
        entry.event_id.into(),
    ];
    tx.execute_one(sql, &values).await
}

/// Takes away what one timeline says of an event.
pub async fn remove(tx: &mut Tx<'_>, subject: &str, event: EventId) -> Result<(), Error> {
    tx.execute("DELETE FROM timeline WHERE subject = ? AND event_id = ?", &[subject.into(), event.into()])
        .await
        .map(drop)
}

/// Newest first; that of several subjects as one.
pub async fn list(
    tx: &mut Tx<'_>,
    subjects: &[String],
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Entry>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM timeline WHERE subject IN ({})", dialect::in_places(subjects.len()));
    let mut values: Vec<Value<'_>> = dialect::padded(subjects).map(Value::from).collect();
    if let Some(after) = after {
        sql.push_str(" AND event_id < ?");
        values.push(cursor::<EventId>(after)?);
    }
    sql.push_str(" ORDER BY event_id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |entry| entry.event_id.to_string()))
}
