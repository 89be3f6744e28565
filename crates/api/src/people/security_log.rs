//! `/api/v1/security-log`: who signed in, who may do what, who took data out.

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::SecurityEntry;
use ops::exchange::export;
use store::security_log::{self, Filter};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::Query;
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};
use store::query;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(list_csv))
}

/// List the security log, newest first.
#[utoipa::path(get, path = "/security-log", tag = "security-log", params(PageQuery, Filter),
    security(("bearer" = ["admin"])), responses((status = 200, body = Page<SecurityEntry>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Out<Page<SecurityEntry>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found =
        query!(app.db, move |tx, filter, after, limit| security_log::list(tx, filter, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// All entries of the list as a CSV file.
#[utoipa::path(get, path = "/security-log.csv", tag = "security-log", params(Filter, CsvQuery), security(("bearer" = ["admin"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::SecurityLog { filter: filter.clone() }, &filter, file).await
}
