//! What a caller says of an order, and what is filled in for what they leave out: from the catalogue, by SKU, and from the
//! settings. What is given always wins.

use serde::{Deserialize, Serialize};

use crate::error::{optional_text, required_text};
use crate::vat::line_net;
use crate::{
    ContactId, Currency, Date, Discount, Invalid, MAX_MINOR, OrderLine, Percent, Product, Quantity, Timestamp,
};

/// More lines than a person would type or a page would show; an order above it is two orders.
pub const MAX_LINES: usize = 500;

/// The state in which an order may come into being.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlacedAs {
    Draft,
    #[default]
    Confirmed,
    /// Only for orders brought in from another system.
    Fulfilled,
}

/// `description`, `unit_price` and `vat_rate` may be left out where `sku` names an active product in the order's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderLineInput {
    /// The product's name, if not given.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500, example = "Comté 18 mois, meule")]
    pub description: Option<String>,
    #[serde(default)]
    #[schema(max_length = 64, example = "COM-18")]
    pub sku: Option<String>,
    pub quantity: Quantity,
    /// Net price of one, in minor units of the order's currency; the product's, if not given.
    #[serde(default, deserialize_with = "crate::whole::optional")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991i64, example = 1290)]
    pub unit_price: Option<i64>,
    #[serde(default)]
    pub discount: Option<Discount>,
    /// The product's, if not given; without a product, the default of the settings.
    #[serde(default)]
    pub vat_rate: Option<Percent>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderInput {
    pub contact_id: ContactId,
    /// If not given: the default of the settings for a new order, and no change for an edited one.
    #[serde(default)]
    pub currency: Option<Currency>,
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<OrderLineInput>,
    /// The state it begins in. Cannot be changed by an edit: there are actions for that.
    #[serde(default)]
    pub place_as: PlacedAs,
    /// The contact's own reference, such as the number on their purchase order.
    #[serde(default)]
    #[schema(max_length = 100, example = "BC-2026-118")]
    pub reference: Option<String>,
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub notes: Option<String>,
    #[serde(default)]
    #[schema(value_type = Vec<crate::tags::Tag>, max_items = 50)]
    pub tags: Vec<String>,
    /// When it was ordered; now, if not given.
    #[serde(default)]
    pub ordered_at: Option<Timestamp>,
    /// When payment is due. If not given, a new order is due after the payment terms of the settings, if they have any.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// The day on which the contact wants the order.
    #[serde(default)]
    #[schema(example = "2026-12-24")]
    pub delivery_date: Option<Date>,
    /// The id in the system this order came from; unique.
    #[serde(default)]
    #[schema(max_length = 100, example = "10248")]
    pub external_id: Option<String>,
}

impl OrderLineInput {
    /// The line with its net. What it has left out must have been filled in by now.
    pub(crate) fn checked(self) -> Result<OrderLine, Invalid> {
        let description = self.description.as_deref().ok_or_else(|| incomplete("description"))?;
        let unit_price = self.unit_price.ok_or_else(|| incomplete("unit_price"))?;
        if !(0..=MAX_MINOR).contains(&unit_price) {
            return Err(Invalid::new(
                "unit_price",
                "bad_amount",
                format!("must be between 0 and {MAX_MINOR} minor units"),
            ));
        }
        if let Some(Discount::Amount(amount)) = self.discount
            && !(0..=MAX_MINOR).contains(&amount)
        {
            return Err(Invalid::new("discount.amount", "bad_amount", "must not be negative"));
        }
        Ok(OrderLine {
            description: required_text("description", description, 500)?,
            sku: optional_text("sku", self.sku.as_deref(), 64)?,
            net: line_net(self.quantity, unit_price, self.discount)?,
            quantity: self.quantity,
            unit_price,
            discount: self.discount,
            vat_rate: self.vat_rate.ok_or_else(|| incomplete("vat_rate"))?,
        })
    }

    /// The SKU, if the line names one.
    fn sku(&self) -> Option<&str> {
        self.sku.as_deref().map(str::trim).filter(|sku| !sku.is_empty())
    }

    const fn is_complete(&self) -> bool {
        self.description.is_some() && self.unit_price.is_some() && self.vat_rate.is_some()
    }

    /// Fills in what is left out, in an order in this currency.
    fn complete(&mut self, currency: Option<Currency>, sources: &Sources) -> Result<(), Invalid> {
        if self.is_complete() {
            return Ok(());
        }
        if let Some(sku) = self.sku() {
            let product = sources.products.iter().find(|product| product.sku == sku);
            let product = product.ok_or_else(|| {
                let message = "must be the SKU of an active product, or the line must say everything itself";
                Invalid::new("sku", "unknown_product", message)
            })?;
            if currency != Some(product.currency) {
                let message = format!("the catalogue has it in {}, not in the order's currency", product.currency);
                return Err(Invalid::new("sku", "product_currency", message));
            }
            self.description.get_or_insert_with(|| product.name.clone());
            self.unit_price.get_or_insert(product.price);
            self.vat_rate.get_or_insert(product.vat_rate);
        }
        self.vat_rate = self.vat_rate.or(sources.vat_rate);
        Ok(())
    }
}

/// A field of a line that nobody says.
fn incomplete(field: &str) -> Invalid {
    Invalid::new(field, "line_incomplete", "must be given, unless sku names a product that says it")
}

