//! The map: which column of a foreign file is which field of ours, and how its values are written.

use std::fmt::Debug;
use std::path::Path;

use domain::{ContactKind, Currency, ImportKind, Language, Percent, PlacedAs};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::Error;
use super::table::{Columns, Table, key};
use super::values::{Decimal, DiscountAs};

/// What a map file says. `[contacts]` and `[orders]` may stand in one file or in two.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    pub(super) contacts: Option<ContactsMap>,
    pub(super) orders: Option<OrdersMap>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ContactField {
    ExternalId,
    Name,
    ContactName,
    Email,
    Phone,
    Street,
    PostalCode,
    City,
    Region,
    Country,
    Notes,
    VatNumber,
    Siren,
    Siret,
    /// Separated by `,` or `;`.
    Tags,
    Kind,
    Language,
    /// `true` or `false`.
    MailOptOut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderField {
    ExternalId,
    /// The contact's external id.
    Contact,
    OrderedAt,
    DueOn,
    DeliveryDate,
    Reference,
    Notes,
    Currency,
    /// Several, with `;` between them.
    Tags,
    /// The state that the order gets; `place_as`, where nothing stands.
    State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LineField {
    Description,
    Sku,
    Quantity,
    UnitPrice,
    Discount,
    VatRate,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactsMap {
    #[serde(default = "comma", deserialize_with = "delimiter")]
    pub(super) delimiter: u8,
    pub(super) columns: Columns<ContactField>,
    #[serde(default)]
    pub(super) defaults: ContactDefaults,
}

/// For a contact that is new and whose columns say nothing; one that is there keeps what it has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ContactDefaults {
    pub(super) kind: ContactKind,
    pub(super) language: Language,
    pub(super) country: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrdersMap {
    #[serde(default = "comma", deserialize_with = "delimiter")]
    pub(super) delimiter: u8,
    #[serde(default)]
    pub(super) decimal: Decimal,
    /// As in `strptime`, tried in turn; without any, `2026-11-22` or RFC 3339.
    #[serde(default)]
    pub(super) date_formats: Vec<String>,
    pub(super) currency: Option<Currency>,
    #[serde(default, deserialize_with = "percent")]
    pub(super) vat_rate: Option<Percent>,
    #[serde(default)]
    pub(super) place_as: PlacedAs,
    pub(super) columns: Columns<OrderField>,
    pub(super) lines: LinesMap,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinesMap {
    /// The column of a second file that holds the order's external id; without it lines and orders share their rows.
    pub(super) join: Option<String>,
    pub(super) discount_as: Option<DiscountAs>,
    pub(super) columns: Columns<LineField>,
}

impl ContactField {
    const ALL: [Self; 18] = [
        Self::ExternalId,
        Self::Name,
        Self::ContactName,
        Self::Email,
        Self::Phone,
        Self::Street,
        Self::PostalCode,
        Self::City,
        Self::Region,
        Self::Country,
        Self::Notes,
        Self::VatNumber,
        Self::Siren,
        Self::Siret,
        Self::Tags,
        Self::Kind,
        Self::Language,
        Self::MailOptOut,
    ];
}

impl OrderField {
    const ALL: [Self; 10] = [
        Self::ExternalId,
        Self::Contact,
        Self::OrderedAt,
        Self::DueOn,
        Self::DeliveryDate,
        Self::Reference,
        Self::Notes,
        Self::Currency,
        Self::Tags,
        Self::State,
    ];
}

impl LineField {
    const ALL: [Self; 6] =
        [Self::Description, Self::Sku, Self::Quantity, Self::UnitPrice, Self::Discount, Self::VatRate];
}

impl Map {
    /// For a file whose columns are called as in our own exports ([`crate::exchange::export`]), as far as it has them.
    pub fn own(kind: ImportKind, file: &Path) -> Result<Self, Error> {
        let (delimiter, headers) = Table::peek(file)?;
        Ok(match kind {
            ImportKind::Contacts => {
                let columns = own_columns(&ContactField::ALL, &headers);
                present(&columns, &[ContactField::ExternalId, ContactField::Name])?;
                let contacts = ContactsMap { delimiter, columns, defaults: ContactDefaults::default() };
                Self { contacts: Some(contacts), orders: None }
            }
            ImportKind::Orders => {
                let columns = own_columns(&OrderField::ALL, &headers);
                present(&columns, &[OrderField::ExternalId, OrderField::Contact, OrderField::Currency])?;
                let of_lines = own_columns(&LineField::ALL, &headers);
                let needed = [LineField::Description, LineField::Quantity, LineField::UnitPrice, LineField::VatRate];
                present(&of_lines, &needed)?;
                let lines = LinesMap { join: None, discount_as: Some(DiscountAs::Marked), columns: of_lines };
                let (decimal, date_formats) = (Decimal::Point, Vec::new());
                let (currency, vat_rate, place_as) = (None, None, PlacedAs::default());
                let orders =
                    OrdersMap { delimiter, decimal, date_formats, currency, vat_rate, place_as, columns, lines };
                Self { contacts: None, orders: Some(orders) }
            }
        })
    }

    /// Reads a map. Every error names the key, and most the line.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let map: Self = toml::from_str(text).map_err(|e| Error::Map(e.to_string().trim_end().to_owned()))?;
        if let Some(contacts) = &map.contacts {
            need("contacts.columns", &contacts.columns, &[ContactField::ExternalId, ContactField::Name])?;
        }
        if let Some(orders) = &map.orders {
            orders.check()?;
        }
        if map.contacts.is_none() && map.orders.is_none() {
            return Err(Error::Map("the map has neither [contacts] nor [orders]".into()));
        }
        Ok(map)
    }

    /// What separates the columns of the files.
    pub(crate) fn delimiter(&self, kind: ImportKind) -> u8 {
        match kind {
            ImportKind::Contacts => self.contacts.as_ref().map(|contacts| contacts.delimiter),
            ImportKind::Orders => self.orders.as_ref().map(|orders| orders.delimiter),
        }
        .unwrap_or(b',')
    }

    pub(super) fn contacts(&self) -> Result<&ContactsMap, Error> {
        self.contacts.as_ref().ok_or_else(|| Error::Map("the map has no [contacts]".into()))
    }

    pub(super) fn orders(&self) -> Result<&OrdersMap, Error> {
        self.orders.as_ref().ok_or_else(|| Error::Map("the map has no [orders]".into()))
    }
}

impl OrdersMap {
    fn check(&self) -> Result<(), Error> {
        need("orders.columns", &self.columns, &[OrderField::ExternalId, OrderField::Contact])?;
        let lines = &self.lines;
        need(
            "orders.lines.columns",
            &lines.columns,
            &[LineField::Description, LineField::Quantity, LineField::UnitPrice],
        )?;
        if self.currency.is_none() && !self.columns.contains_key(&OrderField::Currency) {
            return Err(Error::Map("orders.currency is missing, and orders.columns.currency as well".into()));
        }
        if self.vat_rate.is_none() && !lines.columns.contains_key(&LineField::VatRate) {
            return Err(Error::Map("orders.vat_rate is missing, and orders.lines.columns.vat_rate as well".into()));
        }
        if lines.discount_as.is_none() && lines.columns.contains_key(&LineField::Discount) {
            let message = "orders.lines.discount_as is missing: \"fraction\", \"percent\" or \"amount\"";
            return Err(Error::Map(message.into()));
        }
        let some_moment = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
        for format in &self.date_formats {
            jiff::fmt::strtime::format(format, &some_moment)
                .map_err(|e| Error::Map(format!("orders.date_formats: {format:?}: {e}")))?;
        }
        Ok(())
    }
}

/// The fields that a file has a column for, under our own names.
fn own_columns<F: Copy + Ord + Debug + Serialize>(fields: &[F], headers: &[String]) -> Columns<F> {
    let found = fields.iter().filter(|field| headers.contains(&key(*field)));
    found.map(|field| (*field, key(field))).collect()
}

fn present<F: Ord + Debug + Serialize>(columns: &Columns<F>, fields: &[F]) -> Result<(), Error> {
    let missing = fields.iter().find(|field| !columns.contains_key(field));
    let message = |field: &F| format!("the file has no column {:?}; a map can say what its columns are", key(field));
    missing.map_or(Ok(()), |field| Err(Error::Map(message(field))))
}

fn need<F: Ord + Debug + Serialize>(table: &str, columns: &Columns<F>, fields: &[F]) -> Result<(), Error> {
    match fields.iter().find(|field| !columns.contains_key(field)) {
        Some(missing) => Err(Error::Map(format!("{table}.{} is missing", key(missing)))),
        None => Ok(()),
    }
}

const fn comma() -> u8 {
    b','
}

fn delimiter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    match String::deserialize(deserializer)?.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err(D::Error::custom("must be one character, such as \",\", \";\" or \"\\t\"")),
    }
}

/// `20`, `5.5` or `"5.5"`.
fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Percent>, D::Error> {
    let text = match toml::Value::deserialize(deserializer)? {
        toml::Value::String(text) => text,
        // A float prints as the shortest text that reads back as itself: what stands in the map.
        number @ (toml::Value::Integer(_) | toml::Value::Float(_)) => number.to_string(),
        _ => return Err(D::Error::custom("must be a number like 5.5")),
    };
    text.parse().map(Some).map_err(|e: domain::Invalid| D::Error::custom(e.message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::export::{Contacts, Export as _, OrderLines};

    #[test]
    fn what_we_export_to_be_imported_is_what_we_import() {
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        let of = |columns: &[&str]| sorted(columns.iter().map(|&name| name.to_owned()).collect());
        assert_eq!(of(Contacts::IMPORTED), sorted(ContactField::ALL.iter().map(key).collect()));
        let fields = OrderField::ALL.iter().map(key).chain(LineField::ALL.iter().map(key));
        assert_eq!(of(OrderLines::IMPORTED), sorted(fields.collect()));
    }
}
