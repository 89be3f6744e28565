//! How long what was done is remembered. The journal and the desk's record are kept for ever.

use std::time::Duration;

use store::retention::{self, Step, Table};
use tokio_util::sync::CancellationToken;

use crate::Worker;
use store::change;

/// Keys looked at in one transaction: short, so that nobody waits for it.
const AT_ONCE: usize = 200;

/// None: kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// That a message's effects are done. Must be longer than any queue keeps a message (SQS: 14 days), or a copy that comes
    /// late does them again.
    pub inbox: Option<Duration>,
    pub attempts: Option<Duration>,
    pub deliveries: Option<Duration>,
    /// How long the mails that were sent are kept.
    pub mails: Option<Duration>,
}

impl Default for Retention {
    fn default() -> Self {
        let days = |days: u64| Some(Duration::from_hours(days * 24));
        Self { inbox: days(30), attempts: days(90), deliveries: days(90), mails: days(365) }
    }
}

impl Retention {
    fn of(&self, table: Table) -> Option<Duration> {
        match table {
            Table::Inbox => self.inbox,
            Table::Attempts => self.attempts,
            Table::Deliveries => self.deliveries,
            Table::Mails => self.mails,
        }
    }
}

/// Forgets what has been kept for long enough; says how many rows.
pub(crate) async fn forget_old(worker: &Worker, stop: &CancellationToken) -> Result<u64, store::Error> {
    let mut forgotten = 0;
    for table in [Table::Inbox, Table::Attempts, Table::Deliveries, Table::Mails] {
        if let Some(kept) = worker.settings.retention.of(table) {
            forgotten += forget_from(worker, table, kept, stop).await?;
        }
    }
    Ok(forgotten)
}

async fn forget_from(
    worker: &Worker,
    table: Table,
    kept: Duration,
    stop: &CancellationToken,
) -> Result<u64, store::Error> {
    let (before, mut forgotten) = (worker.context.now().minus(kept), 0);
    for (mut above, below) in table.ranges(before) {
        while !stop.is_cancelled() {
            let forgetting = change!(worker.db, |tx, above, below| {
                retention::forget(tx, table, above, below, before, AT_ONCE).await
            });
            let done: Result<Step, store::Error> = forgetting.await;
            let Step { forgotten: some, next } = done?;
            forgotten += some;
            let Some(next) = next else { break };
            above = next;
        }
    }
    Ok(forgotten)
}
