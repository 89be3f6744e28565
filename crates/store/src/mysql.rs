//! MySQL and MariaDB through sqlx's connection, with a pool of our own: sqlx's pool pings the server at each return of a
//! connection, and a transaction there begins with a round trip. Ours keeps writing connections at `autocommit = 0`, where
//! the first statement begins the transaction, so that a change costs its own statements and a commit.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlRow, MySqlSslMode};
use sqlx::{
    Arguments, AssertSqlSafe, Column, ConnectOptions, Connection as _, Executor, MySql, MySqlConnection, Row as _,
    Type, TypeInfo, ValueRef,
};
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::Instrument;

use crate::db::{Options, Signals, Wakes};
use crate::job::Job;
use crate::numbers::Block;
use crate::tx::Connection;
use crate::{Error, Row, Sql, Tx, Value};

/// A connection that has been idle this long may have been cut by the server or something between: ask before use.
const TRUSTED_IDLE: Duration = Duration::from_secs(20);
/// Runs of one change at the most when it keeps meeting others.
const ATTEMPTS: u32 = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Read,
    Write,
}

struct Idle {
    connection: MySqlConnection,
    mode: Mode,
    since: Instant,
}

pub(crate) struct Pool {
    connect: MySqlConnectOptions,
    wait: Duration,
    permits: Semaphore,
    idle: Mutex<Vec<Idle>>,
    numbers: Arc<Block>,
    /// How often changes have met others, to spread their next attempts.
    meetings: AtomicU64,
}

struct Lent<'p> {
    connection: MySqlConnection,
    mode: Mode,
    _permit: SemaphorePermit<'p>,
}

impl Pool {
    pub(crate) async fn connect(options: &Options, numbers: Arc<Block>) -> Result<Self, Error> {
        let connect: MySqlConnectOptions =
            options.url.parse().map_err(|e: sqlx::Error| Error::Unavailable(format!("DATABASE_URL: {e}")))?;
        // TLS where the server offers it, unless the URL says more (`?ssl-mode=VERIFY_IDENTITY&ssl-ca=…`).
        let connect =
            if options.url.contains("ssl-mode") { connect } else { connect.ssl_mode(MySqlSslMode::Preferred) };
        let connect = connect.statement_cache_capacity(256).disable_statement_logging();
        let permits = Semaphore::new(options.pool_size.max(1) as usize);
        let pool =
            Self { connect, wait: options.wait, permits, idle: Mutex::default(), numbers, meetings: AtomicU64::new(0) };
        let first = pool.lend(Mode::Write).await?;
        pool.put_back(first);
        Ok(pool)
    }

    pub(crate) fn address(&self) -> String {
        let (host, port) = (self.connect.get_host(), self.connect.get_port());
        format!("{host}:{port}/{}", self.connect.get_database().unwrap_or(""))
    }

    async fn lend(&self, mode: Mode) -> Result<Lent<'_>, Error> {
        let Ok(Ok(permit)) = tokio::time::timeout(self.wait, self.permits.acquire()).await else {
            return Err(Error::Unavailable(format!("no connection became free in {:?}", self.wait)));
        };
        while let Some(mut kept) = self.take_idle(mode) {
            if kept.since.elapsed() > TRUSTED_IDLE && kept.connection.ping().await.is_err() {
                continue;
            }
            if kept.mode != mode && switch(&mut kept.connection, mode).await.is_err() {
                continue;
            }
            return Ok(Lent { connection: kept.connection, mode, _permit: permit });
        }
        let connecting = tokio::time::timeout(self.wait, self.connect.connect());
        let mut connection = match connecting.await {
            Ok(connected) => {
                connected.map_err(|e| Error::Unavailable(format!("{}: {}", self.address(), Error::from(e))))?
            }
            Err(_) => return Err(Error::Unavailable(format!("{}: no answer in {:?}", self.address(), self.wait))),
        };
        connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await?;
        connection.execute("SET SESSION innodb_lock_wait_timeout = 10").await?;
        // Some managed servers are set up to cut what is too long for its column; here that is an error.
        connection.execute("SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')").await?;
        switch(&mut connection, mode).await?;
        Ok(Lent { connection, mode, _permit: permit })
    }

    /// Prefers a connection that is in the right mode already.
    fn take_idle(&self, mode: Mode) -> Option<Idle> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().rposition(|kept| kept.mode == mode).or_else(|| idle.len().checked_sub(1))?;
        Some(idle.swap_remove(at))
    }

    /// After a connection broke: the server has most likely gone, and the others with it. Whoever comes next gets a new one
    /// instead of finding that out again.
    fn forget_idle(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Only for a connection with no transaction open. One that is dropped instead is closed.
    fn put_back(&self, lent: Lent<'_>) {
        let kept = Idle { connection: lent.connection, mode: lent.mode, since: Instant::now() };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
    }
}

