//! `/api/v1/webhook-endpoints`: where webhooks are sent.

use std::time::Duration;

use axum::Json as Out;
use axum::extract::State;
use axum::http::StatusCode;
use domain::{Delivery, Invalid, Timestamp, WebhookEndpoint, WebhookEndpointId, WebhookEndpointInput};
use serde::{Deserialize, Serialize};
use store::{change, query, webhook_endpoints};
use url::{Host, Url};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Id, Json, Query, Version};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, edit, delete))
        .routes(routes!(rotate_secret))
        .routes(routes!(test))
        .routes(routes!(replay))
}

/// An endpoint with its new secret.
#[derive(Serialize, utoipa::ToSchema)]
struct WebhookEndpointWithSecret {
    endpoint: WebhookEndpoint,
    /// To verify signatures by, as every library for Standard Webhooks takes it. Shown this once.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: String,
}

/// List webhook endpoints, newest first.
#[utoipa::path(get, path = "/webhook-endpoints", tag = "webhook-endpoints", params(PageQuery),
    security(("bearer" = ["manager"])),
    responses((status = 200, body = Page<WebhookEndpoint>)))]
async fn list(State(app): State<App>, Query(page): Query<PageQuery>) -> Result<Out<Page<WebhookEndpoint>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, after, limit| webhook_endpoints::list(tx, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// Create a webhook endpoint. It gets the events that are told from now on.
#[utoipa::path(post, path = "/webhook-endpoints", tag = "webhook-endpoints", request_body = WebhookEndpointInput,
    security(("bearer" = ["admin"])),
    responses((status = 201, body = WebhookEndpointWithSecret)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(input): Json<WebhookEndpointInput>,
) -> Result<(StatusCode, Out<WebhookEndpointWithSecret>), Problem> {
    leads_outside(&app, &input).await?;
    let (ctx, gate, settings) = (app.ctx(&caller), app.gate.clone(), app.settings.clone());
    let created = change!(app.db, move |tx, ctx, gate, settings, input| {
        ops::webhooks::endpoints::create(tx, ctx, &gate.seal, &settings.internal_hosts, input.clone()).await
    });
    let (endpoint, secret) = created.await?;
    Ok((StatusCode::CREATED, Out(WebhookEndpointWithSecret { endpoint, secret })))
}

/// Read a webhook endpoint.
#[utoipa::path(get, path = "/webhook-endpoints/{id}", tag = "webhook-endpoints", params(("id" = WebhookEndpointId, Path)),
    security(("bearer" = ["manager"])),
    responses((status = 200, body = WebhookEndpoint, headers(("ETag" = String)))))]
async fn read(State(app): State<App>, Id(id): Id<WebhookEndpointId>) -> Result<Answer, Problem> {
    let found = query!(app.db, move |tx, id| webhook_endpoints::get(tx, *id).await).await.map_err(Problem::from)?;
    let endpoint = found.ok_or_else(|| Problem::not_found("webhook endpoint"))?.endpoint;
    Ok(Answer::ok(&endpoint, endpoint.version)?)
}

/// Replace what is said of a webhook endpoint. One that had answered `410 Gone` is switched on again by `active`.
#[utoipa::path(put, path = "/webhook-endpoints/{id}", tag = "webhook-endpoints",
    params(("id" = WebhookEndpointId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = WebhookEndpointInput, security(("bearer" = ["admin"])),
    responses((status = 200, body = WebhookEndpoint, headers(("ETag" = String)))))]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<WebhookEndpointId>,
    version: Version,
    Json(input): Json<WebhookEndpointInput>,
) -> Result<Answer, Problem> {
    let version = version.required()?;
    leads_outside(&app, &input).await?;
    let (ctx, settings) = (app.ctx(&caller), app.settings.clone());
    let edited = change!(app.db, move |tx, ctx, settings, id, version, input| {
        ops::webhooks::endpoints::edit(tx, ctx, &settings.internal_hosts, *id, *version, input.clone()).await
    });
    let endpoint = edited.await?;
    Ok(Answer::ok(&endpoint, endpoint.version)?)
}

/// Delete a webhook endpoint. What is on its way to it is not sent any more.
#[utoipa::path(delete, path = "/webhook-endpoints/{id}", tag = "webhook-endpoints",
    params(("id" = WebhookEndpointId, Path)), security(("bearer" = ["admin"])),
    responses((status = 204, description = "It gets nothing any more")))]
