//! `/api/v1/api-keys`: keys by which programs call.

use axum::Json as Out;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{ApiKey, ApiKeyId, ApiKeyInput};
use ops::exchange::export;
use serde::Serialize;
use store::{api_keys, change, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::{Id, Json, Query};
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, make)).routes(routes!(list_csv)).routes(routes!(revoke))
}

/// A new key.
#[derive(Serialize, utoipa::ToSchema)]
struct NewApiKey {
    api_key: ApiKey,
    /// For the header `Authorization: Bearer …`. Shown this once.
    #[schema(example = "ck_4fTqXv9LwA2mZr7KdYb3NcGh8JpSe5Uu")]
    key: String,
}

/// All API keys as a CSV file; never the keys themselves.
#[utoipa::path(get, path = "/api-keys.csv", tag = "api-keys", params(CsvQuery), security(("bearer" = ["admin"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(State(app): State<App>, caller: Caller, Query(file): Query<CsvQuery>) -> Result<Response, Problem> {
    download(&app, &caller, export::ApiKeys, (), file).await
}

/// List API keys, newest first; revoked ones too.
#[utoipa::path(get, path = "/api-keys", tag = "api-keys", params(PageQuery), security(("bearer" = ["admin"])),
    responses((status = 200, body = Page<ApiKey>)))]
async fn list(State(app): State<App>, Query(page): Query<PageQuery>) -> Result<Out<Page<ApiKey>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, after, limit| api_keys::list(tx, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// Make an API key.
#[utoipa::path(post, path = "/api-keys", tag = "api-keys", request_body = ApiKeyInput, security(("bearer" = ["admin"])),
    responses((status = 201, body = NewApiKey)))]
async fn make(
    State(app): State<App>,
    caller: Caller,
    Json(input): Json<ApiKeyInput>,
) -> Result<(StatusCode, Out<NewApiKey>), Problem> {
    caller.person()?;
    let ctx = app.ctx(&caller);
    let made = change!(app.db, move |tx, ctx, input| ops::people::api_keys::make(tx, ctx, input.clone()).await);
    let (api_key, key) = made.await?;
    Ok((StatusCode::CREATED, Out(NewApiKey { api_key, key })))
}

/// Revoke an API key.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "api-keys", params(("id" = ApiKeyId, Path)),
    security(("bearer" = ["admin"])), responses((status = 204, description = "It opens nothing any more")))]
async fn revoke(State(app): State<App>, caller: Caller, Id(id): Id<ApiKeyId>) -> Result<StatusCode, Problem> {
    caller.person()?;
    let ctx = app.ctx(&caller);
    change!(app.db, move |tx, ctx, id| ops::people::api_keys::revoke(tx, ctx, *id).await).await?;
    app.callers.forget();
    Ok(StatusCode::NO_CONTENT)
}
