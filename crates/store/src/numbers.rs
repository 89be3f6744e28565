//! Order numbers: unique and rising, and not a row that every order in the company waits for.
//!
//! SQLite has one writer: the next number is taken in the order's own transaction, without gaps. On MySQL each process
//! reserves a block of numbers in a short transaction of its own; numbers of one block that are left at a restart are
//! never used. (Invoices must not have gaps; orders may.)

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{Executor, MySqlConnection};

use crate::dialect::Dialect;
use crate::{Error, FromValue, Tx, mysql};

const BLOCK: i64 = 64;

/// The numbers that this process has reserved and not used.
#[derive(Default)]
pub(crate) struct Block {
    left: Mutex<std::ops::Range<i64>>,
    /// Held by whoever reserves: all who find the block used up at the same moment share the next one.
    turn: tokio::sync::Mutex<()>,
}

impl Block {
    fn left(&self) -> MutexGuard<'_, std::ops::Range<i64>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reserves the next block, unless somebody was faster.
    pub(crate) async fn refill(&self, connection: &mut MySqlConnection) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        if !self.left().is_empty() {
            return Ok(());
        }
        let raise = "UPDATE counters SET value = value + ? WHERE name = 'order_number'";
        mysql::execute(connection, raise.into(), &[BLOCK.into()]).await?;
        let rows =
            mysql::query(connection, "SELECT value FROM counters WHERE name = 'order_number'".into(), &[]).await?;
        connection.execute("COMMIT").await?;
        let end = rows.into_iter().flatten().next().ok_or(Error::Missing).and_then(i64::from_value)?;
        *self.left() = end - BLOCK..end;
        Ok(())
    }
}

/// The next order number.
pub async fn next_order(tx: &mut Tx<'_>) -> Result<i64, Error> {
    if tx.dialect() == Dialect::MySql {
        let number = tx.numbers.left().next();
        tx.numbers_exhausted = number.is_none();
        return number.ok_or(Error::NumbersExhausted);
    }
    tx.execute("UPDATE counters SET value = value + 1 WHERE name = 'order_number'", &[]).await?;
    let next =
        tx.row("SELECT value FROM counters WHERE name = 'order_number'", &[], crate::Reader::next::<i64>).await?;
    next.map(|end| end - 1).ok_or(Error::Missing)
}
