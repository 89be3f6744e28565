//! What must leave the building, and how far it has come.

use domain::{Delivery, DeliveryId, DeliveryKind, DeliveryState, EventId, Timestamp, WebhookEndpointId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::list::Where;
use crate::value::{cursor, name};
use crate::{Error, Page, Reader, Tx, Value, dialect, outbox};

const COLUMNS: &str =
    "id, kind, event_id, subject, target, state, attempts, next_attempt_at, error, created_at, done_at";

fn read(row: &mut Reader) -> Result<Delivery, Error> {
    Ok(Delivery {
        id: row.next()?,
        kind: row.next_name()?,
        event_id: row.next()?,
        subject: row.next()?,
        target: row.next()?,
        state: row.next_name()?,
        attempts: row.next()?,
        next_attempt_at: row.next()?,
        error: row.next()?,
        created_at: row.next()?,
        done_at: row.next()?,
    })
}

/// Which deliveries a list shows: query parameters of the API, which must all hold, and two of our own.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    #[serde(skip)]
    #[param(ignore)]
    pub kind: Option<DeliveryKind>,
    /// An endpoint, or a contact.
    #[serde(skip)]
    #[param(ignore)]
    pub target: Option<String>,
    /// Only those to this endpoint.
    pub endpoint_id: Option<WebhookEndpointId>,
    /// Only those about this order (and its money), contact or product.
    #[param(example = "ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB")]
    pub subject: Option<String>,
    /// Only those in this state.
    pub state: Option<DeliveryState>,
}

/// Writes new deliveries, all with one statement; each may bring an event that the journal does not have.
pub async fn insert(tx: &mut Tx<'_>, deliveries: &[(Delivery, Option<String>)]) -> Result<(), Error> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let sql = format!("INSERT INTO deliveries ({COLUMNS}, body) VALUES {}", dialect::places(deliveries.len(), 12));
    let mut values: Vec<Value<'_>> = Vec::with_capacity(deliveries.len() * 12);
    for (new, body) in deliveries {
        values.extend([
            new.id.into(),
            name(new.kind)?,
            new.event_id.into(),
            (&new.subject).into(),
            (&new.target).into(),
            name(new.state)?,
            new.attempts.into(),
            new.next_attempt_at.into(),
            (&new.error).into(),
            new.created_at.into(),
            new.done_at.into(),
            body.into(),
        ]);
    }
    tx.execute(sql, &values).await.map(drop)
}

/// The message that asks for an attempt (from 1).
pub fn message(delivery: &Delivery, attempt: i64) -> Result<outbox::Message, Error> {
    let message = delivery.message(attempt);
    let body = serde_json::to_string(&message).map_err(|e| Error::Unexpected(e.to_string()))?;
    Ok(outbox::Message { id: message.id.to_string(), message_type: message.message_type, body })
}

pub async fn get(tx: &mut Tx<'_>, id: DeliveryId) -> Result<Option<Delivery>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?"), &[id.into()], read).await
}

/// Those of some ids that are there, each with the event that it brought, in no order.
pub async fn some(tx: &mut Tx<'_>, ids: &[DeliveryId]) -> Result<Vec<(Delivery, Option<String>)>, Error> {
    let places = dialect::in_places(ids.len());
    let sql = format!("SELECT {COLUMNS}, body FROM deliveries WHERE id IN ({places})");
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, |row| Ok((read(row)?, row.next()?))).await
}

/// Those of one event about some subjects, oldest first.
pub async fn of_event(tx: &mut Tx<'_>, event: EventId, subjects: &[String]) -> Result<Vec<Delivery>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deliveries WHERE subject IN ({}) AND event_id = ? ORDER BY id",
        dialect::in_places(subjects.len())
    );
    let mut values: Vec<Value<'_>> = dialect::padded(subjects).map(Value::from).collect();
    values.push(event.into());
    tx.rows(sql, &values, read).await
}

/// Newest first.
pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Delivery>, Error> {
    let Filter { kind, target, endpoint_id, subject, state } = filter;
    let mut only = Where::default();
    only.given_name("kind = ?", *kind)?;
    only.given("target = ?", target.as_deref());
    only.given("target = ?", *endpoint_id);
    only.given("subject = ?", subject.as_deref());
    only.given_name("state = ?", *state)?;
    only.given("id < ?", after.map(cursor::<DeliveryId>).transpose()?);
    let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE 1 = 1{} ORDER BY id DESC LIMIT ?", only.sql());
    let mut values = only.values().to_vec();
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |delivery| delivery.id.to_string()))
}

/// Notes one more attempt at each of some deliveries, which the receivers have accepted.
pub async fn done(tx: &mut Tx<'_>, ids: &[DeliveryId], now: Timestamp) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "UPDATE deliveries SET state = 'done', attempts = attempts + 1, next_attempt_at = NULL, error = NULL, done_at = ? \
         WHERE id IN ({})",
        dialect::in_places(ids.len())
    );
    let mut values: Vec<Value<'_>> = vec![now.into()];
    values.extend(dialect::padded(ids).map(Value::from));
    tx.execute(sql, &values).await.map(drop)
}

/// Notes a failed attempt; the next one is not before `at`.
pub async fn again(tx: &mut Tx<'_>, id: DeliveryId, error: &str, at: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ?, error = ? WHERE id = ?";
    tx.execute(sql, &[at.into(), error.into(), id.into()]).await.map(drop)
}

/// Notes a last, failed attempt: a person decides.
pub async fn give_up(tx: &mut Tx<'_>, id: DeliveryId, error: &str) -> Result<(), Error> {
    let sql =
        "UPDATE deliveries SET state = 'dead', attempts = attempts + 1, next_attempt_at = NULL, error = ? WHERE id = ?";
    tx.execute(sql, &[error.into(), id.into()]).await.map(drop)
}

/// Its message was given up on, whatever became of the attempt. False if it is done, or not to be made: then there is nothing
/// to decide.
pub async fn bury(tx: &mut Tx<'_>, id: DeliveryId, error: &str) -> Result<bool, Error> {
    let sql = "UPDATE deliveries SET state = 'dead', next_attempt_at = NULL, error = ? \
               WHERE id = ? AND state IN ('pending', 'dead')";
    Ok(tx.execute(sql, &[error.into(), id.into()]).await? == 1)
}

/// It is not to be made any more.
pub async fn skip(tx: &mut Tx<'_>, id: DeliveryId, why: &str, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE deliveries SET state = 'skipped', next_attempt_at = NULL, error = ?, done_at = ? WHERE id = ?";
    tx.execute(sql, &[why.into(), now.into(), id.into()]).await.map(drop)
}

/// A person sends it again: its attempts are counted from zero, and whoever has its message may make them.
pub async fn reopen(tx: &mut Tx<'_>, id: DeliveryId, at: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = ?, done_at = NULL WHERE id = ?";
    tx.execute(sql, &[at.into(), id.into()]).await.map(drop)
}

/// Notes how far a replay has come; [`Error::Stale`] if another worker has brought it further meanwhile.
pub async fn advance(tx: &mut Tx<'_>, id: DeliveryId, from: EventId, to: EventId) -> Result<(), Error> {
    let sql = "UPDATE deliveries SET event_id = ? WHERE id = ? AND event_id = ? AND state = 'pending'";
    tx.execute_one(sql, &[to.into(), id.into(), from.into()]).await
}
