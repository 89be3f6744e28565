//! Contacts that may be one: who they are, and making them one.

use axum::Json as Out;
use axum::extract::State;
use domain::{Contact, ContactId, ContactInput, KeyKind};
use ops::contacts::{Candidate, Merge};
use serde::{Deserialize, Serialize};
use store::{change, contacts, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Id, Json, Version};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(duplicates_of_input)).routes(routes!(duplicates)).routes(routes!(merge))
}

/// A contact that may be the same.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DuplicateCandidate {
    contact: Contact,
    /// In which values the two agree.
    reasons: Vec<DuplicateReason>,
    /// How likely it is.
    #[schema(minimum = 1, maximum = 100, example = 80)]
    score: u8,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum DuplicateReason {
    Email,
    Phone,
    VatNumber,
    Siren,
    Name,
}

/// At most ten, the likeliest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Duplicates {
    #[schema(max_items = 10)]
    candidates: Vec<DuplicateCandidate>,
}

/// Find contacts that a new one may be, before it is created.
#[utoipa::path(post, path = "/contacts/duplicates", tag = "contacts", request_body = ContactInput,
    security(("bearer" = ["clerk"])), responses((status = 200, body = Duplicates)))]
async fn duplicates_of_input(
    State(app): State<App>,
    Json(input): Json<ContactInput>,
) -> Result<Out<Duplicates>, Problem> {
    let input = input.checked()?;
    let found = query!(app.db, move |tx, input| ops::contacts::duplicates(tx, input, None).await).await?;
    Ok(Out(found.into()))
}

/// Find contacts that may be the same as this one.
#[utoipa::path(get, path = "/contacts/{id}/duplicates", tag = "contacts", params(("id" = ContactId, Path)),
    security(("bearer" = ["viewer"])), responses((status = 200, body = Duplicates)))]
async fn duplicates(State(app): State<App>, Id(id): Id<ContactId>) -> Result<Out<Duplicates>, Problem> {
    let found = query!(app.db, move |tx, id| {
        let Some(contact) = contacts::get(tx, *id).await? else { return Ok(None) };
        if contact.must_be_there().is_err() {
            return Ok(Some(Vec::new()));
        }
        ops::contacts::duplicates(tx, &contact.as_input(), Some(*id)).await.map(Some)
    });
    let found: Result<Option<Vec<Candidate>>, ops::Error> = found.await;
    Ok(Out(found?.ok_or_else(|| Problem::not_found("contact"))?.into()))
}

/// Which contact to merge, and what to say of the one that stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ContactMergeInput {
    /// The other one: its orders move, and it takes no new ones.
    from: ContactId,
    /// The version of it that you have read.
    #[schema(minimum = 1)]
    #[serde(deserialize_with = "domain::whole::number")]
    from_version: i64,
    /// If not given, the contact keeps its own fields, fills the empty ones from the other, and unites the lists.
    #[serde(default)]
    result: Option<ContactInput>,
}

/// Merge another contact into this one.
#[utoipa::path(post, path = "/contacts/{id}/merge", tag = "contacts",
    params(("id" = ContactId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = ContactMergeInput, security(("bearer" = ["manager"])),
    responses((status = 200, body = Contact, headers(("ETag" = String)))))]
async fn merge(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ContactId>,
    version: Version,
    Json(ContactMergeInput { from, from_version, result }): Json<ContactMergeInput>,
) -> Result<Answer, Problem> {
    let (ctx, version, merge) = (app.ctx(&caller), version.required()?, Merge { from, from_version, result });
    let merged = change!(app.db, move |tx, ctx, id, version, merge| {
        ops::contacts::merge(tx, ctx, *id, *version, merge.clone()).await
    });
    let contact = merged.await?;
    Ok(Answer::ok(&contact, contact.version)?)
}

impl From<Vec<Candidate>> for Duplicates {
    fn from(candidates: Vec<Candidate>) -> Self {
        Self { candidates: candidates.into_iter().map(DuplicateCandidate::from).collect() }
    }
}

impl From<Candidate> for DuplicateCandidate {
    fn from(Candidate { contact, reasons, score }: Candidate) -> Self {
        let reasons = reasons.into_iter().filter_map(|reason| match reason {
            KeyKind::Email => Some(DuplicateReason::Email),
            KeyKind::Phone => Some(DuplicateReason::Phone),
            KeyKind::VatNumber => Some(DuplicateReason::VatNumber),
            KeyKind::Siren => Some(DuplicateReason::Siren),
            KeyKind::Name => Some(DuplicateReason::Name),
            KeyKind::Tag | KeyKind::City | KeyKind::Country => None,
        });
        Self { contact, reasons: reasons.collect(), score }
    }
}