async fn switch(connection: &mut MySqlConnection, mode: Mode) -> Result<(), Error> {
    connection.execute(if mode == Mode::Write { "SET autocommit = 0" } else { "SET autocommit = 1" }).await?;
    Ok(())
}

/// Runs a change in a task of its own: a client that goes away does not stop it half-way.
pub(crate) async fn write(
    pool: Arc<Pool>,
    mut job: Box<dyn Job>,
    signals: Arc<Signals>,
) -> Result<Box<dyn Job>, Error> {
    let running = async move {
        let (outcome, wakes) = write_with_retries(&pool, &mut *job).await;
        signals.ring(wakes);
        outcome.map(|()| job)
    };
    let running = tokio::spawn(running.in_current_span());
    running.await.unwrap_or_else(|e| Err(Error::Unexpected(e.to_string())))
}

/// `Ok` when the job's own result, good or bad, is the answer.
async fn write_with_retries(pool: &Pool, job: &mut dyn Job) -> (Result<(), Error>, Wakes) {
    let (mut attempt, mut broken) = (1, false);
    loop {
        let mut lent = match pool.lend(Mode::Write).await {
            Ok(lent) => lent,
            Err(e) => return (Err(e), Wakes::default()),
        };
        let (outcome, state) = write_once(&mut lent.connection, &pool.numbers, job).await;
        let (again, wakes) = match state {
            After::Committed(wakes) => (false, wakes),
            After::RolledBack { contended, numbers_exhausted } => {
                if numbers_exhausted && let Err(e) = pool.numbers.refill(&mut lent.connection).await {
                    return (Err(e), Wakes::default());
                }
                (contended || numbers_exhausted, Wakes::default())
            }
            // Not put back: the connection is closed, and the server rolls back what was open on it.
            After::Broken { committing } => {
                pool.forget_idle();
                drop(lent);
                if committing || broken {
                    return (outcome, Wakes::default());
                }
                broken = true;
                continue;
            }
        };
        pool.put_back(lent);
        if !again || attempt == ATTEMPTS {
            return (outcome, wakes);
        }
        // Whoever met must not meet again: 2, 4, 8 … ms, and neighbours wait differently.
        let spread = Duration::from_micros(pool.meetings.fetch_add(1, Ordering::Relaxed) % 8 * 700);
        tokio::time::sleep(Duration::from_millis(1 << attempt) + spread).await;
        attempt += 1;
    }
}

enum After {
    Committed(Wakes),
    RolledBack {
        contended: bool,
        numbers_exhausted: bool,
    },
    /// The connection is gone. While committing, nobody knows whether the change stands; before, it does not, and may run
    /// again on another connection.
    Broken {
        committing: bool,
    },
}

async fn write_once(
    connection: &mut MySqlConnection,
    numbers: &Arc<Block>,
    job: &mut dyn Job,
) -> (Result<(), Error>, After) {
    let mut tx = Tx::new(Connection::MySql(&mut *connection), numbers.clone());
    let succeeded = job.run(&mut tx).await;
    let (wakes, contended, numbers_exhausted) = (tx.wakes, tx.contended, tx.numbers_exhausted);
    // A deadlock takes back all that the change has done so far, even if the change made light of it.
    if !succeeded || contended {
        return match connection.execute("ROLLBACK").await {
            Ok(_) => (Ok(()), After::RolledBack { contended, numbers_exhausted }),
            Err(_) => (Ok(()), After::Broken { committing: false }),
        };
    }
    match connection.execute("COMMIT").await {
        Ok(_) => (Ok(()), After::Committed(wakes)),
        Err(e) => (Err(Error::from(e)), After::Broken { committing: true }),
    }
}

