//! `/api/v1/stream`: what changes, as it changes (server-sent events), so that two people see each other's work.

use std::collections::{HashMap, HashSet, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{AppendHeaders, IntoResponse};
use domain::{Actor, EventId, EventType, Headline, Invalid};
use futures_util::stream;
use serde::Deserialize;
use store::{events, query};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::auth::{Caller, bearer};
use crate::events::feed::{Heard, REACH, before};
use crate::http::body::Query;
use crate::{App, Problem};

/// A comment is sent when there is nothing else to send, so that nothing on the way takes the connection for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How often the caller's token is looked at.
const CHECK: Duration = Duration::from_secs(1);
/// What a browser waits before it connects again.
const COME_BACK: Duration = Duration::from_secs(2);
/// Events read from the journal at once.
const PAGE: usize = 200;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(listen))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only events of these types, with commas between them.
    #[param(example = "ORDER_CREATED,ORDER_UPDATED")]
    types: Option<String>,
    /// Only of this contact, order, …
    subject: Option<String>,
    /// As the header `Last-Event-ID`, for clients that cannot send it.
    last_event_id: Option<String>,
}

/// Listen to what changes.
///
/// Server-sent events: `event` is the event's type, `id` its id, `data` a Headline. With `Last-Event-ID` it goes on from there,
/// and repeats what happened in the half minute before: each event is told at least once, so drop what you know by subject
/// and sequence. Without, it begins now. It ends with the access token, when the server stops, and when you read too
/// slowly: connect again with the last id.
#[utoipa::path(get, path = "/stream", tag = "events",
    params(Wanted, ("Last-Event-ID" = Option<EventId>, Header, description = "The last id that you have")),
    security(("bearer" = ["viewer"])),
    responses((status = 200, description = "Events, until the stream ends.", body = String, content_type = "text/event-stream",
        example = "id: evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB\nevent: ORDER_UPDATED\ndata: {\"id\":\"evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB\",\"type\":\"ORDER_UPDATED\",\"subject\":\"ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB\",\"sequence\":2,\"time\":\"2026-11-22T09:00:00Z\",\"actor\":\"usr_01JD8Z5Q0V3T9N4C7K2M6X8YRB\"}\n\n")))]
async fn listen(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let filter = Filter::of(wanted.types.as_deref(), wanted.subject)?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let resume = last.or(wanted.last_event_id).map(|id| resumed(&app, &id)).transpose()?;
    let place = app.streams.take(&caller.actor, app.settings.streams_per_caller)?;
    let listener = Listener::begin(app, filter, resume, bearer(&headers)?, place).await?;
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    // nginx would collect events before it passes them on.
    Ok((AppendHeaders([("x-accel-buffering", "no")]), Sse::new(events).keep_alive(keep_alive)))
}

/// From where to read again, for somebody who has seen this event last.
fn resumed(app: &App, id: &str) -> Result<EventId, Problem> {
    let unknown = || Problem::invalid("last_event_id".into(), "bad_id", "must be the id of an event".into());
    let id: EventId = id.trim().parse().map_err(|_| unknown())?;
    Ok(before(id.unix_millis().min(app.context.now().unix_millis()), REACH))
}

struct Filter {
    types: Option<Vec<EventType>>,
    subject: Option<String>,
}

impl Filter {
    fn of(types: Option<&str>, subject: Option<String>) -> Result<Self, Problem> {
        let types = types.map(|types| types.split(',').map(|name| name.trim().parse()).collect::<Result<_, _>>());
        let types = types.transpose().map_err(|invalid: Invalid| Invalid { field: "types".into(), ..invalid })?;
        Ok(Self { types, subject })
    }

    fn takes(&self, headline: &Headline) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(&headline.event_type))
            && self.subject.as_ref().is_none_or(|subject| *subject == headline.subject)
    }
}

/// One stream, in its three parts: what the journal has since a last id; that again, now that news are listened to, for what
/// came in between; news.
struct Listener {
    app: App,
    filter: Filter,
    /// Looked at again and again: it expires, its session ends, its key is revoked.
    token: String,
    checked: Instant,
    /// Where to read on in the journal, until its end is reached.
    resume: Option<EventId>,
    /// `None` while there is much to read in the journal: nobody listens who cannot follow.
    heard: Option<Heard>,
    ready: VecDeque<Arc<Headline>>,
    /// Above this, a row may still have been on its way into the journal when we began.
    unsettled: EventId,
    /// Ids above that mark that were sent already, and are not sent again.
    read: HashSet<EventId>,
    check: Interval,
    greeted: bool,
    _place: Place,
}

