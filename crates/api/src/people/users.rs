//! `/api/v1/users`: who may sign in. For administrators.

use axum::Json as Out;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{User, UserId, UserInput};
use ops::exchange::export;
use store::{change, query, users};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Id, Json, Query, Version};
use crate::http::csv::{CsvQuery, download};
use crate::http::page::{Page, PageQuery};
use crate::people::invitations::{Link, link};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(list_csv))
        .routes(routes!(read, edit))
        .routes(routes!(disable))
        .routes(routes!(enable))
        .routes(routes!(remove_second_factor))
        .routes(routes!(make_password_link))
}

/// All users as a CSV file.
#[utoipa::path(get, path = "/users.csv", tag = "users", params(CsvQuery), security(("bearer" = ["admin"])),
    responses((status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)))))]
async fn list_csv(State(app): State<App>, caller: Caller, Query(file): Query<CsvQuery>) -> Result<Response, Problem> {
    download(&app, &caller, export::Users, (), file).await
}

/// List users by address.
#[utoipa::path(get, path = "/users", tag = "users", params(PageQuery), security(("bearer" = ["admin"])),
    responses((status = 200, body = Page<User>)))]
async fn list(State(app): State<App>, Query(page): Query<PageQuery>) -> Result<Out<Page<User>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, after, limit| users::list(tx, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// Read a user.
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = UserId, Path)), security(("bearer" = ["admin"])),
    responses((status = 200, body = User, headers(("ETag" = String)))))]
async fn read(State(app): State<App>, Id(id): Id<UserId>) -> Result<Answer, Problem> {
    let found = query!(app.db, move |tx, id| users::get(tx, *id).await).await.map_err(Problem::from)?;
    let user = found.ok_or_else(|| Problem::not_found("user"))?;
    Ok(Answer::ok(&user, user.version)?)
}

/// Change a user's name and role. The last administrator stays one: `last_admin`.
#[utoipa::path(put, path = "/users/{id}", tag = "users",
    params(("id" = UserId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = UserInput, security(("bearer" = ["admin"])),
    responses((status = 200, body = User, headers(("ETag" = String)))))]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UserId>,
    version: Version,
    Json(input): Json<UserInput>,
) -> Result<Answer, Problem> {
    caller.person()?;
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let edited = change!(app.db, move |tx, ctx, id, version, input| {
        ops::people::users::edit(tx, ctx, *id, *version, input.clone()).await
    });
    let user = edited.await?;
    app.callers.forget();
    Ok(Answer::ok(&user, user.version)?)
}

/// Keep a user out: ends their sessions, and revokes the API keys that they have made.
#[utoipa::path(post, path = "/users/{id}/disable", tag = "users", params(("id" = UserId, Path)),
    security(("bearer" = ["admin"])), responses((status = 200, body = User, headers(("ETag" = String)))))]
async fn disable(State(app): State<App>, caller: Caller, Id(id): Id<UserId>) -> Result<Answer, Problem> {
    caller.person()?;
    let ctx = app.ctx(&caller);
    let user = change!(app.db, move |tx, ctx, id| ops::people::users::disable(tx, ctx, *id).await).await?;
    app.callers.forget();
    Ok(Answer::ok(&user, user.version)?)
}

/// Let a user in again.
#[utoipa::path(post, path = "/users/{id}/enable", tag = "users", params(("id" = UserId, Path)),
    security(("bearer" = ["admin"])), responses((status = 200, body = User, headers(("ETag" = String)))))]
async fn enable(State(app): State<App>, caller: Caller, Id(id): Id<UserId>) -> Result<Answer, Problem> {
    caller.person()?;
    let ctx = app.ctx(&caller);
    let user = change!(app.db, move |tx, ctx, id| ops::people::users::enable(tx, ctx, *id).await).await?;
    app.callers.forget();
    Ok(Answer::ok(&user, user.version)?)
}

/// Switch a user's second factor off: the telephone is lost, and so are the recovery codes.
#[utoipa::path(delete, path = "/users/{id}/second-factor", tag = "users", params(("id" = UserId, Path)),
    security(("bearer" = ["admin"])), responses((status = 204, description = "It is off")))]
async fn remove_second_factor(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UserId>,
) -> Result<StatusCode, Problem> {
    caller.person()?;
    let ctx = app.ctx(&caller);
    change!(app.db, move |tx, ctx, id| ops::people::second_factor::remove(tx, ctx, *id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link by which a user chooses another password. Shown this once.
#[utoipa::path(post, path = "/users/{id}/password-link", tag = "users", params(("id" = UserId, Path)),
    security(("bearer" = ["admin"])), responses((status = 201, body = Link)))]
async fn make_password_link(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UserId>,
) -> Result<(StatusCode, Out<Link>), Problem> {
    caller.person()?;
    let ctx = app.ctx(&caller);
    let made = change!(app.db, move |tx, ctx, id| ops::people::invitations::password_link(tx, ctx, *id).await);
    Ok((StatusCode::CREATED, Out(link(&app, made.await?))))
}
