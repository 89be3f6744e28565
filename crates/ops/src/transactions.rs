//! Transactions: record a payment or a refund, and settle one that was under way.

use domain::{
    EventData, Invalid, Order, Transaction, TransactionChange, TransactionId, TransactionInput, TransactionKind,
    TransactionState,
};
use store::{Tx, orders, transactions};

use crate::{Ctx, Error};

const WHAT: &str = "transaction";

/// Records a payment or a refund for an order. Refunds never exceed what was received, however many run at once.
pub async fn record(tx: &mut Tx<'_>, ctx: &Ctx, input: TransactionInput) -> Result<Transaction, Error> {
    let unknown = || Error::Invalid(Invalid::new("order_id", "unknown_order", "must be the id of an order"));
    let order = orders::get(tx, input.order_id).await?.ok_or_else(unknown)?;
    // Invalid in every field, `state` too: there is nothing yet that could be in the wrong one.
    let recorded = Transaction::record(ctx.id(TransactionId::new), input, order.currency, ctx.now);
    let transaction = recorded.map_err(Error::Invalid)?;
    let order = move_money(tx, ctx, None, &transaction).await?;
    transactions::insert(tx, &transaction).await?;
    record_event(tx, ctx, &transaction, None, &order).await?;
    Ok(transaction)
}

/// Ends a pending transaction: it succeeded, failed or was cancelled.
pub async fn settle(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: TransactionId,
    expected: i64,
    state: TransactionState,
) -> Result<Transaction, Error> {
    let before = transactions::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    if before.version != expected {
        return Err(Error::stale(WHAT, before.version, &before));
    }
    let transaction = before.settled(state, ctx.now)?;
    match transactions::set_state(tx, &before, &transaction).await {
        Err(store::Error::Stale) => return Err(stale(tx, id).await),
        saved => saved?,
    }
    let order = move_money(tx, ctx, Some(&before), &transaction).await?;
    record_event(tx, ctx, &transaction, Some(before), &order).await?;
    Ok(transaction)
}

/// Somebody was faster between our reading and our writing.
async fn stale(tx: &mut Tx<'_>, id: TransactionId) -> Error {
    match transactions::get(tx, id).await {
        Ok(Some(transaction)) => Error::stale(WHAT, transaction.version, &transaction),
        Ok(None) => Error::NotFound { what: WHAT },
        Err(e) => e.into(),
    }
}

/// Accounts for the transaction in its order, and gives the order as it is then.
async fn move_money(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    before: Option<&Transaction>,
    after: &Transaction,
) -> Result<Order, Error> {
    if !orders::move_money(tx, before, after, ctx.now).await? {
        return Err(match after.kind {
            TransactionKind::Payment => Error::conflict("received_too_large", "the order cannot receive so much"),
            TransactionKind::Refund => {
                Error::conflict("refund_above_received", "refunds may not exceed what was received for the order")
            }
        });
    }
    orders::get(tx, after.order_id).await?.ok_or(Error::Store(store::Error::Missing))
}

/// Records the event of a change, with what it did to the order.
async fn record_event(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    transaction: &Transaction,
    before: Option<Transaction>,
    order: &Order,
) -> Result<(), Error> {
    let change = TransactionChange {
        transaction: transaction.clone(),
        before,
        order_number: order.number.clone(),
        contact_id: order.contact_id,
        order_received: order.received,
        order_refunded: order.refunded,
        order_payment_status: order.payment_status,
    };
    let data = match transaction.state {
        TransactionState::Pending => EventData::TransactionCreated(Box::new(change)),
        _ => EventData::TransactionProcessed(Box::new(change)),
    };
    ctx.record_event(tx, &transaction.id, transaction.version, data).await
}
