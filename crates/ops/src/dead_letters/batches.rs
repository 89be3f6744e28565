//! Many dead letters decided at once: in transactions of a few hundred, so that nobody waits long, and so that a crash leaves
//! the rest on the desk, where asking again finds it.

use std::time::Duration;

use domain::{DeadLetterId, Timestamp};
use store::{Db, Tx, change, dead_letters};

use crate::dead_letters::{checked, discard, redrive_at};
use crate::{Ctx, Error};

/// Letters in one transaction.
const AT_ONCE: usize = 200;

/// Which letters. Of a group and of all, those that were put down before the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    Ids(Vec<DeadLetterId>),
    /// Open letters with this fingerprint.
    Group(String),
    /// Every open letter.
    All,
}

/// What has become of a selection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    pub letters: usize,
    /// Named by their ids, and not open any more, or never there.
    pub skipped: usize,
    /// When the last message is sent.
    pub last_at: Option<Timestamp>,
}

/// What is done with each letter.
#[derive(Clone, Debug)]
enum What {
    /// The first at a moment, the others behind it.
    Redrive {
        first: Timestamp,
        apart: Duration,
    },
    Discard {
        reason: String,
    },
}

/// Sends letters again, the oldest first; `per_second` spreads them in time by the moments at which the outbox lets them go, so
/// that nothing needs to run meanwhile.
pub async fn redrive_many(db: &Db, ctx: &Ctx, which: Selection, per_second: Option<u32>) -> Result<Decided, Error> {
    let apart = per_second.map_or(Duration::ZERO, |many| Duration::from_secs(1) / many.max(1));
    decide(db, ctx, which, What::Redrive { first: ctx.now, apart }).await
}

/// Gives letters up for good, for one reason.
pub async fn discard_many(db: &Db, ctx: &Ctx, which: Selection, reason: &str) -> Result<Decided, Error> {
    let reason = checked(reason)?;
    decide(db, ctx, which, What::Discard { reason }).await
}

async fn decide(db: &Db, ctx: &Ctx, which: Selection, mut what: What) -> Result<Decided, Error> {
    let (mut all, mut left) = (Decided::default(), which);
    loop {
        let part = match &mut left {
            Selection::Ids(ids) => Selection::Ids(ids.drain(..ids.len().min(AT_ONCE)).collect()),
            other => other.clone(),
        };
        let some = change!(db, |tx, ctx, part, what| decide_some(tx, ctx, part, what).await);
        let some = some.await?;
        all.letters += some.letters;
        all.skipped += some.skipped;
        all.last_at = some.last_at.or(all.last_at);
        if let (What::Redrive { first, apart }, Some(last)) = (&mut what, some.last_at) {
            *first = last.plus(*apart);
        }
        let more = match &left {
            Selection::Ids(ids) => !ids.is_empty(),
            _ => some.letters == AT_ONCE,
        };
        if !more {
            return Ok(all);
        }
    }
}

/// One transaction: all of it, or nothing.
async fn decide_some(tx: &mut Tx<'_>, ctx: &Ctx, which: &Selection, what: &What) -> Result<Decided, Error> {
    let ids = match which {
        Selection::Ids(ids) => ids.clone(),
        Selection::Group(group) => dead_letters::oldest_open(tx, Some(group), ctx.now, AT_ONCE).await?,
        Selection::All => dead_letters::oldest_open(tx, None, ctx.now, AT_ONCE).await?,
    };
    let mut decided = Decided::default();
    for id in ids {
        let outcome = match what {
            What::Redrive { first, apart } => {
                let at = first.plus(*apart * u32::try_from(decided.letters).unwrap_or(u32::MAX));
                redrive_at(tx, ctx, id, at).await.map(|_| Some(at))
            }
            What::Discard { reason } => discard(tx, ctx, id, reason).await.map(|_| None),
        };
        match outcome {
            Ok(at) => {
                decided.letters += 1;
                decided.last_at = at.or(decided.last_at);
            }
            Err(Error::NotFound { .. } | Error::Conflict { code: "already_decided", .. }) => decided.skipped += 1,
            Err(other) => return Err(other),
        }
    }
    Ok(decided)
}
