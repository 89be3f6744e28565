//! Files sent to be imported, how far they are, and the rows that could not be accepted.

use domain::{Actor, Import, ImportCounts, ImportId, ImportState, Timestamp};

use crate::value::{cursor, name};
use crate::{Error, Page, Reader, Tx, Value};

const COLUMNS: &str = "id, kind, state, file_name, dry_run, skip_bad, done, total, created, updated, unchanged, rejected, error, \
                       created_by, created_at, heard_at, ended_at";

fn read(row: &mut Reader) -> Result<Import, Error> {
    Ok(Import {
        id: row.next()?,
        kind: row.next_name()?,
        state: row.next_name()?,
        file_name: row.next()?,
        dry_run: row.next()?,
        skip_bad: row.next()?,
        counts: ImportCounts {
            done: row.next()?,
            total: row.next()?,
            created: row.next()?,
            updated: row.next()?,
            unchanged: row.next()?,
            rejected: row.next()?,
        },
        error: row.next()?,
        created_by: row.next_name::<Actor>()?,
        created_at: row.next()?,
        updated_at: row.next()?,
        ended_at: row.next()?,
    })
}

/// Saves a new import, the task of `process`.
pub async fn insert(tx: &mut Tx<'_>, import: &Import, process: &str) -> Result<(), Error> {
    let sql = "INSERT INTO imports (id, kind, state, process, file_name, dry_run, skip_bad, cancel, done, total, created, \
               updated, unchanged, rejected, error, created_by, created_at, heard_at, ended_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let counts = &import.counts;
    let values = [
        import.id.into(),
        name(import.kind)?,
        name(import.state)?,
        process.into(),
        (&import.file_name).into(),
        i64::from(import.dry_run).into(),
        i64::from(import.skip_bad).into(),
        counts.done.into(),
        counts.total.into(),
        counts.created.into(),
        counts.updated.into(),
        counts.unchanged.into(),
        counts.rejected.into(),
        (&import.error).into(),
        import.created_by.as_str().into(),
        import.created_at.into(),
        import.updated_at.into(),
        import.ended_at.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
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
    let sql = "UPDATE imports SET state = ?, done = ?, total = ?, created = ?, updated = ?, unchanged = ?, rejected = ?, \
               error = ?, heard_at = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL";
    let values = [
        name(state)?,
        counts.done.into(),
        counts.total.into(),
        counts.created.into(),
        counts.updated.into(),
        counts.unchanged.into(),
        counts.rejected.into(),
        error.into(),
        now.into(),
        ended_at.into(),
        id.into(),
    ];
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
    tx.row(format!("SELECT {COLUMNS} FROM imports WHERE id = ?"), &[id.into()], read).await
}

/// Newest first.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<Import>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM imports WHERE 1 = 1");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(after) = after {
        sql.push_str(" AND id < ?");
        values.push(cursor::<ImportId>(after)?);
    }
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
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
