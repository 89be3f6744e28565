//! What a person may ask for (GDPR): all that is known, and that it be forgotten; and what the law keeps nevertheless.

use axum::Json as Out;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::{Contact, ContactId, Document, Event, LegalCopy, Order, OrderId, SecurityEntry, Timestamp, Transaction};
use ops::contacts::erasure::Preview;
use ops::contacts::export::Export;
use ops::dead_letters::detail::Detail;
use serde::{Deserialize, Serialize};
use store::erasure::{self, Found};
use store::legal_copies;
use store::timeline::Entry;
use store::{change, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Id, Json, Version};
use crate::mails::{MailDetail, detail};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(export))
        .routes(routes!(erasure_preview))
        .routes(routes!(erase))
        .routes(routes!(legal_copy))
}

/// All that is known of a contact.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContactExport {
    exported_at: Timestamp,
    contact: Contact,
    /// Those that were merged into it, as they were then.
    merged: Vec<Contact>,
    orders: Vec<Order>,
    /// Confirmed orders as they were before an edit.
    order_revisions: Vec<Order>,
    transactions: Vec<Transaction>,
    /// The journal of all of these. Their data is described in docs/events.
    events: Vec<Event<serde_json::Value>>,
    timeline: Vec<Entry>,
    /// Open and closed.
    dead_letters: Vec<Detail>,
    /// On their way somewhere; what tells of an event is among the events.
    messages: Vec<Found>,
    /// That were made out to it; their files are at `/documents/{id}/file`.
    documents: Vec<Document>,
    legal_copies: Vec<LegalCopy>,
    /// Written to it, or to be.
    mails: Vec<MailDetail>,
    security_log: Vec<SecurityEntry>,
}

/// Export all that is known of a contact, as one file. The security log notes who did.
#[utoipa::path(get, path = "/contacts/{id}/export", tag = "contacts", params(("id" = ContactId, Path)),
    security(("bearer" = ["manager"])),
    responses((status = 200, body = ContactExport, headers(("Content-Disposition" = String)))))]
async fn export(State(app): State<App>, caller: Caller, Id(id): Id<ContactId>) -> Result<impl IntoResponse, Problem> {
    let ctx = app.ctx(&caller);
    let export = change!(app.db, move |tx, ctx, id| ops::contacts::export::export(tx, ctx, *id).await).await?;
    let file = format!("attachment; filename=\"{id}.json\"");
    Ok(([(header::CONTENT_DISPOSITION, file)], Out(ContactExport::from(export))))
}

/// See what an erasure would take, what must stay and until when, and what stands in the way.
#[utoipa::path(get, path = "/contacts/{id}/erasure", tag = "contacts", params(("id" = ContactId, Path)),
    security(("bearer" = ["manager"])), responses((status = 200, body = Preview)))]
async fn erasure_preview(State(app): State<App>, Id(id): Id<ContactId>) -> Result<Out<Preview>, Problem> {
    let preview = query!(app.db, move |tx, id| ops::contacts::erasure::preview(tx, *id).await).await?;
    Ok(Out(preview))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Erasure {
    /// For the security log, which is kept: do not name the person.
    #[schema(min_length = 1, max_length = 1000, example = "request of 22 November 2026")]
    reason: String,
}

/// Erase a contact: personal data goes everywhere, but for the legal copy on its orders. There is no way back.
#[utoipa::path(post, path = "/contacts/{id}/erase", tag = "contacts",
    params(("id" = ContactId, Path), ("If-Match" = String, Header, description = "The ETag that you have read")),
    request_body = Erasure, security(("bearer" = ["admin"])),
    responses((status = 200, body = Contact, headers(("ETag" = String)))))]
async fn erase(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ContactId>,
    version: Version,
    Json(Erasure { reason }): Json<Erasure>,
) -> Result<Answer, Problem> {
    let (ctx, version) = (app.ctx(&caller), version.required()?);
    let erased = change!(app.db, move |tx, ctx, id, version, reason| ops::contacts::erasure::erase(
        tx, ctx, *id, *version, reason
    )
    .await);
    let contact = erased.await?;
    if query!(app.db, |tx| erasure::scrub_is_due(tx).await).await.map_err(Problem::from)? {
        ops::contacts::erasure::finish(&app.db, app.settings.mail_folder.as_deref()).await.map_err(Problem::from)?;
    }
    Ok(Answer::ok(&contact, contact.version)?)
}

/// Read whom an order was for, after its contact was erased.
#[utoipa::path(get, path = "/orders/{id}/legal-copy", tag = "orders", params(("id" = OrderId, Path)),
    security(("bearer" = ["manager"])), responses((status = 200, body = LegalCopy)))]
async fn legal_copy(State(app): State<App>, Id(id): Id<OrderId>) -> Result<Out<LegalCopy>, Problem> {
    let found = query!(app.db, move |tx, id| legal_copies::get(tx, *id).await).await.map_err(Problem::from)?;
    Ok(Out(found.ok_or_else(|| Problem::not_found("legal copy"))?))
}

impl From<Export> for ContactExport {
    fn from(export: Export) -> Self {
        Self {
            exported_at: export.exported_at,
            contact: export.contact,
            merged: export.merged,
            orders: export.orders,
            order_revisions: export.order_revisions,
            transactions: export.transactions,
            events: export.events,
            timeline: export.timeline,
            dead_letters: export.dead_letters,
            messages: export.messages,
            documents: export.documents,
            legal_copies: export.legal_copies,
            mails: export.mails.into_iter().map(|(mail, fate)| detail(mail, fate, Vec::new())).collect(),
            security_log: export.security_log,
        }
    }
}
