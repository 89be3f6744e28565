//! `/api/v1/invitations`: links by which people choose a password.

use axum::Json as Out;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::{Invitation, InvitationId, InvitationInput};
use ops::people::invitations::Acceptance;
use serde::{Deserialize, Serialize};
use store::{change, invitations, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::{Id, Json, Query};
use crate::http::origin::Origin;
use crate::http::page::{Page, PageQuery};
use crate::people::sessions::{NewSession, SignedIn, opened, stranger, user_agent};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(accept)).routes(routes!(revoke))
}

/// A link by which somebody chooses a password, good for seven days.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Link {
    invitation: Invitation,
    /// For this person alone: whoever has it gets in. Begins with `/` where `http.public_url` is not set.
    #[schema(example = "https://desk.example.com/invitation#6yWcTx…")]
    link: String,
}

pub(crate) fn link(app: &App, (invitation, token): (Invitation, String)) -> Link {
    // Behind the #: browsers send that to nobody, so it is in no log.
    Link { invitation, link: format!("{}/invitation#{token}", app.settings.public_url.trim_end_matches('/')) }
}

/// Invite somebody. A former invitation of the same address ends.
#[utoipa::path(post, path = "/invitations", tag = "invitations", request_body = InvitationInput,
    security(("bearer" = ["admin"])), responses((status = 201, body = Link)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(input): Json<InvitationInput>,
) -> Result<(StatusCode, Out<Link>), Problem> {
    caller.person()?;
    let ctx = app.ctx(&caller);
    let made = change!(app.db, move |tx, ctx, input| ops::people::invitations::create(tx, ctx, input.clone()).await);
    Ok((StatusCode::CREATED, Out(link(&app, made.await?))))
}

/// List all links by which somebody gets in, newest first: invitations, and links for a new password (those have a `user_id`).
#[utoipa::path(get, path = "/invitations", tag = "invitations", params(PageQuery), security(("bearer" = ["admin"])),
    responses((status = 200, body = Page<Invitation>)))]
async fn list(State(app): State<App>, Query(page): Query<PageQuery>) -> Result<Out<Page<Invitation>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, after, limit| invitations::list(tx, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// Take a link back: an invitation, or one for a new password.
#[utoipa::path(delete, path = "/invitations/{id}", tag = "invitations", params(("id" = InvitationId, Path)),
    security(("bearer" = ["admin"])), responses((status = 204, description = "Its link is not good any more")))]
async fn revoke(State(app): State<App>, caller: Caller, Id(id): Id<InvitationId>) -> Result<StatusCode, Problem> {
    caller.person()?;
    let ctx = app.ctx(&caller);
    change!(app.db, move |tx, ctx, id| ops::people::invitations::revoke(tx, ctx, *id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Accept {
    /// What stands behind the `#` of the link.
    token: String,
    #[schema(min_length = 12, max_length = 200)]
    password: String,
    /// Instead of the name in the invitation.
    #[serde(default)]
    #[schema(max_length = 200)]
    name: Option<String>,
    /// A code of the second factor, for a user who has one and chooses another password.
    #[serde(default)]
    code: Option<String>,
}

/// Choose a password by a link, and sign in.
#[utoipa::path(post, path = "/invitations/accept", tag = "invitations", request_body = Accept, security(()), responses(
    (status = 201, body = SignedIn, headers(("Set-Cookie" = String, description = "The refresh token"))),
    (status = 401, body = Problem, content_type = "application/problem+json",
        description = "`second_factor_required`, `bad_second_factor`"),
))]
async fn accept(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Json(Accept { token, password, name, code }): Json<Accept>,
) -> Result<NewSession, Problem> {
    let (ctx, acceptance) = (stranger(&app, origin), Acceptance { token, password, name, code });
    let session = ops::people::invitations::accept(&app.db, &app.gate, ctx, acceptance, user_agent(&headers)).await?;
    app.callers.forget();
    opened(&app, StatusCode::CREATED, session)
}
