//! `/api/v1/contacts`

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::{Contact, ContactId, ContactInput};
use ops::export;
use serde::{Deserialize, Serialize};
use store::contacts;
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
        .routes(routes!(list, create))
        .routes(routes!(list_csv))
        .routes(routes!(read, edit))
        .routes(routes!(archive))
        .routes(routes!(restore))
}

#[derive(Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// Only contacts that have, for each of these words, a word that begins with it: name, e-mail, town, …
    #[param(example = "dupr lyon")]
    q: Option<String>,
}

impl Search {
    fn words(&self) -> Option<String> {
        self.q.clone().filter(|q| !q.trim().is_empty())
    }
}

/// List contacts by name, or search them.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(PageQuery, Search), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Contact>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(search): Query<Search>,
) -> Result<Out<Page<Contact>>, Problem> {
    let input = (search.words(), page.after()?, page.limit()?);
    let found = app.db.read(input, |tx, (q, after, limit)| {
        Box::pin(async move {
            match q {
                Some(q) => contacts::search(tx, q, after.as_deref(), *limit).await,
                None => contacts::list(tx, after.as_deref(), *limit).await,
            }
        })
    });
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// All contacts of the list as a CSV file. An import takes it back.
#[utoipa::path(get, path = "/contacts.csv", tag = "contacts", params(Search, CsvQuery), security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::Contacts { q: search.words() }, &search, file).await
}

/// Create a contact.
#[utoipa::path(post, path = "/contacts", tag = "contacts",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body change something once")),
    request_body = ContactInput, security(("bearer" = ["clerk"])),
    responses((status = 201, body = Contact, headers(("ETag" = String), ("Location" = String)))))]
async fn create(State(app): State<App>, caller: Caller, request: Once<ContactInput>) -> Result<Answer, Problem> {
    once(&app, &caller, request, |tx, ctx, input| {
        Box::pin(async move {
            let contact = ops::contacts::create(tx, ctx, input.clone()).await?;
            Ok(Answer::created(format!("/api/v1/contacts/{}", contact.id), &contact, contact.version)?)
        })
    })
    .await
}

/// Read a contact.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", params(("id" = ContactId, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Contact, headers(("ETag" = String)))))]
async fn read(State(app): State<App>, Id(id): Id<ContactId>) -> Result<Answer, Problem> {
    let found = app.db.read(id, |tx, id| Box::pin(contacts::get(tx, *id))).await.map_err(Problem::from)?;
    let contact = found.ok_or_else(|| Problem::not_found("contact"))?;
    Ok(Answer::ok(&contact, contact.version)?)
}

/// Replace what is said of a contact.
#[utoipa::path(put, path = "/contacts/{id}", tag = "contacts",
    params(("id" = ContactId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = ContactInput, security(("bearer" = ["clerk"])),
    responses((status = 200, body = Contact, headers(("ETag" = String)))))]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ContactId>,
    version: Version,
    Json(input): Json<ContactInput>,
) -> Result<Answer, Problem> {
    let input = (app.ctx(&caller), id, version.required()?, input);
    let edited = app.db.write(input, |tx, (ctx, id, version, input)| {
        Box::pin(ops::contacts::edit(tx, ctx, *id, *version, input.clone()))
    });
    let contact = edited.await?;
    Ok(Answer::ok(&contact, contact.version)?)
}

/// Put a contact out of the way: it takes no new orders.
#[utoipa::path(post, path = "/contacts/{id}/archive", tag = "contacts",
    params(("id" = ContactId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    security(("bearer" = ["clerk"])),
    responses((status = 200, body = Contact, headers(("ETag" = String)))))]
async fn archive(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ContactId>,
    version: Version,
) -> Result<Answer, Problem> {
    set_archived(&app, &caller, id, version.required()?, true).await
}

/// Bring an archived contact back.
#[utoipa::path(post, path = "/contacts/{id}/restore", tag = "contacts",
    params(("id" = ContactId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    security(("bearer" = ["clerk"])),
    responses((status = 200, body = Contact, headers(("ETag" = String)))))]
async fn restore(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ContactId>,
    version: Version,
) -> Result<Answer, Problem> {
    set_archived(&app, &caller, id, version.required()?, false).await
}

async fn set_archived(
    app: &App,
    caller: &Caller,
    id: ContactId,
    version: i64,
    archived: bool,
) -> Result<Answer, Problem> {
    let input = (app.ctx(caller), id, version, archived);
    let changed = app.db.write(input, |tx, (ctx, id, version, archived)| {
        Box::pin(ops::contacts::set_archived(tx, ctx, *id, *version, *archived))
    });
    let contact = changed.await?;
    Ok(Answer::ok(&contact, contact.version)?)
}
