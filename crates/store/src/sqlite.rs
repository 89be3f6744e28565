//! SQLite: one thread that writes, several connections that read.
//!
//! The writer takes changes from a channel and puts as many as are waiting into one physical transaction (group commit):
//! one `fsync` serves them all, and a change that fails takes only itself back.
//! Changes run in the writer's thread and call SQLite directly; nothing in them ever waits. (sqlx hands each statement
//! to another thread and back; docs/decisions/0002 has the figures.)

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection as Handle, OpenFlags, ToSql};
use tokio::sync::{Semaphore, oneshot};
use tracing::Span;

use crate::db::{Signals, Wakes};
use crate::job::Job;
use crate::numbers::Block;
use crate::tx::Connection;
use crate::{Error, Row, Sql, Tx, Value};

/// Changes in one physical transaction at the most: bounds how long the first of them waits for the last.
const GROUP: usize = 128;
/// Connections that read at the same time.
const READERS: usize = 4;
/// How long to wait for another process's transaction.
const BUSY: Duration = Duration::from_secs(10);
/// How long a process that ends waits for others to leave the log.
const CLOSING: Duration = Duration::from_secs(1);

pub(crate) struct Sqlite {
    path: PathBuf,
    changes: Mutex<Sender<Task>>,
    idle: Arc<Mutex<Vec<Handle>>>,
    readers: Semaphore,
    numbers: Arc<Block>,
}

impl Sqlite {
    pub(crate) fn open(path: PathBuf, numbers: Arc<Block>) -> Result<Self, Error> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| Error::Unavailable(format!("{}: {e}", folder.display())))?;
        }
        let explain = |e: rusqlite::Error| match Error::from(e) {
            Error::Unavailable(why) => Error::Unavailable(format!("{}: {why}", path.display())),
            other => other,
        };
        let writer = open_writer(&path).map_err(explain)?;
        let (changes, queue) = mpsc::channel();
        let shared = numbers.clone();
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_in_groups(writer, &queue, &shared))
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        Ok(Self { path, changes: Mutex::new(changes), idle: Arc::default(), readers: Semaphore::new(READERS), numbers })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn write(&self, job: Box<dyn Job>, signals: Arc<Signals>) -> Result<Box<dyn Job>, Error> {
        let (reply, answer) = oneshot::channel();
        let (wakes, span) = (Wakes::default(), Span::current());
        self.send(Task::Change(Pending { job, outcome: None, wakes, signals, span, reply }))?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Rewrites the file without what was deleted, and empties the log.
    pub(crate) async fn scrub(&self) -> Result<(), Error> {
        self.tidy(scrub).await
    }

    /// Brings what is in the log into the file, and cuts the log to nothing: a copy of the file alone has everything.
    pub(crate) async fn checkpoint(&self) -> Result<(), Error> {
        // A reader that is idle holds nothing up, but each has the log open.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.tidy(|handle| {
            handle.busy_timeout(CLOSING)?;
            let done = checkpoint(handle);
            handle.busy_timeout(BUSY)?;
            done
        })
        .await
    }

    async fn tidy(&self, tidying: fn(&Handle) -> Result<(), Error>) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        self.send(Task::Tidy(tidying, reply))?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    fn send(&self, task: Task) -> Result<(), Error> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).send(task).map_err(|_| gone())
    }

    pub(crate) async fn read(&self, mut job: Box<dyn Job>) -> Result<Box<dyn Job>, Error> {
        let numbers = self.numbers.clone();
        self.reading(move |handle| {
            run_now(&mut *job, &mut Tx::new(Connection::Sqlite(handle), numbers))?;
            Ok(job)
        })
        .await
    }

    /// Reads in one transaction: the first query fixes what all of them see.
    pub(crate) async fn snapshot(&self, mut job: Box<dyn Job>) -> Result<Box<dyn Job>, Error> {
        let numbers = self.numbers.clone();
        self.reading(move |handle| {
            step(handle, "BEGIN")?;
            let ran = run_now(&mut *job, &mut Tx::snapshot(Connection::Sqlite(handle), numbers));
            step(handle, "ROLLBACK")?;
            ran.map(|_| job)
        })
        .await
    }

    /// Runs something on one of the reading connections, in a thread where it may take its time.
    async fn reading<T>(&self, read: impl FnOnce(&mut Handle) -> Result<T, Error> + Send + 'static) -> Result<T, Error>
    where
        T: Send + 'static,
    {
        let _permit = self.readers.acquire().await.map_err(|_| gone())?;
        let (idle, path) = (self.idle.clone(), self.path.clone());
        let span = Span::current();
        let reading = tokio::task::spawn_blocking(move || {
            let _within = span.enter();
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut handle = kept.map_or_else(|| open_reader(&path), Ok)?;
            let result = read(&mut handle);
            // One that could not end its transaction is closed instead.
            if handle.is_autocommit() {
                idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
            }
            result
        });
        reading.await.map_err(|e| Error::Unexpected(e.to_string()))?
    }
}

