//! Figures of each day and currency, kept by differences: whatever the order in which events arrive, the sums are right.

use std::collections::BTreeMap;

use domain::{Currency, Date, Order, TransactionKind, TransactionState};
use store::stats::{self, Figures};
use store::{Error, Tx};

use crate::told::Told;

pub(crate) async fn apply(tx: &mut Tx<'_>, events: &[&Told]) -> Result<(), Error> {
    let mut days = Days::new();
    for told in events {
        add(&mut days, told);
    }
    // One statement a day, in one order for everybody: two workers that meet cannot deadlock. Differences that come to nothing
    // are written too: whether a day has a row must not depend on which events were handled together (see `replay.rs`).
    for ((day, currency), by) in days {
        stats::add(tx, day, currency, by).await?;
    }
    Ok(())
}

/// By day and currency.
pub(crate) type Days = BTreeMap<(Date, Currency), Figures>;

/// What an event adds to the figures; writes nothing.
pub(crate) fn add(days: &mut Days, told: &Told) {
    for (day, currency, by) in differences(told) {
        *days.entry((day, currency)).or_default() += by;
    }
}

fn differences(told: &Told) -> Vec<(Date, Currency, Figures)> {
    match told {
        Told::Contact(_) | Told::Merge(_) | Told::Product(_) | Told::Settings(_) => Vec::new(),
        Told::Order(event) => {
            let after = counted(&event.data.order, 1);
            let before = event.data.before.as_ref().and_then(|before| counted(before, -1));
            after.into_iter().chain(before).collect()
        }
        Told::Transaction(event) => {
            let transaction = &event.data.transaction;
            if transaction.state != TransactionState::Succeeded {
                return Vec::new();
            }
            let by = match transaction.kind {
                TransactionKind::Payment => {
                    Figures { payments: 1, payments_total: transaction.amount, ..Figures::default() }
                }
                TransactionKind::Refund => {
                    Figures { refunds: 1, refunds_total: transaction.amount, ..Figures::default() }
                }
            };
            vec![(transaction.value_date, transaction.currency, by)]
        }
    }
}

fn counted(order: &Order, sign: i64) -> Option<(Date, Currency, Figures)> {
    let by = Figures { orders: sign, orders_total: sign * order.total, ..Figures::default() };
    order.state.counts().then_some((order.ordered_at.date(), order.currency, by))
}
