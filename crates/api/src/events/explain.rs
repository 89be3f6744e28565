//! `/api/v1/explain/{id}`: the whole story of an order, a contact or a transaction.

use axum::Json as Out;
use axum::extract::State;
use domain::Timestamp;
use ops::explain::{self, Story};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dead_letters::detail::About;
use crate::http::body::Id;
use crate::{App, Problem};
use store::query;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(story))
}

/// What happened, in the order of time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Explanation {
    about: About,
    /// Oldest first; what is still to come is last.
    steps: Vec<ExplanationStep>,
    /// The story is longer: only its newest part is told.
    cut: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ExplanationStep {
    at: Timestamp,
    kind: ExplanationKind,
    /// The id of the event or of the delivery.
    message_id: String,
    /// The event's type, or `MAIL`, `WEBHOOK`.
    #[schema(example = "ORDER_CREATED")]
    message_type: String,
    /// What it is about, or whom it is for.
    subject: String,
    /// Who did it, where somebody did.
    actor: Option<String>,
    /// An error, a reason; for people.
    detail: Option<String>,
    /// What a receiver answered (HTTP, SMTP).
    status: Option<i64>,
    duration_ms: Option<i64>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum ExplanationKind {
    /// Something happened, and stands in the journal.
    Event,
    /// Its effects in the database are done.
    Handled,
    /// A mail or a webhook is to be sent because of it.
    Planned,
    /// At a message that failed, or at a delivery.
    Attempt,
    Delivered,
    /// A delivery that is not to be made any more.
    Skipped,
    /// A message was given up on.
    DeadLetter,
    /// A person has sent it again.
    Redriven,
    /// A person has given it up.
    Discarded,
    /// A message is in the queue.
    InQueue,
    /// A message waits; it is not sent before this moment.
    Due,
}

/// Tell the whole story of an order (by its id or its number), a contact or a transaction: events, messages, attempts, effects,
/// mails, webhooks, dead letters and what people decided.
#[utoipa::path(get, path = "/explain/{id}", tag = "explain", params(("id" = String, Path)),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = Explanation)))]
async fn story(State(app): State<App>, Id(id): Id<String>) -> Result<Out<Explanation>, Problem> {
    let found = query!(app.db, move |tx, id| explain::explain(tx, id).await);
    Ok(Out(found.await?.into()))
}

impl From<Story> for Explanation {
    fn from(Story { about, steps, cut }: Story) -> Self {
        Self { about: about.into(), steps: steps.into_iter().map(ExplanationStep::from).collect(), cut }
    }
}

impl From<explain::Step> for ExplanationStep {
    fn from(step: explain::Step) -> Self {
        let explain::Step { at, kind, message_id, message_type, subject, actor, detail, status, duration_ms } = step;
        Self { at, kind: kind.into(), message_id, message_type, subject, actor, detail, status, duration_ms }
    }
}

impl From<explain::StepKind> for ExplanationKind {
    fn from(kind: explain::StepKind) -> Self {
        use explain::StepKind as Told;
        match kind {
            Told::Event => Self::Event,
            Told::Handled => Self::Handled,
            Told::Planned => Self::Planned,
            Told::Attempt => Self::Attempt,
            Told::Delivered => Self::Delivered,
            Told::Skipped => Self::Skipped,
            Told::DeadLetter => Self::DeadLetter,
            Told::Redriven => Self::Redriven,
            Told::Discarded => Self::Discarded,
            Told::InQueue => Self::InQueue,
            Told::Due => Self::Due,
        }
    }
}
