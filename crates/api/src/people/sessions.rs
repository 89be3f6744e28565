//! `/api/v1/sessions`: sign in, stay signed in, sign out.

use axum::Json as Out;
use axum::extract::{Request, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use domain::{Actor, SessionId, Timestamp, User};
use ops::Ctx;
use ops::people::sessions::{Credentials, Opened};
use serde::{Deserialize, Serialize};
use store::{change, query, sessions};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::{Caller, LIFETIME, unauthorised};
use crate::http::body::{Id, Json};
use crate::http::cookie::{self, SetCookie};
use crate::http::origin::Origin;
use crate::http::page::Page;
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, list, end_all))
        .routes(routes!(refresh))
        .routes(routes!(sign_out))
        .routes(routes!(end))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    #[schema(example = "claire@example.com")]
    email: String,
    password: String,
    /// A code of the second factor, where it is on; or a recovery code.
    #[serde(default)]
    #[schema(example = "492039")]
    code: Option<String>,
}

/// Beside it comes the cookie `comptoir_refresh`, for `POST /sessions/refresh`.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SignedIn {
    /// For the header `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds that the access token is good for.
    #[schema(example = 900)]
    expires_in: i64,
    session_id: SessionId,
    user: User,
}

/// What every way of signing in answers.
pub(crate) type NewSession = (StatusCode, SetCookie, Out<SignedIn>);

pub(crate) fn opened(app: &App, status: StatusCode, opened: Opened) -> Result<NewSession, Problem> {
    let Opened { user, session, refresh_token } = opened;
    let now = app.context.now();
    let access_token = app.tokens.issue(user.id, session.id, now)?;
    let cookie = cookie::keep(&app.settings, &refresh_token, session.expires_at.since(now).as_secs());
    let body = SignedIn { access_token, token_type: "Bearer", expires_in: LIFETIME, session_id: session.id, user };
    Ok((status, cookie, Out(body)))
}

/// Somebody who has not signed in.
pub(crate) fn stranger(app: &App, Origin(address): Origin) -> Ctx {
    Ctx::new(&app.context, Actor::anonymous()).from(address)
}

pub(crate) fn user_agent(headers: &HeaderMap) -> Option<String> {
    headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Sign in.
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = SignIn, security(()), responses(
    (status = 201, body = SignedIn, headers(("Set-Cookie" = String, description = "The refresh token"))),
    (status = 401, body = Problem, content_type = "application/problem+json",
        description = "`bad_credentials`; after the right password `second_factor_required` or `bad_second_factor`"),
))]
async fn sign_in(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Json(SignIn { email, password, code }): Json<SignIn>,
) -> Result<NewSession, Problem> {
    let (ctx, credentials) = (stranger(&app, origin), Credentials { email, password, code });
    let session = ops::people::sessions::sign_in(&app.db, &app.gate, ctx, credentials, user_agent(&headers)).await?;
    opened(&app, StatusCode::CREATED, session)
}

/// Exchange the refresh token in the cookie for a new access token and the next refresh token. Each is good once: one that
/// comes again ends the session.
#[utoipa::path(post, path = "/sessions/refresh", tag = "sessions", security(()), responses(
    (status = 200, body = SignedIn, headers(("Set-Cookie" = String, description = "The next refresh token"))),
    (status = 401, body = Problem, content_type = "application/problem+json", description = "`no_session`, `session_ended`"),
    (status = 403, body = Problem, content_type = "application/problem+json", description = "`cross_site`"),
))]
async fn refresh(State(app): State<App>, origin: Origin, headers: HeaderMap) -> Result<NewSession, Problem> {
    cookie::same_site(&headers, &app.settings)?;
    let token =
        cookie::token(&headers).ok_or_else(|| unauthorised("no_session", "there is no cookie; sign in first"))?;
    let refreshed = ops::people::sessions::refresh(&app.db, stranger(&app, origin), &token).await;
    if refreshed.is_err() {
        // It may just have been ended.
        app.callers.forget();
    }
    opened(&app, StatusCode::OK, refreshed?)
}

