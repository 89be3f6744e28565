//! `GET /api/v1/orders`: which orders, and in which order.

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::Order;
use ops::exchange::export;
use store::order_lists::{self as lists, Filter};

use crate::access::auth::Caller;
use crate::http::body::Query;
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};
use store::query;

/// List orders, or search them.
#[utoipa::path(get, path = "/orders", tag = "orders", params(PageQuery, Filter), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Order>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Out<Page<Order>>, Problem> {
    let (today, after, limit) = (app.context.now().date(), page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, filter, today, after, limit| lists::list(
        tx,
        filter,
        *today,
        after.as_deref(),
        *limit
    )
    .await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

fn export(filter: &Filter, app: &App) -> export::Orders {
    export::Orders { filter: filter.clone(), today: app.context.now().date() }
}

/// All orders of the list as a CSV file, one row an order.
#[utoipa::path(get, path = "/orders.csv", tag = "orders", params(Filter, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
pub(crate) async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export(&filter, &app), &filter, file).await
}

/// The lines of all orders of the list as a CSV file, each beside its order. An import takes it back.
#[utoipa::path(get, path = "/order-lines.csv", tag = "orders", params(Filter, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
pub(crate) async fn lines_csv(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::OrderLines(export(&filter, &app)), &filter, file).await
}
