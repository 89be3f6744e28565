//! `/api/v1/mails`: what was written to contacts, what is under way, and what was not sent and why.

pub(crate) mod templates;

use axum::Json as Out;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::{ContactId, DeliveryId, DeliveryState, Language, MailKind, OrderId, Timestamp};
use serde::Serialize;
use store::attempts::{self, Attempt};
use store::mails;
use store::mails::{Content, Fate, Filter, Mail};
use store::query;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{Id, Query};
use crate::http::idempotency::{OnceAct, once};
use crate::http::page::{Page, PageQuery};
use crate::{App, Problem};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read)).routes(routes!(file)).routes(routes!(resend))
}

/// A mail to a contact. What it says is known once it was sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Mail)]
struct Summary {
    id: DeliveryId,
    kind: MailKind,
    state: DeliveryState,
    contact_id: ContactId,
    order_id: OrderId,
    language: Option<Language>,
    /// As it stands in the header `From`.
    from: Option<String>,
    #[schema(example = "commandes@dupre.example")]
    to: Option<String>,
    subject: Option<String>,
    /// Made so far.
    #[schema(minimum = 0)]
    attempts: i64,
    next_attempt_at: Option<Timestamp>,
    /// The last error; or, of one that was skipped, why.
    error: Option<String>,
    /// The header `Message-ID`, without the angle brackets: the same however often this mail is attempted.
    message_id: String,
    /// The mail that was sent again by this one.
    resent_of: Option<DeliveryId>,
    /// Who asked for that.
    resent_by: Option<String>,
    created_at: Timestamp,
    sent_at: Option<Timestamp>,
}

/// A mail with what it says, and every attempt at it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MailDetail {
    #[serde(flatten)]
    mail: Summary,
    text: Option<String>,
    html: Option<String>,
    /// Oldest first.
    made: Vec<Attempt>,
}

/// List mails to contacts, newest first.
#[utoipa::path(get, path = "/mails", tag = "mails", params(PageQuery, Filter), security(("bearer" = ["viewer"])),
    responses((status = 200, body = Page<Summary>)))]
async fn list(
    State(app): State<App>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<Filter>,
) -> Result<Out<Page<Summary>>, Problem> {
    let (after, limit) = (page.after()?, page.limit()?);
    let found = query!(app.db, move |tx, filter, after, limit| mails::list(tx, filter, after.as_deref(), *limit).await);
    let found: store::Page<(Mail, Fate)> = found.await.map_err(Problem::from)?;
    Ok(Out(found.map(|(mail, fate)| summary(mail, fate)).into()))
}

/// Read a mail, with what it says and every attempt.
#[utoipa::path(get, path = "/mails/{id}", tag = "mails", params(("id" = DeliveryId, Path)),
    security(("bearer" = ["viewer"])), responses((status = 200, body = MailDetail)))]
async fn read(State(app): State<App>, Id(id): Id<DeliveryId>) -> Result<Out<MailDetail>, Problem> {
    let found = query!(app.db, move |tx, id| {
        let Some(mail) = mails::get(tx, *id).await? else { return Ok(None) };
        Ok::<_, store::Error>(Some((mail, attempts::of(tx, &id.to_string()).await?)))
    });
    let ((mail, fate), made) = found.await?.ok_or_else(|| Problem::not_found("mail"))?;
    Ok(Out(detail(mail, fate, made)))
}

/// The message of a mail as it was sent, for a mail program.
#[utoipa::path(get, path = "/mails/{id}/file", tag = "mails", params(("id" = DeliveryId, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = String, content_type = "message/rfc822", headers(("Content-Disposition" = String))),
        (status = 409, description = "It was not sent yet.", body = Problem, content_type = "application/problem+json")))]
async fn file(State(app): State<App>, Id(id): Id<DeliveryId>) -> Result<impl IntoResponse, Problem> {
    let found = query!(app.db, move |tx, id| {
        let Some((mail, _)) = mails::get(tx, *id).await? else { return Ok(None) };
        let attachments = ops::mails::attachments(tx, mail.content.document_id).await?;
        Ok::<_, ops::Error>(Some((mail, attachments)))
    });
    let (mail, attachments) = found.await?.ok_or_else(|| Problem::not_found("mail"))?;
    let unsent = || Problem::new(StatusCode::CONFLICT, "mail_not_sent", "there is no message: it was not sent");
    let letter =
        Some(&mail).filter(|mail| mail.sent_at.is_some()).and_then(|mail| ops::mails::letter(mail, attachments));
    // An erased one has no address any more.
    let (_, message) = letter.and_then(|letter| letter.message().ok()).ok_or_else(unsent)?;
    let named = format!("attachment; filename=\"{id}.eml\"");
    Ok(([(header::CONTENT_TYPE, "message/rfc822".to_owned()), (header::CONTENT_DISPOSITION, named)], message))
}

/// Send a mail once more: what it said, to the address that the contact has now. It becomes a mail of its own.
#[utoipa::path(post, path = "/mails/{id}/resend", tag = "mails",
    params(("id" = DeliveryId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key changes something once")),
    security(("bearer" = ["clerk"])),
    responses((status = 201, body = MailDetail, headers(("ETag" = String), ("Location" = String)))))]
async fn resend(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<DeliveryId>,
    request: OnceAct,
) -> Result<Answer, Problem> {
    let sender = app.settings.mail_sender.clone();
    once(&app, &caller, request.on((id, sender)), |tx, ctx, (id, sender)| {
        Box::pin(async move {
            let mail = ops::mails::resend(tx, ctx, sender, *id).await?;
            let fate = Fate { state: DeliveryState::Pending, attempts: 0, next_attempt_at: None, error: None };
            let location = format!("/api/v1/mails/{}", mail.id);
            Ok(Answer::created(location, &detail(mail, fate, Vec::new()), 1)?)
        })
    })
    .await
}

fn summary(mail: Mail, fate: Fate) -> Summary {
    let Content { language, sender, recipient, subject, .. } = mail.content;
    Summary {
        id: mail.id,
        kind: mail.kind,
        state: fate.state,
        contact_id: mail.contact_id,
        order_id: mail.order_id,
        language,
        from: sender,
        to: recipient,
        subject,
        attempts: fate.attempts,
        next_attempt_at: fate.next_attempt_at,
        error: fate.error,
        message_id: mail.message_id,
        resent_of: mail.resent_of,
        resent_by: mail.resent_by,
        created_at: mail.created_at,
        sent_at: mail.sent_at,
    }
}

pub(crate) fn detail(mail: Mail, fate: Fate, made: Vec<Attempt>) -> MailDetail {
    let (text, html) = (mail.content.text.clone(), mail.content.html.clone());
    MailDetail { mail: summary(mail, fate), text, html, made }
}
