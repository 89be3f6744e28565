//! The wholesaler's own house: its settings, and its catalogue with one price that was put up on the way.

use domain::{Address, Company, Currency, Invalid, ProductInput, SettingsInput};
use store::{Db, Tx, change};

use super::catalogue::{PRODUCTS, Product};
use crate::{Ctx, Error, products, settings};

/// Opens the house at the moment of `ctx`, in one transaction.
pub(super) async fn open(db: &Db, ctx: Ctx) -> Result<(), Error> {
    change!(db, move |tx, ctx| furnish(tx, ctx).await).await
}

async fn furnish(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), Error> {
    let version = store::settings::get(tx).await?.version;
    settings::edit(tx, ctx, version, house()).await?;
    for product in &PRODUCTS {
        let input = entry(product)?;
        let cheaper = ProductInput { price: input.price - 10, ..input.clone() };
        if product.sku == PRODUCTS[0].sku {
            let created = products::create(tx, ctx, cheaper).await?;
            products::edit(tx, ctx, created.id, created.version, input).await?;
        } else {
            products::create(tx, ctx, input).await?;
        }
    }
    Ok(())
}

fn entry(product: &Product) -> Result<ProductInput, Invalid> {
    Ok(ProductInput {
        sku: product.sku.to_owned(),
        name: product.name.to_owned(),
        price: product.price,
        currency: Currency::EUR,
        vat_rate: product.vat.parse()?,
        unit: product.by_weight.then(|| "kg".to_owned()),
        external_id: None,
    })
}

/// Made up like its customers; the numbers are those of published examples.
fn house() -> SettingsInput {
    let text = |text: &str| Some(text.to_owned());
    let company = Company {
        name: text("Comptoir Moreau"),
        legal_form: text("SARL"),
        share_capital: text("10 000 €"),
        address: Address {
            street: text("4 quai des Étroits"),
            postal_code: text("69005"),
            city: text("Lyon"),
            country: text("France"),
            ..Address::default()
        },
        email: text("bonjour@moreau.example"),
        phone: text("04 65 71 00 00"),
        website: text("https://moreau.example"),
        siren: text("303265045"),
        vat_number: text("FR40303265045"),
        registration_court: text("Lyon"),
        iban: text("FR7630006000011234567890189"),
        bic: text("AGRIFRPP"),
        ..Company::default()
    };
    SettingsInput { company, payment_terms_days: Some(30), ..SettingsInput::default() }
}
