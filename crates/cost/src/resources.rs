//! Chooses the function that prices a type of resource. A type that is in no list is an error that names it.

mod compute;
mod database;
mod free;
mod monitoring;
mod network;
mod storage;

use jiff::civil::Date;

use super::bill::Bill;
use super::money::Quantity;
use super::plan::{Plan, Resource};
use super::prices::Prices;
use super::problem::{Outcome, Problem};
use super::support::Support;
use super::traffic::{Assumptions, HOURS, PerTraffic, Profile, Traffic};

/// The data that costs depend on besides the plan.
#[derive(Clone, Copy)]
pub(crate) struct PricingInputs<'a> {
    pub(crate) prices: &'a Prices,
    pub(crate) support: &'a Support,
    pub(crate) traffic: &'a Traffic,
    /// The day on which versions must be supported.
    pub(crate) on: Date,
}

/// The data for pricing one environment.
#[derive(Clone, Copy)]
struct Context<'a> {
    plan: &'a Plan,
    support: &'a Support,
    assumptions: &'a Assumptions,
    profiles: PerTraffic<&'a Profile>,
    on: Date,
    /// Hours a month that nodes and databases run; everything else runs always.
    running: i64,
}

/// Adds up an environment whose nodes and databases run `running` hours a month.
pub(crate) fn bill<'a>(inputs: PricingInputs<'a>, plan: &Plan, running: i64) -> Outcome<Bill<'a>> {
    let context = Context {
        plan,
        support: inputs.support,
        assumptions: &inputs.traffic.assumptions,
        profiles: inputs.traffic.profiles(&plan.name),
        on: inputs.on,
        running,
    };
    let mut bill = Bill::new(inputs.prices);
    for resource in &plan.resources {
        price(context, resource, &mut bill)?;
    }
    network::assumed(context, &mut bill)?;
    monitoring::assumed(context, &mut bill)?;
    bill.subtract_free_allowances()?;
    monitoring::budgets(context, &mut bill)?;
    Ok(bill)
}

fn price(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    match resource.kind.as_str() {
        "aws_eks_cluster" => compute::cluster(context, resource, bill),
        "aws_eks_node_group" => compute::nodes(context, resource, bill),
        "aws_eks_addon" => monitoring::addon(context, resource, bill),
        "aws_db_instance" => database::instance(context, resource, bill),
        "aws_nat_gateway" => network::gateway(context, resource, bill),
        "aws_eip" => network::address(resource, bill),
        "aws_lb" => network::balancer(context, resource, bill),
        "aws_vpc_endpoint" => network::endpoint(context, resource, bill),
        "aws_sqs_queue" => storage::queue(context, resource, bill),
        "aws_ecr_repository" => storage::repository(context, resource, bill),
        "aws_s3_bucket" => storage::bucket(context, resource, bill),
        "aws_ebs_volume" => storage::volume(resource, bill),
        "aws_kms_key" => storage::key(context, resource, bill),
        "aws_secretsmanager_secret" => storage::secret(context, resource, bill),
        "aws_route53_zone" => storage::zone(resource, bill),
        "aws_cloudwatch_log_group" => monitoring::log_group(context, resource, bill),
        "aws_cloudwatch_log_metric_filter" => monitoring::metric_filter(context, resource, bill),
        "aws_cloudwatch_metric_alarm" => monitoring::alarm(resource, bill),
        "aws_cloudwatch_composite_alarm" => monitoring::composite_alarm(resource, bill),
        "aws_cloudwatch_dashboard" => monitoring::dashboard(resource, bill),
        _ => free::count(resource, bill),
    }
}

impl Context<'_> {
    /// Computes a quantity from each profile.
    fn each(&self, quantity: impl Fn(&Profile) -> Quantity) -> PerTraffic<Quantity> {
        self.profiles.map(quantity)
    }

    /// How many resources of a kind the plan has.
    fn count(&self, kind: &str) -> i64 {
        i64::try_from(self.plan.of_kind(kind).count()).unwrap_or(i64::MAX)
    }
}

/// The hours of a whole month for a number of resources, the same at any traffic.
fn always(number: i64) -> PerTraffic<Quantity> {
    [Quantity::whole(number * HOURS); 3]
}

/// A number that is the same at any traffic.
fn number(number: i64) -> PerTraffic<Quantity> {
    [Quantity::whole(number); 3]
}

fn unknown(resource: &Resource) -> Problem {
    Problem::UnknownType { address: resource.address.clone(), kind: resource.kind.clone() }
}

#[cfg(test)]
mod tests;
