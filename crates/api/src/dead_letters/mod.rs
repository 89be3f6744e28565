//! `/api/v1/dead-letters`: the desk.

pub(crate) mod batches;
pub(crate) mod detail;

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::DeadLetterId;
use ops::exchange::export;
use serde::Deserialize;
use serde_json::Value;
use store::change;
use store::dead_letters::{self, DeadLetter, Filter};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::{Id, Json, MaybeJson, Query};
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};
use store::query;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(list_csv))
        .routes(routes!(redrive))
        .routes(routes!(discard))
}

/// List dead letters, newest first.
#[utoipa::path(get, path = "/dead-letters", tag = "dead-letters", params(PageQuery, Filter),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<DeadLetter>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Out<Page<DeadLetter>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found =
        query!(app.db, move |tx, filter, after, limit| dead_letters::list(tx, filter, after.as_deref(), *limit).await);
    let found: store::Page<DeadLetter> = found.await.map_err(Problem::from)?;
    Ok(Out(found.into()))
}

/// All dead letters of the list as a CSV file, without their bodies.
#[utoipa::path(get, path = "/dead-letters.csv", tag = "dead-letters", params(Filter, CsvQuery),
    security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::DeadLetters { filter: filter.clone() }, &filter, file).await
}

#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DeadLetterRedrive {
    /// The whole message, edited: a valid event of the same id. As it is, if not given.
    body: Option<Value>,
}

/// Send a dead letter again, under its own id: as it is, or mended.
#[utoipa::path(post, path = "/dead-letters/{id}/redrive", tag = "dead-letters", params(("id" = DeadLetterId, Path)),
    request_body = Option<DeadLetterRedrive>, security(("bearer" = ["manager"])),
    responses((status = 200, body = DeadLetter)))]
async fn redrive(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<DeadLetterId>,
    MaybeJson(redrive): MaybeJson<DeadLetterRedrive>,
) -> Result<Out<DeadLetter>, Problem> {
    let input = (app.ctx(&caller), id, redrive.and_then(|redrive| redrive.body));
    let redriven = app.db.write(input, |tx, (ctx, id, edited)| match edited {
        Some(edited) => Box::pin(ops::dead_letters::redrive_edited(tx, ctx, *id, edited)),
        None => Box::pin(ops::dead_letters::redrive(tx, ctx, *id)),
    });
    Ok(Out(redriven.await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Discard {
    /// Why nothing is lost by it.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// Give a dead letter up for good.
#[utoipa::path(post, path = "/dead-letters/{id}/discard", tag = "dead-letters", params(("id" = DeadLetterId, Path)),
    request_body = Discard, security(("bearer" = ["manager"])),
    responses((status = 200, body = DeadLetter)))]
async fn discard(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<DeadLetterId>,
    Json(discard): Json<Discard>,
) -> Result<Out<DeadLetter>, Problem> {
    let (ctx, reason) = (app.ctx(&caller), discard.reason);
    let letter =
        change!(app.db, move |tx, ctx, id, reason| ops::dead_letters::discard(tx, ctx, *id, reason).await).await?;
    Ok(Out(letter))
}
