//! The timeline and the figures computed anew from the journal, by the same code as when its events were handled; and what is
//! there held against it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::{Event, EventId, LeaseId, Timestamp};
use store::stats::{self, Figures};
use store::timeline::{self, Entry};
use store::{Context, Db, Error, Tx, change, events, inbox, leases};

use crate::effects::by_type::Planned;
use crate::effects::statistics::{self, Days};
use crate::effects::timeline::entries_of;

/// Events, or entries, read at a time.
const AT_ONCE: usize = 200;
/// Events mended in one transaction.
const MENDED_AT_ONCE: usize = 100;
/// No queue keeps a message for longer than 14 days (SQS), and the inbox remembers for at least 15: an older event that neither
/// waits anywhere nor is remembered was handled.
const LONG_AGO: Duration = Duration::from_hours(15 * 24);

const JOB: &str = "replay";
const LEASE: Duration = Duration::from_mins(10);

/// Where the tables differ from what the journal says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// In the journal.
    pub events: usize,
    /// How many of the events have had their effects.
    pub done: usize,
    /// Events of which timelines say nothing, or something else than they should.
    pub wrong: Vec<EventId>,
    /// What timelines say of events that are not in the journal, or not done: timeline and event.
    pub foreign: Vec<(String, EventId)>,
    /// Days with other figures: what must be added to them.
    pub figures: Vec<DayOff>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOff {
    pub day: domain::Date,
    pub currency: domain::Currency,
    pub by: Figures,
    /// No event says anything of that day.
    pub unknown: bool,
}

impl Found {
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.wrong.is_empty() && self.foreign.is_empty() && self.figures.is_empty()
    }
}

/// Called after each step with the number of events looked at, and of all.
pub type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// Compares, in one snapshot; changes nothing. Workers may go on meanwhile.
pub async fn check(db: &Db, context: &Context, progress: &Progress) -> Result<Found, Error> {
    let input = (context.now().minus(LONG_AGO), progress.clone());
    db.snapshot(input, |tx, (long_ago, progress)| Box::pin(compare(tx, *long_ago, progress))).await
}

