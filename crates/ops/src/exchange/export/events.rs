//! `events.csv`: the journal, the data of each event as JSON in one cell.

use domain::Event;
use serde_json::value::RawValue;
use store::{BoxFuture, Page, Tx, events};

use super::{Cell, Export, text, unexpected};
use crate::Error;

/// Events, newest first; of one subject, or of all.
#[derive(Clone, Debug, Default)]
pub struct Events {
    pub subject: Option<String>,
}

impl Export for Events {
    type Item = String;
    const NAME: &'static str = "events";
    const COLUMNS: &'static [&'static str] = &["time", "type", "subject", "sequence", "actor", "data", "id"];

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<String>, store::Error>> {
        // An event may have hundreds of kilobytes.
        Box::pin(events::list(tx, self.subject.as_deref(), after, 100))
    }

    fn rows(body: &String) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        let event: Event<Box<RawValue>> = serde_json::from_str(body).map_err(|e| unexpected(&e))?;
        Ok(vec![vec![
            text(event.time),
            text(event.event_type),
            Cell::Owned(event.subject),
            text(event.sequence),
            text(event.actor.as_str()),
            text(event.data.get()),
            text(event.id),
        ]])
    }
}
