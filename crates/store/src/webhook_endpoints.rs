//! Where webhooks are sent.

use domain::{Timestamp, WebhookEndpoint, WebhookEndpointId, WebhookEndpointState};

use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::{as_json, cursor, name};
use crate::{Error, Page, Tx, Value, dialect};

/// An endpoint with its sealed secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub endpoint: WebhookEndpoint,
    pub secret: String,
    pub previous_secret: Option<String>,
}

table! {
    /// The table `webhook_endpoints`.
    SealedEndpoints("webhook_endpoints") of Sealed {
        endpoint: Endpoints,
        secret,
        previous_secret,
    }
}

table! {
    /// The table `webhook_endpoints`, without the secrets.
    Endpoints("webhook_endpoints") of WebhookEndpoint {
        id,
        version,
        url,
        description,
        event_types via as_json,
        state,
        previous_secret_until,
        created_at,
        updated_at,
    }
}

/// Saves a new endpoint.
pub async fn insert(tx: &mut Tx<'_>, new: &Sealed) -> Result<(), Error> {
    table::insert(tx, SealedEndpoints::NAME, Assignments::all::<SealedEndpoints>(new)?).await
}

/// Saves an endpoint whose version has gone up by one; [`Error::Stale`] if somebody else has changed it meanwhile.
pub async fn update(tx: &mut Tx<'_>, before: &WebhookEndpoint, changed: &Sealed) -> Result<(), Error> {
    let values = [before.id.into(), before.version.into()];
    let row = Assignments::all::<SealedEndpoints>(changed)?.without("id");
    let (sql, values) = row.update(SealedEndpoints::NAME, "id = ? AND version = ?", values);
    tx.execute_one(sql, &values).await
}

pub async fn get(tx: &mut Tx<'_>, id: WebhookEndpointId) -> Result<Option<Sealed>, Error> {
    let sql = SealedEndpoints::select("WHERE id = ?");
    tx.row(sql, &[id.into()], SealedEndpoints::read).await
}

/// The endpoints of some ids, as far as they are there, in no order.
pub async fn some(tx: &mut Tx<'_>, ids: &[WebhookEndpointId]) -> Result<Vec<Sealed>, Error> {
    let places = dialect::in_places(ids.len());
    let sql = SealedEndpoints::select(&format!("WHERE id IN ({places})"));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, SealedEndpoints::read).await
}

/// All endpoints with their secrets, for sealing them anew.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Sealed>, Error> {
    let sql = SealedEndpoints::select("ORDER BY id");
    tx.rows(sql, &[], SealedEndpoints::read).await
}

/// The endpoints that webhooks are sent to.
pub async fn active(tx: &mut Tx<'_>) -> Result<Vec<WebhookEndpoint>, Error> {
    tx.rows(Endpoints::select("WHERE state = 'active' ORDER BY id"), &[], Endpoints::read).await
}

/// One page of endpoints, newest first.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<WebhookEndpoint>, Error> {
    let mut sql = Endpoints::select("");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(after) = after {
        sql.push_str(" WHERE id < ?");
        values.push(cursor::<WebhookEndpointId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, Endpoints::read).await?;
    Ok(Page::of(rows, limit, |endpoint| endpoint.id.to_string()))
}

/// Notes that an endpoint answered that it is gone; false if it was not active.
pub async fn gone(tx: &mut Tx<'_>, id: WebhookEndpointId, now: Timestamp) -> Result<bool, Error> {
    let sql = "UPDATE webhook_endpoints SET state = ?, version = version + 1, updated_at = ? WHERE id = ? AND state = 'active'";
    Ok(tx.execute(sql, &[name(WebhookEndpointState::Gone)?, now.into(), id.into()]).await? == 1)
}

/// Replaces an endpoint's sealed secrets, which were sealed again with another key.
pub async fn reseal(tx: &mut Tx<'_>, id: WebhookEndpointId, sealed: &Sealed) -> Result<(), Error> {
    let sql = "UPDATE webhook_endpoints SET secret = ?, previous_secret = ? WHERE id = ?";
    tx.execute(sql, &[(&sealed.secret).into(), (&sealed.previous_secret).into(), id.into()]).await.map(drop)
}

pub async fn delete(tx: &mut Tx<'_>, id: WebhookEndpointId) -> Result<(), Error> {
    tx.execute("DELETE FROM webhook_endpoints WHERE id = ?", &[id.into()]).await.map(drop)
}
