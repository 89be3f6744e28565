//! Dead letters by the group: those of one cause, and what is decided for many at once.

use axum::Json as Out;
use axum::extract::State;
use domain::{DeadLetterId, Timestamp};
use ops::dead_letters::batches::{self as batches, Decided, Selection};
use serde::{Deserialize, Serialize};
use store::dead_letters::{self, Filter, Group};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::Caller;
use crate::http::body::{Json, Query};
use crate::{App, Problem};
use store::query;

/// Groups told at the most.
const GROUPS: usize = 1000;
/// Letters named by their ids in one request.
const IDS: usize = 1000;
/// Messages a second, when somebody says how many.
const RATES: std::ops::RangeInclusive<u32> = 1..=1000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(groups)).routes(routes!(redrive_many)).routes(routes!(discard_many))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DeadLetterGroups {
    items: Vec<Group>,
}

/// List dead letters by cause, the largest groups first (the thousand largest).
#[utoipa::path(get, path = "/dead-letters/groups", tag = "dead-letters", params(Filter),
    security(("bearer" = ["viewer"])),
    responses((status = 200, body = DeadLetterGroups)))]
async fn groups(State(app): State<App>, Query(filter): Query<Filter>) -> Result<Out<DeadLetterGroups>, Problem> {
    let found = query!(app.db, move |tx, filter| dead_letters::groups(tx, filter, GROUPS).await);
    let items: Vec<Group> = found.await.map_err(Problem::from)?;
    Ok(Out(DeadLetterGroups { items }))
}

/// Which dead letters: exactly one of `ids`, `group` and `all`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RedriveMany {
    #[schema(max_items = 1000)]
    ids: Option<Vec<DeadLetterId>>,
    /// A fingerprint: every open letter of the group.
    group: Option<String>,
    /// `true`: every open letter.
    all: Option<bool>,
    /// Messages a second, so that whoever was ill is not run over. All at once, if not given.
    #[schema(minimum = 1, maximum = 1000)]
    per_second: Option<u32>,
}

/// Which dead letters: exactly one of `ids`, `group` and `all`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DiscardMany {
    #[schema(max_items = 1000)]
    ids: Option<Vec<DeadLetterId>>,
    /// A fingerprint: every open letter of the group.
    group: Option<String>,
    /// `true`: every open letter.
    all: Option<bool>,
    /// Why nothing is lost by it.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RedriveOutcome {
    redriven: usize,
    /// Named by their ids, and decided before or never there.
    skipped: usize,
    /// When the last of the messages is sent.
    last_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DiscardOutcome {
    discarded: usize,
    /// Named by their ids, and decided before or never there.
    skipped: usize,
}

/// Send many dead letters again, at a chosen rate. Two hundred at a time are one change; after a failure, the rest is still on
/// the desk, and the same request goes on with it.
#[utoipa::path(post, path = "/dead-letters/redrive", tag = "dead-letters", request_body = RedriveMany,
    security(("bearer" = ["manager"])),
    responses((status = 200, body = RedriveOutcome)))]
async fn redrive_many(
    State(app): State<App>,
    caller: Caller,
    Json(input): Json<RedriveMany>,
) -> Result<Out<RedriveOutcome>, Problem> {
    let RedriveMany { ids, group, all, per_second } = input;
    if per_second.is_some_and(|rate| !RATES.contains(&rate)) {
        return Err(Problem::invalid("per_second".into(), "bad_value", "must be between 1 and 1000".into()));
    }
    let done = batches::redrive_many(&app.db, &app.ctx(&caller), selection(ids, group, all)?, per_second).await?;
    let Decided { letters, skipped, last_at } = done;
    Ok(Out(RedriveOutcome { redriven: letters, skipped, last_at }))
}

/// Give many dead letters up for good. Two hundred at a time are one change.
#[utoipa::path(post, path = "/dead-letters/discard", tag = "dead-letters", request_body = DiscardMany,
    security(("bearer" = ["manager"])),
    responses((status = 200, body = DiscardOutcome)))]
async fn discard_many(
    State(app): State<App>,
    caller: Caller,
    Json(input): Json<DiscardMany>,
) -> Result<Out<DiscardOutcome>, Problem> {
    let DiscardMany { ids, group, all, reason } = input;
    let done = batches::discard_many(&app.db, &app.ctx(&caller), selection(ids, group, all)?, &reason).await?;
    Ok(Out(DiscardOutcome { discarded: done.letters, skipped: done.skipped }))
}

fn selection(ids: Option<Vec<DeadLetterId>>, group: Option<String>, all: Option<bool>) -> Result<Selection, Problem> {
    let message = "exactly one of ids, group and all says which letters";
    match (ids, group, all.unwrap_or(false)) {
        (Some(ids), None, false) if ids.len() > IDS => {
            Err(Problem::invalid("ids".into(), "too_many", format!("at most {IDS} letters at a time")))
        }
        (Some(ids), None, false) => Ok(Selection::Ids(ids)),
        (None, Some(group), false) => Ok(Selection::Group(group)),
        (None, None, true) => Ok(Selection::All),
        _ => Err(Problem::invalid(String::new(), "bad_selection", message.into())),
    }
}
