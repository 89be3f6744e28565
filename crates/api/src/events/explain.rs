//! `/api/v1/explain/{id}`: the whole story of an order, a contact or a transaction.

use axum::Json as Out;
use axum::extract::State;
use ops::explain::{self, Explanation};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::body::Id;
use crate::{App, Problem};
use store::query;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(story))
}

/// Tell the whole story of an order (by its id or its number), a contact or a transaction: events, messages, attempts, effects,
/// mails, webhooks, dead letters and what people decided.
#[utoipa::path(get, path = "/explain/{id}", tag = "explain", params(("id" = String, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Explanation)))]
async fn story(State(app): State<App>, Id(id): Id<String>) -> Result<Out<Explanation>, Problem> {
    let found = query!(app.db, move |tx, id| explain::explain(tx, id).await);
    Ok(Out(found.await?))
}
