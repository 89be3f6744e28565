//! Lists of orders: which, and in which order.

use domain::{ContactId, Currency, Date, Order, OrderState, PaymentStatus, Timestamp, tag_key};

use crate::list::{self, Key, KeysOf, Order as By, Where};
use crate::orders::{Orders, with_lines};
use crate::search::{self, Kind};
use crate::table::{Columns, Table};
use crate::value::{name, text};
use crate::{Error, Page, Tx, Value, dialect};

/// As [`PaymentStatus::of`] derives it.
const PAYMENT_STATUS: &str = "CASE WHEN received > 0 AND received = refunded THEN 'refunded' \
                              WHEN received - refunded > total THEN 'overpaid' \
                              WHEN received - refunded = total THEN 'paid' \
                              WHEN received > refunded THEN 'partially_paid' ELSE 'unpaid' END";

/// Which orders a list shows: those that meet all of it. Days are inclusive, amounts in minor units.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub contact_id: Option<ContactId>,
    /// Any of these; of every state, if there are none.
    pub states: Vec<OrderState>,
    pub payment_statuses: Vec<PaymentStatus>,
    /// Only what is neither paid in full nor cancelled, and was due before this day.
    pub late_on: Option<Date>,
    pub currency: Option<Currency>,
    /// Whatever its case.
    pub tag: Option<String>,
    /// That a line names.
    pub sku: Option<String>,
    pub number: Option<String>,
    pub reference: Option<String>,
    pub ordered_from: Option<Date>,
    pub ordered_to: Option<Date>,
    pub due_from: Option<Date>,
    pub due_to: Option<Date>,
    pub min_total: Option<i64>,
    pub max_total: Option<i64>,
    pub updated_since: Option<Timestamp>,
}

impl Filter {
    fn conditions(&self) -> Result<Where<'_>, Error> {
        let mut only = Where::default();
        only.given("number = ?", self.number.as_deref());
        only.given("contact_id = ?", self.contact_id);
        only.one_of("state", &names(&self.states)?);
        only.one_of(PAYMENT_STATUS, &names(&self.payment_statuses)?);
        if let Some(day) = self.late_on {
            let late = "due_on < ? AND received - refunded < total AND state IN ('confirmed', 'fulfilled')";
            only.and(late, [text(day)]);
        }
        only.given("currency = ?", self.currency);
        only.given("id IN (SELECT order_id FROM order_tags WHERE tag = ?)", self.tag.as_deref().map(tag_key));
        let named = "EXISTS (SELECT 1 FROM order_lines WHERE order_lines.order_id = orders.id AND order_lines.sku = ?)";
        only.given(named, self.sku.as_deref());
        only.given("reference = ?", self.reference.as_deref());
        only.given("ordered_at >= ?", self.ordered_from.map(Date::start));
        only.given("ordered_at < ?", self.ordered_to.map(|day| day.plus_days(1).start()));
        only.given("due_on >= ?", self.due_from);
        only.given("due_on <= ?", self.due_to);
        only.given("total >= ?", self.min_total);
        only.given("total <= ?", self.max_total);
        only.given("updated_at >= ?", self.updated_since);
        Ok(only)
    }
}

fn names<T: Copy + serde::Serialize>(values: &[T]) -> Result<Vec<Value<'static>>, Error> {
    values.iter().map(|value| name(*value)).collect()
}

/// In which order. One without a due date comes after all that have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = OrderSort)]
pub enum Sort {
    #[default]
    #[serde(rename = "-ordered_at")]
    Newest,
    #[serde(rename = "ordered_at")]
    Oldest,
    #[serde(rename = "number")]
    Number,
    #[serde(rename = "total")]
    Smallest,
    #[serde(rename = "-total")]
    Largest,
    #[serde(rename = "due_on")]
    DueFirst,
    #[serde(rename = "-updated_at")]
    LastChanged,
}

impl Sort {
    pub const ALL: [Self; 7] =
        [Self::Newest, Self::Oldest, Self::Number, Self::Smallest, Self::Largest, Self::DueFirst, Self::LastChanged];

    fn order(self) -> Result<By<Order>, Error> {
        const ID: Key = Key::Text("id");
        let (keys, of): (&'static [Key], KeysOf<Order>) = match self {
            Self::Newest | Self::Oldest => (&[Key::Int("ordered_at"), ID], |o| vec![o.ordered_at.into(), o.id.into()]),
            // O-999 before O-1000.
            Self::Number => (&[Key::Int("LENGTH(number)"), Key::Text("number")], |o| {
                vec![o.number.len().into(), o.number.clone().into()]
            }),
            Self::Smallest | Self::Largest => (&[Key::Int("total"), ID], |o| vec![o.total.into(), o.id.into()]),
            Self::DueFirst => (&[Key::Text("COALESCE(due_on, '9999-12-31')"), ID], |o| {
                vec![o.due_on.map_or_else(|| "9999-12-31".into(), text), o.id.into()]
            }),
            Self::LastChanged => (&[Key::Int("updated_at"), ID], |o| vec![o.updated_at.into(), o.id.into()]),
        };
        let descending = matches!(self, Self::Newest | Self::Largest | Self::LastChanged);
        Ok(By { name: name(self)?, descending, keys, of })
    }
}

pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    sort: Sort,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Order>, Error> {
    let select = Orders::select("");
    let page = list::page(tx, &select, filter.conditions()?, sort.order()?, after, limit, Orders::read).await?;
    Ok(Page { items: with_lines(tx, page.items).await?, next: page.next })
}

/// Orders that have, for each word of `text`, a word that begins with it: number, reference, SKU, the contact's name. Best
/// matches first.
pub async fn search(
    tx: &mut Tx<'_>,
    text: &str,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Order>, Error> {
    let found = search::find_only(tx, Kind::Order, text, &filter.conditions()?, after, limit).await?;
    if found.items.is_empty() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let sql = Orders::select(&format!("WHERE id IN ({})", dialect::in_places(found.items.len())));
    let values: Vec<Value<'_>> = dialect::padded(&found.items).map(Value::from).collect();
    let mut orders = tx.rows(sql, &values, Orders::read).await?;
    orders.sort_by_cached_key(|order| found.items.iter().position(|id| *id == order.id.to_string()));
    Ok(Page { items: with_lines(tx, orders).await?, next: found.next })
}
