//! Orders and their lines.

use std::collections::HashMap;

use domain::{
    ContactId, Discount, Order, OrderId, OrderLine, OrderState, PaymentStatus, Timestamp, Transaction, TransactionKind,
    TransactionState,
};

use crate::search::{self, Kind};
use crate::value::{cursor, name, text};
use crate::{Error, Page, Reader, Tx, Value, dialect};

const COLUMNS: &str = "id, version, revision, number, contact_id, state, currency, reference, notes, external_id, ordered_at, \
                       due_on, net, total, received, refunded, created_at, updated_at";
const LINE_COLUMNS: &str = "order_id, revision, position, description, sku, quantity, unit_price, discount_amount, \
                            discount_percent, vat_rate, net";
/// Lines in one `INSERT`: bounds how many different statements are prepared, and how long one is.
const LINES_AT_ONCE: usize = 50;

fn read(row: &mut Reader) -> Result<Order, Error> {
    let mut order = Order {
        id: row.next()?,
        version: row.next()?,
        revision: row.next()?,
        number: row.next()?,
        contact_id: row.next()?,
        state: row.next_name()?,
        currency: row.next()?,
        reference: row.next()?,
        notes: row.next()?,
        external_id: row.next()?,
        ordered_at: row.next()?,
        due_on: row.next()?,
        lines: Vec::new(),
        vat: Vec::new(),
        net: row.next()?,
        total: row.next()?,
        received: row.next()?,
        refunded: row.next()?,
        payment_status: PaymentStatus::Unpaid,
        created_at: row.next()?,
        updated_at: row.next()?,
    };
    order.payment_status = PaymentStatus::of(order.total, order.received, order.refunded);
    Ok(order)
}

fn read_line(row: &mut Reader) -> Result<(OrderId, OrderLine), Error> {
    let order_id = row.next()?;
    let (description, sku, quantity, unit_price) = (row.next()?, row.next()?, row.next()?, row.next()?);
    let amount = row.next::<Option<i64>>()?.map(Discount::Amount);
    let percent = row.next::<Option<_>>()?.map(Discount::Percent);
    let discount = amount.or(percent);
    Ok((
        order_id,
        OrderLine { description, sku, quantity, unit_price, discount, vat_rate: row.next()?, net: row.next()? },
    ))
}

/// Saves a new order with its lines and search terms, in three statements; false if there is no active contact of that id.
///
/// [`Error::Duplicate`] `orders_external_id` if another has the external id.
pub async fn insert(tx: &mut Tx<'_>, order: &Order) -> Result<bool, Error> {
    // The contact is looked up by the same statement: one round trip less for each order.
    let sql = "INSERT INTO orders (id, version, revision, number, contact_id, state, currency, reference, notes, external_id, \
               ordered_at, due_on, net, total, received, refunded, created_at, updated_at, refund_pending) \
               SELECT ?, ?, ?, ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0 FROM contacts WHERE id = ? AND state = 'active'";
    let values = [
        order.id.into(),
        order.version.into(),
        order.revision.into(),
        (&order.number).into(),
        order.state.as_str().into(),
        order.currency.into(),
        (&order.reference).into(),
        (&order.notes).into(),
        (&order.external_id).into(),
        order.ordered_at.into(),
        order.due_on.into(),
        order.net.into(),
        order.total.into(),
        order.received.into(),
        order.refunded.into(),
        order.created_at.into(),
        order.updated_at.into(),
        order.contact_id.into(),
    ];
    if tx.execute(sql, &values).await? == 0 {
        return Ok(false);
    }
    insert_lines(tx, order).await?;
    search::add_order(tx, &order.id.to_string(), &order.contact_id.to_string(), &order.own_terms()).await?;
    Ok(true)
}

async fn insert_lines(tx: &mut Tx<'_>, order: &Order) -> Result<(), Error> {
    let order_id = order.id.to_string();
    for (chunk, lines) in order.lines.chunks(LINES_AT_ONCE).enumerate() {
        let sql = format!("INSERT INTO order_lines ({LINE_COLUMNS}) VALUES {}", dialect::places(lines.len(), 11));
        let mut values: Vec<Value<'_>> = Vec::with_capacity(lines.len() * 11);
        for (i, line) in lines.iter().enumerate() {
            let (amount, percent) = match line.discount {
                None => (None, None),
                Some(Discount::Amount(amount)) => (Some(amount), None),
                Some(Discount::Percent(share)) => (None, Some(share.basis_points())),
            };
            values.extend([
                (&order_id).into(),
                order.revision.into(),
                (chunk * LINES_AT_ONCE + i).into(),
                (&line.description).into(),
                (&line.sku).into(),
                line.quantity.thousandths().into(),
                line.unit_price.into(),
                amount.into(),
                percent.into(),
                line.vat_rate.basis_points().into(),
                line.net.into(),
            ]);
        }
        tx.execute(sql, &values).await?;
    }
    Ok(())
}

