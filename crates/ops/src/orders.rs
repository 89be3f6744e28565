//! Orders: place, edit, label, duplicate, and move from state to state.

use domain::{Currency, EventData, Invalid, Order, OrderChange, OrderId, OrderInput, OrderState, Sources};
use store::{Tx, numbers, order_revisions, orders, products, settings};

use crate::{Ctx, Error};

const WHAT: &str = "order";

/// Takes an order. `contact_id` must name an active contact.
pub async fn place(tx: &mut Tx<'_>, ctx: &Ctx, input: OrderInput) -> Result<Order, Error> {
    let input = completed(tx, input, None).await?;
    let order = Order::place(input, ctx.now)?;
    let next = numbers::next_order(tx).await?;
    let number = next.format.write(next.number, ctx.now);
    let order = order.numbered(ctx.id(OrderId::new), number, next.payment_terms_days);
    let placed = orders::insert(tx, &order).await.map_err(taken)?;
    if !placed {
        return Err(unknown_contact());
    }
    record_event(tx, ctx, EventData::OrderCreated, &order, None).await?;
    Ok(order)
}

/// Replaces what is said of an order. `expected` is the version that the caller has seen.
pub async fn edit(tx: &mut Tx<'_>, ctx: &Ctx, id: OrderId, expected: i64, input: OrderInput) -> Result<Order, Error> {
    let before = get(tx, id, Some(expected)).await?;
    let input = completed(tx, input, Some(before.currency)).await?;
    let order = before.edited(input, ctx.now)?;
    match orders::update(tx, &before, &order).await {
        Err(store::Error::Stale) => return Err(stale(tx, id).await),
        Err(store::Error::Missing) => return Err(unknown_contact()),
        saved => saved.map_err(taken)?,
    }
    if order.revision > before.revision {
        order_revisions::insert(tx, &before, ctx.now, ctx.actor.as_str()).await?;
    }
    record_event(tx, ctx, EventData::OrderUpdated, &order, Some(before)).await?;
    Ok(order)
}

/// Replaces the tags of an order, whatever its state. `expected` is the version that the caller has seen.
pub async fn set_tags(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: OrderId,
    expected: i64,
    tags: Vec<String>,
) -> Result<Order, Error> {
    let before = get(tx, id, Some(expected)).await?;
    let order = before.tagged(tags, ctx.now)?;
    save_labels(tx, ctx, before, order).await
}

/// Replaces the notes of an order, whatever its state. `expected` is the version that the caller has seen.
pub async fn set_notes(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: OrderId,
    expected: i64,
    notes: Option<&str>,
) -> Result<Order, Error> {
    let before = get(tx, id, Some(expected)).await?;
    let order = before.noted(notes, ctx.now)?;
    save_labels(tx, ctx, before, order).await
}

/// Saves the change and records its event, unless it changes nothing.
async fn save_labels(tx: &mut Tx<'_>, ctx: &Ctx, before: Order, order: Order) -> Result<Order, Error> {
    if order.says_the_same_as(&before) {
        return Ok(before);
    }
    match orders::set_labels(tx, &before, &order).await {
        Err(store::Error::Stale) => return Err(stale(tx, before.id).await),
        saved => saved?,
    }
    record_event(tx, ctx, EventData::OrderUpdated, &order, Some(before)).await?;
    Ok(order)
}

/// Places a draft of the same for the same contact; see [`Order::as_draft`].
pub async fn duplicate(tx: &mut Tx<'_>, ctx: &Ctx, id: OrderId) -> Result<Order, Error> {
    let order = get(tx, id, None).await?;
    match place(tx, ctx, order.as_draft()).await {
        Err(Error::Invalid(invalid)) if invalid.code == "unknown_contact" => {
            Err(Error::conflict("contact_not_active", "the order's contact takes no new orders"))
        }
        placed => placed,
    }
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
    let data = if state == OrderState::Cancelled { EventData::OrderCancelled } else { EventData::OrderUpdated };
    record_event(tx, ctx, data, &order, Some(before)).await?;
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

/// Fills in what the input leaves out, from the catalogue and the settings. One that says everything asks nobody.
async fn completed(tx: &mut Tx<'_>, input: OrderInput, currency: Option<Currency>) -> Result<OrderInput, Error> {
    let input = OrderInput { currency: input.currency.or(currency), ..input };
    let (skus, needs_settings) = (input.skus_to_look_up(), input.needs_settings());
    if skus.is_empty() && !needs_settings {
        return Ok(input);
    }
    let mut sources = Sources::default();
    if needs_settings {
        let settings = settings::get(tx).await?;
        (sources.currency, sources.vat_rate) = (Some(settings.default_currency), settings.default_vat_rate);
    }
    if !skus.is_empty() {
        sources.products = products::active_by_skus(tx, &skus).await?;
    }
    Ok(input.completed(&sources)?)
}

fn taken(error: store::Error) -> Error {
    match error {
        // A format that was changed back and forth can write two numbers alike.
        store::Error::Duplicate { key } if key == "orders_number" => {
            let message = "an order has the next number already: raise order_number.next in the settings";
            Error::conflict("order_number_taken", message)
        }
        other => Error::taken("orders_external_id", "external_id")(other),
    }
}

fn unknown_contact() -> Error {
    Error::Invalid(Invalid::new("contact_id", "unknown_contact", "must be the id of an active contact"))
}

/// Records the event of a change; `data` is a variant of [`EventData`].
async fn record_event(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    data: fn(Box<OrderChange>) -> EventData,
    order: &Order,
    before: Option<Order>,
) -> Result<(), Error> {
    let change = OrderChange { order: order.clone(), before };
    ctx.record_event(tx, &order.id, order.version, data(Box::new(change))).await
}