async fn delete(State(app): State<App>, caller: Caller, Id(id): Id<WebhookEndpointId>) -> Result<StatusCode, Problem> {
    let ctx = app.ctx(&caller);
    change!(app.db, move |tx, ctx, id| ops::webhooks::endpoints::delete(tx, ctx, *id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Rotation {
    /// How long the former secret signs too, beside the new one.
    #[serde(default = "a_day", deserialize_with = "domain::whole::number")]
    #[schema(minimum = 0, maximum = 720, default = 24)]
    overlap_hours: i64,
}

const fn a_day() -> i64 {
    24
}

/// Give a webhook endpoint another secret. For a while webhooks bear two signatures, so that the receiver can change over.
#[utoipa::path(post, path = "/webhook-endpoints/{id}/rotate-secret", tag = "webhook-endpoints",
    params(("id" = WebhookEndpointId, Path)), request_body = Rotation, security(("bearer" = ["admin"])),
    responses((status = 200, body = WebhookEndpointWithSecret)))]
async fn rotate_secret(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<WebhookEndpointId>,
    Json(rotation): Json<Rotation>,
) -> Result<Out<WebhookEndpointWithSecret>, Problem> {
    let hours = u64::try_from(rotation.overlap_hours).ok().filter(|hours| *hours <= 720);
    let hours = hours.ok_or_else(|| invalid("overlap_hours", "bad_limit", "must be between 0 and 720"))?;
    let (ctx, gate, overlap) = (app.ctx(&caller), app.gate.clone(), Duration::from_hours(hours));
    let rotated = change!(app.db, move |tx, ctx, gate, id, overlap| {
        ops::webhooks::endpoints::rotate_secret(tx, ctx, &gate.seal, *id, *overlap).await
    });
    let (endpoint, secret) = rotated.await?;
    Ok(Out(WebhookEndpointWithSecret { endpoint, secret }))
}

/// Send a webhook endpoint an event of the type `TEST`. What came of it is told by the delivery.
#[utoipa::path(post, path = "/webhook-endpoints/{id}/test", tag = "webhook-endpoints",
    params(("id" = WebhookEndpointId, Path)), security(("bearer" = ["manager"])),
    responses((status = 202, body = Delivery)))]
async fn test(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<WebhookEndpointId>,
) -> Result<(StatusCode, Out<Delivery>), Problem> {
    let ctx = app.ctx(&caller);
    let sent = change!(app.db, move |tx, ctx, id| ops::webhooks::deliveries::test(tx, ctx, *id).await);
    Ok((StatusCode::ACCEPTED, Out(sent.await?)))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Replay {
    /// Every event since then is sent, those that were sent before too: their ids tell.
    since: Timestamp,
}

/// Send a webhook endpoint the events since a moment. They are sent by and by; the delivery says when all are on their way.
#[utoipa::path(post, path = "/webhook-endpoints/{id}/replay", tag = "webhook-endpoints",
    params(("id" = WebhookEndpointId, Path)), request_body = Replay, security(("bearer" = ["admin"])),
    responses((status = 202, body = Delivery)))]
async fn replay(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<WebhookEndpointId>,
    Json(replay): Json<Replay>,
) -> Result<(StatusCode, Out<Delivery>), Problem> {
    let (ctx, since) = (app.ctx(&caller), replay.since);
    let sent = change!(app.db, move |tx, ctx, id, since| ops::webhooks::deliveries::replay(tx, ctx, *id, *since).await);
    Ok((StatusCode::ACCEPTED, Out(sent.await?)))
}

/// Refuses a host that leads into a private network now, or nowhere: whoever types it in is there to be told. (Where it leads
/// tomorrow is looked at by whoever connects.)
async fn leads_outside(app: &App, input: &WebhookEndpointInput) -> Result<(), Problem> {
    let internal = &app.settings.internal_hosts;
    let input = input.clone().checked(internal).map_err(ops::Error::from)?;
    let url = Url::parse(&input.url).ok();
    let Some(Host::Domain(name)) = url.as_ref().and_then(Url::host) else { return Ok(()) };
    let found = tokio::net::lookup_host((name, 0)).await;
    let Ok(mut found) = found else {
        return Err(invalid("url", "unknown_host", "its host is not known: is it written as it should be?"));
    };
    if found.any(|address| internal.allow(name, address.ip())) {
        return Ok(());
    }
    let message = "must not lead into a private network; the operator can open it (webhooks.internal_hosts)";
    Err(invalid("url", "private_address", message))
}

fn invalid(field: &str, code: &'static str, message: &str) -> Problem {
    ops::Error::from(Invalid::new(field, code, message)).into()
}
