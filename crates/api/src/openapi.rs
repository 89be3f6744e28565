//! The description of the API, made from the handlers themselves.

use domain::Headline;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    App, Problem, api_keys, contact_duplicates, contact_erasure, contacts, dead_letter_batches, dead_letter_detail,
    dead_letters, documents, events, explain, imports, invitations, logo, mail_templates, mails, me, operations,
    order_revisions, orders, patterns, products, responses, security_log, sessions, settings, setup, stats, stream,
    timeline, transactions, users, webhook_deliveries, webhook_endpoints,
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
        .merge(contact_duplicates::routes())
        .merge(contact_erasure::routes())
        .merge(products::routes())
        .merge(orders::routes())
        .merge(order_revisions::routes())
        .merge(transactions::routes())
        .merge(timeline::routes())
        .merge(events::routes())
        .merge(explain::routes())
        .merge(dead_letters::routes())
        .merge(documents::routes())
        .merge(dead_letter_batches::routes())
        .merge(dead_letter_detail::routes())
        .merge(settings::routes())
        .merge(logo::routes())
        .merge(stats::routes())
        .merge(operations::routes())
        .merge(imports::routes())
        .merge(mail_templates::routes())
        .merge(mails::routes())
        .merge(webhook_endpoints::routes())
        .merge(webhook_deliveries::routes())
        .merge(stream::routes());
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
