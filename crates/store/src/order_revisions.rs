//! What confirmed orders were before they were edited.

use domain::{Order, OrderId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Error, Page, Reader, Tx};

/// An order in one revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = OrderRevision)]
pub struct Revision {
    #[schema(minimum = 1)]
    pub revision: i64,
    /// When the next revision replaced it; not there for the present one.
    pub replaced_at: Option<Timestamp>,
    /// The user or the part of the system that made the next one.
    pub replaced_by: Option<String>,
    /// The order as it was when it was replaced, or as it is.
    pub order: Order,
}

impl Revision {
    /// The revision that an order has now.
    #[must_use]
    pub fn present(order: Order) -> Self {
        Self { revision: order.revision, replaced_at: None, replaced_by: None, order }
    }
}

fn read(row: &mut Reader) -> Result<Revision, Error> {
    let order: Order = serde_json::from_str(&row.next::<String>()?).map_err(|e| Error::Unexpected(e.to_string()))?;
    Ok(Revision { replaced_at: row.next()?, replaced_by: row.next()?, ..Revision::present(order) })
}

/// Keeps an order as it was.
pub async fn insert(tx: &mut Tx<'_>, order: &Order, replaced_at: Timestamp, replaced_by: &str) -> Result<(), Error> {
    let body = serde_json::to_string(order).map_err(|e| Error::Unexpected(e.to_string()))?;
    let sql = "INSERT INTO order_revisions (order_id, revision, body, replaced_at, replaced_by) VALUES (?, ?, ?, ?, ?)";
    let values = [order.id.into(), order.revision.into(), body.into(), replaced_at.into(), replaced_by.into()];
    tx.execute(sql, &values).await.map(drop)
}

pub async fn get(tx: &mut Tx<'_>, id: OrderId, revision: i64) -> Result<Option<Revision>, Error> {
    let sql = "SELECT body, replaced_at, replaced_by FROM order_revisions WHERE order_id = ? AND revision = ?";
    tx.row(sql, &[id.into(), revision.into()], read).await
}

/// Newest first, from the present one on.
pub async fn list(
    tx: &mut Tx<'_>,
    present: &Order,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Revision>, Error> {
    let below = after.map_or(Ok(i64::MAX), |after| after.parse().map_err(|_| Error::BadCursor))?;
    let sql = "SELECT body, replaced_at, replaced_by FROM order_revisions WHERE order_id = ? AND revision < ? \
               ORDER BY revision DESC LIMIT ?";
    let mut rows = tx.rows(sql, &[present.id.into(), below.into(), (limit + 1).into()], read).await?;
    if after.is_none() {
        rows.insert(0, Revision::present(present.clone()));
    }
    Ok(Page::of(rows, limit, |revision| revision.order.revision.to_string()))
}
