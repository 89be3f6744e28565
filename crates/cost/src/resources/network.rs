//! Prices gateways, addresses, load balancers and data transfer.

use std::collections::BTreeSet;

use super::super::bill::{Bill, Group};
use super::super::plan::Resource;
use super::super::problem::Outcome;
use super::super::traffic::{HOURS, Profile};
use super::{Context, always};

pub(super) fn gateway(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    if resource.is("/connectivity_type", "private") {
        return Err(resource.not_priced("a private NAT gateway"));
    }
    bill.charge(Group::Nat, &resource.address, "gateway", "nat-hour", always(1))?;
    let gateways = context.count("aws_nat_gateway");
    let layers_pass = !has_s3_gateway(context);
    let gb = context.each(|profile| {
        let all = if layers_pass { profile.nat_gb + profile.image_pull_gb } else { profile.nat_gb };
        all.share(1, gateways)
    });
    bill.charge(Group::Nat, &resource.address, "what it passes on", "nat-gb", gb)
}

/// ECR keeps the layers of images in S3, which a gateway endpoint reaches without the NAT gateway.
fn has_s3_gateway(context: Context<'_>) -> bool {
    context.plan.of_kind("aws_vpc_endpoint").any(|endpoint| {
        !endpoint.is("/vpc_endpoint_type", "Interface")
            && endpoint.text("/service_name").is_ok_and(|name| name.rsplit('.').next() == Some("s3"))
    })
}

/// Prices a public address, which costs the same in use or not.
pub(super) fn address(resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    bill.charge(Group::Addresses, &resource.address, "address", "public-ipv4", always(1))
}

pub(super) fn endpoint(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    if !resource.is("/vpc_endpoint_type", "Interface") {
        bill.count_free(resource, "gateway endpoints are free");
        return Ok(());
    }
    bill.charge(Group::Transfer, &resource.address, "endpoint in each zone", "endpoint-hour", always(zones(context)))
}

pub(super) fn balancer(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    if !resource.is("/load_balancer_type", "application") {
        return Err(resource.not_priced("a load balancer that is no ALB"));
    }
    charge_balancer(context, &resource.address, !resource.is_true("/internal"), bill)
}

fn charge_balancer(context: Context<'_>, address: &str, public: bool, bill: &mut Bill<'_>) -> Outcome<()> {
    bill.charge(Group::Balancer, address, "balancer", "alb-hour", always(1))?;
    bill.charge(Group::Balancer, address, "capacity units", "alb-lcu", context.each(Profile::lcu_hours))?;
    if public {
        let addresses = always(context.assumptions.balancer_addresses);
        bill.charge(Group::Addresses, address, "an address in each zone", "public-ipv4", addresses)?;
    }
    Ok(())
}

/// Prices what no plan shows: the ingress controller's load balancer, and data transfer.
pub(super) fn assumed(context: Context<'_>, bill: &mut Bill<'_>) -> Outcome<()> {
    if context.count("aws_eks_cluster") == 0 {
        return Ok(());
    }
    if context.plan.of_kind("aws_lb").next().is_none() {
        charge_balancer(context, "assumed: the ingress's ALB", true, bill)?;
    }
    let internet = context.each(|profile| profile.internet_gb);
    bill.charge(Group::Transfer, "assumed: answers to browsers", "out to the Internet", "internet-gb", internet)?;
    let pods = context.each(|profile| profile.cross_zone_gb);
    bill.charge(Group::Transfer, "assumed: pods and database", "from zone to zone", "zone-gb", pods)?;
    let (zones, gateways) = (zones(context), context.count("aws_nat_gateway"));
    if gateways > 0 && gateways < zones {
        let far = context.each(|profile| profile.nat_gb.share(zones - gateways, zones));
        bill.charge(
            Group::Transfer,
            "assumed: nodes without a NAT of their zone",
            "from zone to zone",
            "zone-gb",
            far,
        )?;
    }
    Ok(())
}

/// How many availability zones have a subnet.
fn zones(context: Context<'_>) -> i64 {
    let zones: BTreeSet<&str> =
        context.plan.of_kind("aws_subnet").filter_map(|subnet| subnet.text("/availability_zone").ok()).collect();
    i64::try_from(zones.len()).unwrap_or(HOURS).max(1)
}
