//! `/api/v1/setup`: the first administrator.

use axum::Json as Out;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use ops::people::setup::Setup;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::body::Json;
use crate::http::origin::Origin;
use crate::people::sessions::{NewSession, SignedIn, opened, stranger, user_agent};
use crate::{App, Problem};
use store::query;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, create))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SetupState {
    /// Nobody may sign in yet: the server has printed a link by which the first administrator is made.
    needed: bool,
}

/// Whether there is nobody yet.
#[utoipa::path(get, path = "/setup", tag = "setup", security(()), responses((status = 200, body = SetupState)))]
async fn read(State(app): State<App>) -> Result<Out<SetupState>, Problem> {
    let needed = query!(app.db, |tx| ops::people::setup::is_needed(tx).await);
    Ok(Out(SetupState { needed: needed.await.map_err(|e: store::Error| Problem::from(e))? }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstAdministrator {
    /// What stands behind the `#` of the link that the server has printed.
    token: String,
    #[schema(max_length = 200, example = "Claire Dupré")]
    name: String,
    #[schema(max_length = 254, example = "claire@example.com")]
    email: String,
    #[schema(min_length = 12, max_length = 200)]
    password: String,
}

/// Become the first administrator, and sign in. Once there is anybody, this makes nobody any more.
#[utoipa::path(post, path = "/setup", tag = "setup", request_body = FirstAdministrator, security(()), responses(
    (status = 201, body = SignedIn, headers(("Set-Cookie" = String, description = "The refresh token"))),
))]
async fn create(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Json(FirstAdministrator { token, name, email, password }): Json<FirstAdministrator>,
) -> Result<NewSession, Problem> {
    let (ctx, setup) = (stranger(&app, origin), Setup { token, email, name, password });
    let session = ops::people::setup::set_up(&app.db, &app.gate, ctx, setup, user_agent(&headers)).await?;
    app.callers.forget();
    opened(&app, StatusCode::CREATED, session)
}
