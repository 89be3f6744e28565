//! `/api/v1/orders`

pub(crate) mod documents;
pub(crate) mod lists;
pub(crate) mod revisions;

use axum::extract::State;
use domain::{Order, OrderId, OrderInput, OrderState};
use serde::Deserialize;
use store::{change, orders, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Id, Json, Version};
use crate::http::idempotency::{Once, OnceAct, once};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(crate::orders::lists::list, place))
        .routes(routes!(crate::orders::lists::list_csv))
        .routes(routes!(crate::orders::lists::lines_csv))
        .routes(routes!(read, edit))
        .routes(routes!(confirm))
        .routes(routes!(fulfil))
        .routes(routes!(close))
        .routes(routes!(cancel))
        .routes(routes!(set_tags))
        .routes(routes!(set_notes))
        .routes(routes!(duplicate))
}

/// Other tags for an order.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct OrderTags {
    #[schema(value_type = Vec<domain::Tag>, max_items = 50)]
    tags: Vec<String>,
}

/// Other notes for an order.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct OrderNotes {
    #[schema(max_length = 4000)]
    notes: Option<String>,
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
    let found = query!(app.db, move |tx, id| orders::get(tx, *id).await).await.map_err(Problem::from)?;
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
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let edited = change!(app.db, move |tx, ctx, id, version, input| {
        ops::orders::edit(tx, ctx, *id, *version, input.clone()).await
    });
    let order = edited.await?;
    Ok(Answer::ok(&order, order.version)?)
}

/// Replace the tags of an order, whatever its state.
#[utoipa::path(put, path = "/orders/{id}/tags", tag = "orders",
    params(("id" = OrderId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = OrderTags, security(("bearer" = ["clerk"])),
    responses((status = 200, body = Order, headers(("ETag" = String)))))]
async fn set_tags(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    version: Version,
    Json(OrderTags { tags }): Json<OrderTags>,
) -> Result<Answer, Problem> {
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let tagged = change!(app.db, move |tx, ctx, id, version, tags| {
        ops::orders::set_tags(tx, ctx, *id, *version, tags.clone()).await
    });
    let order = tagged.await?;
    Ok(Answer::ok(&order, order.version)?)
}

/// Replace the notes of an order, whatever its state.
#[utoipa::path(put, path = "/orders/{id}/notes", tag = "orders",
    params(("id" = OrderId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = OrderNotes, security(("bearer" = ["clerk"])),
    responses((status = 200, body = Order, headers(("ETag" = String)))))]
async fn set_notes(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    version: Version,
    Json(OrderNotes { notes }): Json<OrderNotes>,
) -> Result<Answer, Problem> {
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let noted = change!(app.db, move |tx, ctx, id, version, notes| {
        ops::orders::set_notes(tx, ctx, *id, *version, notes.as_deref()).await
    });
    let order = noted.await?;
    Ok(Answer::ok(&order, order.version)?)
}

/// Place a draft with the same contact, lines and tags.
#[utoipa::path(post, path = "/orders/{id}/duplicate", tag = "orders",
    params(("id" = OrderId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key changes something once")),
    security(("bearer" = ["clerk"])),
    responses((status = 201, body = Order, headers(("ETag" = String), ("Location" = String)))))]
async fn duplicate(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    request: OnceAct,
) -> Result<Answer, Problem> {
    once(&app, &caller, request.on(id), |tx, ctx, id| {
        Box::pin(async move {
            let order = ops::orders::duplicate(tx, ctx, *id).await?;
            Ok(Answer::created(format!("/api/v1/orders/{}", order.id), &order, order.version)?)
        })
    })
    .await
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
    let (ctx, version) = (app.ctx(caller), version.0);
    let moved = change!(app.db, move |tx, ctx, id, version, state| {
        ops::orders::set_state(tx, ctx, *id, *version, *state).await
    });
    let order = moved.await?;
    Ok(Answer::ok(&order, order.version)?)
}
