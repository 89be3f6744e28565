//! `/api/v1/sessions`: sign in.

use axum::Json as Out;
use axum::extract::State;
use axum::http::StatusCode;
use domain::User;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::LIFETIME;
use crate::body::Json;
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    #[schema(example = "claire@example.com")]
    email: String,
    password: String,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Session {
    /// For the header `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds that the token is good for.
    #[schema(example = 900)]
    expires_in: i64,
    user: User,
}

/// Sign in.
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = Credentials, security(()),
    responses((status = 201, body = Session),
        (status = 401, description = "The address or the password is wrong.", body = Problem, content_type = "application/problem+json")))]
async fn sign_in(
    State(app): State<App>,
    Json(credentials): Json<Credentials>,
) -> Result<(StatusCode, Out<Session>), Problem> {
    let user = ops::users::sign_in(&app.db, &credentials.email, &credentials.password).await?;
    let user = user.ok_or_else(|| {
        Problem::new(StatusCode::UNAUTHORIZED, "bad_credentials", "the address or the password is wrong")
    })?;
    let access_token = app.tokens.issue(&user, app.context.now())?;
    Ok((StatusCode::CREATED, Out(Session { access_token, token_type: "Bearer", expires_in: LIFETIME, user })))
}