fn gone() -> Error {
    Error::Unavailable("the writer has stopped".into())
}

fn open_writer(path: &Path) -> rusqlite::Result<Handle> {
    let handle = Handle::open(path)?;
    configure(&handle, 16_000)?;
    // FULL: a commit that was answered survives a power cut (https://www.sqlite.org/pragma.html#pragma_synchronous).
    // The log is copied into the file once it has 16 MiB: pages that change often are copied once for many changes.
    handle.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; \
         PRAGMA wal_autocheckpoint = 4000",
    )?;
    Ok(handle)
}

fn open_reader(path: &Path) -> rusqlite::Result<Handle> {
    let handle = Handle::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    configure(&handle, 2000)?;
    handle.execute_batch("PRAGMA query_only = ON")?;
    Ok(handle)
}

fn configure(handle: &Handle, cache_kib: i64) -> rusqlite::Result<()> {
    handle.busy_timeout(BUSY)?;
    handle.set_prepared_statement_cache_capacity(256);
    handle.execute_batch(&format!("PRAGMA foreign_keys = ON; PRAGMA cache_size = -{cache_kib}"))
}

/// Runs a job whose future never waits, and says whether it succeeded.
fn run_now(job: &mut dyn Job, tx: &mut Tx<'_>) -> Result<bool, Error> {
    let waited = || Error::Unexpected("a change waited for something else than SQLite".into());
    job.run(tx).now_or_never().ok_or_else(waited)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ran {
    /// Well, or it failed before it wrote anything.
    ToTheEnd,
    /// It failed and has written something.
    MustBeTakenBack,
}

/// What the writer is asked for.
enum Task {
    Change(Pending),
    /// Something between two transactions, for the file itself.
    Tidy(fn(&Handle) -> Result<(), Error>, oneshot::Sender<Result<(), Error>>),
}

/// One change on its way through the writer.
struct Pending {
    job: Box<dyn Job>,
    /// Whether the last run succeeded, or why it could not end.
    outcome: Option<Result<bool, Error>>,
    wakes: Wakes,
    signals: Arc<Signals>,
    /// The span of the request that asked, so that what is logged in the writer's thread names it.
    span: Span,
    reply: oneshot::Sender<Result<Box<dyn Job>, Error>>,
}

impl Pending {
    /// Runs the change, maybe not for the first time.
    fn run(&mut self, handle: &mut Handle, numbers: &Arc<Block>) -> Ran {
        let _within = self.span.enter();
        let mut tx = Tx::new(Connection::Sqlite(handle), numbers.clone());
        // A defect in one change must not take the writer down with all the others.
        let running = AssertUnwindSafe(|| run_now(&mut *self.job, &mut tx));
        let outcome = catch_unwind(running).unwrap_or_else(|_| Err(Error::Unexpected("a change panicked".into())));
        self.wakes = tx.wakes;
        let succeeded = matches!(outcome, Ok(true));
        self.outcome = Some(outcome);
        if !succeeded && tx.has_written { Ran::MustBeTakenBack } else { Ran::ToTheEnd }
    }

    /// Answers whoever asked for the change, after the physical commit.
    fn answer(self, committed: &Result<(), String>) {
        let answer = match (self.outcome, committed) {
            (Some(Ok(true)), Ok(())) => {
                self.signals.ring(self.wakes);
                Ok(self.job)
            }
            // The change's own error.
            (Some(Ok(false)), _) => Ok(self.job),
            (Some(Err(e)), _) => Err(e),
            (_, Err(why)) => Err(Error::Unavailable(why.clone())),
            (None, Ok(())) => Err(gone()),
        };
        // Whoever asked may be gone; the change stands all the same.
        let _ = self.reply.send(answer);
    }
}

fn write_in_groups(mut handle: Handle, queue: &Receiver<Task>, numbers: &Arc<Block>) {
    let mut next = None;
    while let Some(task) = next.take().or_else(|| queue.recv().ok()) {
        let first = match task {
            Task::Change(change) => change,
            Task::Tidy(tidying, reply) => {
                // Whoever asked may be gone; it is done all the same.
                let _ = reply.send(tidying(&handle));
                continue;
            }
        };
        let mut group = vec![first];
        let committed = write_group(&mut handle, queue, &mut group, &mut next, numbers);
        let committed = committed.map_err(|e| Error::from(e).to_string());
        if committed.is_err() {
            // Whatever state the failure left: no transaction stays open. Fails when none is, which is as good.
            let _ = handle.execute_batch("ROLLBACK");
        }
        for change in group {
            change.answer(&committed);
        }
    }
}

/// Deleted rows stay in the file's free pages and in the log until something else is written over them. `VACUUM` writes the
/// file anew, and the checkpoint brings it there and cuts the log to nothing (<https://www.sqlite.org/lang_vacuum.html>).
fn scrub(handle: &Handle) -> Result<(), Error> {
    handle.execute_batch("VACUUM")?;
    checkpoint(handle)
}

fn checkpoint(handle: &Handle) -> Result<(), Error> {
    let busy: i64 = handle.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(Error::Contended("somebody keeps reading the log of the database".into())) }
}

