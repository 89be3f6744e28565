//! For tests, behind the feature `testing`: databases to throw away on a MySQL or MariaDB server.

use sqlx::mysql::MySqlConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _};

use crate::Error;

/// Makes an empty database and gives its URL. `server` is a URL without a database's name, `mysql://root@127.0.0.1:3306/`.
///
/// Nothing is said of character sets: the tables must be right whatever the server's default is.
pub async fn create_database(server: &str, name: &str) -> Result<String, Error> {
    run(server, format!("CREATE DATABASE {name}")).await?;
    Ok(format!("{}/{name}", server.trim_end_matches('/')))
}

/// Makes a database by statements that end in `;`, in one message to the server, and gives its URL. The tables may be in any
/// order: foreign keys are not checked meanwhile.
pub async fn create_database_by(server: &str, name: &str, statements: &str) -> Result<String, Error> {
    run(server, format!("CREATE DATABASE {name}; USE {name}; SET FOREIGN_KEY_CHECKS = 0; {statements}")).await?;
    Ok(format!("{}/{name}", server.trim_end_matches('/')))
}

pub async fn drop_database(server: &str, name: &str) -> Result<(), Error> {
    run(server, format!("DROP DATABASE IF EXISTS {name}")).await
}

async fn run(server: &str, sql: String) -> Result<(), Error> {
    let options: MySqlConnectOptions = server.parse()?;
    let mut connection = options.disable_statement_logging().connect().await?;
    connection.execute(AssertSqlSafe(sql)).await?;
    Ok(())
}

/// Lets this process look at the settings of order numbers again, as it does every ten seconds.
pub fn distrust_numbers(db: &crate::Db) {
    db.numbers.distrust();
}

/// Makes the tables as a former release has them: the steps up to its last one.
pub async fn migrate_to(db: &crate::Db, last: i64) -> Result<usize, Error> {
    db.schema().migrate_to(last).await
}
