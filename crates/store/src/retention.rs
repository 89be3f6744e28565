//! What is forgotten by age, a few rows at a time. Rows are walked in the order of their keys, which begin with a time: no step
//! looks at more rows than its limit, and none holds a lock for long.

use domain::{DeliveryId, EventId, Timestamp};

use crate::{Error, Reader, Tx};

/// Tables that are cleaned by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Messages that were handled before. Whoever sends one of them again after that has its effects twice.
    Inbox,
    Attempts,
    /// Those that were made, or are not to be made. What waits stays.
    Deliveries,
    /// Mails that were sent. Those that wait stay.
    Mails,
}

/// One step of the way through a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub forgotten: u64,
    /// The key behind which the next step goes on; none at the end of the range.
    pub next: Option<String>,
}

impl Table {
    const fn name(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Attempts => "attempts",
            Self::Deliveries => "deliveries",
            Self::Mails => "mails",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Inbox | Self::Attempts => "message_id",
            Self::Deliveries | Self::Mails => "id",
        }
    }

    const fn is_old(self) -> &'static str {
        match self {
            Self::Inbox => "handled_at < ?",
            Self::Attempts => "made_at < ?",
            Self::Deliveries => "state <> 'pending' AND COALESCE(done_at, created_at) < ?",
            Self::Mails => {
                "COALESCE(sent_at, created_at) < ? AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.id = mails.id \
                 AND d.state = 'pending')"
            }
        }
    }

    /// Ranges of keys, `(above, below)`, that hold whatever is older than a moment: what has an id that begins with a time, up to
    /// that time; and all of what does not.
    #[must_use]
    pub fn ranges(self, before: Timestamp) -> Vec<(String, String)> {
        let millis = before.unix_millis();
        let (event, delivery) = (EventId::new(millis, 0).to_string(), DeliveryId::new(millis, 0).to_string());
        // ` is the character behind _, and nothing sorts behind the last one.
        let all = match self {
            Self::Inbox | Self::Attempts => {
                vec![("", "dlv_"), ("dlv_", &*delivery), ("dlv`", "evt_"), ("evt_", &*event), ("evt`", "\u{10ffff}")]
            }
            Self::Deliveries | Self::Mails => vec![("dlv_", &*delivery)],
        };
        all.into_iter().map(|(above, below)| (above.to_owned(), below.to_owned())).collect()
    }
}

/// Forgets what is older than `before` among the next `limit` keys of a range. What a person decides about, or has decided
/// since then, stays: its message may be on its way.
pub async fn forget(
    tx: &mut Tx<'_>,
    table: Table,
    above: &str,
    below: &str,
    before: Timestamp,
    limit: usize,
) -> Result<Step, Error> {
    let (name, key, is_old) = (table.name(), table.key(), table.is_old());
    let sql = format!("SELECT DISTINCT {key} FROM {name} WHERE {key} > ? AND {key} < ? ORDER BY {key} LIMIT ?");
    let mut keys: Vec<String> = tx.rows(sql, &[above.into(), below.into(), limit.into()], Reader::next).await?;
    let full = keys.len() == limit;
    let Some(last) = keys.pop() else { return Ok(Step { forgotten: 0, next: None }) };
    let sql = format!(
        "DELETE FROM {name} WHERE {key} > ? AND {key} <= ? AND {is_old} AND NOT EXISTS (SELECT 1 FROM dead_letters \
         WHERE dead_letters.message_id = {name}.{key} AND (closed_at IS NULL OR closed_at >= ?))"
    );
    let values = [above.into(), (&last).into(), before.into(), before.into()];
    let forgotten = tx.execute(sql, &values).await?;
    Ok(Step { forgotten, next: full.then_some(last) })
}
