//! `/api/v1/me`: what people do with their own account.

use axum::Json as Out;
use axum::extract::State;
use axum::http::StatusCode;
use domain::{Profile, User};
use serde::{Deserialize, Serialize};
use store::{change, query, users};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Json, Version};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read, edit))
        .routes(routes!(change_password))
        .routes(routes!(begin_second_factor, end_second_factor))
        .routes(routes!(confirm_second_factor))
}

/// Read who you are.
#[utoipa::path(get, path = "/me", tag = "me", security(("bearer" = ["viewer"])),
    responses((status = 200, body = User, headers(("ETag" = String)))))]
async fn read(State(app): State<App>, caller: Caller) -> Result<Answer, Problem> {
    let id = caller.person()?.user;
    let found = query!(app.db, move |tx, id| users::get(tx, *id).await).await.map_err(Problem::from)?;
    let user = found.ok_or_else(|| Problem::not_found("user"))?;
    Ok(Answer::ok(&user, user.version)?)
}

/// Change your name and language.
#[utoipa::path(put, path = "/me", tag = "me",
    params(("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = Profile, security(("bearer" = ["viewer"])),
    responses((status = 200, body = User, headers(("ETag" = String)))))]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    version: Version,
    Json(profile): Json<Profile>,
) -> Result<Answer, Problem> {
    let (id, version) = (caller.person()?.user, version.required()?);
    let edited = change!(app.db, move |tx, id, version, profile| {
        ops::people::users::edit_profile(tx, *id, *version, profile.clone()).await
    });
    let user = edited.await?;
    Ok(Answer::ok(&user, user.version)?)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    current: String,
    #[schema(min_length = 12, max_length = 200)]
    new: String,
}

/// Change your password. Signs you out on all other devices.
#[utoipa::path(put, path = "/me/password", tag = "me", request_body = PasswordChange, security(("bearer" = ["viewer"])),
    responses((status = 204, description = "Changed")))]
async fn change_password(
    State(app): State<App>,
    caller: Caller,
    Json(PasswordChange { current, new }): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let (person, ctx) = (caller.person()?, app.ctx(&caller));
    let who = (person.user, person.session);
    ops::people::users::change_password(&app.db, &app.gate, ctx, who, (current, new)).await?;
    app.callers.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// What an authenticator app needs to know.
#[derive(Serialize, utoipa::ToSchema)]
struct SecondFactor {
    /// In base 32, to be typed.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    secret: String,
    /// The secret as an `otpauth:` address, for a QR code.
    #[schema(example = "otpauth://totp/Comptoir:claire%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Comptoir")]
    url: String,
}

/// Begin to use a second factor. It is on once a code is confirmed.
#[utoipa::path(post, path = "/me/second-factor", tag = "me", security(("bearer" = ["viewer"])),
    responses((status = 201, body = SecondFactor)))]
async fn begin_second_factor(
    State(app): State<App>,
    caller: Caller,
) -> Result<(StatusCode, Out<SecondFactor>), Problem> {
    let (ctx, gate, user) = (app.ctx(&caller), app.gate.clone(), caller.person()?.user);
    let begun =
        change!(app.db, move |tx, ctx, gate, user| ops::people::second_factor::begin(tx, ctx, &gate.seal, *user).await);
    let ops::people::second_factor::Begun { secret, url } = begun.await?;
    Ok((StatusCode::CREATED, Out(SecondFactor { secret, url })))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Code {
    #[schema(example = "492039")]
    code: String,
}

#[derive(Serialize, utoipa::ToSchema)]
struct RecoveryCodes {
    /// Each signs you in once without the app. Shown this once: write them down.
    #[schema(example = json!(["k4tq-8mzp-x3wn-7abh"]))]
    recovery_codes: Vec<String>,
}

/// Switch the second factor on, by a code of the app.
#[utoipa::path(post, path = "/me/second-factor/confirm", tag = "me", request_body = Code,
    security(("bearer" = ["viewer"])), responses((status = 200, body = RecoveryCodes)))]
async fn confirm_second_factor(
    State(app): State<App>,
    caller: Caller,
    Json(Code { code }): Json<Code>,
) -> Result<Out<RecoveryCodes>, Problem> {
    let (ctx, gate, user) = (app.ctx(&caller), app.gate.clone(), caller.person()?.user);
    let confirmed = change!(app.db, move |tx, ctx, gate, user, code| {
        ops::people::second_factor::confirm(tx, ctx, &gate.seal, *user, code).await
    });
    Ok(Out(RecoveryCodes { recovery_codes: confirmed.await? }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Proof {
    password: String,
    /// A code of the app, or a recovery code.
    #[schema(example = "492039")]
    code: String,
}

/// Switch the second factor off.
#[utoipa::path(delete, path = "/me/second-factor", tag = "me", request_body = Proof, security(("bearer" = ["viewer"])),
    responses((status = 204, description = "It is off")))]
async fn end_second_factor(
    State(app): State<App>,
    caller: Caller,
    Json(Proof { password, code }): Json<Proof>,
) -> Result<StatusCode, Problem> {
    let (user, ctx) = (caller.person()?.user, app.ctx(&caller));
    ops::people::second_factor::switch_off(&app.db, &app.gate, ctx, user, &password, code).await?;
    Ok(StatusCode::NO_CONTENT)
}
