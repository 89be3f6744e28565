//! `dead-letters.csv`: without their bodies, which may be anything.

use store::dead_letters::{self, DeadLetter, Filter};
use store::{BoxFuture, Page, Tx};

use super::{Cell, Export, maybe, maybe_text, named, text};
use crate::Error;

/// Dead letters, newest first.
#[derive(Clone, Debug, Default)]
pub struct DeadLetters {
    pub filter: Filter,
}

impl Export for DeadLetters {
    type Item = DeadLetter;
    const NAME: &'static str = "dead-letters";
    const COLUMNS: &'static [&'static str] = &[
        "created_at",
        "message_type",
        "subject",
        "cause",
        "error",
        "receive_count",
        "state",
        "reason",
        "closed_at",
        "closed_by",
        "id",
        "message_id",
    ];

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<DeadLetter>, store::Error>> {
        Box::pin(dead_letters::list(tx, &self.filter, after, 100))
    }

    fn rows(letter: &DeadLetter) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        Ok(vec![vec![
            text(letter.created_at),
            Cell::Borrowed(&letter.message_type),
            maybe(letter.subject.as_deref()),
            named(letter.cause)?,
            Cell::Borrowed(&letter.error),
            text(letter.receive_count),
            named(letter.state)?,
            maybe(letter.reason.as_deref()),
            maybe_text(letter.closed_at),
            maybe(letter.closed_by.as_deref()),
            text(letter.id),
            Cell::Borrowed(&letter.message_id),
        ]])
    }
}