/// Saves an edited order; [`Error::Stale`] if somebody else has changed it meanwhile, [`Error::Missing`] if the contact is
/// not there or not active.
pub async fn update(tx: &mut Tx<'_>, before: &Order, order: &Order) -> Result<(), Error> {
    if before.contact_id != order.contact_id {
        let active = "SELECT 1 FROM contacts WHERE id = ? AND state = 'active'";
        tx.row(active, &[order.contact_id.into()], Reader::next::<i64>).await?.ok_or(Error::Missing)?;
    }
    let sql = "UPDATE orders SET version = ?, revision = ?, contact_id = ?, currency = ?, reference = ?, notes = ?, \
               external_id = ?, ordered_at = ?, due_on = ?, net = ?, total = ?, updated_at = ? WHERE id = ? AND version = ?";
    let values = [
        order.version.into(),
        order.revision.into(),
        order.contact_id.into(),
        order.currency.into(),
        (&order.reference).into(),
        (&order.notes).into(),
        (&order.external_id).into(),
        order.ordered_at.into(),
        order.due_on.into(),
        order.net.into(),
        order.total.into(),
        order.updated_at.into(),
        order.id.into(),
        before.version.into(),
    ];
    tx.execute_one(sql, &values).await?;
    if before.revision == order.revision {
        let forget = "DELETE FROM order_lines WHERE order_id = ? AND revision = ?";
        tx.execute(forget, &[order.id.into(), order.revision.into()]).await?;
    }
    insert_lines(tx, order).await?;
    let id = order.id.to_string();
    search::forget(tx, &id).await?;
    search::add_order(tx, &id, &order.contact_id.to_string(), &order.own_terms()).await
}

/// Saves a new state; [`Error::Stale`] if somebody else has changed the order meanwhile.
pub async fn set_state(tx: &mut Tx<'_>, before: &Order, order: &Order) -> Result<(), Error> {
    let sql = "UPDATE orders SET state = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?";
    let values = [
        order.state.as_str().into(),
        order.version.into(),
        order.updated_at.into(),
        order.id.into(),
        before.version.into(),
    ];
    tx.execute_one(sql, &values).await
}

/// How a transaction changes what the order has received, given back and promised to give back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Moved {
    received: i64,
    refunded: i64,
    refund_pending: i64,
}

impl Moved {
    /// What a transaction in this state accounts for.
    const fn by(transaction: &Transaction) -> Self {
        let amount = transaction.amount;
        match (transaction.kind, transaction.state) {
            (TransactionKind::Payment, TransactionState::Succeeded) => {
                Self { received: amount, refunded: 0, refund_pending: 0 }
            }
            (TransactionKind::Refund, TransactionState::Succeeded) => {
                Self { received: 0, refunded: amount, refund_pending: 0 }
            }
            (TransactionKind::Refund, TransactionState::Pending) => {
                Self { received: 0, refunded: 0, refund_pending: amount }
            }
            _ => Self { received: 0, refunded: 0, refund_pending: 0 },
        }
    }
}

