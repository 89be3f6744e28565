//! The catalogue.

use domain::{Product, ProductId, sort_key};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::list::{self, Key, Where, sorts};
use crate::search::{self, Kind, via};
use crate::table::{self, Assignments, Columns, Table, table};
use crate::{Error, Page, Tx, Value, dialect};

table! {
    /// The table `products`.
    Products("products") of Product {
        id,
        version,
        sku,
        name,
        price,
        currency,
        vat_rate,
        unit,
        active,
        external_id,
        created_at,
        updated_at,
    }
    write_only |product| { name_key = sort_key(&product.name) }
}

fn terms(product: &Product) -> Vec<(String, &'static str)> {
    product.terms().into_iter().map(|term| (term, via::OTHER)).collect()
}

/// Saves a new product. [`Error::Duplicate`] `products_sku` or `products_external_id` if another has the same.
pub async fn insert(tx: &mut Tx<'_>, product: &Product) -> Result<(), Error> {
    table::insert(tx, Products::NAME, Assignments::all::<Products>(product)?).await?;
    search::add(tx, Kind::Product, &product.id.to_string(), &terms(product)).await
}

/// Saves a product whose version has gone up by one; [`Error::Stale`] if somebody else has changed it meanwhile.
pub async fn update(tx: &mut Tx<'_>, before: &Product, product: &Product) -> Result<(), Error> {
    let values = [product.id.into(), before.version.into()];
    let (sql, values) =
        Assignments::all::<Products>(product)?.without("id").update(Products::NAME, "id = ? AND version = ?", values);
    tx.execute_one(sql, &values).await?;
    if before.terms() == product.terms() {
        return Ok(());
    }
    let id = product.id.to_string();
    search::forget(tx, &id).await?;
    search::add(tx, Kind::Product, &id, &terms(product)).await
}

pub async fn get(tx: &mut Tx<'_>, id: ProductId) -> Result<Option<Product>, Error> {
    tx.row(Products::select("WHERE id = ?"), &[id.into()], Products::read).await
}

/// Those of some SKUs that are active, in one query and in no order.
pub async fn active_by_skus(tx: &mut Tx<'_>, skus: &[&str]) -> Result<Vec<Product>, Error> {
    let sql = Products::select(&format!("WHERE active = 1 AND sku IN ({})", dialect::in_places(skus.len())));
    let values: Vec<Value<'_>> = dialect::padded(skus).map(Value::from).collect();
    tx.rows(sql, &values, Products::read).await
}

/// Which products a list shows, and in which order: query parameters of the API.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only products that have, for each of these words, a word that begins with it: SKU, name. Best matches first: cannot
    /// be sorted.
    #[param(example = "comt")]
    pub q: Option<String>,
    /// Only those that are in the catalogue, or only those that are not.
    pub active: Option<bool>,
    /// By SKU, if not given.
    #[param(inline)]
    pub sort: Option<Sort>,
}

impl Filter {
    fn conditions(&self) -> Where<'_> {
        let Self { q: _, active, sort: _ } = self;
        let mut only = Where::default();
        only.given("active = ?", active.map(i64::from));
        only
    }
}

const ID: Key<Product> = Key::Text("id", |p| p.id.into());

sorts! {
    /// In which order.
    ProductSort of Product {
        #[default]
        Sku = "sku" [Key::Text("sku", |p| p.sku.clone().into())],
        Name = "name" [Key::Text("name_key", |p| sort_key(&p.name).into()), ID],
        LastChanged = "-updated_at" [Key::Int("updated_at", |p| p.updated_at.into()), ID],
    }
}

pub async fn list(tx: &mut Tx<'_>, filter: &Filter, after: Option<&str>, limit: usize) -> Result<Page<Product>, Error> {
    let only = filter.conditions();
    if let Some(words) = list::words(filter.q.as_deref(), filter.sort)? {
        return search(tx, words, &only, after, limit).await;
    }
    let (select, order) = (Products::select(""), filter.sort.unwrap_or_default().order());
    list::page(tx, &select, only, order, after, limit, Products::read).await
}

/// Products that have, for each word of `text`, a word that begins with it: SKU, name. Best matches first.
async fn search(
    tx: &mut Tx<'_>,
    text: &str,
    only: &Where<'_>,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Product>, Error> {
    let found = search::find_only(tx, Kind::Product, text, only, after, limit).await?;
    if found.items.is_empty() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let sql = Products::select(&format!("WHERE id IN ({})", dialect::in_places(found.items.len())));
    let values: Vec<Value<'_>> = dialect::padded(&found.items).map(Value::from).collect();
    let mut products = tx.rows(sql, &values, Products::read).await?;
    products.sort_by_cached_key(|product| found.items.iter().position(|id| *id == product.id.to_string()));
    Ok(Page { items: products, next: found.next })
}
