//! One dead letter with all that a person needs to decide, and what would become of an edit.

use axum::Json as Out;
use axum::extract::State;
use domain::{DeadLetterId, Delivery, Timestamp};
use ops::dead_letter_detail::{self as detail, Detail};
use ops::dead_letters as desk;
use ops::event_check;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dead_letters::DeadLetterDetail;
use crate::events::timeline::TimelineEntry;
use crate::http::body::{Id, Json};
use crate::{App, Problem};
use store::query;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(preview))
}

/// A dead letter with all that is known of its message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DeadLetterRecord {
    #[serde(flatten)]
    detail: DeadLetterDetail,
    /// The body, where it is JSON.
    event: Option<Value>,
    about: Option<About>,
    effects: MessageEffects,
    /// The event as the journal has it, where the letter's body is another. A redrive sends this one.
    journal: Option<Value>,
}

/// What a message is about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct About {
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "order")]
    kind: &'static str,
    id: String,
    /// An order's number, a contact's or a product's name.
    #[schema(example = "O-1042")]
    label: String,
}

/// Which effects of a message are done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MessageEffects {
    /// When all that happens in the database was done; nothing of it is, without.
    handled_at: Option<Timestamp>,
    timeline: Vec<TimelineEntry>,
    /// What left the building because of the event, or will.
    deliveries: Vec<Delivery>,
}

/// Read a dead letter, with its body, every attempt, what it is about and what is done of it.
#[utoipa::path(get, path = "/dead-letters/{id}", tag = "dead-letters", params(("id" = DeadLetterId, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = DeadLetterRecord)))]
async fn read(State(app): State<App>, Id(id): Id<DeadLetterId>) -> Result<Out<DeadLetterRecord>, Problem> {
    let found = query!(app.db, move |tx, id| detail::detail(tx, *id).await);
    Ok(Out(found.await?.into()))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DeadLetterEdit {
    /// The whole message, mended.
    body: Value,
}

/// Whether an edited message could be sent, and how it differs from the letter's.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EditPreview {
    /// It can be sent: a valid event, and its effects are not done.
    valid: bool,
    errors: Vec<EditFault>,
    /// The effects of the message are done after all, so that it cannot be changed.
    already_done: bool,
    changes: Vec<EditChange>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EditFault {
    /// A JSON Pointer (RFC 6901); empty: the whole.
    #[schema(example = "/data/order/total")]
    pointer: String,
    message: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EditChange {
    /// A JSON Pointer (RFC 6901); empty: the whole.
    path: String,
    /// Absent where it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value>,
    /// Absent where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Value>,
}

/// Look at an edit before it is sent: is it valid, and what does it change? Changes nothing.
#[utoipa::path(post, path = "/dead-letters/{id}/preview", tag = "dead-letters", params(("id" = DeadLetterId, Path)),
    request_body = DeadLetterEdit, security(("bearer" = ["manager"])),
    responses((status = 200, body = EditPreview)))]
async fn preview(
    State(app): State<App>,
    Id(id): Id<DeadLetterId>,
    Json(edit): Json<DeadLetterEdit>,
) -> Result<Out<EditPreview>, Problem> {
    let body = edit.body;
    let preview = query!(app.db, move |tx, id, body| desk::preview(tx, *id, body).await);
    Ok(Out(preview.await?.into()))
}

impl From<Detail> for DeadLetterRecord {
    fn from(detail: Detail) -> Self {
        let Detail { letter, attempts, event, about, handled_at, timeline, deliveries, journal } = detail;
        let timeline = timeline.into_iter().map(TimelineEntry::from).collect();
        Self {
            detail: (letter, attempts).into(),
            event,
            about: about.map(About::from),
            effects: MessageEffects { handled_at, timeline, deliveries },
            journal,
        }
    }
}

impl From<detail::About> for About {
    fn from(detail::About { kind, id, label }: detail::About) -> Self {
        Self { kind, id, label }
    }
}

impl From<desk::Preview> for EditPreview {
    fn from(desk::Preview { faults, differences, already_done }: desk::Preview) -> Self {
        let fault = |event_check::Fault { pointer, message }| EditFault { pointer, message };
        let change = |event_check::Difference { path, before, after }| EditChange { path, before, after };
        Self {
            valid: faults.is_empty() && !already_done,
            errors: faults.into_iter().map(fault).collect(),
            already_done,
            changes: differences.into_iter().map(change).collect(),
        }
    }
}
