//! The journal: every event, as it was sent. Only an erasure rewrites some of it (`erasure.rs`), and
//! a person who mends what could not be handled ([`mend`]).

use std::collections::{HashMap, HashSet};

use domain::{Event, EventId, Headline, Timestamp};

use crate::value::cursor;
use crate::{Error, Page, Reader, Tx, Value, dialect, outbox};

/// Writes an event into the journal and, as a message of the same id, into the outbox.
pub async fn append(tx: &mut Tx<'_>, event: &Event) -> Result<(), Error> {
    let body = serde_json::to_string(event).map_err(|e| Error::Unexpected(e.to_string()))?;
    insert(tx, event.id, event.event_type.as_str(), &event.subject, event.sequence, event.time, &body).await?;
    outbox::insert(tx, &event.id.to_string(), event.event_type.as_str(), None, event.time).await
}

/// The event as JSON.
pub async fn get(tx: &mut Tx<'_>, id: EventId) -> Result<Option<String>, Error> {
    tx.row("SELECT body FROM events WHERE id = ?", &[id.into()], Reader::next).await
}

/// What the journal knows of an event beside its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub event_type: String,
    pub subject: String,
    pub sequence: i64,
    pub occurred_at: Timestamp,
}

pub async fn envelope(tx: &mut Tx<'_>, id: EventId) -> Result<Option<Envelope>, Error> {
    let sql = "SELECT type, subject, sequence, occurred_at FROM events WHERE id = ?";
    let read = |row: &mut Reader| {
        let (event_type, subject) = (row.next()?, row.next()?);
        Ok(Envelope { event_type, subject, sequence: row.next()?, occurred_at: row.next()? })
    };
    tx.row(sql, &[id.into()], read).await
}

/// Writes what a person has mended: over the event that is there, or as a new one, where it came from elsewhere.
///
/// [`Error::Duplicate`] if its subject has another event of this sequence.
pub async fn mend(tx: &mut Tx<'_>, event: &Headline, body: &str) -> Result<(), Error> {
    if envelope(tx, event.id).await?.is_some() {
        return tx.execute_one("UPDATE events SET body = ? WHERE id = ?", &[body.into(), event.id.into()]).await;
    }
    insert(tx, event.id, event.event_type.as_str(), &event.subject, event.sequence, event.time, body).await
}

async fn insert(
    tx: &mut Tx<'_>,
    id: EventId,
    event_type: &str,
    subject: &str,
    sequence: i64,
    occurred_at: Timestamp,
    body: &str,
) -> Result<(), Error> {
    let sql = "INSERT INTO events (id, type, subject, sequence, occurred_at, body) VALUES (?, ?, ?, ?, ?, ?)";
    let values = [id.into(), event_type.into(), subject.into(), sequence.into(), occurred_at.into(), body.into()];
    tx.execute(sql, &values).await.map(drop)
}

/// Up to `limit` events above an id, lowest first: `(id, event as JSON)`.
pub async fn after(tx: &mut Tx<'_>, id: EventId, limit: usize) -> Result<Vec<(EventId, String)>, Error> {
    let sql = "SELECT id, body FROM events WHERE id > ? ORDER BY id LIMIT ?";
    tx.rows(sql, &[id.into(), limit.into()], |row| Ok((row.next()?, row.next()?))).await
}

/// Those of some events that are there, in no order: `(id, event as JSON)`.
pub async fn some(tx: &mut Tx<'_>, ids: &[EventId]) -> Result<Vec<(EventId, String)>, Error> {
    let sql = format!("SELECT id, body FROM events WHERE id IN ({})", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, |row| Ok((row.next()?, row.next()?))).await
}

/// The events before `before` whose effects may not be done although they were told long ago: what waits in the
/// outbox or in the embedded queue, what a person has not decided about, has given up, or has sent again since then.
pub async fn undone(tx: &mut Tx<'_>, before: Timestamp) -> Result<HashSet<EventId>, Error> {
    let below = EventId::new(before.unix_millis(), 0);
    let mut ids = HashSet::new();
    for sql in [
        "SELECT id FROM outbox WHERE id > 'evt_' AND id < ?",
        "SELECT message_id FROM queue_messages WHERE message_id > 'evt_' AND message_id < ?",
        "SELECT message_id FROM dead_letters WHERE message_id > 'evt_' AND message_id < ? \
         AND (state IN ('open', 'discarded') OR closed_at >= ?)",
    ] {
        let values = [Value::from(below), before.into()];
        let found: Vec<String> = tx.rows(sql, &values[..sql.matches('?').count()], Reader::next).await?;
        ids.extend(found.iter().filter_map(|id| id.parse::<EventId>().ok()));
    }
    Ok(ids)
}

