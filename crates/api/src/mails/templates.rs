//! `/api/v1/mail-templates`: what mails say.

use axum::Json as Out;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use domain::{Language, MailKind, MailTemplate, MailTemplateInput, OrderId};
use ops::mail::Rendered;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Json, Version};
use crate::{App, Problem};
use store::{change, query};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read, edit, reset)).routes(routes!(preview))
}

/// A kind and a language in an address. What is neither names nothing: 404.
struct Which((MailKind, Language));

impl FromRequestParts<App> for Which {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let unknown = || Problem::not_found("mail template");
        let path = Path::<(String, String)>::from_request_parts(parts, app).await;
        let Path((kind, language)) = path.map_err(|_| unknown())?;
        Ok(Self((kind.parse().map_err(|_| unknown())?, language.parse().map_err(|_| unknown())?)))
    }
}

/// All templates.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
struct MailTemplates {
    /// Each kind in each language.
    items: Vec<MailTemplate>,
}

/// List the mail templates: each kind in each language.
#[utoipa::path(get, path = "/mail-templates", tag = "mail-templates", security(("bearer" = ["admin"])),
    responses((status = 200, body = MailTemplates)))]
async fn list(State(app): State<App>) -> Result<Out<MailTemplates>, Problem> {
    let items = query!(app.db, |tx| ops::mail_templates::all(tx).await).await?;
    Ok(Out(MailTemplates { items }))
}

/// Read a mail template.
#[utoipa::path(get, path = "/mail-templates/{kind}/{language}", tag = "mail-templates",
    params(("kind" = MailKind, Path), ("language" = Language, Path)), security(("bearer" = ["admin"])),
    responses((status = 200, body = MailTemplate, headers(("ETag" = String)))))]
async fn read(State(app): State<App>, Which(which): Which) -> Result<Answer, Problem> {
    let read = app.db.read(which, |tx, (kind, language)| Box::pin(ops::mail_templates::get(tx, *kind, *language)));
    let template = read.await?;
    Ok(Answer::ok(&template, template.version)?)
}

/// Replace a mail template. Names that are not known are refused with their line.
#[utoipa::path(put, path = "/mail-templates/{kind}/{language}", tag = "mail-templates",
    params(("kind" = MailKind, Path), ("language" = Language, Path),
        ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = MailTemplateInput, security(("bearer" = ["admin"])),
    responses((status = 200, body = MailTemplate, headers(("ETag" = String)))))]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    Which(which): Which,
    version: Version,
    Json(input): Json<MailTemplateInput>,
) -> Result<Answer, Problem> {
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let template = ops::mail_templates::edit(&app.db, &ctx, which, version, input).await?;
    Ok(Answer::ok(&template, template.version)?)
}

/// Go back to the template that Comptoir brings.
#[utoipa::path(delete, path = "/mail-templates/{kind}/{language}", tag = "mail-templates",
    params(("kind" = MailKind, Path), ("language" = Language, Path),
        ("If-Match" = String, Header, description = "The ETag that you have read")),
    security(("bearer" = ["admin"])),
    responses((status = 200, body = MailTemplate, headers(("ETag" = String)))))]
async fn reset(
    State(app): State<App>,
    caller: Caller,
    Which(which): Which,
    version: Version,
) -> Result<Answer, Problem> {
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let reset =
        change!(app.db, move |tx, ctx, which, version| ops::mail_templates::reset(tx, ctx, *which, *version).await);
    let template = reset.await?;
    Ok(Answer::ok(&template, template.version)?)
}

/// What to look at.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MailPreviewInput {
    /// A draft; without it, the template as it is.
    #[serde(default)]
    template: Option<MailTemplateInput>,
    /// Whose data to take; without it, a made-up order's. For a receipt or a refund notice, its last payment or refund.
    #[serde(default)]
    order_id: Option<OrderId>,
}

/// See the mail that a template makes. Sends nothing, changes nothing.
#[utoipa::path(post, path = "/mail-templates/{kind}/{language}/preview", tag = "mail-templates",
    params(("kind" = MailKind, Path), ("language" = Language, Path)),
    request_body = MailPreviewInput, security(("bearer" = ["admin"])),
    responses((status = 200, body = Rendered)))]
async fn preview(
    State(app): State<App>,
    Which(which): Which,
    Json(input): Json<MailPreviewInput>,
) -> Result<Out<Rendered>, Problem> {
    let MailPreviewInput { template, order_id } = input;
    Ok(Out(ops::mail_templates::preview(&app.db, which, template, order_id).await?))
}
