//! What is done because of an event. Each effect takes a batch of events and writes in the transaction that also writes
//! their inbox rows: all of it happens once, or none of it.

pub(crate) mod by_type;
pub(crate) mod deliveries;
mod mails;
pub(crate) mod statistics;
pub(crate) mod timeline;

use std::collections::HashSet;

use domain::{Event, Timestamp};
use ops::mail::Sender;
use store::faults;
use store::{Context, Error, Tx, inbox};

use by_type::Planned;

/// Does the effects of those events whose effects are not done yet; says how many were.
///
/// [`Error::Duplicate`] if another worker has just done one of them: nothing is done, and asking again is right.
pub(crate) async fn apply(
    tx: &mut Tx<'_>,
    events: &[Event],
    sender: &Sender,
    ids: &Context,
    now: Timestamp,
) -> Result<usize, Error> {
    if faults::mutant("no_inbox") {
        return apply_every_time(tx, events, sender, ids, now).await;
    }
    let fresh = fresh(tx, events).await?;
    if fresh.is_empty() {
        return Ok(0);
    }
    let handled: Vec<String> = fresh.iter().map(|planned| planned.event.id.to_string()).collect();
    inbox::insert(tx, &handled, now).await?;
    timeline::apply(tx, &fresh).await?;
    statistics::apply(tx, &fresh).await?;
    deliveries::apply(tx, &fresh, sender, ids, now).await?;
    Ok(fresh.len())
}

async fn fresh<'e>(tx: &mut Tx<'_>, events: &'e [Event]) -> Result<Vec<Planned<'e>>, Error> {
    let ids: Vec<String> = events.iter().map(|event| event.id.to_string()).collect();
    // The queue may hand the same message over twice, in one batch too.
    let mut seen: HashSet<String> = inbox::done(tx, &ids).await?.into_iter().collect();
    let fresh = events.iter().zip(ids).filter(|(_, id)| seen.insert(id.clone()));
    Ok(fresh.map(|(event, _)| Planned::new(event)).collect())
}

/// What a worker without an inbox would do, for the crash test. The timeline's key would still notice a repetition, and hold
/// the figures back with it: the mutant has neither.
async fn apply_every_time(
    tx: &mut Tx<'_>,
    events: &[Event],
    sender: &Sender,
    ids: &Context,
    now: Timestamp,
) -> Result<usize, Error> {
    let all: Vec<Planned<'_>> = events.iter().map(Planned::new).collect();
    for planned in &all {
        match timeline::apply(tx, std::slice::from_ref(planned)).await {
            Ok(()) | Err(Error::Duplicate { .. }) => {}
            Err(e) => return Err(e),
        }
    }
    statistics::apply(tx, &all).await?;
    deliveries::apply(tx, &all, sender, ids, now).await?;
    Ok(events.len())
}
