//! Lists of orders: which, and in which order.

use domain::{ContactId, Currency, Date, Order, OrderState, PaymentStatus, Timestamp, tag_key};

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::list::{self, Key, Where, several, sorts};
use crate::orders::{Orders, with_lines};
use crate::search::{self, Kind};
use crate::table::{Columns, Table};
use crate::value::{names, text};
use crate::{Error, Page, Tx, Value, dialect};

/// As [`PaymentStatus::of`] derives it.
const PAYMENT_STATUS: &str = "CASE WHEN received > 0 AND received = refunded THEN 'refunded' \
                              WHEN received - refunded > total THEN 'overpaid' \
                              WHEN received - refunded = total THEN 'paid' \
                              WHEN received > refunded THEN 'partially_paid' ELSE 'unpaid' END";

/// Which orders a list shows, and in which order: query parameters of the API, which must all hold.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only orders that have, for each of these words, a word that begins with it: number, reference, SKU, the contact's
    /// name. Best matches first: cannot be sorted.
    #[param(example = "dupr")]
    pub q: Option<String>,
    pub contact_id: Option<ContactId>,
    /// Any of these.
    #[serde(default, deserialize_with = "several")]
    #[param(style = Form, explode = false, required = false, min_items = 1, example = json!(["draft", "confirmed"]))]
    pub state: Vec<OrderState>,
    /// Any of these.
    #[serde(default, deserialize_with = "several")]
    #[param(style = Form, explode = false, required = false, min_items = 1, example = json!(["unpaid"]))]
    pub payment_status: Vec<PaymentStatus>,
    /// Only what is past its due date and not paid in full.
    pub late: Option<bool>,
    pub currency: Option<Currency>,
    /// Whatever its case.
    pub tag: Option<String>,
    /// That a line names.
    pub sku: Option<String>,
    pub number: Option<String>,
    pub reference: Option<String>,
    /// Days are in UTC, and inclusive.
    pub ordered_from: Option<Date>,
    pub ordered_to: Option<Date>,
    pub due_from: Option<Date>,
    pub due_to: Option<Date>,
    /// Days on which the contact wants the order, both inclusive.
    pub delivery_from: Option<Date>,
    pub delivery_to: Option<Date>,
    /// In minor units.
    pub min_total: Option<i64>,
    pub max_total: Option<i64>,
    /// Only what has changed at this moment or later.
    pub updated_since: Option<Timestamp>,
    /// Newest first, if not given. By `due_on` or `delivery_date`, orders without one come last.
    #[param(inline)]
    pub sort: Option<Sort>,
}

impl Filter {
    fn conditions(&self, today: Date) -> Result<Where<'_>, Error> {
        let Self {
            q: _,
            contact_id,
            state,
            payment_status,
            late,
            currency,
            tag,
            sku,
            number,
            reference,
            ordered_from,
            ordered_to,
            due_from,
            due_to,
            delivery_from,
            delivery_to,
            min_total,
            max_total,
            updated_since,
            sort: _,
        } = self;
        let mut only = Where::default();
        only.given("number = ?", number.as_deref());
        only.given("contact_id = ?", *contact_id);
        only.one_of("state", &names(state)?);
        only.one_of(PAYMENT_STATUS, &names(payment_status)?);
        let past_due = "due_on < ? AND received - refunded < total AND state IN ('confirmed', 'fulfilled')";
        only.given(past_due, late.unwrap_or(false).then_some(today));
        only.given("currency = ?", *currency);
        only.given("id IN (SELECT order_id FROM order_tags WHERE tag = ?)", tag.as_deref().map(tag_key));
        let named = "EXISTS (SELECT 1 FROM order_lines WHERE order_lines.order_id = orders.id AND order_lines.sku = ?)";
        only.given(named, sku.as_deref());
        only.given("reference = ?", reference.as_deref());
        only.given("ordered_at >= ?", ordered_from.map(Date::start));
        only.given("ordered_at < ?", ordered_to.map(|day| day.plus_days(1).start()));
        only.given("due_on >= ?", *due_from);
        only.given("due_on <= ?", *due_to);
        only.given("delivery_date >= ?", *delivery_from);
        only.given("delivery_date <= ?", *delivery_to);
        only.given("total >= ?", *min_total);
        only.given("total <= ?", *max_total);
        only.given("updated_at >= ?", *updated_since);
        Ok(only)
    }
}

const ID: Key<Order> = Key::Text("id", |o| o.id.into());
const ORDERED: Key<Order> = Key::Int("ordered_at", |o| o.ordered_at.into());
const TOTAL: Key<Order> = Key::Int("total", |o| o.total.into());
/// One without a due date comes after all that have one.
const DUE: Key<Order> =
    Key::Text("COALESCE(due_on, '9999-12-31')", |o| o.due_on.map_or_else(|| "9999-12-31".into(), text));
/// One without a delivery date comes after all that have one.
const DELIVERY: Key<Order> =
    Key::Text("COALESCE(delivery_date, '9999-12-31')", |o| o.delivery_date.map_or_else(|| "9999-12-31".into(), text));
/// O-999 before O-1000.
const DIGITS: Key<Order> = Key::Int("LENGTH(number)", |o| o.number.len().into());

sorts! {
    /// In which order. One without a due date or delivery date comes after all that have one.
    OrderSort of Order {
        #[default]
        Newest = "-ordered_at" [ORDERED, ID],
        Oldest = "ordered_at" [ORDERED, ID],
        Number = "number" [DIGITS, Key::Text("number", |o| o.number.clone().into())],
        Smallest = "total" [TOTAL, ID],
        Largest = "-total" [TOTAL, ID],
        DueFirst = "due_on" [DUE, ID],
        DeliveryFirst = "delivery_date" [DELIVERY, ID],
        LastChanged = "-updated_at" [Key::Int("updated_at", |o| o.updated_at.into()), ID],
    }
}

/// `today` is the day on which an order is late or not.
pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    today: Date,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Order>, Error> {
    let only = filter.conditions(today)?;
    if let Some(words) = list::words(filter.q.as_deref(), filter.sort)? {
        return search(tx, words, &only, after, limit).await;
    }
    let (select, order) = (Orders::select(""), filter.sort.unwrap_or_default().order());
    let page = list::page(tx, &select, only, order, after, limit, Orders::read).await?;
    Ok(Page { items: with_lines(tx, page.items).await?, next: page.next })
}

/// Orders that have, for each word of `text`, a word that begins with it: number, reference, SKU, the contact's name. Best
/// matches first.
async fn search(
    tx: &mut Tx<'_>,
    text: &str,
    only: &Where<'_>,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Order>, Error> {
    let found = search::find_only(tx, Kind::Order, text, only, after, limit).await?;
    if found.items.is_empty() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let sql = Orders::select(&format!("WHERE id IN ({})", dialect::in_places(found.items.len())));
    let values: Vec<Value<'_>> = dialect::padded(&found.items).map(Value::from).collect();
    let mut orders = tx.rows(sql, &values, Orders::read).await?;
    orders.sort_by_cached_key(|order| found.items.iter().position(|id| *id == order.id.to_string()));
    Ok(Page { items: with_lines(tx, orders).await?, next: found.next })
}