/// Some events as JSON, by their ids.
pub async fn bodies(tx: &mut Tx<'_>, ids: &[&String]) -> Result<HashMap<String, String>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!("SELECT id, body FROM events WHERE id IN ({})", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    let rows = tx.rows(sql, &values, |row| Ok((row.next::<String>()?, row.next::<String>()?))).await?;
    Ok(rows.into_iter().collect())
}

/// Newest first, as JSON: of one subject, or of all.
pub async fn list(
    tx: &mut Tx<'_>,
    subject: Option<&str>,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<String>, Error> {
    let mut values: Vec<Value<'_>> = Vec::new();
    let mut sql = String::from("SELECT id, sequence, body FROM events WHERE 1 = 1");
    let order = if let Some(subject) = subject {
        sql.push_str(" AND subject = ?");
        values.push(subject.into());
        if let Some(after) = after {
            sql.push_str(" AND sequence < ?");
            values.push(after.parse::<i64>().map_err(|_| Error::BadCursor)?.into());
        }
        " ORDER BY sequence DESC LIMIT ?"
    } else {
        if let Some(after) = after {
            sql.push_str(" AND id < ?");
            values.push(cursor::<EventId>(after)?);
        }
        " ORDER BY id DESC LIMIT ?"
    };
    sql.push_str(order);
    values.push((limit + 1).into());
    let read = |row: &mut Reader| Ok((row.next::<String>()?, row.next::<i64>()?, row.next::<String>()?));
    let rows = tx.rows(sql, &values, read).await?;
    let key =
        |(id, sequence, _): &(String, i64, String)| if subject.is_some() { sequence.to_string() } else { id.clone() };
    Ok(Page::of(rows, limit, key).map(|(_, _, body)| body))
}

/// The events above an id as JSON, lowest id first.
pub async fn bodies_after(tx: &mut Tx<'_>, after: EventId, limit: usize) -> Result<Vec<(EventId, String)>, Error> {
    let sql = "SELECT id, body FROM events WHERE id > ? ORDER BY id LIMIT ?";
    tx.rows(sql, &[after.into(), limit.into()], |row| Ok((row.next()?, row.next()?))).await
}

/// The ids above one, lowest first. Ids rise with time, but a row can appear below one that was seen before: transactions
/// that began earlier may commit later, and clocks of processes differ.
pub async fn ids_after(tx: &mut Tx<'_>, after: EventId, limit: usize) -> Result<Vec<EventId>, Error> {
    let sql = "SELECT id FROM events WHERE id > ? ORDER BY id LIMIT ?";
    tx.rows(sql, &[after.into(), limit.into()], Reader::next).await
}

/// Of some events, lowest id first.
pub async fn headlines(tx: &mut Tx<'_>, ids: &[EventId]) -> Result<Vec<Headline>, Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let bodies = bodies(tx, &ids.iter().collect::<Vec<_>>()).await?;
    let mut found = bodies.values().map(|body| headline(body)).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|headline| headline.id);
    Ok(found)
}

/// The headlines of events above an id, lowest id first: of one subject, or of all.
pub async fn headlines_after(
    tx: &mut Tx<'_>,
    after: EventId,
    subject: Option<&str>,
    limit: usize,
) -> Result<Vec<Headline>, Error> {
    let bodies: Vec<String> = if let Some(subject) = subject {
        // A subject has few events, so they are sorted rather than kept in an index of their own.
        let sql = "SELECT body FROM events WHERE subject = ? AND id > ? ORDER BY id LIMIT ?";
        tx.rows(sql, &[subject.into(), after.into(), limit.into()], Reader::next).await?
    } else {
        let sql = "SELECT body FROM events WHERE id > ? ORDER BY id LIMIT ?";
        tx.rows(sql, &[after.into(), limit.into()], Reader::next).await?
    };
    bodies.iter().map(|body| headline(body)).collect()
}

fn headline(body: &str) -> Result<Headline, Error> {
    let event: Event<serde::de::IgnoredAny> =
        serde_json::from_str(body).map_err(|e| Error::Unexpected(e.to_string()))?;
    Ok(event.into())
}

pub async fn count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM events", &[], Reader::next).await?.unwrap_or(0))
}
