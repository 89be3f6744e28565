//! A test's place of work: one engine, one new database, one clock.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Once;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::{Actor, Timestamp};
use futures_util::FutureExt;
use ops::Ctx;
use store::{Context, Db, Options, testing};
use tempfile::TempDir;

use crate::template;

/// A server to make databases on, such as `mysql://root@127.0.0.1:3306/`.
const SERVER: &str = "COMPTOIR_TEST_MYSQL_URL";
/// `sqlite` leaves the server out, on purpose.
const ENGINES: &str = "COMPTOIR_TEST_ENGINES";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    /// Or `MariaDB`.
    MySql,
}

/// An open database with all tables and nothing in it, and a clock that stands still.
pub struct Bench {
    pub engine: Engine,
    pub db: Db,
    pub context: Context,
    url: String,
}

impl Bench {
    /// Who acts and when, for `ops`.
    #[must_use]
    pub fn ctx(&self) -> Ctx {
        Ctx::new(&self.context, Actor::system("test"))
    }

    /// Opens the database once more, as another process sees it: other connections, signals and numbers in reserve.
    pub async fn another_db(&self) -> Db {
        open(&self.url).await
    }

    /// Where the database is, for `Options`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The moment at which every fake clock begins.
#[must_use]
pub const fn start_of_time() -> &'static str {
    "2026-11-22T09:00:00Z"
}

/// Runs a test once on each engine, each time on a new database that is gone afterwards.
///
/// Without a server there is only `SQLite`, and a line says so.
///
/// # Panics
///
/// When the test does; and in CI when no server is named, rather than leave half of the test out there.
pub async fn for_each_engine(test: impl AsyncFn(Bench)) {
    for_each(Tables::All, test).await;
}

/// Runs a test once on each engine without any table, for tests of migrations.
///
/// # Panics
///
/// As [`for_each_engine`].
pub async fn for_each_empty_engine(test: impl AsyncFn(Bench)) {
    for_each(Tables::None, test).await;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tables {
    All,
    None,
}

async fn for_each(tables: Tables, test: impl AsyncFn(Bench)) {
    let server = server();
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("comptoir.db");
    if tables == Tables::All {
        template::create_sqlite(&path).await;
    }
    let url = format!("sqlite:{}", path.display());
    run_on(Engine::Sqlite, url, &test).await.unwrap_or_else(|panic| resume_unwind(panic));

    let Some(server) = server else { return };
    let name = unused_name();
    let url = match tables {
        Tables::All => template::create_mysql(&server, &name).await,
        Tables::None => testing::create_database(&server, &name).await.expect("a new database on the test server"),
    };
    let outcome = run_on(Engine::MySql, url, &test).await;
    testing::drop_database(&server, &name).await.expect("the test server drops the database");
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

/// The server of tests on `MySQL`, where they are to run.
fn server() -> Option<String> {
    static SAID: Once = Once::new();
    if std::env::var(ENGINES).is_ok_and(|engines| engines == "sqlite") {
        return None;
    }
    let server = std::env::var(SERVER).ok();
    assert!(
        server.is_some() || std::env::var_os("CI").is_none(),
        "{SERVER} names no server; scripts/test-servers starts one"
    );
    if server.is_none() {
        // Past the capture of a test's output, which nobody sees when the test passes.
        let line = format!("MySQL: not tested, because {SERVER} names no server; scripts/test-servers starts one\n");
        SAID.call_once(|| drop(std::io::stderr().write_all(line.as_bytes())));
    }
    server
}

async fn run_on(engine: Engine, url: String, test: &impl AsyncFn(Bench)) -> Result<(), Box<dyn std::any::Any + Send>> {
    let db = open(&url).await;
    let now: Timestamp = start_of_time().parse().expect("a moment");
    let bench = Bench { engine, db, context: Context::fake(now, 1), url };
    let outcome = AssertUnwindSafe(test(bench)).catch_unwind().await;
    if outcome.is_err() {
        eprintln!("… on {engine:?}");
    }
    outcome
}

async fn open(url: &str) -> Db {
    let options = Options { pool_size: 8, wait: Duration::from_secs(20), ..Options::new(url) };
    Db::open(&options).await.expect("the database opens")
}

/// Unlike that of any other test, in this process or another.
#[expect(clippy::disallowed_methods, reason = "the name must differ from run to run")]
pub(crate) fn unused_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    format!("comptoir_test_{}_{nanos:x}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
