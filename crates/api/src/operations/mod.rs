//! `/api/v1/operations`: what runs, and how much there is to do.

pub mod health;
pub(crate) mod metrics;

use std::time::Duration;

use axum::Json as Out;
use axum::extract::State;
use domain::{ProcessKind, Timestamp};
use serde::{Deserialize, Serialize};
use store::processes::{self, Heartbeat};
use store::samples::{self, Sample, Waiting};
use store::{Error, Tx, query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::body::Query;
use crate::{App, Problem};

/// A process that has said nothing for so long is lost.
const ALIVE: Duration = Duration::from_mins(1);
/// How long samples are kept, in hours.
const MOST_HOURS: u64 = 168;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct History {
    /// How far back the history goes.
    #[param(minimum = 1, maximum = 168, default = 24)]
    hours: Option<u64>,
}

/// What waits and what is done at this moment. What is told of the queue and of effects is up to ten seconds old.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Now {
    at: Timestamp,
    /// Messages that could be handed to the queue.
    outbox_waiting: i64,
    /// Seconds that the oldest of them has waited.
    outbox_oldest_seconds: Option<i64>,
    /// Messages that a worker could take; none while no process can reach the queue.
    queue_waiting: Option<i64>,
    /// Messages that a worker has in hand.
    queue_held: Option<i64>,
    /// Seconds since the oldest message was sent; SQS does not say.
    queue_oldest_seconds: Option<i64>,
    /// Mails and webhooks still to be made.
    deliveries_pending: i64,
    /// Those that should have been attempted a minute ago.
    deliveries_overdue: i64,
    dead_letters_open: i64,
    events_last_minute: i64,
    /// Messages whose effects were done.
    effects_last_minute: i64,
}

/// A process of this installation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WorkerProcess {
    /// The machine, or the pod, and the number of the process there.
    #[schema(example = "comptoir-worker-7c9f/1")]
    name: String,
    kind: ProcessKind,
    started_at: Timestamp,
    last_seen: Timestamp,
    /// It has said nothing for a minute, and not that it stops. Forgotten after a day.
    lost: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Operations {
    now: Now,
    /// In the order in which they began.
    workers: Vec<WorkerProcess>,
    /// A sample a minute, oldest first; none of minutes in which nothing ran.
    history: Vec<Sample>,
}

/// What runs, and how much there is to do.
#[utoipa::path(get, path = "/operations", tag = "operations", params(History), security(("bearer" = ["manager"])),
    responses((status = 200, body = Operations)))]
async fn read(State(app): State<App>, Query(history): Query<History>) -> Result<Out<Operations>, Problem> {
    let hours = history.hours.unwrap_or(24);
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(Problem::invalid("hours".into(), "bad_limit", format!("must be between 1 and {MOST_HOURS}")));
    }
    let now = app.context.now();
    let from = now.minus(Duration::from_hours(hours));
    let found = query!(app.db, move |tx, now, from| operations(tx, *now, *from).await);
    Ok(Out(found.await.map_err(|e: Error| Problem::from(e))?))
}

async fn operations(tx: &mut Tx<'_>, now: Timestamp, from: Timestamp) -> Result<Operations, Error> {
    let waiting = samples::waiting(tx, now).await?;
    let events = samples::events(tx, now.minus(Duration::from_mins(1)), now).await?;
    let all = processes::all(tx).await?;
    let history = samples::since(tx, from).await?;
    let workers = all.iter().map(|said| WorkerProcess::of(said, now)).collect();
    Ok(Operations { now: Now::of(now, waiting, events, &all), workers, history })
}

fn seconds(now: Timestamp, since: Timestamp) -> i64 {
    i64::try_from(now.since(since).as_secs()).unwrap_or(i64::MAX)
}

fn is_lost(said: &Heartbeat, now: Timestamp) -> bool {
    now.since(said.process.seen_at) >= ALIVE
}

impl Now {
    fn of(at: Timestamp, waiting: Waiting, events: i64, all: &[Heartbeat]) -> Self {
        let alive = || all.iter().filter(|said| !is_lost(said, at));
        let seen = alive().filter(|said| said.queue.is_some()).max_by_key(|said| said.process.seen_at);
        let queue = seen.and_then(|said| said.queue);
        Self {
            at,
            outbox_waiting: waiting.outbox,
            outbox_oldest_seconds: waiting.outbox_since.map(|since| seconds(at, since)),
            queue_waiting: queue.map(|queue| queue.waiting),
            queue_held: queue.map(|queue| queue.held),
            queue_oldest_seconds: queue.and_then(|queue| queue.oldest).map(|since| seconds(at, since)),
            deliveries_pending: waiting.deliveries,
            deliveries_overdue: waiting.deliveries_overdue,
            dead_letters_open: waiting.dead_letters_open,
            events_last_minute: events,
            effects_last_minute: alive().map(|said| said.effects).sum(),
        }
    }
}

impl WorkerProcess {
    fn of(said: &Heartbeat, now: Timestamp) -> Self {
        let lost = is_lost(said, now);
        let domain::Process { kind, name, started_at, seen_at, .. } = said.process.clone();
        Self { name, kind, started_at, last_seen: seen_at, lost }
    }
}
