//! `products.csv`

use domain::Product;
use store::products::{self, Filter};
use store::{BoxFuture, Page, Tx};

use super::{Cell, Export, amount, maybe, text};
use crate::Error;

/// The products of a list, or those that a search finds.
#[derive(Clone, Debug, Default)]
pub struct Products {
    pub filter: Filter,
}

impl Export for Products {
    type Item = Product;
    const NAME: &'static str = "products";
    const COLUMNS: &'static [&'static str] = &[
        "sku",
        "name",
        "unit",
        "currency",
        "price",
        "vat_rate",
        "active",
        "external_id",
        "id",
        "created_at",
        "updated_at",
    ];

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<Product>, store::Error>> {
        Box::pin(products::list(tx, &self.filter, after, 500))
    }

    fn rows(product: &Product) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        Ok(vec![vec![
            Cell::Borrowed(&product.sku),
            Cell::Borrowed(&product.name),
            maybe(product.unit.as_deref()),
            text(product.currency),
            amount(product.price, product.currency),
            text(product.vat_rate),
            text(product.active),
            maybe(product.external_id.as_deref()),
            text(product.id),
            text(product.created_at),
            text(product.updated_at),
        ]])
    }
}
