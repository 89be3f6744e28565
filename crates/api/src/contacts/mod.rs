//! `/api/v1/contacts`

pub(crate) mod duplicates;
pub(crate) mod erasure;
pub(crate) mod lists;

use axum::extract::State;
use domain::{Contact, ContactId, ContactInput};
use serde::Deserialize;
use store::{change, contacts, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Id, Json, Query, Version};
use crate::http::idempotency::{Once, once};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(crate::contacts::lists::list, create))
        .routes(routes!(crate::contacts::lists::list_csv))
        .routes(routes!(read, edit))
        .routes(routes!(archive))
        .routes(routes!(restore))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OnDuplicate {
    /// What to do where there is a contact already that this one may be; `create`, if not given.
    #[param(inline)]
    on_duplicate: Option<DuplicatePolicy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum DuplicatePolicy {
    Create,
    /// Answers 409 `possible_duplicate`, with the contacts in question as `candidates`.
    Refuse,
}

/// Create a contact.
#[utoipa::path(post, path = "/contacts", tag = "contacts",
    params(OnDuplicate, ("Idempotency-Key" = Option<String>, Header, description = "The same key and body change something once")),
    request_body = ContactInput, security(("bearer" = ["clerk"])),
    responses((status = 201, body = Contact, headers(("ETag" = String), ("Location" = String)))))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<OnDuplicate>,
    request: Once<ContactInput>,
) -> Result<Answer, Problem> {
    let refuse = query.on_duplicate == Some(DuplicatePolicy::Refuse);
    once(&app, &caller, request.map(|input| (input, refuse)), |tx, ctx, (input, refuse)| {
        Box::pin(async move {
            let create = if *refuse {
                ops::contacts::create_unless_known(tx, ctx, input.clone()).await
            } else {
                ops::contacts::create(tx, ctx, input.clone()).await
            };
            let contact = create?;
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
    let found = query!(app.db, move |tx, id| contacts::get(tx, *id).await).await.map_err(Problem::from)?;
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
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let edited = change!(app.db, move |tx, ctx, id, version, input| {
        ops::contacts::edit(tx, ctx, *id, *version, input.clone()).await
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
    let ctx = app.ctx(caller);
    let changed = change!(app.db, move |tx, ctx, id, version, archived| {
        ops::contacts::set_archived(tx, ctx, *id, *version, *archived).await
    });
    let contact = changed.await?;
    Ok(Answer::ok(&contact, contact.version)?)
}
