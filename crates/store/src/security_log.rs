//! The security log: append only, there is no function here that changes or removes an entry.

use domain::{Invalid, SecurityEntry, SecurityEntryId, SecurityKind, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::dialect::{in_places, padded};
use crate::list::Where;
use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::{as_json, cursor, names};
use crate::{Error, Page, Tx, Value};

/// Which entries a list shows: query parameters of the API, which must all hold.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only these kinds, with commas between them.
    #[param(value_type = Option<Vec<SecurityKind>>, style = Form, explode = false)]
    pub kind: Option<String>,
    /// Only what this user, key or part of the system did.
    pub actor: Option<String>,
    /// Only what is about this user, key, session, …
    pub subject: Option<String>,
    /// From this moment on.
    #[param(value_type = Option<Timestamp>)]
    pub from: Option<Timestamp>,
    /// Before this moment.
    #[param(value_type = Option<Timestamp>)]
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

/// The kinds that are named, with commas between them.
fn kinds(names: &str) -> Result<Vec<SecurityKind>, Invalid> {
    let names = names.split(',').filter(|name| !name.is_empty());
    let kinds = names.map(|name| serde_json::from_value(name.into()));
    let invalid = |_| Invalid::new("kind", "bad_kind", "must be kinds of entries, with commas between them");
    kinds.collect::<Result<_, serde_json::Error>>().map_err(invalid)
}

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
    let Filter { kind, actor, subject, from, to } = filter;
    let mut only = Where::default();
    only.one_of("kind", &names(&kinds(kind.as_deref().unwrap_or_default())?)?);
    only.given("actor = ?", actor.as_deref());
    only.given("subject = ?", subject.as_deref());
    only.given("occurred_at >= ?", *from);
    only.given("occurred_at < ?", *to);
    only.given("id < ?", after.map(cursor::<SecurityEntryId>).transpose()?);
    let sql = SecurityLog::select(&format!("WHERE 1 = 1{} ORDER BY id DESC LIMIT ?", only.sql()));
    let mut values = only.values().to_vec();
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, SecurityLog::read).await?;
    Ok(Page::of(rows, limit, |entry| entry.id.to_string()))
}
