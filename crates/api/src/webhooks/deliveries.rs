//! `/api/v1/webhook-deliveries`: what was sent to endpoints, and what came of it.

use axum::Json as Out;
use axum::extract::State;
use domain::{Delivery, DeliveryId, DeliveryKind};
use serde::Serialize;
use store::attempts::{self, Attempt};
use store::deliveries::{self, Filter};
use store::{change, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::{Id, Query};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read)).routes(routes!(resend))
}

/// A delivery with every attempt.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DeliveryDetail {
    #[serde(flatten)]
    delivery: Delivery,
    /// Oldest first.
    made: Vec<Attempt>,
}

/// List webhook deliveries, newest first.
#[utoipa::path(get, path = "/webhook-deliveries", tag = "webhook-deliveries", params(PageQuery, Filter),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Delivery>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Out<Page<Delivery>>, Problem> {
    // Replays are found by their endpoint, too.
    let kind = if filter.endpoint_id.is_some() { None } else { Some(DeliveryKind::Webhook) };
    let filter = Filter { kind, ..filter };
    let (after, limit) = (page.after()?, page.limit()?);
    let found =
        query!(app.db, move |tx, filter, after, limit| deliveries::list(tx, filter, after.as_deref(), *limit).await);
    Ok(Out(found.await.map_err(Problem::from)?.into()))
}

/// Read a webhook delivery, with every attempt.
#[utoipa::path(get, path = "/webhook-deliveries/{id}", tag = "webhook-deliveries", params(("id" = DeliveryId, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = DeliveryDetail)))]
async fn read(State(app): State<App>, Id(id): Id<DeliveryId>) -> Result<Out<DeliveryDetail>, Problem> {
    let found = query!(app.db, move |tx, id| {
        let Some(delivery) = deliveries::get(tx, *id).await? else { return Ok(None) };
        let attempts = attempts::of(tx, &id.to_string()).await?;
        Ok::<_, store::Error>(Some((delivery, attempts)))
    });
    let found = found.await?.filter(|(delivery, _)| delivery.kind != DeliveryKind::Mail);
    let (delivery, made) = found.ok_or_else(|| Problem::not_found("webhook delivery"))?;
    Ok(Out(DeliveryDetail { delivery, made }))
}

/// Send a webhook again, now. Its `webhook-id` stays the same.
#[utoipa::path(post, path = "/webhook-deliveries/{id}/resend", tag = "webhook-deliveries",
    params(("id" = DeliveryId, Path)), security(("bearer" = ["manager"])),
    responses((status = 200, body = Delivery)))]
async fn resend(State(app): State<App>, caller: Caller, Id(id): Id<DeliveryId>) -> Result<Out<Delivery>, Problem> {
    let ctx = app.ctx(&caller);
    let sent = change!(app.db, move |tx, ctx, id| ops::webhooks::deliveries::resend(tx, ctx, *id).await);
    Ok(Out(sent.await?))
}
