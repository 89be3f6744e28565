//! `GET /api/v1/contacts`: which contacts, and in which order.

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::Contact;
use ops::exchange::export;
use store::contact_lists::{self as lists, Filter};

use crate::access::auth::Caller;
use crate::http::body::Query;
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};
use store::query;

/// List contacts, or search them.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(PageQuery, Filter), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Contact>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Out<Page<Contact>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, filter, after, limit| lists::list(tx, filter, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// All contacts of the list as a CSV file, with the primary one of several addresses. An import takes it back.
#[utoipa::path(get, path = "/contacts.csv", tag = "contacts", params(Filter, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
pub(crate) async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::Contacts { filter: filter.clone() }, &filter, file).await
}
