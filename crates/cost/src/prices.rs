//! Reads `deploy/cost/prices.toml`: AWS's prices and their sources.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

use super::money::{Quantity, Usd};
use super::plan::Resource;
use super::problem::{Outcome, Problem, read};

/// The source that every price of a spot instance has; those change by the hour.
const SPOT: &str = "spot";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prices {
    #[serde(deserialize_with = "date")]
    pub(crate) date: Date,
    pub(crate) region: String,
    /// Public pages by their short name.
    pub(crate) sources: BTreeMap<String, String>,
    #[serde(rename = "prices")]
    pub(crate) rates: BTreeMap<String, Price>,
    /// How much of a price's units an account has for nothing, each month.
    pub(crate) free: BTreeMap<String, Free>,
    instances: BTreeMap<String, Instance>,
    databases: BTreeMap<String, Instance>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Price {
    pub(crate) usd: Usd,
    pub(crate) unit: String,
    pub(crate) source: String,
    /// Where the figure was last read.
    pub(crate) seen: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Free {
    pub(crate) quantity: Quantity,
    pub(crate) seen: String,
}

/// A size of burstable machine or database.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Instance {
    hour: Usd,
    spot: Option<Usd>,
    pub(crate) vcpus: i64,
    /// Per cent of each vCPU that the hour includes, on average over a day.
    pub(crate) baseline: Quantity,
    /// A vCPU-hour above the baseline.
    surplus: Usd,
    source: String,
    /// Where the hour's price was last read.
    seen: Option<String>,
}

impl Instance {
    pub(crate) fn hour(&self) -> Price {
        self.price(self.hour, "hour", self.seen.clone())
    }

    pub(crate) fn spot(&self) -> Option<Price> {
        let spot = self.spot.map(|spot| self.price(spot, "spot hour", None))?;
        Some(Price { source: SPOT.to_owned(), ..spot })
    }

    pub(crate) fn surplus(&self) -> Price {
        self.price(self.surplus, "vCPU-hour", None)
    }

    fn price(&self, usd: Usd, unit: &str, seen: Option<String>) -> Price {
        Price { usd, unit: unit.to_owned(), source: self.source.clone(), seen }
    }
}

impl Prices {
    pub(crate) fn read(path: &Path) -> Outcome<Prices> {
        read(path, Prices::parse)
    }

    pub(crate) fn parse(text: &str) -> Result<Prices, String> {
        let prices: Prices = toml::from_str(text).map_err(|error| error.to_string())?;
        let spot = SPOT.to_owned();
        let instances = prices.instances.iter().chain(&prices.databases).map(|(name, it)| (name, &it.source));
        let sources = prices.rates.iter().map(|(name, it)| (name, &it.source)).chain(instances).chain([(&spot, &spot)]);
        for (name, source) in sources {
            if !prices.sources.contains_key(source) {
                return Err(format!("{name}: {source} is not below [sources]"));
            }
        }
        match prices.free.keys().find(|key| !prices.rates.contains_key(*key)) {
            Some(key) => Err(format!("{key} is free but has no price")),
            None => Ok(prices),
        }
    }

    pub(crate) fn price(&self, address: &str, key: &str) -> Outcome<Price> {
        self.rates.get(key).cloned().ok_or_else(|| unpriced(address, key))
    }

    pub(crate) fn instance(&self, of: &Resource, name: &str) -> Outcome<&Instance> {
        self.instances.get(name).ok_or_else(|| unpriced(&of.address, name))
    }

    pub(crate) fn database(&self, of: &Resource, name: &str) -> Outcome<&Instance> {
        self.databases.get(name).ok_or_else(|| unpriced(&of.address, name))
    }
}

fn unpriced(address: &str, what: &str) -> Problem {
    Problem::NoPrice { address: address.to_owned(), what: what.to_owned() }
}

/// Deserialises a day as ISO 8601 writes it.
pub(super) fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_without_a_public_page_is_refused() {
        let text = include_str!("../tests/data/prices.toml");
        assert!(Prices::parse(text).is_ok());
        let without = text.replace("\nsqs = \"https://", "\nother = \"https://");
        assert_eq!(Prices::parse(&without).err().unwrap(), "sqs-million: sqs is not below [sources]");
    }
}
