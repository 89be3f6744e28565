//! Figures of each day and currency. Written by the worker, by differences.

use domain::{Currency, Date};

use crate::{Error, Reader, Tx};

/// Counts and sums, amounts in minor units; or differences of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub orders: i64,
    pub orders_total: i64,
    pub payments: i64,
    pub payments_total: i64,
    pub refunds: i64,
    pub refunds_total: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub day: Date,
    pub currency: Currency,
    pub figures: Figures,
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.orders += other.orders;
        self.orders_total += other.orders_total;
        self.payments += other.payments;
        self.payments_total += other.payments_total;
        self.refunds += other.refunds;
        self.refunds_total += other.refunds_total;
    }
}

impl std::ops::SubAssign for Figures {
    fn sub_assign(&mut self, other: Self) {
        self.orders -= other.orders;
        self.orders_total -= other.orders_total;
        self.payments -= other.payments;
        self.payments_total -= other.payments_total;
        self.refunds -= other.refunds;
        self.refunds_total -= other.refunds_total;
    }
}

/// Adds differences to a day's figures.
pub async fn add(tx: &mut Tx<'_>, day: Date, currency: Currency, by: Figures) -> Result<(), Error> {
    if raise(tx, day, currency, by).await? {
        return Ok(());
    }
    // The day's first: somebody else may have the same idea at the same moment.
    let sql = "INSERT INTO daily_stats (day, currency, orders, orders_total, payments, payments_total, refunds, refunds_total) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        day.into(),
        currency.into(),
        by.orders.into(),
        by.orders_total.into(),
        by.payments.into(),
        by.payments_total.into(),
        by.refunds.into(),
        by.refunds_total.into(),
    ];
    match tx.execute(sql, &values).await {
        Err(Error::Duplicate { .. }) => raise(tx, day, currency, by).await.map(drop),
        other => other.map(drop),
    }
}

async fn raise(tx: &mut Tx<'_>, day: Date, currency: Currency, by: Figures) -> Result<bool, Error> {
    let sql = "UPDATE daily_stats SET orders = orders + ?, orders_total = orders_total + ?, payments = payments + ?, \
               payments_total = payments_total + ?, refunds = refunds + ?, refunds_total = refunds_total + ? \
               WHERE day = ? AND currency = ?";
    let values = [
        by.orders.into(),
        by.orders_total.into(),
        by.payments.into(),
        by.payments_total.into(),
        by.refunds.into(),
        by.refunds_total.into(),
        day.into(),
        currency.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Takes a day away that counts nothing.
pub async fn remove_empty(tx: &mut Tx<'_>, day: Date, currency: Currency) -> Result<(), Error> {
    let sql = "DELETE FROM daily_stats WHERE day = ? AND currency = ? AND orders = 0 AND orders_total = 0 \
               AND payments = 0 AND payments_total = 0 AND refunds = 0 AND refunds_total = 0";
    tx.execute(sql, &[day.into(), currency.into()]).await.map(drop)
}

const COLUMNS: &str = "day, currency, orders, orders_total, payments, payments_total, refunds, refunds_total";

fn read(row: &mut Reader) -> Result<Day, Error> {
    Ok(Day {
        day: row.next()?,
        currency: row.next()?,
        figures: Figures {
            orders: row.next()?,
            orders_total: row.next()?,
            payments: row.next()?,
            payments_total: row.next()?,
            refunds: row.next()?,
            refunds_total: row.next()?,
        },
    })
}

/// The figures of some days, oldest first, both ends included.
pub async fn list(tx: &mut Tx<'_>, from: Date, to: Date) -> Result<Vec<Day>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM daily_stats WHERE day >= ? AND day <= ? ORDER BY day, currency");
    tx.rows(sql, &[from.into(), to.into()], read).await
}

/// The figures of all days.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Day>, Error> {
    tx.rows(format!("SELECT {COLUMNS} FROM daily_stats ORDER BY day, currency"), &[], read).await
}
