//! The catalogue: create, edit, archive and bring back.

use domain::{EventData, Product, ProductChange, ProductId, ProductInput};
use store::{Tx, products};

use crate::{Ctx, Error};

const WHAT: &str = "product";

pub async fn create(tx: &mut Tx<'_>, ctx: &Ctx, input: ProductInput) -> Result<Product, Error> {
    let product = Product::create(ctx.id(ProductId::new), input, ctx.now)?;
    products::insert(tx, &product).await.map_err(taken)?;
    record_event(tx, ctx, EventData::ProductCreated, &product, None).await?;
    Ok(product)
}

/// Replaces what is said of a product. `expected` is the version that the caller has seen.
pub async fn edit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: ProductId,
    expected: i64,
    input: ProductInput,
) -> Result<Product, Error> {
    let before = get(tx, id, expected).await?;
    let product = before.edited(input, ctx.now)?;
    save(tx, ctx, before, product).await
}

/// Takes a product out of the catalogue, or back in. Orders that name it stay as they are.
pub async fn set_active(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: ProductId,
    expected: i64,
    active: bool,
) -> Result<Product, Error> {
    let before = get(tx, id, expected).await?;
    let product = Product { active, version: before.version + 1, updated_at: ctx.now, ..before.clone() };
    save(tx, ctx, before, product).await
}

async fn get(tx: &mut Tx<'_>, id: ProductId, expected: i64) -> Result<Product, Error> {
    let product = products::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    if product.version == expected { Ok(product) } else { Err(Error::stale(WHAT, product.version, &product)) }
}

/// Saves the change and records its event, unless it changes nothing.
async fn save(tx: &mut Tx<'_>, ctx: &Ctx, before: Product, product: Product) -> Result<Product, Error> {
    if product.says_the_same_as(&before) {
        return Ok(before);
    }
    match products::update(tx, &before, &product).await {
        // Somebody was faster between our reading and our writing.
        Err(store::Error::Stale) => {
            let current = products::get(tx, before.id).await?.ok_or(Error::NotFound { what: WHAT })?;
            return Err(Error::stale(WHAT, current.version, &current));
        }
        saved => saved.map_err(taken)?,
    }
    record_event(tx, ctx, EventData::ProductUpdated, &product, Some(before)).await?;
    Ok(product)
}

fn taken(error: store::Error) -> Error {
    match error {
        store::Error::Duplicate { key } if key == "products_sku" => {
            Error::conflict("already_exists", "another one has this sku")
        }
        other => Error::taken("products_external_id", "external_id")(other),
    }
}

/// Records the event of a change; `data` is a variant of [`EventData`].
async fn record_event(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    data: fn(Box<ProductChange>) -> EventData,
    product: &Product,
    before: Option<Product>,
) -> Result<(), Error> {
    let change = ProductChange { product: product.clone(), before };
    ctx.record_event(tx, &product.id, product.version, data(Box::new(change))).await
}
