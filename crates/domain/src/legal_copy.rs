//! What the law wants kept of a contact that was erased.

use serde::{Deserialize, Serialize};

use crate::{Address, Contact, ContactId, Date, OrderId, Timestamp};

/// French commercial code, article L123-22: accounting documents and what supports them are kept for ten years
/// (<https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000006219327>).
const YEARS: i16 = 10;

/// Whom an order was for, as its invoice must say (French commercial code, article L441-9; VAT directive, article 226).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Buyer {
    #[schema(example = "Épicerie Dupré")]
    pub name: String,
    pub address: Option<Address>,
    pub vat_number: Option<String>,
    pub siren: Option<String>,
    pub siret: Option<String>,
}

/// The legal copy that an order keeps of an erased contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LegalCopy {
    pub order_id: OrderId,
    pub contact_id: ContactId,
    pub buyer: Buyer,
    /// The last day on which it is kept.
    pub keep_until: Date,
    /// When the contact was erased.
    pub created_at: Timestamp,
}

impl LegalCopy {
    /// The last day on which the buyer of an order must be known: ten years from the end of the order's year, so that no
    /// financial year lacks a document.
    #[must_use]
    pub fn keep_until(ordered_on: Date) -> Date {
        ordered_on.end_of_year_after(YEARS)
    }
}

impl Buyer {
    #[must_use]
    pub fn of(contact: &Contact) -> Self {
        Self {
            name: contact.name.clone(),
            address: contact.addresses.first().cloned(),
            vat_number: contact.vat_number.clone(),
            siren: contact.siren.clone(),
            siret: contact.siret.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_kept_to_the_end_of_the_tenth_year_after_the_orders() {
        for day in ["2026-01-01", "2026-12-31"] {
            assert_eq!(LegalCopy::keep_until(day.parse().unwrap()).to_string(), "2036-12-31");
        }
    }
}
