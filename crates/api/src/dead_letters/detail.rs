//! One dead letter with all that a person needs to decide, and what would become of an edit.

use axum::Json as Out;
use axum::extract::State;
use domain::DeadLetterId;
use ops::dead_letters::detail::{Record, record};
use ops::dead_letters::{self, Preview};
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::body::{Id, Json};
use crate::{App, Problem};
use store::query;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(preview))
}

/// Read a dead letter, with its body, every attempt, what it is about and what is done of it.
#[utoipa::path(get, path = "/dead-letters/{id}", tag = "dead-letters", params(("id" = DeadLetterId, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Record)))]
async fn read(State(app): State<App>, Id(id): Id<DeadLetterId>) -> Result<Out<Record>, Problem> {
    let found = query!(app.db, move |tx, id| record(tx, *id).await);
    Ok(Out(found.await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DeadLetterEdit {
    /// The whole message, edited.
    body: Value,
}

/// Look at an edit before it is sent: is it valid, and what does it change? Changes nothing.
#[utoipa::path(post, path = "/dead-letters/{id}/preview", tag = "dead-letters", params(("id" = DeadLetterId, Path)),
    request_body = DeadLetterEdit, security(("bearer" = ["manager"])),
    responses((status = 200, body = Preview)))]
async fn preview(
    State(app): State<App>,
    Id(id): Id<DeadLetterId>,
    Json(edit): Json<DeadLetterEdit>,
) -> Result<Out<Preview>, Problem> {
    let body = edit.body;
    let preview = query!(app.db, move |tx, id, body| dead_letters::preview(tx, *id, body).await);
    Ok(Out(preview.await?))
}
