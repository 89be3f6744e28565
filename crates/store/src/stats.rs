//! Figures of each day and currency. Written by the worker, by differences.

use domain::{Currency, Date};

use crate::table::{self, Assignments, Columns, Table, table};
use crate::{Error, Tx};

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
    let first = Day { day, currency, figures: by };
    match table::insert(tx, Days::NAME, Assignments::all::<Days>(&first)?).await {
        Err(Error::Duplicate { .. }) => raise(tx, day, currency, by).await.map(drop),
        other => other,
    }
}

async fn raise(tx: &mut Tx<'_>, day: Date, currency: Currency, by: Figures) -> Result<bool, Error> {
    let (sql, values) =
        Assignments::all::<Sums>(&by)?.add_to(Days::NAME, "day = ? AND currency = ?", [day.into(), currency.into()]);
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Takes a day away that counts nothing.
pub async fn remove_empty(tx: &mut Tx<'_>, day: Date, currency: Currency) -> Result<(), Error> {
    let sql = "DELETE FROM daily_stats WHERE day = ? AND currency = ? AND orders = 0 AND orders_total = 0 \
               AND payments = 0 AND payments_total = 0 AND refunds = 0 AND refunds_total = 0";
    tx.execute(sql, &[day.into(), currency.into()]).await.map(drop)
}

table! {
    /// The table `daily_stats`.
    Days("daily_stats") of Day {
        day,
        currency,
        figures: Sums,
    }
}

table! {
    /// The figures of one day.
    Sums of Figures {
        orders,
        orders_total,
        payments,
        payments_total,
        refunds,
        refunds_total,
    }
}

/// The figures of some days, oldest first, both ends included.
pub async fn list(tx: &mut Tx<'_>, from: Date, to: Date) -> Result<Vec<Day>, Error> {
    let sql = Days::select("WHERE day >= ? AND day <= ? ORDER BY day, currency");
    tx.rows(sql, &[from.into(), to.into()], Days::read).await
}

/// The figures of all days.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<Day>, Error> {
    tx.rows(Days::select("ORDER BY day, currency"), &[], Days::read).await
}