impl Listener {
    async fn begin(
        app: App,
        filter: Filter,
        resume: Option<EventId>,
        token: String,
        place: Place,
    ) -> Result<Self, Problem> {
        let heard = if resume.is_none() { Some(app.feed.listen().await?) } else { None };
        let mut check = tokio::time::interval(CHECK);
        check.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let (ready, read) = (VecDeque::new(), HashSet::new());
        let unsettled = before(app.context.now().unix_millis(), REACH);
        let (greeted, checked) = (false, Instant::now());
        Ok(Self { app, filter, token, checked, resume, heard, ready, unsettled, read, check, greeted, _place: place })
    }

    /// The next event, when there is one; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Event> {
        if !self.greeted {
            self.greeted = true;
            return Some(Event::default().comment("listening").retry(COME_BACK));
        }
        loop {
            if self.app.stop.is_cancelled() || !self.may_go_on().await {
                return None;
            }
            if let Some(headline) = self.ready.pop_front() {
                return written(&headline);
            }
            if let Some(after) = self.resume {
                self.read_on(after).await.inspect_err(|error| tracing::warn!(%error, "a stream was ended")).ok()?;
            } else {
                self.hear().await?;
            }
        }
    }

    /// Whether the caller would still be let in, as far as that can be known now.
    async fn may_go_on(&mut self) -> bool {
        if self.checked.elapsed() < CHECK {
            return true;
        }
        self.checked = Instant::now();
        let caller = Caller::by(&self.token, None, &self.app).await;
        !caller.is_err_and(|refused| refused.status().is_client_error())
    }

    /// A page of the journal.
    async fn read_on(&mut self, after: EventId) -> Result<(), store::Error> {
        let subject = self.filter.subject.clone();
        let page = query!(self.app.db, move |tx, after, subject| {
            events::headlines_after(tx, *after, subject.as_deref(), PAGE).await
        });
        let page: Vec<Headline> = page.await?;
        self.resume = page.last().map(|last| last.id).filter(|_| page.len() == PAGE);
        for headline in page {
            let is_new = headline.id < self.unsettled || self.read.insert(headline.id);
            if is_new && self.filter.takes(&headline) {
                self.ready.push_back(Arc::new(headline));
            }
        }
        if self.resume.is_none() && self.heard.is_none() {
            self.heard = Some(self.app.feed.listen().await?);
            self.resume = Some(self.unsettled);
        }
        Ok(())
    }

    /// Waits for news. `None` when the listener is too slow to follow: it must begin again where it was.
    async fn hear(&mut self) -> Option<()> {
        let heard = self.heard.as_mut()?;
        tokio::select! {
            () = self.app.stop.cancelled() => {}
            _ = self.check.tick() => self.forget(),
            news = heard.recv() => match news {
                Ok(headline) if self.filter.takes(&headline) && !self.read.contains(&headline.id) => {
                    self.ready.push_back(headline);
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
            },
        }
        Some(())
    }

    /// News are never as old as what was read long ago.
    fn forget(&mut self) {
        if !self.read.is_empty() {
            let settled = before(self.app.context.now().unix_millis(), 2 * REACH);
            self.read.retain(|id| *id >= settled);
        }
    }
}

/// The event as it is sent.
fn written(headline: &Headline) -> Option<Event> {
    let event = Event::default().id(headline.id.to_string()).event(headline.event_type.as_str());
    event.json_data(headline).ok()
}

/// How many streams each caller has open.
#[derive(Clone, Default)]
pub(crate) struct Streams(Arc<Mutex<HashMap<Actor, usize>>>);

/// One of them; free again when dropped.
struct Place {
    streams: Streams,
    actor: Actor,
}

impl Streams {
    fn take(&self, actor: &Actor, most: usize) -> Result<Place, Problem> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = open.entry(actor.clone()).or_default();
        if most > 0 && *mine >= most {
            let detail = format!("you have {most} streams open already; close one first");
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_streams", detail).retry_after(10));
        }
        *mine += 1;
        Ok(Place { streams: self.clone(), actor: actor.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = open.get_mut(&self.actor) {
            *mine -= 1;
            if *mine == 0 {
                open.remove(&self.actor);
            }
        }
    }
}