/// One physical transaction: the first change, and all that arrive while it runs.
///
/// Nearly all changes succeed, and a savepoint around each would copy every page that it touches. So there is none, until
/// a change fails after it has written something: then the group begins again, with savepoints. What arrives and cannot be
/// in a transaction is left in `after`.
fn write_group(
    handle: &mut Handle,
    queue: &Receiver<Task>,
    group: &mut Vec<Pending>,
    after: &mut Option<Task>,
    numbers: &Arc<Block>,
) -> rusqlite::Result<()> {
    step(handle, "BEGIN IMMEDIATE")?;
    let mut next = 0;
    while next < group.len() {
        let ran = group[next].run(handle, numbers);
        still_in_transaction(handle)?;
        if ran == Ran::MustBeTakenBack {
            step(handle, "ROLLBACK")?;
            return write_group_carefully(handle, group, numbers);
        }
        next += 1;
        if group.len() < GROUP
            && after.is_none()
            && let Ok(task) = queue.try_recv()
        {
            match task {
                Task::Change(change) => group.push(change),
                tidying @ Task::Tidy(..) => *after = Some(tidying),
            }
        }
    }
    step(handle, "COMMIT")
}

/// One physical transaction with a savepoint around each change, so that one that fails takes back only itself.
fn write_group_carefully(handle: &mut Handle, group: &mut [Pending], numbers: &Arc<Block>) -> rusqlite::Result<()> {
    step(handle, "BEGIN IMMEDIATE")?;
    for change in group {
        step(handle, "SAVEPOINT change")?;
        let ran = change.run(handle, numbers);
        still_in_transaction(handle)?;
        if ran == Ran::MustBeTakenBack {
            step(handle, "ROLLBACK TO change")?;
        }
        step(handle, "RELEASE change")?;
    }
    step(handle, "COMMIT")
}

/// On a full disk and the like, SQLite takes the whole transaction back by itself
/// (<https://www.sqlite.org/lang_transaction.html>, section 3); the next change would then commit each of its statements.
fn still_in_transaction(handle: &Handle) -> rusqlite::Result<()> {
    if !handle.is_autocommit() {
        return Ok(());
    }
    let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
    Err(rusqlite::Error::SqliteFailure(full, Some("SQLite had to take everything back; is the disk full?".into())))
}

fn step(handle: &Handle, sql: &str) -> rusqlite::Result<()> {
    handle.prepare_cached(sql)?.raw_execute().map(drop)
}

pub(crate) fn execute(handle: &Handle, sql: &Sql, values: &[Value<'_>]) -> Result<u64, Error> {
    let mut statement = handle.prepare_cached(sql.text())?;
    let rows = statement.execute(rusqlite::params_from_iter(values))?;
    Ok(rows as u64)
}

pub(crate) fn query(handle: &Handle, sql: &Sql, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
    let mut statement = handle.prepare_cached(sql.text())?;
    let columns = statement.column_count();
    let mut found = statement.query(rusqlite::params_from_iter(values))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push((0..columns).map(|i| owned(row.get_ref(i)?)).collect::<Result<Row, Error>>()?);
    }
    Ok(rows)
}

fn owned(value: ValueRef<'_>) -> Result<Value<'static>, Error> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(bytes) => {
            String::from_utf8(bytes.to_vec()).map(Value::from).map_err(|e| Error::Unexpected(e.to_string()))
        }
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec().into())),
        other @ ValueRef::Real(_) => Err(Error::Unexpected(format!("a column of type {}", other.data_type()))),
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
