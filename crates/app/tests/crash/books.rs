//! What is in the database after a run, read without the functions that the program itself would use.

use std::collections::{BTreeMap, BTreeSet};

use domain::Timestamp;
use serde_json::Value;
use store::{Db, Error, Reader, Tx};

/// Day and currency.
pub(crate) type Day = (String, String);
/// Orders, payments, refunds: of each the count and the sum.
pub(crate) type Figures = [i64; 6];

pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) state: String,
    pub(crate) received: i64,
}

pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) order: String,
    pub(crate) kind: String,
    pub(crate) amount: i64,
}

/// A row of `deliveries`: something that must leave the building.
pub(crate) struct Delivery {
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) target: String,
    pub(crate) state: String,
    /// Of a mail.
    pub(crate) message_id: Option<String>,
}

/// An event in the journal.
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) event_type: String,
    pub(crate) subject: String,
    pub(crate) at: Timestamp,
    pub(crate) body: Value,
}

pub(crate) struct Letter {
    pub(crate) id: String,
    pub(crate) message: String,
    pub(crate) open: bool,
    pub(crate) state: String,
}

pub(crate) struct Books {
    pub(crate) orders: Vec<Order>,
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) events: Vec<Told>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) deliveries: Vec<Delivery>,
    /// Subject and event of every entry.
    pub(crate) timeline: BTreeSet<(String, String)>,
    /// As kept by the worker.
    pub(crate) kept: BTreeMap<Day, Figures>,
    /// As they follow from orders and transactions.
    pub(crate) recomputed: BTreeMap<Day, Figures>,
}

impl Books {
    pub(crate) async fn read(db: &Db) -> Self {
        let read = db.read((), |tx, ()| Box::pin(read(tx))).await;
        read.map_err(|e: Error| e.to_string()).expect("the database can be read")
    }
}

async fn read(tx: &mut Tx<'_>) -> Result<Books, Error> {
    let sql = "SELECT id, COALESCE(reference, id), state, received FROM orders";
    let order = |row: &mut Reader| {
        Ok(Order { id: row.next()?, reference: row.next()?, state: row.next()?, received: row.next()? })
    };
    let orders = tx.rows(sql, &[], order).await?;
    let sql = "SELECT id, COALESCE(reference, id), order_id, kind, amount FROM transactions";
    let transaction = |row: &mut Reader| {
        let (id, reference, order) = (row.next()?, row.next()?, row.next()?);
        Ok(Transaction { id, reference, order, kind: row.next()?, amount: row.next()? })
    };
    let transactions = tx.rows(sql, &[], transaction).await?;
    let sql = "SELECT id, type, subject, occurred_at, body FROM events";
    let event = |row: &mut Reader| {
        let (id, event_type, subject, at) = (row.next()?, row.next()?, row.next()?, row.next()?);
        let body = serde_json::from_str(&row.next::<String>()?).unwrap_or_default();
        Ok(Told { id, event_type, subject, at, body })
    };
    let events = tx.rows(sql, &[], event).await?;
    let sql = "SELECT id, message_id, open_key IS NOT NULL, state FROM dead_letters";
    let letter =
        |row: &mut Reader| Ok(Letter { id: row.next()?, message: row.next()?, open: row.next()?, state: row.next()? });
    let letters = tx.rows(sql, &[], letter).await?;
    let delivery = |row: &mut Reader| {
        let (id, event, target, state) = (row.next()?, row.next()?, row.next()?, row.next()?);
        Ok(Delivery { id, event, target, state, message_id: row.next()? })
    };
    let sql =
        "SELECT d.id, d.event_id, d.target, d.state, m.message_id FROM deliveries d LEFT JOIN mails m ON m.id = d.id";
    let deliveries = tx.rows(sql, &[], delivery).await?;
    let entry = |row: &mut Reader| Ok((row.next()?, row.next()?));
    let timeline = tx.rows("SELECT subject, event_id FROM timeline", &[], entry).await?.into_iter().collect();
    let (kept, recomputed) = (kept(tx).await?, recomputed(tx).await?);
    Ok(Books { orders, transactions, events, letters, deliveries, timeline, kept, recomputed })
}

async fn kept(tx: &mut Tx<'_>) -> Result<BTreeMap<Day, Figures>, Error> {
    let sql =
        "SELECT day, currency, orders, orders_total, payments, payments_total, refunds, refunds_total FROM daily_stats";
    let read = |row: &mut Reader| {
        let day = (row.next()?, row.next()?);
        Ok((day, [row.next()?, row.next()?, row.next()?, row.next()?, row.next()?, row.next()?]))
    };
    let days: BTreeMap<Day, Figures> = tx.rows(sql, &[], read).await?.into_iter().collect();
    // A day whose only order was cancelled stays, with nothing in it.
    Ok(days.into_iter().filter(|(_, figures)| *figures != Figures::default()).collect())
}

async fn recomputed(tx: &mut Tx<'_>) -> Result<BTreeMap<Day, Figures>, Error> {
    let mut days: BTreeMap<Day, Figures> = BTreeMap::new();
    let sql = "SELECT ordered_at, currency, total FROM orders WHERE state NOT IN ('draft', 'cancelled')";
    let read = |row: &mut Reader| Ok((row.next::<domain::Timestamp>()?, row.next::<String>()?, row.next::<i64>()?));
    for (ordered_at, currency, total) in tx.rows(sql, &[], read).await? {
        let figures = days.entry((ordered_at.date().to_string(), currency)).or_default();
        figures[0] += 1;
        figures[1] += total;
    }
    let sql = "SELECT value_date, currency, kind, amount FROM transactions WHERE state = 'succeeded'";
    let read = |row: &mut Reader| {
        Ok(((row.next::<String>()?, row.next::<String>()?), row.next::<String>()?, row.next::<i64>()?))
    };
    for (day, kind, amount) in tx.rows(sql, &[], read).await? {
        let first = if kind == "payment" { 2 } else { 4 };
        let figures = days.entry(day).or_default();
        figures[first] += 1;
        figures[first + 1] += amount;
    }
    Ok(days)
}
