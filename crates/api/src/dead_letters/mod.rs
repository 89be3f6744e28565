//! `/api/v1/dead-letters`: the desk.

pub(crate) mod batches;
pub(crate) mod detail;

use axum::Json as Out;
use axum::extract::State;
use axum::response::Response;
use domain::{DeadLetterId, Timestamp};
use ops::export;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{attempts, change, dead_letters, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::{Id, Json, MaybeJson, Query};
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(list_csv))
        .routes(routes!(redrive))
        .routes(routes!(discard))
}

/// Why a message was given up on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeadLetterCause {
    /// Not an event, or its data is not what its type says.
    Malformed,
    /// No handler for its type.
    UnknownType,
    /// Tried as often as allowed.
    Exhausted,
    /// A mail or a webhook that its receiver has refused, or has not accepted in all the time allowed.
    Undelivered,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum DeadLetterState {
    Open,
    Redriven,
    Discarded,
}

/// A message given up on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DeadLetter {
    id: DeadLetterId,
    /// The event's id, where the message was one.
    message_id: String,
    #[schema(example = "ORDER_CREATED")]
    message_type: String,
    /// The id of what the message is about, as far as it says.
    subject: Option<String>,
    cause: DeadLetterCause,
    /// The last error.
    error: String,
    /// The same for letters of one cause: see `/dead-letters/groups`.
    fingerprint: String,
    receive_count: i64,
    state: DeadLetterState,
    /// Why it was discarded.
    reason: Option<String>,
    created_at: Timestamp,
    closed_at: Option<Timestamp>,
    closed_by: Option<String>,
}

/// A dead letter with all that is known of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DeadLetterDetail {
    #[serde(flatten)]
    letter: DeadLetter,
    /// As it came from the queue.
    body: String,
    /// What a person has sent instead.
    edited_body: Option<String>,
    /// Oldest first.
    attempts: Vec<Attempt>,
}

/// An attempt at a message: one that failed, or any at a mail or a webhook.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Attempt {
    at: Timestamp,
    /// Absent where it went well.
    error: Option<String>,
    /// What the receiver answered (HTTP, SMTP).
    status: Option<i64>,
    /// How long the receiver took.
    duration_ms: Option<i64>,
}

impl From<attempts::Attempt> for Attempt {
    fn from(attempts::Attempt { at, error, status, duration_ms }: attempts::Attempt) -> Self {
        Self { at, error, status, duration_ms }
    }
}

#[derive(Debug, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct In {
    /// Only dead letters in this state.
    state: Option<DeadLetterState>,
    /// Only those of one cause.
    fingerprint: Option<String>,
    /// Only messages of this type.
    message_type: Option<String>,
    /// Only messages about this: the id of an order, a contact, …
    subject: Option<String>,
}

impl In {
    pub(crate) fn filter(&self) -> dead_letters::Filter {
        let state = self.state.map(|state| match state {
            DeadLetterState::Open => dead_letters::State::Open,
            DeadLetterState::Redriven => dead_letters::State::Redriven,
            DeadLetterState::Discarded => dead_letters::State::Discarded,
        });
        let In { fingerprint, message_type, subject, .. } = self;
        let (fingerprint, message_type, subject) = (fingerprint.clone(), message_type.clone(), subject.clone());
        dead_letters::Filter { state, fingerprint, message_type, subject }
    }
}

/// List dead letters, newest first.
#[utoipa::path(get, path = "/dead-letters", tag = "dead-letters", params(PageQuery, In),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<DeadLetter>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(within): Query<In>,
) -> Result<Out<Page<DeadLetter>>, Problem> {
    let (filter, after, limit) = (within.filter(), page.after()?, page.limit()?);
    let found =
        query!(app.db, move |tx, filter, after, limit| dead_letters::list(tx, filter, after.as_deref(), *limit).await);
    let found: store::Page<dead_letters::DeadLetter> = found.await.map_err(Problem::from)?;
    Ok(Out(found.map(DeadLetter::from).into()))
}

/// All dead letters of the list as a CSV file, without their bodies.
#[utoipa::path(get, path = "/dead-letters.csv", tag = "dead-letters", params(In, CsvQuery),
    security(("bearer" = ["clerk"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(
    State(app): State<App>,
    caller: Caller,
    Query(within): Query<In>,
    Query(file): Query<CsvQuery>,
) -> Result<Response, Problem> {
    download(&app, &caller, export::DeadLetters { filter: within.filter() }, &within, file).await
}

#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DeadLetterRedrive {
    /// The whole message, mended: a valid event of the same id. As it is, if not given.
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
    Ok(Out(redriven.await?.into()))
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
    Ok(Out(letter.into()))
}

impl From<(dead_letters::DeadLetter, Vec<attempts::Attempt>)> for DeadLetterDetail {
    fn from((letter, attempts): (dead_letters::DeadLetter, Vec<attempts::Attempt>)) -> Self {
        let attempts = attempts.into_iter().map(Attempt::from).collect();
        Self { body: letter.body.clone(), edited_body: letter.edited_body.clone(), letter: letter.into(), attempts }
    }
}

impl From<dead_letters::Cause> for DeadLetterCause {
    fn from(cause: dead_letters::Cause) -> Self {
        match cause {
            dead_letters::Cause::Malformed => Self::Malformed,
            dead_letters::Cause::UnknownType => Self::UnknownType,
            dead_letters::Cause::Exhausted => Self::Exhausted,
            dead_letters::Cause::Undelivered => Self::Undelivered,
        }
    }
}

impl From<dead_letters::DeadLetter> for DeadLetter {
    fn from(letter: dead_letters::DeadLetter) -> Self {
        Self {
            id: letter.id,
            message_id: letter.message_id,
            message_type: letter.message_type,
            subject: letter.subject,
            cause: letter.cause.into(),
            fingerprint: letter.fingerprint,
            error: letter.error,
            receive_count: letter.receive_count,
            state: match letter.state {
                dead_letters::State::Open => DeadLetterState::Open,
                dead_letters::State::Redriven => DeadLetterState::Redriven,
                dead_letters::State::Discarded => DeadLetterState::Discarded,
            },
            reason: letter.reason,
            created_at: letter.created_at,
            closed_at: letter.closed_at,
            closed_by: letter.closed_by,
        }
    }
}
