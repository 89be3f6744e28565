//! A transaction, or a read, on either engine: the one place where a statement goes to one driver or the other.

use std::sync::Arc;

use crate::db::Wakes;
use crate::dialect::Dialect;
use crate::numbers::Block;
use crate::{Error, Reader, Row, Value};
use crate::{mysql, sqlite};

/// The text of a statement: fixed, or put together in this crate from fixed parts (never from data).
pub enum Sql {
    Fixed(&'static str),
    Built(String),
}

impl Sql {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Built(text) => text,
        }
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Self::Built(text)
    }
}

pub(crate) enum Connection<'c> {
    /// Statements run at once, in the calling thread: a future over it never waits.
    Sqlite(&'c mut rusqlite::Connection),
    MySql(&'c mut sqlx::MySqlConnection),
}

/// What its queries see.
#[derive(Clone, Copy, Debug)]
enum Sees {
    /// What is committed when each begins.
    Now,
    /// Everything as it was at one moment: a read that locks would see what came later.
    OneMoment,
}

/// Statements on one connection, inside one transaction where it comes from [`crate::Db::write`].
pub struct Tx<'c> {
    pub(crate) connection: Connection<'c>,
    /// What to wake after the commit.
    pub(crate) wakes: Wakes,
    pub(crate) numbers: Arc<Block>,
    /// Set when a statement met another transaction: the whole change runs again.
    pub(crate) contended: bool,
    /// Set by the first statement that has changed something.
    pub(crate) has_written: bool,
    pub(crate) numbers_exhausted: bool,
    pub(crate) statements: u32,
    sees: Sees,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: Connection<'c>, numbers: Arc<Block>) -> Self {
        let wakes = Wakes::default();
        Self {
            connection,
            wakes,
            numbers,
            contended: false,
            has_written: false,
            numbers_exhausted: false,
            statements: 0,
            sees: Sees::Now,
        }
    }

    /// From [`crate::Db::snapshot`].
    pub(crate) fn snapshot(connection: Connection<'c>, numbers: Arc<Block>) -> Self {
        Self { sees: Sees::OneMoment, ..Self::new(connection, numbers) }
    }

    /// See [`Dialect::for_share`].
    pub(crate) fn for_share(&self) -> &'static str {
        match self.sees {
            Sees::Now => self.dialect().for_share(),
            Sees::OneMoment => "",
        }
    }

    #[must_use]
    pub(crate) fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::MySql(_) => Dialect::MySql,
        }
    }

    /// Runs a statement and says how many rows it matched.
    pub async fn execute(&mut self, sql: impl Into<Sql> + Send, values: &[Value<'_>]) -> Result<u64, Error> {
        self.statements += 1;
        let sql = sql.into();
        let changes_rows = ["INSERT", "UPDATE", "DELETE"].iter().any(|verb| sql.text().starts_with(verb));
        let done = match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::execute(connection, &sql, values),
            Connection::MySql(connection) => mysql::execute(connection, sql, values).await,
        };
        // One that fails has taken itself back.
        self.has_written |= done.as_ref().is_ok_and(|rows| *rows > 0 || !changes_rows);
        self.note(done)
    }

    /// Runs a query and gives all its rows.
    pub async fn query(&mut self, sql: impl Into<Sql> + Send, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        self.statements += 1;
        let rows = match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::query(connection, &sql.into(), values),
            Connection::MySql(connection) => mysql::query(connection, sql.into(), values).await,
        };
        self.note(rows)
    }

    /// Each row of a query, read by `read`.
    pub async fn rows<T>(
        &mut self,
        sql: impl Into<Sql> + Send,
        values: &[Value<'_>],
        read: impl Fn(&mut Reader) -> Result<T, Error> + Send,
    ) -> Result<Vec<T>, Error> {
        self.query(sql, values).await?.into_iter().map(|row| read(&mut Reader::new(row))).collect()
    }

    /// The first row of a query, if there is one.
    pub async fn row<T>(
        &mut self,
        sql: impl Into<Sql> + Send,
        values: &[Value<'_>],
        read: impl Fn(&mut Reader) -> Result<T, Error> + Send,
    ) -> Result<Option<T>, Error> {
        self.query(sql, values).await?.into_iter().next().map(|row| read(&mut Reader::new(row))).transpose()
    }

    /// Runs an `UPDATE … WHERE id = ? AND version = ?`: no row means that somebody was faster.
    pub async fn execute_one(&mut self, sql: impl Into<Sql> + Send, values: &[Value<'_>]) -> Result<(), Error> {
        match self.execute(sql, values).await? {
            1 => Ok(()),
            0 => Err(Error::Stale),
            n => Err(Error::Unexpected(format!("{n} rows changed instead of one"))),
        }
    }

    fn note<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        if matches!(outcome, Err(Error::Contended(_))) {
            self.contended = true;
        }
        outcome
    }
}
