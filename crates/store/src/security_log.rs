//! The security log: append only, there is no function here that changes or removes an entry.

use domain::{SecurityEntry, SecurityEntryId, SecurityKind, Timestamp};

use crate::dialect::{in_places, padded};
use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::{as_json, cursor, name};
use crate::{Error, Page, Tx, Value};

/// Which entries; what is not given does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One of these; any, if there are none.
    pub kinds: Vec<SecurityKind>,
    pub actor: Option<String>,
    pub subject: Option<String>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

table! {
    /// The table `security_log`.
    SecurityLog("security_log") of SecurityEntry {
        id,
        kind,
        actor,
        subject,
        address,
        detail via as_json,
        occurred_at,
    }
}

/// Adds an entry.
pub async fn insert(tx: &mut Tx<'_>, entry: &SecurityEntry) -> Result<(), Error> {
    table::insert(tx, SecurityLog::NAME, Assignments::all::<SecurityLog>(entry)?).await
}

/// The entries about some subjects, oldest first.
pub async fn about(tx: &mut Tx<'_>, subjects: &[String]) -> Result<Vec<SecurityEntry>, Error> {
    let sql = SecurityLog::select(&format!("WHERE subject IN ({}) ORDER BY id", in_places(subjects.len())));
    let values: Vec<Value<'_>> = padded(subjects).map(Value::from).collect();
    tx.rows(sql, &values, SecurityLog::read).await
}

/// One page of entries, newest first.
pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<SecurityEntry>, Error> {
    let mut sql = SecurityLog::select("WHERE 1 = 1");
    let mut values: Vec<Value<'_>> = Vec::new();
    if !filter.kinds.is_empty() {
        sql = format!("{sql} AND kind IN ({})", in_places(filter.kinds.len()));
        for kind in padded(&filter.kinds) {
            values.push(name(kind)?);
        }
    }
    let texts = [(" AND actor = ?", &filter.actor), (" AND subject = ?", &filter.subject)];
    for (condition, value) in texts.into_iter().filter_map(|(condition, value)| Some((condition, value.as_ref()?))) {
        sql.push_str(condition);
        values.push(value.into());
    }
    for (condition, moment) in [(" AND occurred_at >= ?", filter.from), (" AND occurred_at < ?", filter.to)] {
        if let Some(moment) = moment {
            sql.push_str(condition);
            values.push(moment.into());
        }
    }
    if let Some(after) = after {
        sql.push_str(" AND id < ?");
        values.push(cursor::<SecurityEntryId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, SecurityLog::read).await?;
    Ok(Page::of(rows, limit, |entry| entry.id.to_string()))
}
