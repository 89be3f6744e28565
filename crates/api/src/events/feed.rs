//! The feed of newly committed events, by this process or any other, for all who listen here. One task reads the journal for everybody,
//! and only while somebody listens.
//!
//! Reading on from the last id would lose events: an id is made before its transaction commits, and by the clock of its
//! process, so a row can appear below one that was read before. The task reads the last [`REACH`] again each time, and
//! remembers which of that it has told.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{EventId, Headline};
use store::{Context, Db, events, query};
use tokio::sync::{Mutex, broadcast};

/// Longer than it takes from an id to its commit (a lock is waited for 10 s at the most) plus what clocks may differ.
pub(crate) const REACH: Duration = Duration::from_secs(30);
/// What nearly all events are told by: read at each look, where the whole reach is read once in [`WHOLE`].
const NEAR: Duration = Duration::from_secs(2);
const WHOLE: Duration = Duration::from_secs(1);
/// Without a commit in this process, how long until the next look for those of others.
const EVERY: Duration = Duration::from_millis(500);
/// After a look, how long until the next at the earliest: many commits are told together.
const PAUSE: Duration = Duration::from_millis(50);
/// Events that wait for a listener who reads slowly; one who is further behind must begin again.
const BUFFER: usize = 1024;
/// Ids, and events, read at once.
const IDS: usize = 1000;
const EVENTS: usize = 100;

pub(crate) type Heard = broadcast::Receiver<Arc<Headline>>;

/// Cheap to clone; all clones have one task.
#[derive(Clone)]
pub(crate) struct Feed {
    db: Db,
    context: Context,
    told: broadcast::Sender<Arc<Headline>>,
    running: Arc<Mutex<bool>>,
}

/// An id that is lower than those made from then on.
pub(crate) fn before(unix_millis: u64, by: Duration) -> EventId {
    EventId::new(unix_millis.saturating_sub(u64::try_from(by.as_millis()).unwrap_or(u64::MAX)), 0)
}

impl Feed {
    pub(crate) fn new(db: Db, context: Context) -> Self {
        Self { db, context, told: broadcast::Sender::new(BUFFER), running: Arc::default() }
    }

    /// Hears of everything that is committed after this has returned, and maybe of a little that was before.
    pub(crate) async fn listen(&self) -> Result<Heard, store::Error> {
        let mut running = self.running.lock().await;
        let heard = self.told.subscribe();
        if !*running {
            let mut journal = Journal::new(self.context.now().unix_millis());
            // What is there already is not news.
            journal.look(&self.db, &self.context, true).await?;
            tokio::spawn(self.clone().tell(journal));
            *running = true;
        }
        Ok(heard)
    }

    async fn tell(self, mut journal: Journal) {
        let (mut looked_at_all, mut fails) = (Instant::now(), false);
        loop {
            let woken = tokio::time::timeout(EVERY, self.db.journal_written()).await.is_ok();
            {
                let mut running = self.running.lock().await;
                if self.told.receiver_count() == 0 {
                    *running = false;
                    return;
                }
            }
            let whole = !woken || looked_at_all.elapsed() >= WHOLE;
            match journal.look(&self.db, &self.context, whole).await {
                Ok(news) => {
                    fails = false;
                    if whole {
                        looked_at_all = Instant::now();
                    }
                    // Fails when the last listener has just gone, which the next round finds out.
                    for headline in news {
                        drop(self.told.send(Arc::new(headline)));
                    }
                }
                Err(error) if !fails => {
                    tracing::warn!(%error, "the journal cannot be read for those who listen; trying on");
                    fails = true;
                }
                Err(_) => {}
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// What has been read of the journal.
struct Journal {
    /// When the whole reach was last read without a failure, in milliseconds since 1970.
    looked_at: u64,
    /// As far back as is read again.
    known: BTreeSet<EventId>,
}

impl Journal {
    fn new(unix_millis: u64) -> Self {
        Self { looked_at: unix_millis, known: BTreeSet::new() }
    }

    /// What has come since the last look, lowest id first.
    async fn look(&mut self, db: &Db, context: &Context, whole: bool) -> Result<Vec<Headline>, store::Error> {
        let now = context.now().unix_millis();
        let mut after = before(self.looked_at.min(now), if whole { REACH } else { NEAR });
        let mut new = Vec::new();
        loop {
            let ids = query!(db, move |tx, after| events::ids_after(tx, *after, IDS).await).await?;
            new.extend(ids.iter().filter(|id| !self.known.contains(id)));
            match ids.last() {
                Some(last) if ids.len() == IDS => after = *last,
                _ => break,
            }
        }
        let mut news = Vec::with_capacity(new.len());
        for some in new.chunks(EVENTS) {
            let some = some.to_vec();
            let read = query!(db, move |tx, some| events::headlines(tx, some).await);
            news.extend::<Vec<Headline>>(read.await?);
        }
        self.known.extend(new);
        if whole {
            self.looked_at = now;
            self.known = self.known.split_off(&before(now, REACH));
        }
        Ok(news)
    }
}
