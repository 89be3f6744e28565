//! `/api/v1/imports`: files sent to be imported.

use axum::Json as Out;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Import, ImportId, ImportKind};
use serde::{Deserialize, Serialize};
use store::{change, imports, query};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::{Id, Query};
use crate::http::csv;
use crate::http::page::{Page, PageQuery};
use crate::http::upload::Form;
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // The form counts for itself: its files may be larger than any other body.
        .routes(routes!(list, take).layer(DefaultBodyLimit::disable()))
        .routes(routes!(read))
        .routes(routes!(rejects))
        .routes(routes!(cancel))
}

/// A file to be imported, and how.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the form; upload.rs reads it")]
pub(crate) struct ImportForm {
    kind: ImportKind,
    /// CSV in UTF-8, the names of the columns in the first row. Orders: one row a line, beside its order; or one row an order,
    /// and `lines` besides.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The lines of orders, where the map says that they have a file of their own.
    #[schema(value_type = String, format = Binary, required = false)]
    lines: Option<Vec<u8>>,
    /// Which column is which, in TOML as `comptoir import` takes it. Without one, the columns must be called as in
    /// `contacts.csv` and `order-lines.csv`.
    #[schema(
        value_type = String,
        required = false,
        max_length = 65_536,
        example = "[contacts.columns]\nexternal_id = \"CustomerID\"\nname = \"CompanyName\"\n"
    )]
    map: Option<String>,
    /// Check every row, write nothing.
    #[schema(value_type = bool, required = false, default = false)]
    dry_run: Option<bool>,
    /// Import the good rows although there are bad ones.
    #[schema(value_type = bool, required = false, default = false)]
    skip_bad: Option<bool>,
}

/// Send a file to be imported. It is checked first, every row, and written if all rows are good. Sent again, it changes nothing
/// or goes on where it stopped: rows are known by their external ids.
#[utoipa::path(post, path = "/imports", tag = "imports",
    request_body(content = ImportForm, content_type = "multipart/form-data"), security(("bearer" = ["manager"])),
    responses((status = 202, body = Import, headers(("Location" = String)))))]
async fn take(State(app): State<App>, caller: Caller, form: Form) -> Result<Response, Problem> {
    let (upload, request) = form.checked()?;
    let import = app.imports.take(&app.ctx(&caller), upload, request).await?;
    let location = format!("/api/v1/imports/{}", import.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Out(import)).into_response())
}

/// List imports, newest first.
#[utoipa::path(get, path = "/imports", tag = "imports", params(PageQuery), security(("bearer" = ["manager"])),
    responses((status = 200, body = Page<Import>)))]
async fn list(State(app): State<App>, Query(page): Query<PageQuery>) -> Result<Out<Page<Import>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, after, limit| imports::list(tx, after.as_deref(), *limit).await);
    let now = app.context.now();
    let found: store::Page<Import> = found.await.map_err(Problem::from)?;
    Ok(Out(found.map(|import| import.as_of(now)).into()))
}

/// Read how far an import is, or how it has ended.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", params(("id" = ImportId, Path)),
    security(("bearer" = ["manager"])),
    responses((status = 200, body = Import)))]
async fn read(State(app): State<App>, caller: Caller, Id(id): Id<ImportId>) -> Result<Out<Import>, Problem> {
    let ctx = app.ctx(&caller);
    let found = query!(app.db, move |tx, ctx, id| ops::exchange::import_jobs::get(tx, ctx, *id).await);
    Ok(Out(found.await?))
}

/// Which of the files that were sent.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum ImportPart {
    #[default]
    File,
    Lines,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Of {
    #[param(inline)]
    of: Option<ImportPart>,
}

/// The rows of an import that could not be accepted: the columns of the file, and one more, `reason`. Mended, the file can be
/// sent in turn. Kept for 30 days, and not beyond 4 MiB.
#[utoipa::path(get, path = "/imports/{id}/rejects.csv", tag = "imports", params(("id" = ImportId, Path), Of),
    security(("bearer" = ["manager"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn rejects(State(app): State<App>, Id(id): Id<ImportId>, Query(of): Query<Of>) -> Result<Response, Problem> {
    let part = match of.of.unwrap_or_default() {
        ImportPart::File => "file",
        ImportPart::Lines => "lines",
    };
    let found = query!(app.db, move |tx, id, part| imports::rejects(tx, *id, part).await);
    let rows = found.await.map_err(|e: store::Error| Problem::from(e))?;
    let rows = rows.ok_or_else(|| Problem::not_found("rejected rows of this import"))?;
    let disposition = format!("attachment; filename=\"rejects-{part}-{id}.csv\"");
    Ok((csv::headers(disposition), format!("\u{feff}{rows}")).into_response())
}

/// Stop an import. What it has written stays.
#[utoipa::path(post, path = "/imports/{id}/cancel", tag = "imports", params(("id" = ImportId, Path)),
    security(("bearer" = ["manager"])),
    responses((status = 202, body = Import)))]
async fn cancel(State(app): State<App>, caller: Caller, Id(id): Id<ImportId>) -> Result<Response, Problem> {
    let ctx = app.ctx(&caller);
    let import = change!(app.db, move |tx, ctx, id| ops::exchange::import_jobs::cancel(tx, ctx, *id).await).await?;
    Ok((StatusCode::ACCEPTED, Out(import)).into_response())
}
