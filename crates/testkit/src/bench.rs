//! A test's place of work: one engine, one new database, one clock.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::{Actor, Timestamp};
use futures_util::FutureExt;
use ops::Ctx;
use store::{Context, Db, Options, testing};
use tempfile::TempDir;

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
/// # Panics
///
/// When the test does; and when no server is named, rather than leave half of the test out in silence.
pub async fn for_each_engine(test: impl AsyncFn(Bench)) {
    for_each_empty_engine(async |bench| {
        bench.db.schema().migrate().await.expect("the tables can be made");
        test(bench).await;
    })
    .await;
}

/// A database without any table, for tests of migrations.
///
/// # Panics
///
/// As [`for_each_engine`].
pub async fn for_each_empty_engine(test: impl AsyncFn(Bench)) {
    let server = server();
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("comptoir.db").display());
    run_on(Engine::Sqlite, url, &test).await.unwrap_or_else(|panic| resume_unwind(panic));

    let Some(server) = server else { return };
    let name = unused_name();
    let url = testing::create_database(&server, &name).await.expect("a new database on the test server");
    let outcome = run_on(Engine::MySql, url, &test).await;
    testing::drop_database(&server, &name).await.expect("the test server drops the database");
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

fn server() -> Option<String> {
    if std::env::var(ENGINES).is_ok_and(|engines| engines == "sqlite") {
        return None;
    }
    let server = std::env::var(SERVER).ok();
    Some(server.unwrap_or_else(|| panic!("{SERVER} names no server: use `make test`, or set {ENGINES}=sqlite")))
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
fn unused_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    format!("comptoir_test_{}_{nanos:x}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
