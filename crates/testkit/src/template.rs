//! New databases with all tables, without running every migration for each: each test process migrates one database per
//! engine and copies it. `tests/template.rs` proves that a copy equals a migrated database.

use std::path::Path;

use store::{Db, Error, Options, Reader, Tx, testing};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::bench::unused_name;
use crate::query;

/// The content of a migrated `SQLite` file.
static SQLITE_FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
/// What makes the tables of a migrated `MySQL` database, and the rows that migrations put into them.
static MYSQL_STATEMENTS: OnceCell<String> = OnceCell::const_new();

/// Writes a `SQLite` database with all tables to `path`.
pub(crate) async fn create_sqlite(path: &Path) {
    let content = SQLITE_FILE.get_or_init(migrated_file).await;
    std::fs::write(path, content).expect("a place for the database");
}

/// Makes a `MySQL` database with all tables and gives its URL.
pub(crate) async fn create_mysql(server: &str, name: &str) -> String {
    let statements = MYSQL_STATEMENTS.get_or_init(|| migrated_statements(server)).await;
    testing::create_database_by(server, name, statements).await.expect("a copy of the tables on the test server")
}

async fn migrated_file() -> Vec<u8> {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("template.db");
    let db = migrated(&format!("sqlite:{}", path.display())).await;
    // Brings everything from the log into the file.
    db.scrub().await.expect("nobody else reads the database");
    std::fs::read(path).expect("the database's file")
}

async fn migrated_statements(server: &str) -> String {
    let name = unused_name();
    let url = testing::create_database(server, &name).await.expect("a new database on the test server");
    let db = migrated(&url).await;
    let statements = query!(db, |tx| dump(tx).await).await.expect("the tables can be read");
    testing::drop_database(server, &name).await.expect("the test server drops the database");
    statements
}

async fn migrated(url: &str) -> Db {
    let db = Db::open(&Options::new(url)).await.expect("the database opens");
    db.schema().migrate().await.expect("the tables can be made");
    db
}

async fn dump(tx: &mut Tx<'_>) -> Result<String, Error> {
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()";
    let mut statements = String::new();
    for table in tx.rows(tables, &[], Reader::next::<String>).await? {
        let create = tx.row(format!("SHOW CREATE TABLE {table}"), &[], second_text).await?;
        statements += &create.expect("a table that is there");
        statements += ";";
        let quoted = quoted_rows(tx, &table).await?;
        let values = tx.rows(quoted, &[], Reader::next::<String>).await?;
        if !values.is_empty() {
            statements.extend(["INSERT INTO ", &table, " VALUES (", &values.join("), ("), ");"]);
        }
    }
    Ok(statements)
}

fn second_text(row: &mut Reader) -> Result<String, Error> {
    row.next::<String>()?;
    row.next()
}

/// A query for each row of a table as the list of its values, as SQL writes them.
async fn quoted_rows(tx: &mut Tx<'_>, table: &str) -> Result<String, Error> {
    let columns = "SELECT column_name FROM information_schema.columns \
                   WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position";
    let columns = tx.rows(columns, &[table.into()], Reader::next::<String>).await?;
    Ok(format!("SELECT CONCAT_WS(', ', QUOTE({})) FROM {table}", columns.join("), QUOTE(")))
}
