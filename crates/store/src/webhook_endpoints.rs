//! Where webhooks are sent.

use domain::{Timestamp, WebhookEndpoint, WebhookEndpointId, WebhookEndpointState};

use crate::value::{cursor, json, name};
use crate::{Error, Page, Reader, Tx, Value, dialect};

/// An endpoint with its sealed secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub endpoint: WebhookEndpoint,
    pub secret: String,
    pub previous_secret: Option<String>,
}

const COLUMNS: &str =
    "id, version, url, description, event_types, state, previous_secret_until, created_at, updated_at";

fn read(row: &mut Reader) -> Result<WebhookEndpoint, Error> {
    Ok(WebhookEndpoint {
        id: row.next()?,
        version: row.next()?,
        url: row.next()?,
        description: row.next()?,
        event_types: serde_json::from_str(&row.next::<String>()?).map_err(|e| Error::Unexpected(e.to_string()))?,
        state: row.next_name()?,
        previous_secret_until: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

fn read_sealed(row: &mut Reader) -> Result<Sealed, Error> {
    Ok(Sealed { endpoint: read(row)?, secret: row.next()?, previous_secret: row.next()? })
}

pub async fn insert(tx: &mut Tx<'_>, new: &Sealed) -> Result<(), Error> {
    let sql =
        format!("INSERT INTO webhook_endpoints ({COLUMNS}, secret, previous_secret) VALUES {}", dialect::places(1, 11));
    let Sealed { endpoint, secret, previous_secret } = new;
    let values = [
        endpoint.id.into(),
        endpoint.version.into(),
        (&endpoint.url).into(),
        (&endpoint.description).into(),
        json(&endpoint.event_types)?,
        name(endpoint.state)?,
        endpoint.previous_secret_until.into(),
        endpoint.created_at.into(),
        endpoint.updated_at.into(),
        secret.into(),
        previous_secret.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}

/// Saves an endpoint whose version has gone up by one; [`Error::Stale`] if somebody else has changed it meanwhile.
pub async fn update(tx: &mut Tx<'_>, before: &WebhookEndpoint, changed: &Sealed) -> Result<(), Error> {
    let sql = "UPDATE webhook_endpoints SET version = ?, url = ?, description = ?, event_types = ?, state = ?, secret = ?, \
               previous_secret = ?, previous_secret_until = ?, updated_at = ? WHERE id = ? AND version = ?";
    let Sealed { endpoint, secret, previous_secret } = changed;
    let values = [
        endpoint.version.into(),
        (&endpoint.url).into(),
        (&endpoint.description).into(),
        json(&endpoint.event_types)?,
        name(endpoint.state)?,
        secret.into(),
        previous_secret.into(),
        endpoint.previous_secret_until.into(),
        endpoint.updated_at.into(),
        endpoint.id.into(),
        before.version.into(),
    ];
    tx.execute_one(sql, &values).await
}

pub async fn get(tx: &mut Tx<'_>, id: WebhookEndpointId) -> Result<Option<Sealed>, Error> {
    let sql = format!("SELECT {COLUMNS}, secret, previous_secret FROM webhook_endpoints WHERE id = ?");
    tx.row(sql, &[id.into()], read_sealed).await
}

/// Those of some ids that are there, in no order.
pub async fn some(tx: &mut Tx<'_>, ids: &[WebhookEndpointId]) -> Result<Vec<Sealed>, Error> {
    let places = dialect::in_places(ids.len());
    let sql = format!("SELECT {COLUMNS}, secret, previous_secret FROM webhook_endpoints WHERE id IN ({places})");
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, read_sealed).await
}

/// All with their secrets, for sealing them anew.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Sealed>, Error> {
    let sql = format!("SELECT {COLUMNS}, secret, previous_secret FROM webhook_endpoints ORDER BY id");
    tx.rows(sql, &[], read_sealed).await
}

/// Those that get something.
pub async fn active(tx: &mut Tx<'_>) -> Result<Vec<WebhookEndpoint>, Error> {
    tx.rows(format!("SELECT {COLUMNS} FROM webhook_endpoints WHERE state = 'active' ORDER BY id"), &[], read).await
}

/// Newest first.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<WebhookEndpoint>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM webhook_endpoints");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(after) = after {
        sql.push_str(" WHERE id < ?");
        values.push(cursor::<WebhookEndpointId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |endpoint| endpoint.id.to_string()))
}

/// It does not want any more; false if it was switched off before.
pub async fn gone(tx: &mut Tx<'_>, id: WebhookEndpointId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE webhook_endpoints SET state = ?, version = version + 1, updated_at = ? WHERE id = ? AND state = 'active'";
    Ok(tx.execute(sql, &[name(WebhookEndpointState::Gone)?, now.into(), id.into()]).await? == 1)
}

/// Replaces sealed secrets by the same sealed otherwise.
pub async fn reseal(tx: &mut Tx<'_>, id: WebhookEndpointId, sealed: &Sealed) -> Result<(), Error> {
    let sql = "UPDATE webhook_endpoints SET secret = ?, previous_secret = ? WHERE id = ?";
    tx.execute(sql, &[(&sealed.secret).into(), (&sealed.previous_secret).into(), id.into()]).await.map(drop)
}

pub async fn delete(tx: &mut Tx<'_>, id: WebhookEndpointId) -> Result<(), Error> {
    tx.execute("DELETE FROM webhook_endpoints WHERE id = ?", &[id.into()]).await.map(drop)
}
