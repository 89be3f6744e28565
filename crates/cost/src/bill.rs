//! The monthly bill of an environment: lines with a price and three quantities, and warnings.

use std::collections::BTreeMap;
use std::fmt;

use super::money::{Quantity, Usd};
use super::plan::Resource;
use super::prices::{Price, Prices};
use super::problem::Outcome;
use super::traffic::PerTraffic;

/// The groups of a bill: those that the brief adds up, and those that it leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Cluster,
    Nodes,
    Database,
    Nat,
    Registry,
    Queue,
    Monitoring,
    Disks,
    Balancer,
    Addresses,
    Transfer,
    Keys,
    Other,
}

impl Group {
    pub(crate) const ALL: [Group; 13] = [
        Group::Cluster,
        Group::Nodes,
        Group::Database,
        Group::Nat,
        Group::Registry,
        Group::Queue,
        Group::Monitoring,
        Group::Disks,
        Group::Balancer,
        Group::Addresses,
        Group::Transfer,
        Group::Keys,
        Group::Other,
    ];
}

impl fmt::Display for Group {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Group::Cluster => "EKS cluster",
            Group::Nodes => "EKS nodes",
            Group::Database => "RDS",
            Group::Nat => "NAT gateways",
            Group::Registry => "ECR",
            Group::Queue => "SQS",
            Group::Monitoring => "CloudWatch",
            Group::Disks => "Disks of the nodes",
            Group::Balancer => "Load balancer",
            Group::Addresses => "Public IPv4 addresses",
            Group::Transfer => "Data transfer",
            Group::Keys => "Keys and secrets",
            Group::Other => "Other",
        })
    }
}

/// The `resource` of lines that subtract the account's free allowances.
pub(crate) const ACCOUNT: &str = "the account";

pub(crate) struct Line {
    pub(crate) group: Group,
    /// The resource's address in the plan, or what is assumed.
    pub(crate) resource: String,
    pub(crate) what: String,
    pub(crate) price: Price,
    pub(crate) quantity: PerTraffic<Quantity>,
    pub(crate) cost: PerTraffic<Usd>,
}

/// What an environment costs in a month.
pub(crate) struct Bill<'a> {
    pub(crate) prices: &'a Prices,
    pub(crate) lines: Vec<Line>,
    pub(crate) warnings: Vec<String>,
    /// Resources that cost nothing: how many of each type, and why.
    pub(crate) free: BTreeMap<String, (usize, &'static str)>,
    /// How much of each price was used, for the account's free allowances.
    used: BTreeMap<String, (Group, PerTraffic<Quantity>)>,
}

impl<'a> Bill<'a> {
    pub(crate) fn new(prices: &'a Prices) -> Bill<'a> {
        Bill { prices, lines: Vec::new(), warnings: Vec::new(), free: BTreeMap::new(), used: BTreeMap::new() }
    }

    /// Adds a line at a price of `prices.toml`. Uses of a price with a free allowance are added up: see [`Bill::subtract_free_allowances`].
    pub(crate) fn charge(
        &mut self,
        group: Group,
        resource: &str,
        what: &str,
        key: &str,
        quantity: PerTraffic<Quantity>,
    ) -> Outcome<()> {
        let price = self.prices.price(resource, key)?;
        let (_, used) = self.used.entry(key.to_owned()).or_insert((group, [Quantity::ZERO; 3]));
        *used = [0, 1, 2].map(|at| used[at] + quantity[at]);
        self.charge_at_price(group, resource, what, price, quantity);
        Ok(())
    }

    /// Adds a line at a given price, unless its quantity is zero at any traffic.
    pub(crate) fn charge_at_price(
        &mut self,
        group: Group,
        resource: &str,
        what: &str,
        price: Price,
        quantity: PerTraffic<Quantity>,
    ) {
        if quantity == [Quantity::ZERO; 3] {
            return;
        }
        let cost = quantity.map(|quantity| price.usd * quantity);
        self.lines.push(Line { group, resource: resource.to_owned(), what: what.to_owned(), price, quantity, cost });
    }

    /// Counts a resource that costs nothing by itself.
    pub(crate) fn count_free(&mut self, resource: &Resource, why: &'static str) {
        self.free.entry(resource.kind.clone()).or_insert((0, why)).0 += 1;
    }

    /// Adds a negative line for each price that was used and that has a free allowance.
    pub(crate) fn subtract_free_allowances(&mut self) -> Outcome<()> {
        for (key, free) in &self.prices.free {
            let Some((group, used)) = self.used.get(key).copied() else { continue };
            let quantity = used.map(|used| -used.min(free.quantity));
            let price = self.prices.price(ACCOUNT, key)?;
            let what = format!("free each month: {}", free.quantity.with_unit(&price.unit));
            self.charge_at_price(group, ACCOUNT, &what, price, quantity);
        }
        self.lines.sort_by(|one, other| one.group.cmp(&other.group).then_with(|| one.order().cmp(&other.order())));
        Ok(())
    }

    pub(crate) fn total(&self) -> PerTraffic<Usd> {
        sum(self.lines.iter())
    }

    pub(crate) fn group(&self, group: Group) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.group == group)
    }
}

impl Line {
    /// Sort key within a group: the plan's resources, then assumed lines, then free allowances.
    fn order(&self) -> (bool, bool, &str) {
        (self.resource == ACCOUNT, self.resource.starts_with("assumed"), &self.resource)
    }
}

pub(crate) fn sum<'a>(lines: impl Iterator<Item = &'a Line>) -> PerTraffic<Usd> {
    lines.fold([Usd::default(); 3], |sum, line| [0, 1, 2].map(|at| sum[at] + line.cost[at]))
}