/// Where an order takes from what its input leaves out.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    pub currency: Option<Currency>,
    /// For a line that names no product.
    pub vat_rate: Option<Percent>,
    /// Those of [`OrderInput::skus_to_look_up`] that are active.
    pub products: Vec<Product>,
}

impl OrderInput {
    /// The SKUs of lines that leave something out, each once.
    #[must_use]
    pub fn skus_to_look_up(&self) -> Vec<&str> {
        let lines = self.lines.iter().filter(|line| !line.is_complete());
        let mut skus: Vec<&str> = lines.filter_map(OrderLineInput::sku).collect();
        skus.sort_unstable();
        skus.dedup();
        skus
    }

    /// Whether something is left out that the settings say.
    #[must_use]
    pub fn needs_settings(&self) -> bool {
        let needs_rate = |line: &OrderLineInput| line.vat_rate.is_none() && line.sku().is_none();
        self.currency.is_none() || self.lines.iter().any(needs_rate)
    }

    /// The input with what was left out filled in from the catalogue, the contact and the settings, as far as it can be.
    ///
    /// Fails with `unknown_product` or `product_currency` at the SKU of the line that cannot take from the catalogue.
    pub fn completed(mut self, sources: &Sources) -> Result<Self, Invalid> {
        self.currency = self.currency.or(sources.currency);
        for (i, line) in self.lines.iter_mut().enumerate() {
            line.complete(self.currency, sources).map_err(|e| e.inside(&format!("lines[{i}]")))?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ProductId, ProductInput};

    fn input(lines: serde_json::Value) -> OrderInput {
        let contact_id = ContactId::new(1, 1);
        serde_json::from_value(serde_json::json!({ "contact_id": contact_id, "lines": lines })).unwrap()
    }

    fn sources() -> Sources {
        let product = |sku: &str, currency: &str| {
            let input = ProductInput {
                sku: sku.into(),
                name: "Comté 18 mois".into(),
                price: 1290,
                currency: currency.parse().unwrap(),
                vat_rate: "5.5".parse().unwrap(),
                unit: None,
                external_id: None,
            };
            Product::create(ProductId::new(1, 1), input, Timestamp::from_micros(0)).unwrap()
        };
        Sources {
            currency: Some(Currency::EUR),
            vat_rate: Some("20".parse().unwrap()),
            products: vec![product("COM-18", "EUR"), product("CHF-1", "CHF")],
        }
    }

    #[test]
    fn what_is_left_out_comes_from_the_product_and_what_is_given_wins() {
        let lines = serde_json::json!([
            { "sku": " COM-18 ", "quantity": "1" },
            { "sku": "COM-18", "quantity": "1", "unit_price": 0 },
            { "description": "Livraison", "quantity": "1", "unit_price": 500 },
            { "sku": "OURS", "description": "Ours", "quantity": "1", "unit_price": 1, "vat_rate": "0" },
        ]);
        let input = input(lines);
        assert_eq!((input.skus_to_look_up(), input.needs_settings()), (vec!["COM-18"], true));
        let completed = input.completed(&sources()).unwrap();
        assert_eq!(completed.currency, Some(Currency::EUR));
        let rate = |line: &OrderLineInput| line.vat_rate.map(|rate| rate.to_string()).unwrap();
        let lines: Vec<_> = completed
            .lines
            .iter()
            .map(|l| (l.description.as_deref().unwrap(), l.unit_price.unwrap(), rate(l)))
            .collect();
        let of = |description, price, rate: &str| (description, price, rate.to_owned());
        let comte = "Comté 18 mois";
        assert_eq!(
            lines,
            [of(comte, 1290, "5.5"), of(comte, 0, "5.5"), of("Livraison", 500, "20"), of("Ours", 1, "0")]
        );
    }

    #[test]
    fn a_line_that_cannot_take_from_the_catalogue_is_named() {
        let refused = |line: serde_json::Value| {
            let good = serde_json::json!({ "sku": "COM-18", "quantity": "1" });
            let error = input(serde_json::json!([good, line])).completed(&sources()).unwrap_err();
            (error.field, error.code)
        };
        let unknown = serde_json::json!({ "sku": "NONE", "quantity": "1", "unit_price": 1 });
        assert_eq!(refused(unknown), ("lines[1].sku".into(), "unknown_product"));
        assert_eq!(
            refused(serde_json::json!({ "sku": "CHF-1", "quantity": "1" })),
            ("lines[1].sku".into(), "product_currency")
        );
    }

    #[test]
    fn a_line_without_a_product_must_say_what_it_is_and_costs() {
        let missing = |line: serde_json::Value| {
            let completed = input(serde_json::json!([line])).completed(&Sources::default()).unwrap();
            completed.lines[0].clone().checked().unwrap_err().field
        };
        assert_eq!(missing(serde_json::json!({ "quantity": "1", "unit_price": 1, "vat_rate": "0" })), "description");
        assert_eq!(missing(serde_json::json!({ "description": "x", "quantity": "1", "vat_rate": "0" })), "unit_price");
        assert_eq!(missing(serde_json::json!({ "description": "x", "quantity": "1", "unit_price": 1 })), "vat_rate");
    }
}
