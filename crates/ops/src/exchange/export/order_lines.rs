//! `order-lines.csv`: one row a line, beside its order, as an import takes orders back.

use domain::{Discount, Order};
use store::contacts::Reference;
use store::{BoxFuture, Page, Tx};

use super::orders::{Orders, contact_key};
use super::{Cell, Export, amount, maybe, maybe_text, named, text};
use crate::Error;
use crate::exchange::cell::joined;

/// The lines of [`Orders`], those of one order together.
#[derive(Clone, Debug)]
pub struct OrderLines(pub Orders);

impl Export for OrderLines {
    type Item = (Order, Reference);
    const NAME: &'static str = "order-lines";
    const COLUMNS: &'static [&'static str] = &[
        "external_id",
        "contact",
        "state",
        "ordered_at",
        "due_on",
        "reference",
        "currency",
        "notes",
        "tags",
        "description",
        "sku",
        "quantity",
        "unit_price",
        "discount",
        "vat_rate",
        "line_net",
        "number",
        "contact_name",
        "id",
        "delivery_date",
    ];
    const IMPORTED: &'static [&'static str] = &[
        "external_id",
        "contact",
        "state",
        "ordered_at",
        "due_on",
        "delivery_date",
        "reference",
        "currency",
        "notes",
        "tags",
        "description",
        "sku",
        "quantity",
        "unit_price",
        "discount",
        "vat_rate",
    ];

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<Self::Item>, store::Error>> {
        Box::pin(self.0.next(tx, after))
    }

    fn rows((order, contact): &Self::Item) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        let lines = order.lines.iter().map(|line| {
            Ok(vec![
                order.external_id.as_deref().map_or_else(|| text(order.id), Cell::Borrowed),
                contact_key(order, contact),
                named(order.state)?,
                text(order.ordered_at),
                maybe_text(order.due_on),
                maybe(order.reference.as_deref()),
                text(order.currency),
                maybe(order.notes.as_deref()),
                Cell::Owned(joined(&order.tags)),
                Cell::Borrowed(line.description.as_str()),
                maybe(line.sku.as_deref()),
                text(line.quantity),
                amount(line.unit_price, order.currency),
                match line.discount {
                    None => Cell::Borrowed(""),
                    Some(Discount::Amount(off)) => amount(off, order.currency),
                    // The sign tells the two apart, for people and for the import.
                    Some(Discount::Percent(share)) => Cell::Owned(format!("{share}%")),
                },
                text(line.vat_rate),
                amount(line.net, order.currency),
                Cell::Borrowed(order.number.as_str()),
                Cell::Borrowed(contact.name.as_str()),
                text(order.id),
                maybe_text(order.delivery_date),
            ])
        });
        lines.collect()
    }
}
