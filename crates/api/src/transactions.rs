//! `/api/v1/transactions`

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::{Transaction, TransactionId, TransactionInput, TransactionKind, TransactionState};
use ops::exchange::export;
use serde::Deserialize;
use store::transactions::{self, Filter};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Id, Json, Query, Version};
use crate::http::csv::{CsvQuery, download};
use crate::http::idempotency::{Once, once};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};
use store::{change, query};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, record))
        .routes(routes!(list_csv))
        .routes(routes!(read))
        .routes(routes!(settle))
}

/// List transactions.
#[utoipa::path(get, path = "/transactions", tag = "transactions", params(PageQuery, Filter),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Transaction>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Out<Page<Transaction>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found =
        query!(app.db, move |tx, filter, after, limit| transactions::list(tx, filter, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// All transactions of the list as a CSV file.
#[utoipa::path(get, path = "/transactions.csv", tag = "transactions", params(Filter, CsvQuery),
    security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::Transactions { filter: filter.clone() }, &filter, file).await
}

/// Record a payment, or a refund (which never exceeds what was received).
#[utoipa::path(post, path = "/transactions", tag = "transactions",
    params(("Idempotency-Key" = String, Header, description = "The same key and body change something once")),
    request_body = TransactionInput, security(("bearer" = ["clerk"])),
    responses((status = 201, body = Transaction, headers(("ETag" = String), ("Location" = String)))))]
async fn record(State(app): State<App>, caller: Caller, request: Once<TransactionInput>) -> Result<Answer, Problem> {
    if request.value.kind == TransactionKind::Refund {
        caller.at_least(domain::Role::Manager)?;
    }
    once(&app, &caller, request.with_key()?, |tx, ctx, input| {
        Box::pin(async move {
            let transaction = ops::transactions::record(tx, ctx, input.clone()).await?;
            let location = format!("/api/v1/transactions/{}", transaction.id);
            Ok(Answer::created(location, &transaction, transaction.version)?)
        })
    })
    .await
}

/// Read a transaction.
#[utoipa::path(get, path = "/transactions/{id}", tag = "transactions", params(("id" = TransactionId, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Transaction, headers(("ETag" = String)))))]
async fn read(State(app): State<App>, Id(id): Id<TransactionId>) -> Result<Answer, Problem> {
    let found = query!(app.db, move |tx, id| transactions::get(tx, *id).await).await.map_err(Problem::from)?;
    let transaction = found.ok_or_else(|| Problem::not_found("transaction"))?;
    Ok(Answer::ok(&transaction, transaction.version)?)
}

/// How a pending transaction ended.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Settlement {
    /// Succeeded, failed or cancelled.
    state: TransactionState,
}

/// Settle a pending transaction.
#[utoipa::path(post, path = "/transactions/{id}/settle", tag = "transactions",
    params(("id" = TransactionId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = Settlement, security(("bearer" = ["clerk"])),
    responses((status = 200, body = Transaction, headers(("ETag" = String)))))]
async fn settle(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<TransactionId>,
    version: Version,
    Json(settlement): Json<Settlement>,
) -> Result<Answer, Problem> {
    let (ctx, version, state) = (app.ctx(&caller), version.required()?, settlement.state);
    let settled = change!(app.db, move |tx, ctx, id, version, state| {
        ops::transactions::settle(tx, ctx, *id, *version, *state).await
    });
    let transaction = settled.await?;
    Ok(Answer::ok(&transaction, transaction.version)?)
}