/// Sign out: ends the session of the cookie, or else of the access token, and clears the cookie.
#[utoipa::path(delete, path = "/sessions/current", tag = "sessions", security(()), responses(
    (status = 204, description = "Nobody is signed in here any more", headers(("Set-Cookie" = String))),
    (status = 403, body = Problem, content_type = "application/problem+json", description = "`cross_site`"),
))]
async fn sign_out(
    State(app): State<App>,
    origin: Origin,
    request: Request,
) -> Result<(StatusCode, SetCookie), Problem> {
    cookie::same_site(request.headers(), &app.settings)?;
    let (cookie, caller) = (cookie::token(request.headers()), Caller::of(&request, &app));
    drop(request);
    let person = caller.await.ok().and_then(|caller| caller.person().ok());
    let by_token = person.map(|person| (person.user, person.session));
    let ctx = stranger(&app, origin);
    let ended = change!(app.db, move |tx, ctx, cookie, by_token| {
        let session = match cookie {
            Some(token) => ops::people::sessions::of_token(tx, token).await?,
            None => None,
        };
        match session.map(|session| (session.user_id, session.id)).or(*by_token) {
            Some((user, session)) => ops::people::sessions::end(tx, ctx, user, session).await,
            None => Ok(()),
        }
    });
    match ended.await {
        // Signed out is signed out.
        Ok(()) | Err(ops::Error::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    app.callers.forget();
    Ok((StatusCode::NO_CONTENT, cookie::clear(&app.settings)))
}

/// A device on which you are signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Session {
    id: SessionId,
    created_at: Timestamp,
    last_used_at: Timestamp,
    /// When it ends, however much it is used.
    expires_at: Timestamp,
    #[schema(example = "203.0.113.7")]
    address: Option<String>,
    /// What the browser says it is.
    user_agent: Option<String>,
    /// Whether this request comes from there.
    current: bool,
}

/// List where you are signed in, newest first. One page has all.
#[utoipa::path(get, path = "/sessions", tag = "sessions", security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Session>)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<Out<Page<Session>>, Problem> {
    let (person, now) = (caller.person()?, app.context.now());
    let user = person.user;
    let read = query!(app.db, move |tx, user| sessions::of_user(tx, *user).await);
    let all: Vec<domain::Session> = read.await.map_err(|e: store::Error| Problem::from(e))?;
    let open = all.into_iter().filter(|session| session.is_open(now)).map(|session| Session {
        current: session.id == person.session,
        id: session.id,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
        address: session.address,
        user_agent: session.user_agent,
    });
    Ok(Out(Page { items: open.collect(), next_cursor: None }))
}

/// Sign out on one of your devices.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)),
    security(("bearer" = ["viewer"])), responses((status = 204, description = "It has ended")))]
async fn end(State(app): State<App>, caller: Caller, Id(id): Id<SessionId>) -> Result<StatusCode, Problem> {
    let (ctx, user) = (app.ctx(&caller), caller.person()?.user);
    change!(app.db, move |tx, ctx, user, id| ops::people::sessions::end(tx, ctx, *user, *id).await).await?;
    app.callers.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out everywhere, here too.
#[utoipa::path(delete, path = "/sessions", tag = "sessions", security(("bearer" = ["viewer"])),
    responses((status = 204, description = "All have ended", headers(("Set-Cookie" = String)))))]
async fn end_all(State(app): State<App>, caller: Caller) -> Result<(StatusCode, SetCookie), Problem> {
    let (ctx, user) = (app.ctx(&caller), caller.person()?.user);
    change!(app.db, move |tx, ctx, user| ops::people::sessions::end_all(tx, ctx, *user).await).await?;
    app.callers.forget();
    Ok((StatusCode::NO_CONTENT, cookie::clear(&app.settings)))
}
