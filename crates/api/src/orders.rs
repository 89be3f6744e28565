//! `/api/v1/orders`

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::{ContactId, Order, OrderId, OrderInput, OrderState};
use ops::export;
use serde::{Deserialize, Serialize};
use store::orders::{self, Filter};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::Answer;
use crate::auth::Caller;
use crate::body::{Id, Json, Query, Version};
use crate::csv::{CsvQuery, download};
use crate::idempotency::{Once, once};
use crate::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, place))
        .routes(routes!(list_csv))
        .routes(routes!(lines_csv))
        .routes(routes!(read, edit))
        .routes(routes!(confirm))
        .routes(routes!(fulfil))
        .routes(routes!(close))
        .routes(routes!(cancel))
}

#[derive(Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// Only orders that have, for each of these words, a word that begins with it: number, reference, SKU, the contact's
    /// name. The filters below are not applied to a search.
    #[param(example = "dupr")]
    q: Option<String>,
    contact_id: Option<ContactId>,
    state: Option<OrderState>,
    /// Only what is past its due date and not paid in full.
    late: Option<bool>,
}

impl Search {
    fn words(&self) -> Option<String> {
        self.q.clone().filter(|q| !q.trim().is_empty())
    }

    fn filter(&self, app: &App) -> Filter {
        let late_on = self.late.unwrap_or(false).then(|| app.context.now().date());
        Filter { contact_id: self.contact_id, state: self.state, late_on }
    }
}

/// List orders, newest first, or search them.
#[utoipa::path(get, path = "/orders", tag = "orders", params(PageQuery, Search), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Order>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(search): Query<Search>,
) -> Result<Out<Page<Order>>, Problem> {
    let input = (search.words(), search.filter(&app), page.after()?, page.limit()?);
    let found = app.db.read(input, |tx, (q, filter, after, limit)| {
        Box::pin(async move {
            match q {
                Some(q) => orders::search(tx, q, after.as_deref(), *limit).await,
                None => orders::list(tx, filter, after.as_deref(), *limit).await,
            }
        })
    });
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// All orders of the list as a CSV file, one row an order.
#[utoipa::path(get, path = "/orders.csv", tag = "orders", params(Search, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    let list = export::Orders { q: search.words(), filter: search.filter(&app) };
    download(&app, &caller, list, &search, file).await
}

/// The lines of all orders of the list as a CSV file, each beside its order. An import takes it back.
#[utoipa::path(get, path = "/order-lines.csv", tag = "orders", params(Search, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn lines_csv(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    let list = export::OrderLines(export::Orders { q: search.words(), filter: search.filter(&app) });
    download(&app, &caller, list, &search, file).await
}

/// Take an order.
#[utoipa::path(post, path = "/orders", tag = "orders",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body change something once")),
    request_body = OrderInput, security(("bearer" = ["clerk"])),
    responses((status = 201, body = Order, headers(("ETag" = String), ("Location" = String)))))]
async fn place(State(app): State<App>, caller: Caller, request: Once<OrderInput>) -> Result<Answer, Problem> {
    once(&app, &caller, request, |tx, ctx, input| {
        Box::pin(async move {
            let order = ops::orders::place(tx, ctx, input.clone()).await?;
            Ok(Answer::created(format!("/api/v1/orders/{}", order.id), &order, order.version)?)
        })
    })
    .await
}

/// Read an order.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", params(("id" = OrderId, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Order, headers(("ETag" = String)))))]
async fn read(State(app): State<App>, Id(id): Id<OrderId>) -> Result<Answer, Problem> {
    let found = app.db.read(id, |tx, id| Box::pin(orders::get(tx, *id))).await.map_err(Problem::from)?;
    let order = found.ok_or_else(|| Problem::not_found("order"))?;
    Ok(Answer::ok(&order, order.version)?)
}

/// Replace what is said of a draft or confirmed order; a confirmed one gets a new revision.
#[utoipa::path(put, path = "/orders/{id}", tag = "orders",
    params(("id" = OrderId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = OrderInput, security(("bearer" = ["clerk"])),
    responses((status = 200, body = Order, headers(("ETag" = String)))))]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    version: Version,
    Json(input): Json<OrderInput>,
) -> Result<Answer, Problem> {
    let input = (app.ctx(&caller), id, version.required()?, input);
    let edited = app.db.write(input, |tx, (ctx, id, version, input)| {
        Box::pin(ops::orders::edit(tx, ctx, *id, *version, input.clone()))
    });
    let order = edited.await?;
    Ok(Answer::ok(&order, order.version)?)
}

/// Confirm a draft.
#[utoipa::path(post, path = "/orders/{id}/confirm", tag = "orders",
    params(("id" = OrderId, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = ["clerk"])),
    responses((status = 200, body = Order, headers(("ETag" = String)))))]
async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    version: Version,
) -> Result<Answer, Problem> {
    set_state(&app, &caller, id, version, OrderState::Confirmed).await
}

/// Say that a confirmed order has been delivered.
#[utoipa::path(post, path = "/orders/{id}/fulfil", tag = "orders",
    params(("id" = OrderId, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = ["clerk"])),
    responses((status = 200, body = Order, headers(("ETag" = String)))))]
async fn fulfil(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    version: Version,
) -> Result<Answer, Problem> {
    set_state(&app, &caller, id, version, OrderState::Fulfilled).await
}

/// Close a fulfilled order: nothing more is expected of it.
#[utoipa::path(post, path = "/orders/{id}/close", tag = "orders",
    params(("id" = OrderId, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = ["clerk"])),
    responses((status = 200, body = Order, headers(("ETag" = String)))))]
async fn close(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    version: Version,
) -> Result<Answer, Problem> {
    set_state(&app, &caller, id, version, OrderState::Closed).await
}

/// Cancel a draft or a confirmed order. Money received stays, to be given back.
#[utoipa::path(post, path = "/orders/{id}/cancel", tag = "orders",
    params(("id" = OrderId, Path), ("If-Match" = Option<String>, Header)), security(("bearer" = ["manager"])),
    responses((status = 200, body = Order, headers(("ETag" = String)))))]
async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    version: Version,
) -> Result<Answer, Problem> {
    set_state(&app, &caller, id, version, OrderState::Cancelled).await
}

async fn set_state(
    app: &App,
    caller: &Caller,
    id: OrderId,
    version: Version,
    state: OrderState,
) -> Result<Answer, Problem> {
    let input = (app.ctx(caller), id, version.0, state);
    let moved = app
        .db
        .write(input, |tx, (ctx, id, version, state)| Box::pin(ops::orders::set_state(tx, ctx, *id, *version, *state)));
    let order = moved.await?;
    Ok(Answer::ok(&order, order.version)?)
}
