//! What must leave the building, and how far it has come.

use domain::{Delivery, DeliveryId, DeliveryKind, DeliveryState, EventId, Timestamp, WebhookEndpointId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::list::Where;
use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::cursor;
use crate::{Error, Page, Tx, Value, dialect, outbox};

table! {
    /// The table `deliveries`, without the event that some bring.
    Deliveries("deliveries") of Delivery {
        id,
        kind,
        event_id,
        subject,
        target,
        state,
        attempts,
        next_attempt_at,
        error,
        created_at,
        done_at,
    }
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
    let rows = deliveries.iter().map(|(new, body)| Ok(Assignments::all::<Deliveries>(new)?.and("body", body)));
    let rows = rows.collect::<Result<_, Error>>()?;
    table::insert_all(tx, Deliveries::NAME, rows).await
}

/// The message that asks for an attempt (from 1).
pub fn message(delivery: &Delivery, attempt: i64) -> Result<outbox::Message, Error> {
    let message = delivery.message(attempt);
    let body = serde_json::to_string(&message).map_err(|e| Error::Unexpected(e.to_string()))?;
    Ok(outbox::Message { id: message.id.to_string(), message_type: message.message_type, body })
}

pub async fn get(tx: &mut Tx<'_>, id: DeliveryId) -> Result<Option<Delivery>, Error> {
    tx.row(Deliveries::select("WHERE id = ?"), &[id.into()], Deliveries::read).await
}

/// Those of some ids that are there, each with the event that it brought, in no order.
pub async fn some(tx: &mut Tx<'_>, ids: &[DeliveryId]) -> Result<Vec<(Delivery, Option<String>)>, Error> {
    let places = dialect::in_places(ids.len());
    let sql = format!("SELECT {}, body FROM deliveries WHERE id IN ({places})", Deliveries::columns());
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, |row| Ok((Deliveries::read(row)?, row.next()?))).await
}

/// Those of one event about some subjects, oldest first.
pub async fn of_event(tx: &mut Tx<'_>, event: EventId, subjects: &[String]) -> Result<Vec<Delivery>, Error> {
    let places = dialect::in_places(subjects.len());
    let sql = Deliveries::select(&format!("WHERE subject IN ({places}) AND event_id = ? ORDER BY id"));
    let mut values: Vec<Value<'_>> = dialect::padded(subjects).map(Value::from).collect();
    values.push(event.into());
    tx.rows(sql, &values, Deliveries::read).await
}

/// One page of deliveries, newest first.
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
    let sql = Deliveries::select(&format!("WHERE 1 = 1{} ORDER BY id DESC LIMIT ?", only.sql()));
    let mut values = only.values().to_vec();
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, Deliveries::read).await?;
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

/// Notes a failed attempt, the `attempt`th; the next one is not before `at`. False if it does not count: the delivery has ended,
/// or another copy of its message has made this attempt, and the message for the next one is that one's.
pub async fn again(tx: &mut Tx<'_>, id: DeliveryId, attempt: i64, error: &str, at: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE deliveries SET attempts = ?, next_attempt_at = ?, error = ? \
               WHERE id = ? AND state = 'pending' AND attempts < ?";
    let values = [attempt.into(), at.into(), error.into(), id.into(), attempt.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Whether the `attempt`th attempt is still to be made; what is told stays so until the end of the transaction. False as with
/// [`again`].
pub async fn is_due(tx: &mut Tx<'_>, id: DeliveryId, attempt: i64) -> Result<bool, Error> {
    // Locks the row, and counts it although nothing changes (both engines' clients are asked for what was found).
    let sql = "UPDATE deliveries SET attempts = attempts WHERE id = ? AND state = 'pending' AND attempts < ?";
    Ok(tx.execute(sql, &[id.into(), attempt.into()]).await? == 1)
}

/// Notes a last, failed attempt, the `attempt`th: a person decides. False if it does not count, as with [`again`].
pub async fn give_up(tx: &mut Tx<'_>, id: DeliveryId, attempt: i64, error: &str) -> Result<bool, Error> {
    let sql = "UPDATE deliveries SET state = 'dead', attempts = ?, next_attempt_at = NULL, error = ? \
               WHERE id = ? AND state = 'pending' AND attempts < ?";
    Ok(tx.execute(sql, &[attempt.into(), error.into(), id.into(), attempt.into()]).await? == 1)
}

/// Notes that a delivery's message was given up on, whatever became of the attempt. False if it is done, or not to be made:
/// then there is nothing to decide.
pub async fn bury(tx: &mut Tx<'_>, id: DeliveryId, error: &str) -> Result<bool, Error> {
    let sql = "UPDATE deliveries SET state = 'dead', next_attempt_at = NULL, error = ? \
               WHERE id = ? AND state IN ('pending', 'dead')";
    Ok(tx.execute(sql, &[error.into(), id.into()]).await? == 1)
}

/// Notes that a delivery which has not ended is not to be made any more.
pub async fn skip(tx: &mut Tx<'_>, id: DeliveryId, why: &str, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE deliveries SET state = 'skipped', next_attempt_at = NULL, error = ?, done_at = ? \
               WHERE id = ? AND state = 'pending'";
    tx.execute(sql, &[why.into(), now.into(), id.into()]).await.map(drop)
}

/// Lets a delivery be made again, as a person has asked: its attempts are counted from zero, and whoever has its message may
/// make them.
pub async fn reopen(tx: &mut Tx<'_>, id: DeliveryId, at: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = ?, done_at = NULL WHERE id = ?";
    tx.execute(sql, &[at.into(), id.into()]).await.map(drop)
}

/// Notes how far a replay has come; [`Error::Stale`] if another worker has brought it further meanwhile.
pub async fn advance(tx: &mut Tx<'_>, id: DeliveryId, from: EventId, to: EventId) -> Result<(), Error> {
    let sql = "UPDATE deliveries SET event_id = ? WHERE id = ? AND event_id = ? AND state = 'pending'";
    tx.execute_one(sql, &[to.into(), id.into(), from.into()]).await
}
