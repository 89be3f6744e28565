//! Order numbers: unique and rising, and not a row that every order in the company waits for. With a number comes what the
//! settings say of new orders: how it is written, and the days until an order is due.
//!
//! SQLite has one writer: the next number is taken in the order's own transaction, without gaps. On MySQL each process
//! reserves a block of numbers in a short transaction of its own; numbers of one block that are left at a restart are
//! never used. (Invoices must not have gaps; orders may.) Changed settings end the block of the process that changes them;
//! the others look every ten seconds whether there are any (docs/decisions/0005).

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::NumberFormat;
use sqlx::{Executor, MySqlConnection};

use crate::dialect::Dialect;
use crate::{Error, Reader, Tx, Value, mysql};

const BLOCK: i64 = 64;
/// How long a process on MySQL goes on with settings that another has changed.
const TRUSTED: Duration = Duration::from_secs(10);
const COUNTER: &str = "SELECT value, format, payment_terms_days, changes FROM counters WHERE name = 'order_number'";

/// A number for an order, and what else the settings say of a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    pub number: i64,
    pub format: NumberFormat,
    pub payment_terms_days: Option<i32>,
}

/// The row of the counter.
struct Counter {
    value: i64,
    format: NumberFormat,
    payment_terms_days: Option<i32>,
    changes: i64,
}

fn read(row: &mut Reader) -> Result<Counter, Error> {
    let (value, format) = (row.next()?, row.next()?);
    let days = row.next::<Option<i64>>()?.and_then(|days| i32::try_from(days).ok());
    Ok(Counter { value, format, payment_terms_days: days, changes: row.next()? })
}

/// The numbers that this process has reserved and not used, and when it has last looked at the counter.
struct Reserved {
    numbers: Range<i64>,
    counter: Counter,
    /// None asks to look again.
    looked_at: Option<Instant>,
}

impl Reserved {
    fn is_trusted(&self) -> bool {
        self.looked_at.is_some_and(|at| at.elapsed() < TRUSTED)
    }
}

#[derive(Default)]
pub(crate) struct Block {
    reserved: Mutex<Option<Reserved>>,
    /// Held by whoever reserves: all who find the block used up at the same moment share the next one.
    turn: tokio::sync::Mutex<()>,
}

impl Block {
    fn reserved(&self) -> MutexGuard<'_, Option<Reserved>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before the commit: whoever reserves meanwhile waits for the counter's row until then.
    fn let_go(&self) {
        *self.reserved() = None;
    }

    /// As if ten seconds had passed.
    #[cfg(feature = "testing")]
    pub(crate) fn distrust(&self) {
        if let Some(reserved) = &mut *self.reserved() {
            reserved.looked_at = None;
        }
    }

    /// None when the block is used up, or when it is time to look at the counter again.
    fn next(&self) -> Option<Next> {
        let mut reserved = self.reserved();
        let reserved = reserved.as_mut().filter(|reserved| reserved.is_trusted())?;
        let Counter { format, payment_terms_days, .. } = &reserved.counter;
        let (format, payment_terms_days) = (format.clone(), *payment_terms_days);
        reserved.numbers.next().map(|number| Next { number, format, payment_terms_days })
    }

    /// Has a block at hand that follows the settings, unless somebody was faster: the old one, if nothing has changed.
    pub(crate) async fn refill(&self, connection: &mut MySqlConnection) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        let left = match &*self.reserved() {
            Some(reserved) if reserved.numbers.is_empty() => None,
            Some(reserved) if reserved.is_trusted() => return Ok(()),
            Some(reserved) => Some(reserved.counter.changes),
            None => None,
        };
        if let Some(changes) = left
            && counter(connection).await?.changes == changes
        {
            connection.execute("COMMIT").await?;
            if let Some(reserved) = &mut *self.reserved() {
                reserved.looked_at = Some(Instant::now());
            }
            return Ok(());
        }
        // Waits for whoever is changing the settings.
        let raise = "UPDATE counters SET value = value + ? WHERE name = 'order_number'";
        mysql::execute(connection, raise.into(), &[BLOCK.into()]).await?;
        let counter = counter(connection).await?;
        connection.execute("COMMIT").await?;
        let numbers = counter.value - BLOCK..counter.value;
        *self.reserved() = Some(Reserved { numbers, counter, looked_at: Some(Instant::now()) });
        Ok(())
    }
}

async fn counter(connection: &mut MySqlConnection) -> Result<Counter, Error> {
    let row = mysql::query(connection, COUNTER.into(), &[]).await?.into_iter().next().ok_or(Error::Missing)?;
    read(&mut Reader::new(row))
}

/// The next order number.
pub async fn next_order(tx: &mut Tx<'_>) -> Result<Next, Error> {
    if tx.dialect() == Dialect::MySql {
        let next = tx.numbers.next();
        tx.numbers_exhausted = next.is_none();
        return next.ok_or(Error::NumbersExhausted);
    }
    tx.execute("UPDATE counters SET value = value + 1 WHERE name = 'order_number'", &[]).await?;
    let Counter { value, format, payment_terms_days, .. } = tx.row(COUNTER, &[], read).await?.ok_or(Error::Missing)?;
    Ok(Next { number: value - 1, format, payment_terms_days })
}

/// Lets the following orders be numbered and due as the settings say.
pub(crate) async fn configure(tx: &mut Tx<'_>, format: &NumberFormat, terms: Option<i32>) -> Result<(), Error> {
    let sql =
        "UPDATE counters SET format = ?, payment_terms_days = ?, changes = changes + 1 WHERE name = 'order_number'";
    let values: [Value<'_>; 2] = [format.to_string().into(), terms.map(i64::from).into()];
    tx.execute_one(sql, &values).await?;
    tx.numbers.let_go();
    Ok(())
}

/// Lets the following orders have numbers from `next` on; false if such numbers may have been given out already.
pub async fn raise(tx: &mut Tx<'_>, next: i64) -> Result<bool, Error> {
    let sql = "UPDATE counters SET value = ?, changes = changes + 1 WHERE name = 'order_number' AND value <= ?";
    let raised = tx.execute(sql, &[next.into(), next.into()]).await? == 1;
    tx.numbers.let_go();
    Ok(raised)
}
