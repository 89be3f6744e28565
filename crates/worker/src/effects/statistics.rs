//! Figures of each day and currency, kept by differences: whatever the order in which events arrive, the sums are right.

use std::collections::BTreeMap;

use domain::{Currency, Date, Order, OrderChange, TransactionChange, TransactionKind, TransactionState};
use store::stats::{self, Figures};
use store::{Error, Tx};

use super::by_type::Planned;

pub(crate) async fn apply(tx: &mut Tx<'_>, events: &[Planned<'_>]) -> Result<(), Error> {
    let mut days = Days::new();
    for planned in events {
        add(&mut days, &planned.effects.figures);
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

/// What an event adds to the figures of a day in a currency.
pub(crate) type Difference = (Date, Currency, Figures);

/// Adds what one event changes; writes nothing.
pub(crate) fn add(days: &mut Days, differences: &[Difference]) {
    for (day, currency, by) in differences {
        *days.entry((*day, *currency)).or_default() += *by;
    }
}

pub(super) fn of_order(change: &OrderChange) -> Vec<Difference> {
    let after = counted(&change.order, 1);
    let before = change.before.as_ref().and_then(|before| counted(before, -1));
    after.into_iter().chain(before).collect()
}

pub(super) fn of_transaction(change: &TransactionChange) -> Vec<Difference> {
    let transaction = &change.transaction;
    if transaction.state != TransactionState::Succeeded {
        return Vec::new();
    }
    let by = match transaction.kind {
        TransactionKind::Payment => Figures { payments: 1, payments_total: transaction.amount, ..Figures::default() },
        TransactionKind::Refund => Figures { refunds: 1, refunds_total: transaction.amount, ..Figures::default() },
    };
    vec![(transaction.value_date, transaction.currency, by)]
}

fn counted(order: &Order, sign: i64) -> Option<Difference> {
    let by = Figures { orders: sign, orders_total: sign * order.total, ..Figures::default() };
    order.state.counts().then_some((order.ordered_at.date(), order.currency, by))
}
