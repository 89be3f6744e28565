//! `security-log.csv`

use domain::SecurityEntry;
use store::security_log::{self, Filter};
use store::{BoxFuture, Page, Tx};

use super::{Cell, Export, maybe, named, text};
use crate::Error;

/// Entries of the security log, newest first.
#[derive(Clone, Debug, Default)]
pub struct SecurityLog {
    pub filter: Filter,
}

impl Export for SecurityLog {
    type Item = SecurityEntry;
    const NAME: &'static str = "security-log";
    const COLUMNS: &'static [&'static str] = &["occurred_at", "kind", "actor", "subject", "address", "detail", "id"];

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<SecurityEntry>, store::Error>> {
        Box::pin(security_log::list(tx, &self.filter, after, 500))
    }

    fn rows(entry: &SecurityEntry) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        Ok(vec![vec![
            text(entry.occurred_at),
            named(entry.kind)?,
            Cell::Borrowed(entry.actor.as_str()),
            maybe(entry.subject.as_deref()),
            maybe(entry.address.as_deref()),
            text(&entry.detail),
            text(entry.id),
        ]])
    }
}
