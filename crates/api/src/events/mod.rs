//! `/api/v1/events`: the journal.

pub(crate) mod explain;
pub(crate) mod feed;
pub(crate) mod stream;
pub(crate) mod timeline;

use axum::Json as Out;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::{Event, EventId};
use ops::exchange::export;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{events, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::{Id, Query};
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(list_csv)).routes(routes!(read))
}

#[derive(Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Of {
    /// The id of a contact, an order or a transaction.
    subject: Option<String>,
}

/// List events, newest first. Their data is described in docs/events.
#[utoipa::path(get, path = "/events", tag = "events", params(PageQuery, Of), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Event<serde_json::Value>>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(of): Query<Of>,
) -> Result<Out<Page<Box<RawValue>>>, Problem> {
    let (subject, after, limit) = (of.subject, page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, subject, after, limit| {
        events::list(tx, subject.as_deref(), after.as_deref(), *limit).await
    });
    let found: store::Page<String> = found.await.map_err(Problem::from)?;
    let raw = |body| RawValue::from_string(body).map_err(|e| store::Error::Unexpected(e.to_string()));
    let items = found.items.into_iter().map(raw).collect::<Result<Vec<_>, _>>()?;
    Ok(Out(store::Page { items, next: found.next }.into()))
}

/// All events of the list as a CSV file, the data of each as JSON in one cell.
#[utoipa::path(get, path = "/events.csv", tag = "events", params(Of, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(of): Query<Of>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::Events { subject: of.subject.clone() }, &of, file).await
}

/// Read an event.
#[utoipa::path(get, path = "/events/{id}", tag = "events", params(("id" = EventId, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Event<serde_json::Value>)))]
async fn read(State(app): State<App>, Id(id): Id<EventId>) -> Result<impl IntoResponse, Problem> {
    let found = query!(app.db, move |tx, id| events::get(tx, *id).await).await.map_err(Problem::from)?;
    let body = found.ok_or_else(|| Problem::not_found("event"))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body))
}
