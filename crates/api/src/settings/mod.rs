//! `/api/v1/settings`: what the business has decided for itself.

pub(crate) mod logo;

use axum::extract::State;
use domain::{Settings, SettingsInput};
use store::{change, query, settings};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Json, Version};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, edit))
}

/// Read the settings.
#[utoipa::path(get, path = "/settings", tag = "settings", security(("bearer" = ["viewer"])),
    responses((status = 200, body = Settings, headers(("ETag" = String)))))]
async fn read(State(app): State<App>) -> Result<Answer, Problem> {
    let settings = query!(app.db, |tx| settings::get(tx).await).await.map_err(Problem::from)?;
    Ok(Answer::ok(&settings, settings.version)?)
}

/// Replace all settings.
#[utoipa::path(put, path = "/settings", tag = "settings",
    params(("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = SettingsInput, security(("bearer" = ["admin"])),
    responses((status = 200, body = Settings, headers(("ETag" = String)))))]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    version: Version,
    Json(input): Json<SettingsInput>,
) -> Result<Answer, Problem> {
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let edited =
        change!(app.db, move |tx, ctx, version, input| ops::settings::edit(tx, ctx, *version, input.clone()).await);
    let settings = edited.await?;
    Ok(Answer::ok(&settings, settings.version)?)
}
