//! The tables, as a row of small steps. Each step is one statement, because MySQL commits each by itself; each only adds,
//! so that yesterday's program runs on today's tables (migrations/README.md).

use futures_util::future::BoxFuture;

use crate::{Db, Error, Tx};

/// `(version, name, statement)`, in order. `{narrow}` or `{wide}` ends a `CREATE TABLE`.
const STEPS: &[(i64, &str, &str)] = &include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// A database's tables.
pub struct Schema<'d> {
    pub(crate) db: &'d Db,
}

impl Schema<'_> {
    /// How many steps there are.
    #[must_use]
    pub fn steps() -> usize {
        STEPS.len()
    }

    /// The newest version that this program knows.
    #[must_use]
    pub fn wanted() -> i64 {
        STEPS.last().map_or(0, |(version, ..)| *version)
    }

    /// The version that the database has; 0 when it is empty.
    pub async fn current(&self) -> Result<i64, Error> {
        self.db.read((), |tx, ()| Box::pin(current(tx))).await
    }

    /// Takes every step that is missing; says how many. Several processes may try at once.
    pub async fn migrate(&self) -> Result<usize, Error> {
        self.migrate_to(Self::wanted()).await
    }

    /// Migrates as far as a former release's program does, to its last step.
    pub(crate) async fn migrate_to(&self, last: i64) -> Result<usize, Error> {
        self.db.write(last, |tx, last| migrate(tx, *last)).await
    }
}

async fn current(tx: &mut Tx<'_>) -> Result<i64, Error> {
    let exists = match tx.dialect() {
        crate::dialect::Dialect::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'",
        crate::dialect::Dialect::MySql => {
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'"
        }
    };
    if tx.row(exists, &[], crate::Reader::next::<i64>).await? == Some(0) {
        return Ok(0);
    }
    let version = tx.row("SELECT MAX(version) FROM schema_migrations", &[], crate::Reader::next::<Option<i64>>).await?;
    Ok(version.flatten().unwrap_or(0))
}

fn migrate<'t>(tx: &'t mut Tx<'_>, last: i64) -> BoxFuture<'t, Result<usize, Error>> {
    Box::pin(async move {
        let mysql = tx.dialect() == crate::dialect::Dialect::MySql;
        if mysql {
            // DDL commits by itself there, so a transaction keeps nobody out: a named lock does. Names are the whole
            // server's and at most 64 letters long, hence the digest. SQLite has one writer.
            let locked = tx
                .row(
                    "SELECT GET_LOCK(CONCAT('comptoir_migrate.', LEFT(SHA2(DATABASE(), 256), 40)), 60)",
                    &[],
                    crate::Reader::next::<Option<i64>>,
                )
                .await?;
            if locked != Some(Some(1)) {
                return Err(Error::Unavailable("another process is migrating the database".into()));
            }
        }
        let taken = take_steps(tx, last).await;
        if mysql {
            // The last record first: who gets the lock next must see it, or it takes that step again and fails.
            tx.execute("COMMIT", &[]).await?;
            tx.query("SELECT RELEASE_LOCK(CONCAT('comptoir_migrate.', LEFT(SHA2(DATABASE(), 256), 40)))", &[]).await?;
        }
        taken
    })
}

async fn take_steps(tx: &mut Tx<'_>, last: i64) -> Result<usize, Error> {
    let current = current(tx).await?;
    let mut taken = 0;
    for (version, name, statement) in STEPS.iter().filter(|(version, ..)| (current + 1..=last).contains(version)) {
        let statement = statement
            .replace("{narrow}", tx.dialect().table_options(true))
            .replace("{wide}", tx.dialect().table_options(false));
        // A crash between the two repeats the statement: `IF NOT EXISTS` makes that harmless for tables, and MySQL's errors
        // 1061 and 1060 say that an index or a column is there already.
        match tx.execute(statement, &[]).await {
            Err(Error::Unexpected(e)) if !e.starts_with("1061") && !e.starts_with("1060") => {
                return Err(Error::Unexpected(format!("migration {version} {name}: {e}")));
            }
            Ok(_) | Err(Error::Unexpected(_)) => {}
            Err(other) => return Err(other),
        }
        let done = "INSERT INTO schema_migrations (version, name) VALUES (?, ?)";
        tx.execute(done, &[(*version).into(), (*name).into()]).await?;
        taken += 1;
    }
    Ok(taken)
}
