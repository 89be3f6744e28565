//! The security log: append only, there is no function here that changes or removes an entry.

use domain::{SecurityEntry, SecurityEntryId, SecurityKind, Timestamp};

use crate::dialect::{in_places, padded};
use crate::value::{cursor, name};
use crate::{Error, Page, Reader, Tx, Value};

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

pub async fn insert(tx: &mut Tx<'_>, entry: &SecurityEntry) -> Result<(), Error> {
    let sql = "INSERT INTO security_log (id, kind, actor, subject, address, detail, occurred_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        entry.id.into(),
        name(entry.kind)?,
        entry.actor.as_str().into(),
        (&entry.subject).into(),
        (&entry.address).into(),
        entry.detail.to_string().into(),
        entry.occurred_at.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}

/// What is known of some subjects, oldest first.
pub async fn about(tx: &mut Tx<'_>, subjects: &[String]) -> Result<Vec<SecurityEntry>, Error> {
    let sql = format!(
        "SELECT id, kind, actor, subject, address, detail, occurred_at FROM security_log WHERE subject IN ({}) ORDER BY id",
        in_places(subjects.len())
    );
    let values: Vec<Value<'_>> = padded(subjects).map(Value::from).collect();
    tx.rows(sql, &values, read).await
}

fn read(row: &mut Reader) -> Result<SecurityEntry, Error> {
    Ok(SecurityEntry {
        id: row.next()?,
        kind: row.next_name()?,
        actor: row.next()?,
        subject: row.next()?,
        address: row.next()?,
        detail: serde_json::from_str(&row.next::<String>()?).map_err(|e| Error::Unexpected(e.to_string()))?,
        occurred_at: row.next()?,
    })
}

/// Newest first.
pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<SecurityEntry>, Error> {
    let mut sql =
        String::from("SELECT id, kind, actor, subject, address, detail, occurred_at FROM security_log WHERE 1 = 1");
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
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |entry| entry.id.to_string()))
}
