//! The timelines of contacts, orders and products.

use axum::Json as Out;
use axum::extract::State;
use domain::{ContactId, OrderId, ProductId};
use store::contacts;
use store::query;
use store::timeline::{self, Entry};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::body::{Id, Query};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_contact)).routes(routes!(of_order)).routes(routes!(of_product))
}

/// What happened to a contact and to those that were merged into it, newest first.
#[utoipa::path(get, path = "/contacts/{id}/timeline", tag = "contacts", operation_id = "timeline", params(("id" = ContactId, Path), PageQuery),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Entry>)))]
async fn of_contact(
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(page): Query<PageQuery>,
) -> Result<Out<Page<Entry>>, Problem> {
    let merged: Vec<ContactId> =
        query!(app.db, move |tx, id| contacts::merged_into(tx, *id).await).await.map_err(Problem::from)?;
    of(&app, [id].iter().chain(&merged).map(ToString::to_string).collect(), &page).await
}

/// What happened to an order, newest first.
#[utoipa::path(get, path = "/orders/{id}/timeline", tag = "orders", operation_id = "timeline", params(("id" = OrderId, Path), PageQuery),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Entry>)))]
async fn of_order(
    State(app): State<App>,
    Id(id): Id<OrderId>,
    Query(page): Query<PageQuery>,
) -> Result<Out<Page<Entry>>, Problem> {
    of(&app, vec![id.to_string()], &page).await
}

/// What happened to a product, newest first.
#[utoipa::path(get, path = "/products/{id}/timeline", tag = "products", operation_id = "timeline", params(("id" = ProductId, Path), PageQuery),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Entry>)))]
async fn of_product(
    State(app): State<App>,
    Id(id): Id<ProductId>,
    Query(page): Query<PageQuery>,
) -> Result<Out<Page<Entry>>, Problem> {
    of(&app, vec![id.to_string()], &page).await
}

async fn of(app: &App, subjects: Vec<String>, page: &PageQuery) -> Result<Out<Page<Entry>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found =
        query!(app.db, move |tx, subjects, after, limit| timeline::list(tx, subjects, after.as_deref(), *limit).await);
    let found: store::Page<Entry> = found.await.map_err(Problem::from)?;
    Ok(Out(found.into()))
}
