//! The description of the API, made from the handlers themselves.

use domain::Headline;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use super::{patterns, responses};
use crate::people::{api_keys, invitations, me, security_log, sessions, setup, users};
use crate::{
    App, Problem, contacts, dead_letters, events, imports, mails, operations, orders, products, settings, stats,
    transactions, webhooks,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Comptoir", description = "Contacts, orders and the money that pays for them; every change reaches everyone \
         who must know, exactly once, or waits on a desk where a person decides.\n\nAmounts are whole numbers of the \
         currency's minor unit; quantities and percentages are decimal texts; times are RFC 3339 in UTC. Errors are RFC 9457 \
         problem details with a stable `code`."),
    modifiers(&Bearer),
    // Each operation says its own; one that forgot to is closed to all (guard.rs).
    components(schemas(Problem, Headline)),
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Every route below `/api/v1`, with its description.
pub(crate) fn routes() -> OpenApiRouter<App> {
    let v1 = OpenApiRouter::new()
        .merge(sessions::routes())
        .merge(setup::routes())
        .merge(me::routes())
        .merge(users::routes())
        .merge(invitations::routes())
        .merge(api_keys::routes())
        .merge(security_log::routes())
        .merge(contacts::routes())
        .merge(contacts::duplicates::routes())
        .merge(contacts::erasure::routes())
        .merge(products::routes())
        .merge(orders::routes())
        .merge(orders::revisions::routes())
        .merge(transactions::routes())
        .merge(events::timeline::routes())
        .merge(events::routes())
        .merge(events::explain::routes())
        .merge(dead_letters::routes())
        .merge(orders::documents::routes())
        .merge(dead_letters::batches::routes())
        .merge(dead_letters::detail::routes())
        .merge(settings::routes())
        .merge(settings::logo::routes())
        .merge(stats::routes())
        .merge(operations::routes())
        .merge(imports::routes())
        .merge(mails::templates::routes())
        .merge(mails::routes())
        .merge(webhooks::endpoints::routes())
        .merge(webhooks::deliveries::routes())
        .merge(events::stream::routes());
    let mut routes = OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", v1);
    name_operations(routes.get_openapi_mut());
    responses::describe(routes.get_openapi_mut());
    patterns::describe(routes.get_openapi_mut());
    routes
}

/// Names must differ in the whole document, and utoipa takes the handler's, which only its file knows: `orders_list`.
fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.put, &mut item.post, &mut item.delete].into_iter().flatten() {
            let tag = operation.tags.as_ref().and_then(|tags| tags.first()).map_or("", String::as_str);
            let name = operation.operation_id.as_deref().unwrap_or("");
            operation.operation_id = Some(format!("{}_{name}", tag.replace('-', "_")));
        }
    }
}

/// `openapi.json`, as it is checked in.
#[must_use]
pub fn document() -> String {
    let mut text = routes().to_openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}
