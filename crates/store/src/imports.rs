//! Files sent to be imported, how far they are, and the rows that could not be accepted.

use domain::{Import, ImportCounts, ImportId, ImportState, Timestamp};

use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::{cursor, name};
use crate::{Error, Page, Reader, Tx, Value};

table! {
    /// The table `imports`, without the process whose task each is.
    Imports("imports") of Import {
        id,
        kind,
        state,
        file_name,
        dry_run,
        skip_bad,
        counts: Counts,
        error,
        created_by,
        created_at,
        updated_at as "heard_at",
        ended_at,
    }
    write_only |_| { cancel = 0_i64 }
}

table! {
    /// How far an import is.
    Counts of ImportCounts {
        done,
        total,
        created,
        updated,
        unchanged,
        rejected,
    }
}

/// Saves a new import, the task of `process`.
pub async fn insert(tx: &mut Tx<'_>, import: &Import, process: &str) -> Result<(), Error> {
    let row = Assignments::all::<Imports>(import)?.and("process", process);
    table::insert(tx, Imports::NAME, row).await
}

/// Says how far a running import is; true if somebody has asked for its end meanwhile.
pub async fn advance(
    tx: &mut Tx<'_>,
    id: ImportId,
    state: ImportState,
    counts: &ImportCounts,
    now: Timestamp,
) -> Result<bool, Error> {
    set(tx, id, state, counts, None, now, None).await?;
    let asked = tx.row("SELECT cancel FROM imports WHERE id = ?", &[id.into()], Reader::next::<bool>).await?;
    asked.ok_or(Error::Missing)
}

/// Says how an import has ended; [`Error::Stale`] if it had ended before.
pub async fn end(
    tx: &mut Tx<'_>,
    id: ImportId,
    state: ImportState,
    counts: &ImportCounts,
    error: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    set(tx, id, state, counts, error, now, Some(now)).await
}

async fn set(
    tx: &mut Tx<'_>,
    id: ImportId,
    state: ImportState,
    counts: &ImportCounts,
    error: Option<&str>,
    now: Timestamp,
    ended_at: Option<Timestamp>,
) -> Result<(), Error> {
    let (sql, values) = Assignments::all::<Counts>(counts)?
        .and("state", name(state)?)
        .and("error", error)
        .and("heard_at", now)
        .and("ended_at", ended_at)
        .update(Imports::NAME, "id = ? AND ended_at IS NULL", [id.into()]);
    tx.execute_one(sql, &values).await
}

/// Says that a process lives, for all its imports that have not ended.
pub async fn hear(tx: &mut Tx<'_>, process: &str, now: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE imports SET heard_at = ? WHERE process = ? AND ended_at IS NULL";
    tx.execute(sql, &[now.into(), process.into()]).await.map(drop)
}

/// Asks for the end of an import; [`Error::Stale`] if it has ended.
pub async fn ask_to_cancel(tx: &mut Tx<'_>, id: ImportId) -> Result<(), Error> {
    tx.execute_one("UPDATE imports SET cancel = 1 WHERE id = ? AND ended_at IS NULL", &[id.into()]).await
}

pub async fn get(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<Import>, Error> {
    tx.row(Imports::select("WHERE id = ?"), &[id.into()], Imports::read).await
}

/// One page of imports, newest first.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<Import>, Error> {
    let mut sql = Imports::select("WHERE 1 = 1");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(after) = after {
        sql.push_str(" AND id < ?");
        values.push(cursor::<ImportId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, Imports::read).await?;
    Ok(Page::of(rows, limit, |import| import.id.to_string()))
}

/// Keeps the rows that could not be accepted, of one of the import's files.
pub async fn insert_rejects(
    tx: &mut Tx<'_>,
    id: ImportId,
    part: &str,
    body: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO import_rejects (import_id, part, body, created_at) VALUES (?, ?, ?, ?)";
    tx.execute(sql, &[id.into(), part.into(), body.into(), now.into()]).await.map(drop)
}

pub async fn rejects(tx: &mut Tx<'_>, id: ImportId, part: &str) -> Result<Option<String>, Error> {
    let sql = "SELECT body FROM import_rejects WHERE import_id = ? AND part = ?";
    tx.row(sql, &[id.into(), part.into()], Reader::next).await
}

/// Forgets rows that were kept before this moment: they hold what people wrote of others.
pub async fn forget_rejects(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    tx.execute("DELETE FROM import_rejects WHERE created_at < ?", &[before.into()]).await
}