pub(crate) async fn read(pool: &Pool, numbers: &Arc<Block>, mut job: Box<dyn Job>) -> Result<Box<dyn Job>, Error> {
    let mut lent = pool.lend(Mode::Read).await?;
    let succeeded = job.run(&mut Tx::new(Connection::MySql(&mut lent.connection), numbers.clone())).await;
    if succeeded {
        // After an error, or when the future is dropped on the way, the connection is closed instead: its state is unknown.
        pool.put_back(lent);
    } else if lent.connection.ping().await.is_err() {
        pool.forget_idle();
    }
    Ok(job)
}

/// Reads in one transaction that sees everything as it is when it begins.
pub(crate) async fn snapshot(pool: &Pool, numbers: &Arc<Block>, mut job: Box<dyn Job>) -> Result<Box<dyn Job>, Error> {
    let mut lent = pool.lend(Mode::Read).await?;
    for begin in
        ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"]
    {
        lent.connection.execute(begin).await?;
    }
    let succeeded = job.run(&mut Tx::snapshot(Connection::MySql(&mut lent.connection), numbers.clone())).await;
    // Otherwise the connection is closed, and its transaction with it.
    if succeeded && lent.connection.execute("COMMIT").await.is_ok() {
        pool.put_back(lent);
    }
    Ok(job)
}

pub(crate) async fn execute(connection: &mut MySqlConnection, sql: Sql, values: &[Value<'_>]) -> Result<u64, Error> {
    let arguments = arguments(values)?;
    let done = match sql {
        Sql::Fixed(text) => sqlx::query_with(text, arguments).execute(connection).await?,
        Sql::Built(text) => sqlx::query_with(AssertSqlSafe(text), arguments).execute(connection).await?,
    };
    Ok(done.rows_affected())
}

pub(crate) async fn query(connection: &mut MySqlConnection, sql: Sql, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
    let arguments = arguments(values)?;
    let mut found = match sql {
        Sql::Fixed(text) => sqlx::query_with(text, arguments).fetch(connection),
        Sql::Built(text) => sqlx::query_with(AssertSqlSafe(text), arguments).fetch(connection),
    };
    let mut rows = Vec::new();
    while let Some(row) = found.try_next().await? {
        rows.push((0..row.len()).map(|i| owned(&row, i)).collect::<Result<Row, Error>>()?);
    }
    Ok(rows)
}

fn arguments(values: &[Value<'_>]) -> Result<MySqlArguments, Error> {
    let mut arguments = MySqlArguments::default();
    for value in values {
        let added = match value {
            Value::Null => arguments.add(None::<i64>),
            Value::Int(number) => arguments.add(*number),
            Value::Text(text) => arguments.add(text.as_ref()),
            Value::Bytes(bytes) => arguments.add(bytes.as_ref()),
        };
        added.map_err(|e| Error::Unexpected(e.to_string()))?;
    }
    Ok(arguments)
}

fn owned(row: &MySqlRow, i: usize) -> Result<Value<'static>, Error> {
    if row.try_get_raw(i)?.is_null() {
        return Ok(Value::Null);
    }
    match row.column(i).type_info().name() {
        "BIGINT" | "INT" | "SMALLINT" | "TINYINT" => Ok(Value::Int(row.try_get(i)?)),
        // By the collation: the name of the type is BLOB for our texts too, which compare byte by byte.
        _ if <str as Type<MySql>>::compatible(row.column(i).type_info()) => {
            Ok(Value::from(row.try_get::<String, _>(i)?))
        }
        _ => Ok(Value::Bytes(row.try_get::<Vec<u8>, _>(i)?.into())),
    }
}
