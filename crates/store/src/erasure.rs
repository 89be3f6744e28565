//! Where a contact leaves its traces, and how they are taken out: what a person may ask for (GDPR, article 17) reaches into
//! tables that nothing else changes. The decisions are those of `ops::contacts::erasure`; docs/decisions/0008 says why.
//!
//! These statements walk whole tables where no index helps: an erasure is rare, and must miss nothing.

use domain::{ContactId, Date, DeadLetterId, ERASED, EventId, OrderId, OrderState, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Error, Reader, Tx, Value, dialect};

/// An order, as far as an erasure must know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub number: String,
    pub state: OrderState,
    pub contact_id: ContactId,
    pub ordered_on: Date,
    pub received: i64,
}

fn values<T: Clone>(ids: &[T]) -> Vec<Value<'static>>
where
    Value<'static>: From<T>,
{
    dialect::padded(ids).map(Value::from).collect()
}

/// The orders of some contacts, oldest first.
pub async fn orders(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<Vec<Order>, Error> {
    let sql = format!(
        "SELECT id, number, state, contact_id, ordered_at, received FROM orders WHERE contact_id IN ({}) ORDER BY id",
        dialect::in_places(contacts.len())
    );
    let read = |row: &mut Reader| {
        Ok(Order {
            id: row.next()?,
            number: row.next()?,
            state: row.next()?,
            contact_id: row.next()?,
            ordered_on: row.next::<Timestamp>()?.date(),
            received: row.next()?,
        })
    };
    tx.rows(sql, &values(contacts), read).await
}

/// Takes the notes off the orders of some contacts; says off how many. Their versions rise: a change that was decided on an
/// order with its notes fails, instead of writing them down again.
pub async fn blank_orders(tx: &mut Tx<'_>, contacts: &[ContactId], now: Timestamp) -> Result<u64, Error> {
    let sql = format!(
        "UPDATE orders SET notes = NULL, version = version + 1, updated_at = ? WHERE notes IS NOT NULL AND contact_id IN ({})",
        dialect::in_places(contacts.len())
    );
    let mut all: Vec<Value<'_>> = vec![now.into()];
    all.extend(values(contacts));
    tx.execute(sql, &all).await
}

/// Former revisions of some contacts' orders: `(order, revision, body)`.
pub async fn revisions(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<Vec<(OrderId, i64, String)>, Error> {
    let sql = format!(
        "SELECT r.order_id, r.revision, r.body FROM orders o JOIN order_revisions r ON r.order_id = o.id \
         WHERE o.contact_id IN ({}) ORDER BY r.order_id, r.revision",
        dialect::in_places(contacts.len())
    );
    tx.rows(sql, &values(contacts), |row| Ok((row.next()?, row.next()?, row.next()?))).await
}

pub async fn rewrite_revision(tx: &mut Tx<'_>, order: OrderId, revision: i64, body: &str) -> Result<(), Error> {
    let sql = "UPDATE order_revisions SET body = ? WHERE order_id = ? AND revision = ?";
    tx.execute_one(sql, &[body.into(), order.into(), revision.into()]).await
}

/// Up to `limit` events of these contacts after one of them: `(id, body)`, in the order of their ids.
pub async fn events_of_contacts(
    tx: &mut Tx<'_>,
    contacts: &[ContactId],
    after: Option<EventId>,
    limit: usize,
) -> Result<Vec<(EventId, String)>, Error> {
    let sql = format!(
        "SELECT id, body FROM events WHERE subject IN ({}) AND id > ? ORDER BY id LIMIT ?",
        dialect::in_places(contacts.len())
    );
    some_events(tx, sql, contacts, after, limit).await
}

/// The events of these contacts' orders.
pub async fn events_of_orders(
    tx: &mut Tx<'_>,
    contacts: &[ContactId],
    after: Option<EventId>,
    limit: usize,
) -> Result<Vec<(EventId, String)>, Error> {
    let sql = format!(
        "SELECT e.id, e.body FROM orders o JOIN events e ON e.subject = o.id WHERE o.contact_id IN ({}) AND e.id > ? \
         ORDER BY e.id LIMIT ?",
        dialect::in_places(contacts.len())
    );
    some_events(tx, sql, contacts, after, limit).await
}

async fn some_events(
    tx: &mut Tx<'_>,
    sql: String,
    contacts: &[ContactId],
    after: Option<EventId>,
    limit: usize,
) -> Result<Vec<(EventId, String)>, Error> {
    let mut all = values(contacts);
    all.extend([after.map_or_else(|| "".into(), Value::from), limit.into()]);
    tx.rows(sql, &all, |row| Ok((row.next()?, row.next()?))).await
}

/// Rewrites an event: the only change that the journal knows.
pub async fn rewrite_event(tx: &mut Tx<'_>, id: EventId, body: &str) -> Result<(), Error> {
    tx.execute_one("UPDATE events SET body = ? WHERE id = ?", &[body.into(), id.into()]).await
}

/// Blanks what timelines say of the contacts themselves; says how many lines.
pub async fn blank_timeline(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<u64, Error> {
    let places = dialect::in_places(contacts.len());
    let sql = format!("UPDATE timeline SET summary = ? WHERE subject IN ({places}) AND about IN ({places})");
    let mut all: Vec<Value<'_>> = vec![ERASED.into()];
    all.extend(values(contacts));
    all.extend(values(contacts));
    tx.execute(sql, &all).await
}

// A message that waits somewhere, or a dead letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ExportedMessage)]
pub struct Found {
    /// Its key in the table of the [`Place`] where it was found.
    #[serde(skip)]
    pub id: String,
    pub message_id: String,
    pub message_type: String,
    pub body: String,
    /// Of dead letters.
    #[serde(skip)]
    pub error: String,
}

/// Where messages are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Outbox,
    Queue,
    DeadLetters,
}

/// `INSTR` compares byte by byte on both engines, and knows no wildcards.
fn mentions(column: &str, count: usize) -> String {
    vec![format!("INSTR({column}, ?) > 0"); count].join(" OR ")
}

/// Messages with a body of their own that mentions any of these texts. (Those without are the journal's events.)
///
/// Dead letters as well whose subject is one of the contacts' orders, whatever their bodies are.
pub async fn messages(
    tx: &mut Tx<'_>,
    place: Place,
    contacts: &[ContactId],
    texts: &[String],
) -> Result<Vec<Found>, Error> {
    let (columns, table) = match place {
        Place::Outbox => ("id, id, type, body, ''", "outbox"),
        Place::Queue => ("id, message_id, type, body, ''", "queue_messages"),
        Place::DeadLetters => ("id, message_id, type, body, error", "dead_letters"),
    };
    let mut sql =
        format!("SELECT {columns} FROM {table} WHERE body IS NOT NULL AND ({}", mentions("body", texts.len()));
    let mut all: Vec<Value<'_>> = texts.iter().map(Value::from).collect();
    if place == Place::DeadLetters {
        for column in ["subject", "error", "edited_body"] {
            sql.push_str(" OR ");
            sql.push_str(&mentions(column, texts.len()));
            all.extend(texts.iter().map(Value::from));
        }
        let places = dialect::in_places(contacts.len());
        for part in [" OR subject IN (SELECT id FROM orders WHERE contact_id IN (", &places, "))"] {
            sql.push_str(part);
        }
        all.extend(values(contacts));
    }
    sql.push_str(") ORDER BY id");
    let read = |row: &mut Reader| {
        Ok(Found {
            id: row.next()?,
            message_id: row.next()?,
            message_type: row.next()?,
            body: row.next()?,
            error: row.next()?,
        })
    };
    tx.rows(sql, &all, read).await
}

/// Gives a waiting message another body; none, if it is the event of its id.
pub async fn rewrite_message(tx: &mut Tx<'_>, place: Place, id: &str, body: Option<&str>) -> Result<(), Error> {
    let sql = match place {
        Place::Outbox => "UPDATE outbox SET body = ? WHERE id = ?",
        Place::Queue | Place::DeadLetters => "UPDATE queue_messages SET body = ? WHERE id = ?",
    };
    tx.execute_one(sql, &[body.into(), id.into()]).await
}

/// Gives a dead letter another body; its error goes, and what a person wrote about it.
pub async fn rewrite_dead_letter(tx: &mut Tx<'_>, id: DeadLetterId, body: &str) -> Result<(), Error> {
    // Nothing that a foreign sender wrote stays; the subject of an event of ours is an id.
    let foreign = body == ERASED;
    let sql = "UPDATE dead_letters SET body = ?, edited_body = NULL, error = ?, subject = CASE WHEN ? = 1 THEN NULL ELSE subject END, \
               reason = CASE WHEN reason IS NULL THEN NULL ELSE ? END WHERE id = ?";
    let values = [body.into(), ERASED.into(), i64::from(foreign).into(), ERASED.into(), id.into()];
    tx.execute_one(sql, &values).await
}

/// Blanks the error and the reason of a delivery's dead letter; its body holds ids only.
pub async fn blank_delivery_letter(tx: &mut Tx<'_>, id: DeadLetterId) -> Result<(), Error> {
    let sql = "UPDATE dead_letters SET error = ?, reason = CASE WHEN reason IS NULL THEN NULL ELSE ? END WHERE id = ?";
    tx.execute_one(sql, &[ERASED.into(), ERASED.into(), id.into()]).await
}

/// Blanks the errors of deliveries to or about any of these, and of the attempts at them.
pub async fn blank_deliveries(tx: &mut Tx<'_>, ids: &[String]) -> Result<(), Error> {
    for place in ["subject", "target"] {
        let of = format!("{place} IN ({})", dialect::in_places(ids.len()));
        let mut values: Vec<Value<'_>> = vec![ERASED.into()];
        values.extend(dialect::padded(ids).map(Value::from));
        let attempts = format!(
            "UPDATE attempts SET error = ? WHERE error IS NOT NULL AND message_id IN (SELECT id FROM deliveries WHERE {of})"
        );
        tx.execute(attempts, &values).await?;
        tx.execute(format!("UPDATE deliveries SET error = ? WHERE error IS NOT NULL AND {of}"), &values).await?;
    }
    Ok(())
}

/// Blanks the errors of all attempts at a message.
pub async fn blank_attempts(tx: &mut Tx<'_>, message_id: &str) -> Result<(), Error> {
    tx.execute("UPDATE attempts SET error = ? WHERE message_id = ?", &[ERASED.into(), message_id.into()])
        .await
        .map(drop)
}

/// Forgets the rejected rows of imports in which one mentions any of these texts; says of how many.
pub async fn forget_rejects(tx: &mut Tx<'_>, texts: &[String]) -> Result<u64, Error> {
    let all: Vec<Value<'_>> = texts.iter().map(Value::from).collect();
    tx.execute(format!("DELETE FROM import_rejects WHERE {}", mentions("body", texts.len())), &all).await
}

/// Answers kept for repeated requests that mention any of these texts: `(actor, key, body)`.
pub async fn replies(tx: &mut Tx<'_>, texts: &[String]) -> Result<Vec<(String, String, String)>, Error> {
    let sql =
        format!("SELECT actor, idempotency_key, body FROM idempotency_keys WHERE {}", mentions("body", texts.len()));
    let all: Vec<Value<'_>> = texts.iter().map(Value::from).collect();
    tx.rows(sql, &all, |row| Ok((row.next()?, row.next()?, row.next()?))).await
}

pub async fn rewrite_reply(tx: &mut Tx<'_>, actor: &str, key: &str, body: &str) -> Result<(), Error> {
    let sql = "UPDATE idempotency_keys SET body = ? WHERE actor = ? AND idempotency_key = ?";
    tx.execute_one(sql, &[body.into(), actor.into(), key.into()]).await
}

/// Notes, with an erasure, that [`crate::Db::scrub`] must follow it: should this process die before it, another does it.
pub async fn ask_for_scrub(tx: &mut Tx<'_>) -> Result<(), Error> {
    if scrub_is_due(tx).await? {
        return Ok(());
    }
    match tx.execute("INSERT INTO scrubs_due (name) VALUES ('all')", &[]).await {
        Err(Error::Duplicate { .. }) => Ok(()),
        done => done.map(drop),
    }
}

pub async fn scrub_is_due(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let due = tx.row("SELECT 1 FROM scrubs_due", &[], Reader::next::<i64>).await?;
    Ok(due.is_some())
}

pub async fn scrubbed(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.execute("DELETE FROM scrubs_due", &[]).await.map(drop)
}