/// Accounts for a transaction, `before` and after its change; false if more would be given back than was received, or if
/// the sums would become too large.
///
/// One statement that checks and changes, so that however many refunds run at once, the sum holds.
pub async fn move_money(
    tx: &mut Tx<'_>,
    before: Option<&Transaction>,
    after: &Transaction,
    now: Timestamp,
) -> Result<bool, Error> {
    let (old, new) = (before.map_or_else(Moved::default, Moved::by), Moved::by(after));
    let (received, refunded) = (new.received - old.received, new.refunded - old.refunded);
    let pending = new.refund_pending - old.refund_pending;
    let sql = "UPDATE orders SET received = received + ?, refunded = refunded + ?, refund_pending = refund_pending + ?, \
               version = version + 1, updated_at = ? WHERE id = ? AND received + ? <= ? \
               AND refunded + ? + refund_pending + ? <= received + ?";
    let values = [
        received.into(),
        refunded.into(),
        pending.into(),
        now.into(),
        after.order_id.into(),
        received.into(),
        domain::MAX_MINOR.into(),
        refunded.into(),
        pending.into(),
        received.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// The order with the lines of its present revision.
pub async fn get(tx: &mut Tx<'_>, id: OrderId) -> Result<Option<Order>, Error> {
    let order = tx.row(format!("SELECT {COLUMNS} FROM orders WHERE id = ?"), &[id.into()], read).await?;
    let Some(order) = order else { return Ok(None) };
    Ok(with_lines(tx, vec![order]).await?.pop())
}

pub async fn by_external_id(tx: &mut Tx<'_>, external_id: &str) -> Result<Option<OrderId>, Error> {
    tx.row("SELECT id FROM orders WHERE external_id = ?", &[external_id.into()], Reader::next).await
}

/// The orders that have these external ids or, where none has, these ids; in the same order.
pub async fn by_keys(tx: &mut Tx<'_>, keys: &[String]) -> Result<Vec<Option<OrderId>>, Error> {
    let sql = format!("SELECT external_id, id FROM orders WHERE external_id IN ({})", dialect::in_places(keys.len()));
    let values: Vec<Value<'_>> = dialect::padded(keys).map(Value::from).collect();
    let found = tx.rows(sql, &values, |row| Ok((row.next::<String>()?, row.next::<OrderId>()?))).await?;
    let mut by_key: HashMap<String, OrderId> = found.into_iter().collect();
    let ours = keys.iter().filter(|key| !by_key.contains_key(*key)).filter_map(|key| key.parse().ok());
    let ours: Vec<OrderId> = ours.collect();
    if !ours.is_empty() {
        by_key.extend(numbers(tx, &ours).await?.into_keys().map(|id| (id.to_string(), id)));
    }
    Ok(keys.iter().map(|key| by_key.get(key).copied()).collect())
}

/// Which orders a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub contact_id: Option<ContactId>,
    pub state: Option<OrderState>,
    /// Only what is neither paid in full nor cancelled, and was due before this day.
    pub late_on: Option<domain::Date>,
}

/// Newest first, by the day they were ordered.
pub async fn list(tx: &mut Tx<'_>, filter: &Filter, after: Option<&str>, limit: usize) -> Result<Page<Order>, Error> {
    let mut sql = format!("SELECT {COLUMNS} FROM orders WHERE 1 = 1");
    let mut values: Vec<Value<'_>> = Vec::new();
    if let Some(contact_id) = filter.contact_id {
        sql.push_str(" AND contact_id = ?");
        values.push(contact_id.into());
    }
    if let Some(state) = filter.state {
        sql.push_str(" AND state = ?");
        values.push(name(state)?);
    }
    if let Some(day) = filter.late_on {
        sql.push_str(" AND due_on < ? AND received - refunded < total AND state IN ('confirmed', 'fulfilled')");
        values.push(text(day));
    }
    if let Some(after) = after {
        let (micros, id) = after.split_once(' ').ok_or(Error::BadCursor)?;
        let micros: i64 = micros.parse().map_err(|_| Error::BadCursor)?;
        sql.push_str(" AND ordered_at <= ? AND (ordered_at < ? OR id < ?)");
        values.extend([micros.into(), micros.into(), cursor::<OrderId>(id)?]);
    }
    sql.push_str(" ORDER BY ordered_at DESC, id DESC LIMIT ?");
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    let page = Page::of(rows, limit, |order| format!("{} {}", order.ordered_at.as_micros(), order.id));
    Ok(Page { items: with_lines(tx, page.items).await?, next: page.next })
}

/// Orders that have, for each word of `text`, a word that begins with it: number, reference, SKU, the contact's name.
pub async fn search(tx: &mut Tx<'_>, text: &str, after: Option<&str>, limit: usize) -> Result<Page<Order>, Error> {
    let found = search::find(tx, Kind::Order, text, after, limit).await?;
    if found.items.is_empty() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let sql = format!("SELECT {COLUMNS} FROM orders WHERE id IN ({})", dialect::in_places(found.items.len()));
    let values: Vec<Value<'_>> = dialect::padded(&found.items).map(Value::from).collect();
    let mut orders = tx.rows(sql, &values, read).await?;
    orders.sort_by_cached_key(|order| found.items.iter().position(|id| *id == order.id.to_string()));
    Ok(Page { items: with_lines(tx, orders).await?, next: found.next })
}

/// Fills in the lines of each order's present revision, and the VAT that follows from them.
async fn with_lines(tx: &mut Tx<'_>, mut orders: Vec<Order>) -> Result<Vec<Order>, Error> {
    if orders.is_empty() {
        return Ok(orders);
    }
    let ids: Vec<String> = orders.iter().map(|order| order.id.to_string()).collect();
    let sql = format!(
        "SELECT l.order_id, l.description, l.sku, l.quantity, l.unit_price, l.discount_amount, l.discount_percent, l.vat_rate, \
         l.net FROM order_lines l JOIN orders o ON o.id = l.order_id AND o.revision = l.revision \
         WHERE l.order_id IN ({}) ORDER BY l.order_id, l.position",
        dialect::in_places(ids.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(&ids).map(Value::from).collect();
    let mut lines = HashMap::<OrderId, Vec<OrderLine>>::new();
    for (order_id, line) in tx.rows(sql, &values, read_line).await? {
        lines.entry(order_id).or_default().push(line);
    }
    for order in &mut orders {
        order.lines = lines.remove(&order.id).unwrap_or_default();
        order.vat = order.vat_of_lines().map_err(|e| Error::Unexpected(e.to_string()))?;
    }
    Ok(orders)
}

/// The numbers of some orders; an id may stand there more than once.
pub async fn numbers(tx: &mut Tx<'_>, ids: &[OrderId]) -> Result<HashMap<OrderId, String>, Error> {
    let mut ids: Vec<OrderId> = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let sql = format!("SELECT id, number FROM orders WHERE id IN ({})", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(&ids).map(Value::from).collect();
    Ok(tx.rows(sql, &values, |row| Ok((row.next()?, row.next()?))).await?.into_iter().collect())
}

pub async fn count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM orders", &[], Reader::next).await?.unwrap_or(0))
}
