//! `/api/v1/orders/{id}/revisions`: what an order was before it was edited.

use axum::Json as Out;
use axum::extract::{Path, State};
use domain::OrderId;
use store::order_revisions::{self, Revision};
use store::{Tx, orders, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::body::{Id, Query};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read))
}

/// List the revisions of an order, newest first: the present one and those before.
#[utoipa::path(get, path = "/orders/{id}/revisions", tag = "orders", operation_id = "revisions",
    params(("id" = OrderId, Path), PageQuery), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Revision>)))]
async fn list(
    State(app): State<App>,
    Id(id): Id<OrderId>,
    Query(page): Query<PageQuery>,
) -> Result<Out<Page<Revision>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, id, after, limit| {
        let Some(order) = orders::get(tx, *id).await? else { return Ok(None) };
        order_revisions::list(tx, &order, after.as_deref(), *limit).await.map(Some)
    });
    let found: Option<store::Page<_>> = found.await.map_err(|e: store::Error| Problem::from(e))?;
    let page = found.ok_or_else(|| Problem::not_found("order"))?;
    Ok(Out(page.into()))
}

/// Read one revision of an order.
#[utoipa::path(get, path = "/orders/{id}/revisions/{revision}", tag = "orders", operation_id = "revision",
    params(("id" = OrderId, Path), ("revision" = i64, Path, minimum = 1)), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Revision)))]
async fn read(
    State(app): State<App>,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
) -> Result<Out<Revision>, Problem> {
    let unknown = || Problem::not_found("revision");
    let Path((id, revision)) = path.map_err(|_| unknown())?;
    let (Ok(id), Ok(revision)) = (id.parse::<OrderId>(), revision.parse::<i64>()) else { return Err(unknown()) };
    let found = query!(app.db, move |tx, id, revision| one(tx, *id, *revision).await).await;
    let found = found.map_err(|e: store::Error| Problem::from(e))?;
    found.map(Out).ok_or_else(unknown)
}

async fn one(tx: &mut Tx<'_>, id: OrderId, revision: i64) -> Result<Option<Revision>, store::Error> {
    if let Some(former) = order_revisions::get(tx, id, revision).await? {
        return Ok(Some(former));
    }
    let present = orders::get(tx, id).await?.filter(|order| order.revision == revision);
    Ok(present.map(Revision::present))
}
