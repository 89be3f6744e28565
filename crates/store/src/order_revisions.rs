//! What confirmed orders were before they were edited.

use domain::{Order, OrderId, Timestamp};

use crate::{Error, Page, Reader, Tx};

/// An order as it was in one revision, or as it is in the present one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub order: Order,
    /// When and by whom; the present revision has not been.
    pub replaced: Option<(Timestamp, String)>,
}

fn read(row: &mut Reader) -> Result<Revision, Error> {
    let order = serde_json::from_str(&row.next::<String>()?).map_err(|e| Error::Unexpected(e.to_string()))?;
    Ok(Revision { order, replaced: Some((row.next()?, row.next()?)) })
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
        rows.insert(0, Revision { order: present.clone(), replaced: None });
    }
    Ok(Page::of(rows, limit, |revision| revision.order.revision.to_string()))
}
