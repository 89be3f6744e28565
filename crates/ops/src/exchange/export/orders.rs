//! `orders.csv`: one row an order.

use domain::{Date, Order};
use store::contacts::{self, Reference};
use store::order_lists::{self, Filter};
use store::{BoxFuture, Page, Tx};

use super::{Cell, Export, amount, maybe, maybe_text, named, text};
use crate::Error;
use crate::exchange::cell::joined;

/// The orders of a list, or those that a search finds.
#[derive(Clone, Debug)]
pub struct Orders {
    pub filter: Filter,
    /// On which they are late or not.
    pub today: Date,
}

impl Orders {
    /// A page of orders, each with what it says of its contact.
    pub(super) async fn next(
        &self,
        tx: &mut Tx<'_>,
        after: Option<&str>,
    ) -> Result<Page<(Order, Reference)>, store::Error> {
        let found = order_lists::list(tx, &self.filter, self.today, after, 200).await?;
        let ids: Vec<_> = found.items.iter().map(|order| order.contact_id).collect();
        let known = contacts::references(tx, &ids).await?;
        Ok(found.map(|order| {
            let of = known.get(&order.contact_id).cloned().unwrap_or_default();
            (order, of)
        }))
    }
}

/// The contact's external id or, where it has none, ours.
pub(super) fn contact_key<'a>(order: &Order, contact: &'a Reference) -> Cell<'a> {
    contact.external_id.as_deref().map_or_else(|| text(order.contact_id), Cell::Borrowed)
}

impl Export for Orders {
    type Item = (Order, Reference);
    const NAME: &'static str = "orders";
    const COLUMNS: &'static [&'static str] = &[
        "number",
        "external_id",
        "contact",
        "contact_name",
        "state",
        "ordered_at",
        "due_on",
        "reference",
        "currency",
        "net",
        "vat",
        "total",
        "received",
        "refunded",
        "payment_status",
        "notes",
        "tags",
        "id",
        "contact_id",
        "revision",
        "created_at",
        "updated_at",
        "delivery_date",
    ];

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<Self::Item>, store::Error>> {
        Box::pin(self.next(tx, after))
    }

    fn rows((order, contact): &Self::Item) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        let money = |minor| amount(minor, order.currency);
        Ok(vec![vec![
            Cell::Borrowed(&order.number),
            maybe(order.external_id.as_deref()),
            contact_key(order, contact),
            Cell::Borrowed(&contact.name),
            named(order.state)?,
            text(order.ordered_at),
            maybe_text(order.due_on),
            maybe(order.reference.as_deref()),
            text(order.currency),
            money(order.net),
            money(order.total - order.net),
            money(order.total),
            money(order.received),
            money(order.refunded),
            named(order.payment_status)?,
            maybe(order.notes.as_deref()),
            Cell::Owned(joined(&order.tags)),
            text(order.id),
            text(order.contact_id),
            text(order.revision),
            text(order.created_at),
            text(order.updated_at),
            maybe_text(order.delivery_date),
        ]])
    }
}
