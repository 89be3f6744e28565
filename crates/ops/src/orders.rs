//! Orders: place, edit, and move from state to state.

use domain::{EventType, Invalid, Order, OrderChange, OrderFigures, OrderId, OrderInput, OrderState};
use store::{Tx, numbers, orders};

use crate::{Ctx, Error};

const WHAT: &str = "order";

/// Takes an order. `contact_id` must name an active contact.
pub async fn place(tx: &mut Tx<'_>, ctx: &Ctx, input: OrderInput) -> Result<Order, Error> {
    let order = Order::place(input, ctx.now)?;
    let number = format!("O-{}", numbers::next_order(tx).await?);
    let order = order.numbered(ctx.id(OrderId::new), number);
    let placed = orders::insert(tx, &order).await.map_err(Error::taken("orders_external_id", "external_id"))?;
    if !placed {
        return Err(unknown_contact());
    }
    tell(tx, ctx, EventType::OrderCreated, &order, None).await?;
    Ok(order)
}

/// Replaces what is said of an order. `expected` is the version that the caller has seen.
pub async fn edit(tx: &mut Tx<'_>, ctx: &Ctx, id: OrderId, expected: i64, input: OrderInput) -> Result<Order, Error> {
    let before = get(tx, id, Some(expected)).await?;
    let order = before.edited(input, ctx.now)?;
    match orders::update(tx, &before, &order).await {
        Err(store::Error::Stale) => return Err(stale(tx, id).await),
        Err(store::Error::Missing) => return Err(unknown_contact()),
        saved => saved.map_err(Error::taken("orders_external_id", "external_id"))?,
    }
    tell(tx, ctx, EventType::OrderUpdated, &order, Some(before.figures())).await?;
    Ok(order)
}

/// Moves an order to another state: confirm, fulfil, close, cancel. `expected` is the version that the caller has seen, or
/// none if it does not care.
pub async fn set_state(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: OrderId,
    expected: Option<i64>,
    state: OrderState,
) -> Result<Order, Error> {
    let before = get(tx, id, expected).await?;
    let order = before.moved_to(state, ctx.now)?;
    match orders::set_state(tx, &before, &order).await {
        Err(store::Error::Stale) => return Err(stale(tx, id).await),
        saved => saved?,
    }
    let event_type = if state == OrderState::Cancelled { EventType::OrderCancelled } else { EventType::OrderUpdated };
    tell(tx, ctx, event_type, &order, Some(before.figures())).await?;
    Ok(order)
}

async fn get(tx: &mut Tx<'_>, id: OrderId, expected: Option<i64>) -> Result<Order, Error> {
    let order = orders::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    match expected {
        Some(version) if version != order.version => Err(Error::stale(WHAT, order.version, &order)),
        _ => Ok(order),
    }
}

/// Somebody was faster between our reading and our writing.
async fn stale(tx: &mut Tx<'_>, id: OrderId) -> Error {
    match orders::get(tx, id).await {
        Ok(Some(order)) => Error::stale(WHAT, order.version, &order),
        Ok(None) => Error::NotFound { what: WHAT },
        Err(e) => e.into(),
    }
}

fn unknown_contact() -> Error {
    Error::Invalid(Invalid::new("contact_id", "unknown_contact", "must be the id of an active contact"))
}

async fn tell(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    event_type: EventType,
    order: &Order,
    before: Option<OrderFigures>,
) -> Result<(), Error> {
    ctx.tell(tx, event_type, &order.id, order.version, OrderChange { order: order.clone(), before }).await
}
