//! What is in the database: every value of the released columns, and the sums that people would look at.

use std::collections::BTreeMap;
use std::ops::Add;

use store::{Db, Error, Reader};

use crate::release::Release;

/// All rows of all tables that the release has, in its columns.
pub(crate) struct Contents(BTreeMap<String, Vec<String>>);

impl Contents {
    pub(crate) async fn read(db: &Db, release: &Release) -> Self {
        let tables = release.tables.clone();
        let read = db.read(tables, |tx, tables| {
            Box::pin(async move {
                let mut all = BTreeMap::new();
                for table in tables.iter() {
                    let rows =
                        tx.query(format!("SELECT {} FROM {}", table.columns.join(", "), table.name), &[]).await?;
                    let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
                    rows.sort();
                    all.insert(table.name.clone(), rows);
                }
                Ok::<_, Error>(all)
            })
        });
        Self(read.await.expect("every table can be read"))
    }

    pub(crate) fn rows(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// But for the list of migrations itself, which grows.
    pub(crate) fn must_equal(&self, other: &Self) {
        for (table, rows) in self.0.iter().filter(|(table, _)| *table != "schema_migrations") {
            let now = &other.0[table];
            assert_eq!(rows.len(), now.len(), "rows of {table}");
            let changed = rows.iter().zip(now).find(|(before, after)| before != after);
            assert_eq!(changed, None, "a row of {table} was changed");
        }
    }
}

/// Counts and sums, over everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) orders: i64,
    pub(crate) orders_total: i64,
    pub(crate) payments: i64,
    pub(crate) payments_total: i64,
    /// What the worker counted; equal to the first four when all effects are done.
    pub(crate) counted: [i64; 4],
    pub(crate) events: i64,
    pub(crate) mails: i64,
    /// Webhooks and mails that did not leave.
    pub(crate) undelivered: i64,
    pub(crate) dead_letters: i64,
}

impl Totals {
    pub(crate) async fn read(db: &Db) -> Self {
        let sql = "SELECT (SELECT COUNT(*) FROM orders), (SELECT CAST(SUM(total) AS SIGNED) FROM orders), \
                   (SELECT COUNT(*) FROM transactions), (SELECT CAST(SUM(amount) AS SIGNED) FROM transactions), \
                   CAST(SUM(orders) AS SIGNED), CAST(SUM(orders_total) AS SIGNED), CAST(SUM(payments) AS SIGNED), \
                   CAST(SUM(payments_total) AS SIGNED), (SELECT COUNT(*) FROM events), (SELECT COUNT(*) FROM mails), \
                   (SELECT COUNT(*) FROM deliveries WHERE state <> 'done'), (SELECT COUNT(*) FROM dead_letters) \
                   FROM daily_stats";
        let totals = |row: &mut Reader| {
            Ok(Self {
                orders: row.next()?,
                orders_total: row.next()?,
                payments: row.next()?,
                payments_total: row.next()?,
                counted: [row.next()?, row.next()?, row.next()?, row.next()?],
                events: row.next()?,
                mails: row.next()?,
                undelivered: row.next()?,
                dead_letters: row.next()?,
            })
        };
        let read = db.read((), move |tx, ()| Box::pin(async move { tx.row(sql, &[], totals).await }));
        read.await.map_err(|e: Error| e.to_string()).expect("the sums can be read").expect("a row")
    }

    /// Confirmed orders and payments that succeeded, with everything that follows from them.
    pub(crate) fn of(orders: &[i64], payments: &[i64]) -> Self {
        let count = |of: &[i64]| i64::try_from(of.len()).expect("few");
        let (many, paid) = (count(orders), count(payments));
        let (orders_total, payments_total) = (orders.iter().sum(), payments.iter().sum());
        Self {
            orders: many,
            orders_total,
            payments: paid,
            payments_total,
            counted: [many, orders_total, paid, payments_total],
            events: many + paid,
            mails: many + paid,
            undelivered: 0,
            dead_letters: 0,
        }
    }
}

impl Add for Totals {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            orders: self.orders + more.orders,
            orders_total: self.orders_total + more.orders_total,
            payments: self.payments + more.payments,
            payments_total: self.payments_total + more.payments_total,
            counted: std::array::from_fn(|n| self.counted[n] + more.counted[n]),
            events: self.events + more.events,
            mails: self.mails + more.mails,
            undelivered: self.undelivered + more.undelivered,
            dead_letters: self.dead_letters + more.dead_letters,
        }
    }
}
