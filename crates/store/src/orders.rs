//! Orders and their lines.

use std::collections::HashMap;

use domain::{
    Discount, Order, OrderId, OrderLine, PaymentStatus, Timestamp, Transaction, TransactionKind, TransactionState,
    tag_key,
};

use crate::table::{self, Assignments, Column, Columns, Table, table};
use crate::{Error, Reader, Tx, Value, dialect, search};

/// Lines in one `INSERT`: bounds how many different statements are prepared, and how long one is.
const LINES_AT_ONCE: usize = 50;

table! {
    /// The table `orders`; the lines of an order are in [`Lines`].
    pub(crate) Orders("orders") of Order {
        id,
        version,
        revision,
        number,
        contact_id,
        state,
        currency,
        reference,
        notes,
        tags via json_or_null,
        external_id,
        ordered_at,
        due_on,
        delivery_date,
        net,
        total,
        received,
        refunded,
        created_at,
        updated_at,
    }
    derived {
        lines = Vec::new(),
        vat = Vec::new(),
        payment_status = PaymentStatus::of(total, received, refunded),
    }
    write_only |_| { refund_pending = 0_i64 }
}

table! {
    /// The table `order_lines`, without the order and the position in it.
    Lines("order_lines") of OrderLine {
        description,
        sku,
        quantity,
        unit_price,
        discount: Discounts,
        vat_rate,
        net,
    }
}

/// A line's discount: an amount in one column, or a share in another.
struct Discounts;

impl Columns for Discounts {
    type Row = Option<Discount>;

    fn names(names: &mut Vec<&'static str>) {
        names.extend(["discount_amount", "discount_percent"]);
    }

    fn read(row: &mut Reader) -> Result<Option<Discount>, Error> {
        let amount = row.next::<Option<i64>>()?.map(Discount::Amount);
        let percent = row.next::<Option<_>>()?.map(Discount::Percent);
        Ok(amount.or(percent))
    }

    fn write<'r>(discount: &'r Option<Discount>, to: &mut Assignments<'r>) -> Result<(), Error> {
        let (amount, percent) = match discount {
            None => (None, None),
            Some(Discount::Amount(amount)) => (Some(*amount), None),
            Some(Discount::Percent(share)) => (None, Some(share.basis_points())),
        };
        to.push("discount_amount", amount);
        to.push("discount_percent", percent);
        Ok(())
    }
}

/// A list kept as JSON, or NULL when it is empty.
mod json_or_null {
    use crate::value::as_json;
    use crate::{Error, Reader, Value};

    pub(super) fn read(row: &mut Reader) -> Result<Vec<String>, Error> {
        let Some(json) = row.next::<Option<String>>()? else { return Ok(Vec::new()) };
        serde_json::from_str(&json).map_err(|e| Error::Unexpected(e.to_string()))
    }

    pub(super) fn write(list: &Vec<String>) -> Result<Value<'_>, Error> {
        if list.is_empty() { Ok(Value::Null) } else { as_json::write(list) }
    }
}

/// Saves a new order with its lines and search terms, in three statements; false if there is no active contact of that id.
///
/// [`Error::Duplicate`] `orders_external_id` if another has the external id.
pub async fn insert(tx: &mut Tx<'_>, order: &Order) -> Result<bool, Error> {
    // The contact is looked up by the same statement: one round trip less for each order. It is held as the foreign key
    // would hold it anyway, so that no order is given to a contact that is being merged or erased.
    let row = Assignments::all::<Orders>(order)?;
    let sql = format!(
        "INSERT INTO orders ({}) SELECT {} FROM contacts WHERE id = ? AND state = 'active'{}",
        row.names(),
        dialect::list_of_places(row.len()),
        tx.dialect().for_share()
    );
    let mut values = row.into_values();
    values.push(order.contact_id.into());
    if tx.execute(sql, &values).await? == 0 {
        return Ok(false);
    }
    insert_lines(tx, order).await?;
    search::add_order(tx, &order.id.to_string(), &order.contact_id.to_string(), &order.own_terms()).await?;
    index_tags(tx, order).await?;
    Ok(true)
}

async fn insert_lines(tx: &mut Tx<'_>, order: &Order) -> Result<(), Error> {
    for (chunk, lines) in order.lines.chunks(LINES_AT_ONCE).enumerate() {
        let row = |(i, line)| {
            let row = Assignments::all::<Lines>(line)?;
            Ok(row.and("order_id", order.id).and("position", chunk * LINES_AT_ONCE + i))
        };
        let rows = lines.iter().enumerate().map(row).collect::<Result<_, Error>>()?;
        table::insert_all(tx, Lines::NAME, rows).await?;
    }
    Ok(())
}

/// An `UPDATE` of some columns of an order that [`Tx::execute_one`] finds stale if it has another version than `before`.
fn changed<'v>(before: &Order, order: &'v Order, columns: &[Column<Order>]) -> Result<(String, Vec<Value<'v>>), Error> {
    let values = [order.id.into(), before.version.into()];
    Ok(Assignments::of(order, columns)?.update(Orders::NAME, "id = ? AND version = ?", values))
}