/// Compares, and mends what differs by changes that workers may meet: the missing is added, the difference is added to figures.
/// None if another replay is at work.
pub async fn mend(db: &Db, context: &Context, progress: &Progress) -> Result<Option<Found>, Error> {
    let holder = context.id(LeaseId::new).to_string();
    if !take(db, context, &holder).await? {
        return Ok(None);
    }
    let found = check(db, context, progress).await?;
    // Another one, that began when our time was up, has seen the same differences: they must not be added twice.
    if !take(db, context, &holder).await? {
        return Ok(None);
    }
    for some in found.wrong.chunks(MENDED_AT_ONCE) {
        let ids = some.to_vec();
        change!(db, move |tx, ids| rewrite(tx, ids).await).await?;
    }
    for some in found.foreign.chunks(MENDED_AT_ONCE) {
        let foreign = some.to_vec();
        change!(db, move |tx, foreign| {
            for (subject, event) in foreign {
                timeline::remove(tx, subject, *event).await?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    }
    for day in &found.figures {
        let off = *day;
        change!(db, move |tx, off| {
            stats::add(tx, off.day, off.currency, off.by).await?;
            if off.unknown { stats::remove_empty(tx, off.day, off.currency).await } else { Ok(()) }
        })
        .await?;
    }
    change!(db, move |tx, holder| leases::release(tx, JOB, holder).await).await?;
    Ok(Some(found))
}

async fn take(db: &Db, context: &Context, holder: &str) -> Result<bool, Error> {
    let (holder, now) = (holder.to_owned(), context.now());
    change!(db, move |tx, holder, now| leases::take(tx, JOB, holder, *now, LEASE).await).await
}

async fn compare(tx: &mut Tx<'_>, long_ago: Timestamp, progress: &Progress) -> Result<Found, Error> {
    let total = usize::try_from(events::count(tx).await?).unwrap_or(0);
    let undone = events::undone(tx, long_ago).await?;
    let (mut found, mut days, mut known) = (Found::default(), Days::new(), 0);
    let mut last = EventId::new(0, 0);
    loop {
        let some = events::after(tx, last, AT_ONCE).await?;
        let Some((end, _)) = some.last() else { break };
        last = *end;
        found.events += some.len();
        let handled = handled(tx, some, &undone, long_ago).await?;
        found.done += handled.len();
        let planned: Vec<Planned<'_>> = handled.iter().map(Planned::new).collect();
        for one in &planned {
            statistics::add(&mut days, &one.effects.figures);
        }
        known += compare_entries(tx, &planned, &mut found.wrong).await?;
        progress(found.events, total);
    }
    if timeline::count(tx).await? > known {
        found.foreign = foreign(tx, &undone, long_ago).await?;
    }
    found.figures = compare_figures(&days, &stats::all(tx).await?);
    Ok(found)
}

/// Of some events, those whose effects are done.
async fn handled(
    tx: &mut Tx<'_>,
    events: Vec<(EventId, String)>,
    undone: &HashSet<EventId>,
    long_ago: Timestamp,
) -> Result<Vec<Event>, Error> {
    let ids: Vec<String> = events.iter().map(|(id, _)| id.to_string()).collect();
    let inbox: HashSet<String> = inbox::done(tx, &ids).await?.into_iter().collect();
    let long_ago = EventId::new(long_ago.unix_millis(), 0);
    let done = events
        .into_iter()
        .zip(ids)
        .filter(|((id, _), text)| inbox.contains(text) || (*id < long_ago && !undone.contains(id)));
    done.map(|((_, body), text)| read(&text, &body)).collect()
}

fn read(id: &str, body: &str) -> Result<Event, Error> {
    Event::read(body).map_err(|error| Error::Unexpected(format!("{id} was handled and cannot be read: {error}")))
}

type Key = (String, EventId);

fn key(entry: &Entry) -> Key {
    (entry.subject.clone(), entry.event_id)
}

/// The entries that timelines should have and those that they have of some events.
async fn entries(tx: &mut Tx<'_>, events: &[Planned<'_>]) -> Result<(Vec<Entry>, HashMap<Key, Entry>), Error> {
    let wanted = entries_of(tx, events).await?;
    let ids = || wanted.iter().map(|entry| entry.event_id);
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else { return Ok((wanted, HashMap::new())) };
    let mut subjects: Vec<String> = wanted.iter().map(|entry| entry.subject.clone()).collect();
    subjects.sort();
    subjects.dedup();
    let there = timeline::between(tx, &subjects, first, last).await?;
    Ok((wanted, there.into_iter().map(|entry| (key(&entry), entry)).collect()))
}

/// Says how many of the wanted entries are there, right or wrong.
async fn compare_entries(tx: &mut Tx<'_>, events: &[Planned<'_>], wrong: &mut Vec<EventId>) -> Result<i64, Error> {
    let (wanted, there) = entries(tx, events).await?;
    let mut known = 0;
    for entry in &wanted {
        let present = there.get(&key(entry));
        known += i64::from(present.is_some());
        if present != Some(entry) && wrong.last() != Some(&entry.event_id) {
            wrong.push(entry.event_id);
        }
    }
    Ok(known)
}

/// What stands on timelines and no event says.
async fn foreign(tx: &mut Tx<'_>, undone: &HashSet<EventId>, long_ago: Timestamp) -> Result<Vec<Key>, Error> {
    let (mut found, mut last) = (Vec::new(), None);
    loop {
        let some = timeline::after(tx, last.as_ref(), AT_ONCE).await?;
        let Some(end) = some.last() else { return Ok(found) };
        last = Some(end.clone());
        let ids: Vec<EventId> = some.iter().map(|entry| entry.event_id).collect();
        let journal = events::some(tx, &ids).await?;
        let handled = handled(tx, journal, undone, long_ago).await?;
        let planned: Vec<Planned<'_>> = handled.iter().map(Planned::new).collect();
        let wanted = entries_of(tx, &planned).await?;
        let wanted: HashSet<Key> = wanted.iter().map(key).collect();
        found.extend(some.iter().map(key).filter(|entry| !wanted.contains(entry)));
    }
}

fn compare_figures(days: &Days, there: &[stats::Day]) -> Vec<DayOff> {
    let mut left = days.clone();
    let mut off = Vec::new();
    for stats::Day { day, currency, figures } in there {
        let wanted = left.remove(&(*day, *currency));
        if wanted != Some(*figures) {
            let mut by = wanted.unwrap_or_default();
            by -= *figures;
            off.push(DayOff { day: *day, currency: *currency, by, unknown: wanted.is_none() });
        }
    }
    let missing = left.into_iter().map(|((day, currency), by)| DayOff { day, currency, by, unknown: false });
    off.extend(missing);
    off
}

/// Writes what timelines should say of some events, as the journal and the contacts are now: somebody may have been erased
/// since they were compared.
async fn rewrite(tx: &mut Tx<'_>, ids: &[EventId]) -> Result<(), Error> {
    let journal = events::some(tx, ids).await?;
    let read = journal.iter().map(|(id, body)| read(&id.to_string(), body)).collect::<Result<Vec<_>, _>>()?;
    let planned: Vec<Planned<'_>> = read.iter().map(Planned::new).collect();
    let (wanted, there) = entries(tx, &planned).await?;
    let mut missing = Vec::new();
    for entry in wanted {
        match there.get(&key(&entry)) {
            None => missing.push(entry),
            Some(present) if *present != entry => timeline::correct(tx, &entry).await?,
            Some(_) => {}
        }
    }
    timeline::insert(tx, &missing).await
}
