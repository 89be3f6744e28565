//! The database as the rest of the program sees it: open it, change it, read it, be woken by a change.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;

use crate::job::{self, Job, Work};
use crate::migrate::Schema;
use crate::numbers::Block;
use crate::{Error, Tx, mysql, sqlite};

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH` or `mysql://user:password@host:port/name`.
    pub url: String,
    /// Connections at the most (MySQL). All processes' pools together must fit the server's `max_connections`.
    pub pool_size: u32,
    /// How long a request waits for a connection before it is told that the database is not available.
    pub wait: Duration,
}

impl Options {
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), pool_size: 16, wait: Duration::from_secs(5) }
    }
}

/// Cheap to clone; all clones share connections.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    signals: Arc<Signals>,
    pub(crate) numbers: Arc<Block>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(Arc<sqlite::Sqlite>),
    MySql(Arc<mysql::Pool>),
}

/// Rings in this process when a commit has left work for the relay or for a consumer.
#[derive(Default)]
pub(crate) struct Signals {
    outbox: Notify,
    queue: Notify,
    journal: Notify,
}

impl Signals {
    /// Called by whoever commits, and not by whoever has asked for it: that one may be gone.
    pub(crate) fn ring(&self, wakes: Wakes) {
        if wakes.outbox {
            self.outbox.notify_one();
            // What is told in the outbox stands in the journal too.
            self.journal.notify_one();
        }
        if wakes.queue {
            self.queue.notify_one();
        }
    }
}

/// What a transaction has left to do for others, once it is committed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wakes {
    pub(crate) outbox: bool,
    pub(crate) queue: bool,
}

/// How a job meets the database.
#[derive(Clone, Copy)]
enum Access {
    Write,
    Read,
    Snapshot,
}

impl Db {
    /// Opens the database; does not create tables ([`Schema::migrate`] does).
    ///
    /// `sqlite:` makes the file and its folder if need be; `mysql:` connects once, so that a wrong address is told at once.
    pub async fn open(options: &Options) -> Result<Self, Error> {
        let numbers = Arc::new(Block::default());
        let engine = if let Some(path) = options.url.strip_prefix("sqlite:") {
            let path = PathBuf::from(path.trim_start_matches("//"));
            let opening = tokio::task::spawn_blocking({
                let numbers = numbers.clone();
                move || sqlite::Sqlite::open(path, numbers)
            });
            Engine::Sqlite(Arc::new(opening.await.map_err(|e| Error::Unexpected(e.to_string()))??))
        } else if options.url.starts_with("mysql:") || options.url.starts_with("mariadb:") {
            Engine::MySql(Arc::new(mysql::Pool::connect(options, numbers.clone()).await?))
        } else {
            return Err(Error::Unavailable("DATABASE_URL must begin with mysql:// or sqlite:".into()));
        };
        Ok(Self { engine, signals: Arc::default(), numbers })
    }

    /// Runs a change in one transaction and commits it, once; [`change!`](crate::change) is how callers write it.
    ///
    /// The change runs again from the start when it meets another (a deadlock, a lock wait), so it must do nothing but
    /// use the transaction. Dropping the returned future, as happens when a client goes away, does not undo the change:
    /// it runs to its end.
    pub fn write<I, T, E, F>(&self, input: I, change: F) -> impl Future<Output = Result<T, E>> + Send
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx<'_>, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        self.result_of(Access::Write, job::given(input, change))
    }

    /// Runs queries on one connection, outside a transaction; [`query!`](crate::query) is how callers write it.
    pub fn read<I, T, E, F>(&self, input: I, query: F) -> impl Future<Output = Result<T, E>> + Send
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx<'_>, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        self.result_of(Access::Read, job::given(input, query))
    }

    /// Runs queries that all see the database as it is at one moment, whatever is committed meanwhile.
    ///
    /// The server (or the log file) keeps what such a reader may still ask for: take no longer than need be.
    pub fn snapshot<I, T, E, F>(&self, input: I, query: F) -> impl Future<Output = Result<T, E>> + Send
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx<'_>, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        self.result_of(Access::Snapshot, job::given(input, query))
    }

    /// Compiled once for each pair of result and error; what it calls, once.
    async fn result_of<T, E>(&self, access: Access, work: Box<dyn Work<T, E>>) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        job::result(self.run(access, job::job(work)).await?)
    }

    /// Gives the job back with its result, or says why the result does not count.
    async fn run(&self, access: Access, job: Box<dyn Job>) -> Result<Box<dyn Job>, Error> {
        match (&self.engine, access) {
            (Engine::Sqlite(sqlite), Access::Write) => sqlite.write(job, self.signals.clone()).await,
            (Engine::Sqlite(sqlite), Access::Read) => sqlite.read(job).await,
            (Engine::Sqlite(sqlite), Access::Snapshot) => sqlite.snapshot(job).await,
            (Engine::MySql(pool), Access::Write) => mysql::write(pool.clone(), job, self.signals.clone()).await,
            (Engine::MySql(pool), Access::Read) => mysql::read(pool, &self.numbers, job).await,
            (Engine::MySql(pool), Access::Snapshot) => mysql::snapshot(pool, &self.numbers, job).await,
        }
    }

    /// Makes what was deleted unreadable in the database's own files, where that is in our hands: SQLite's file is written anew
    /// (as much free disk as it has bytes, and no other change meanwhile). On MySQL, pages and logs are the server's business
    /// (docs/decisions/0008).
    pub async fn scrub(&self) -> Result<(), Error> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.scrub().await,
            Engine::MySql(_) => Ok(()),
        }
    }

    /// Leaves the database in order at the end of a process: all that was written is in SQLite's file itself, and its log is
    /// empty, unless another process still uses it. The last call; a change that comes later is written all the same.
    pub async fn close(&self) -> Result<(), Error> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.checkpoint().await,
            Engine::MySql(_) => Ok(()),
        }
    }

    /// Waits until a commit in this process has put something into the outbox since the last call.
    pub async fn outbox_written(&self) {
        self.signals.outbox.notified().await;
    }

    /// Waits until a commit in this process has put something into the embedded queue since the last call.
    pub async fn queue_written(&self) {
        self.signals.queue.notified().await;
    }

    /// Waits until a commit in this process has put something into the journal since the last call. For one waiter.
    pub async fn journal_written(&self) {
        self.signals.journal.notified().await;
    }

    /// Tells another waiting consumer that there is more.
    pub fn queue_has_more(&self) {
        self.signals.queue.notify_one();
    }

    /// The tables: which are there, and which should be.
    #[must_use]
    pub fn schema(&self) -> Schema<'_> {
        Schema { db: self }
    }

    /// For people: which engine, and where, without a password.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.engine {
            Engine::Sqlite(sqlite) => format!("SQLite {}", sqlite.path().display()),
            Engine::MySql(pool) => format!("MySQL {}", pool.address()),
        }
    }
}
