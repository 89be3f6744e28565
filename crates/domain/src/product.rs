//! Products: what is sold, at which price and rate. Order lines copy from here what they leave out; an order that stands
//! does not change with the catalogue.

use serde::{Deserialize, Serialize};

use crate::error::{optional_text, required_text};
use crate::{Currency, Invalid, MAX_MINOR, Percent, ProductId, Timestamp};

/// What a caller may say of a product; the rest is the system's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductInput {
    /// What order lines and people call it; unique, in upper and lower case as written.
    #[schema(
        min_length = 1,
        max_length = 64,
        example = "COM-18",
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
    )]
    pub sku: String,
    #[schema(min_length = 1, max_length = 500, example = "Comté 18 mois, meule")]
    pub name: String,
    /// Net price of one, in minor units of the currency.
    #[serde(deserialize_with = "crate::whole::number")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991i64, example = 1290)]
    pub price: i64,
    pub currency: Currency,
    pub vat_rate: Percent,
    /// What one of it is.
    #[serde(default)]
    #[schema(max_length = 20, example = "kg")]
    pub unit: Option<String>,
    /// The id in the system this product came from; unique.
    #[serde(default)]
    #[schema(max_length = 100, example = "11")]
    pub external_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Product {
    pub id: ProductId,
    /// Goes up by one with each change; the `ETag`.
    #[schema(minimum = 1)]
    pub version: i64,
    #[schema(example = "COM-18")]
    pub sku: String,
    #[schema(example = "Comté 18 mois, meule")]
    pub name: String,
    #[schema(example = 1290)]
    pub price: i64,
    pub currency: Currency,
    pub vat_rate: Percent,
    #[schema(example = "kg")]
    pub unit: Option<String>,
    /// Whether order lines may take their price from it.
    pub active: bool,
    pub external_id: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl ProductInput {
    /// The input with every text trimmed and checked; refuses what cannot be accepted.
    pub fn checked(self) -> Result<Self, Invalid> {
        let sku = required_text("sku", &self.sku, 64)?;
        // It is typed, scanned and sorted by: a tab or a line end in it can only be a mistake.
        if self.sku.contains(char::is_control) {
            return Err(Invalid::new("sku", "control_character", "must not contain control characters"));
        }
        if !(0..=MAX_MINOR).contains(&self.price) {
            return Err(Invalid::new("price", "bad_amount", format!("must be between 0 and {MAX_MINOR} minor units")));
        }
        Ok(Self {
            sku,
            name: required_text("name", &self.name, 500)?,
            unit: optional_text("unit", self.unit.as_deref(), 20)?,
            external_id: optional_text("external_id", self.external_id.as_deref(), 100)?,
            ..self
        })
    }
}

impl Product {
    /// A new product, as it stands after its first event.
    pub fn create(id: ProductId, input: ProductInput, now: Timestamp) -> Result<Self, Invalid> {
        let ProductInput { sku, name, price, currency, vat_rate, unit, external_id } = input.checked()?;
        Ok(Self {
            id,
            version: 1,
            sku,
            name,
            price,
            currency,
            vat_rate,
            unit,
            active: true,
            external_id,
            created_at: now,
            updated_at: now,
        })
    }

    /// The product after an edit: everything a caller may say of it is replaced.
    pub fn edited(&self, input: ProductInput, now: Timestamp) -> Result<Self, Invalid> {
        let said = Self::create(self.id, input, now)?;
        Ok(Self { version: self.version + 1, active: self.active, created_at: self.created_at, ..said })
    }

    /// Whether it says nothing that is not already so.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        *self == Self { version: self.version, updated_at: self.updated_at, ..other.clone() }
    }

    /// Words by which people look for a product.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        crate::search::terms([self.sku.as_str(), self.name.as_str()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> ProductInput {
        ProductInput {
            sku: " COM-18 ".into(),
            name: "Comté 18 mois".into(),
            price: 1290,
            currency: Currency::EUR,
            vat_rate: "5.5".parse().unwrap(),
            unit: Some(" ".into()),
            external_id: None,
        }
    }

    #[test]
    fn an_edit_replaces_what_is_said_and_keeps_the_rest() {
        let (then, now) =
            ("2026-11-01T10:00:00Z".parse::<Timestamp>().unwrap(), "2026-11-22T10:00:00Z".parse().unwrap());
        let product = Product::create(ProductId::new(1, 1), input(), then).unwrap();
        assert_eq!((product.sku.as_str(), product.unit.as_deref()), ("COM-18", None));
        let archived = Product { active: false, ..product.clone() };
        let edited = archived.edited(ProductInput { price: 0, ..input() }, now).unwrap();
        assert_eq!((edited.version, edited.active, edited.price), (2, false, 0));
        assert_eq!((edited.created_at, edited.updated_at), (then, now));
        assert!(!edited.says_the_same_as(&archived));
        assert!(archived.edited(input(), now).unwrap().says_the_same_as(&archived));
    }

    #[test]
    fn a_bad_field_is_named() {
        let bad = |input: ProductInput| input.checked().unwrap_err().field;
        assert_eq!(bad(ProductInput { sku: " ".into(), ..input() }), "sku");
        assert_eq!(bad(ProductInput { sku: "A\tB".into(), ..input() }), "sku");
        assert_eq!(bad(ProductInput { name: "x".repeat(501), ..input() }), "name");
        assert_eq!(bad(ProductInput { price: -1, ..input() }), "price");
        assert_eq!(bad(ProductInput { price: MAX_MINOR + 1, ..input() }), "price");
    }
}