/// Saves an edited order; [`Error::Stale`] if somebody else has changed it meanwhile, [`Error::Missing`] if the contact is
/// not there or not active.
pub async fn update(tx: &mut Tx<'_>, before: &Order, order: &Order) -> Result<(), Error> {
    if before.contact_id != order.contact_id {
        let held = tx.dialect().for_share();
        let active = format!("SELECT 1 FROM contacts WHERE id = ? AND state = 'active'{held}");
        tx.row(active, &[order.contact_id.into()], Reader::next::<i64>).await?.ok_or(Error::Missing)?;
    }
    let columns: [Column<Order>; 14] = [
        Orders::version,
        Orders::revision,
        Orders::contact_id,
        Orders::currency,
        Orders::reference,
        Orders::notes,
        Orders::tags,
        Orders::external_id,
        Orders::ordered_at,
        Orders::due_on,
        Orders::delivery_date,
        Orders::net,
        Orders::total,
        Orders::updated_at,
    ];
    let (sql, values) = changed(before, order, &columns)?;
    tx.execute_one(sql, &values).await?;
    if before.lines != order.lines {
        tx.execute("DELETE FROM order_lines WHERE order_id = ?", &[order.id.into()]).await?;
        insert_lines(tx, order).await?;
    }
    if before.tags != order.tags {
        replace_tags(tx, before, order).await?;
    }
    let id = order.id.to_string();
    search::forget(tx, &id).await?;
    search::add_order(tx, &id, &order.contact_id.to_string(), &order.own_terms()).await
}

/// Saves other notes and tags; [`Error::Stale`] if somebody else has changed the order meanwhile.
pub async fn set_labels(tx: &mut Tx<'_>, before: &Order, order: &Order) -> Result<(), Error> {
    let columns: [Column<Order>; 4] = [Orders::notes, Orders::tags, Orders::version, Orders::updated_at];
    let (sql, values) = changed(before, order, &columns)?;
    tx.execute_one(sql, &values).await?;
    if before.tags == order.tags { Ok(()) } else { replace_tags(tx, before, order).await }
}

async fn replace_tags(tx: &mut Tx<'_>, before: &Order, order: &Order) -> Result<(), Error> {
    if !before.tags.is_empty() {
        tx.execute("DELETE FROM order_tags WHERE order_id = ?", &[order.id.into()]).await?;
    }
    index_tags(tx, order).await
}

/// Lets the order be found by its tags. Most orders have none, and cost nothing here.
async fn index_tags(tx: &mut Tx<'_>, order: &Order) -> Result<(), Error> {
    if order.tags.is_empty() {
        return Ok(());
    }
    let sql = format!("INSERT INTO order_tags (tag, order_id) VALUES {}", dialect::places(order.tags.len(), 2));
    let values: Vec<Value<'_>> = order.tags.iter().flat_map(|tag| [tag_key(tag).into(), order.id.into()]).collect();
    tx.execute(sql, &values).await.map(drop)
}

/// Saves a new state; [`Error::Stale`] if somebody else has changed the order meanwhile.
pub async fn set_state(tx: &mut Tx<'_>, before: &Order, order: &Order) -> Result<(), Error> {
    let (sql, values) = changed(before, order, &[Orders::state, Orders::version, Orders::updated_at])?;
    tx.execute_one(sql, &values).await
}

/// What one transaction adds to the sums of its order: received, refunded, and about to be refunded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    received: i64,
    refunded: i64,
    refund_pending: i64,
}

impl Sums {
    /// The amounts of a transaction in the state that it has.
    const fn of(transaction: &Transaction) -> Self {
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
    let (old, new) = (before.map_or_else(Sums::default, Sums::of), Sums::of(after));
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

/// The order with its lines.
pub async fn get(tx: &mut Tx<'_>, id: OrderId) -> Result<Option<Order>, Error> {
    let order = tx.row(Orders::select("WHERE id = ?"), &[id.into()], Orders::read).await?;
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

/// Fills in the lines of each order, and the VAT that follows from them.
pub(crate) async fn with_lines(tx: &mut Tx<'_>, mut orders: Vec<Order>) -> Result<Vec<Order>, Error> {
    if orders.is_empty() {
        return Ok(orders);
    }
    let ids: Vec<String> = orders.iter().map(|order| order.id.to_string()).collect();
    let sql = format!(
        "SELECT order_id, {} FROM order_lines WHERE order_id IN ({}) ORDER BY order_id, position",
        Lines::columns(),
        dialect::in_places(ids.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(&ids).map(Value::from).collect();
    let mut lines = HashMap::<OrderId, Vec<OrderLine>>::new();
    let read = |row: &mut Reader| Ok((row.next::<OrderId>()?, Lines::read(row)?));
    for (order_id, line) in tx.rows(sql, &values, read).await? {
        lines.entry(order_id).or_default().push(line);
    }
    for order in &mut orders {
        order.lines = lines.remove(&order.id).unwrap_or_default();
        order.vat = order.vat_of_lines().map_err(|e| Error::Unexpected(e.to_string()))?;
    }
    Ok(orders)
}

/// The order of a number.
pub async fn by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<OrderId>, Error> {
    tx.row("SELECT id FROM orders WHERE number = ?", &[number.into()], Reader::next).await
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
