//! Prices the cluster and its nodes.

use serde_json::Value;

use super::super::bill::{Bill, Group};
use super::super::money::Quantity;
use super::super::plan::{Plan, Resource};
use super::super::prices::{Instance, Prices};
use super::super::problem::Outcome;
use super::super::support::SupportStatus;
use super::super::traffic::{HOURS, Nodes, PerTraffic};
use super::{Context, always};

/// GB of a node's disk where the launch template has none.
const DEFAULT_DISK: i64 = 20;

pub(super) fn cluster(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    if resource.is_true("/compute_config/0/enabled") {
        return Err(resource.not_priced("EKS Auto Mode"));
    }
    if resource.at("/control_plane_scaling_config/0/tier").is_some_and(|tier| tier != "standard") {
        return Err(resource.not_priced("a provisioned control plane"));
    }
    let version = resource.text("/version")?;
    bill.charge(
        Group::Cluster,
        &resource.address,
        &format!("control plane, Kubernetes {version}"),
        "eks-cluster",
        always(1),
    )?;
    let SupportStatus::Extended { since, .. } = context.support.cluster(resource, version, context.on)? else {
        return Ok(());
    };
    if resource.is("/upgrade_policy/0/support_type", "STANDARD") {
        bill.warnings.push(format!(
            "{}: EKS {version} left standard support on {since} and the cluster refuses extended support: AWS upgrades it unasked",
            resource.address
        ));
        return Ok(());
    }
    bill.warnings.push(format!(
        "{}: EKS {version} left standard support on {since}; its surcharge is counted",
        resource.address
    ));
    bill.charge(Group::Cluster, &resource.address, &format!("extended support of {version}"), "eks-extended", always(1))
}

pub(super) fn nodes(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    let spot = resource.is("/capacity_type", "SPOT");
    let (kind, instance) = instance(resource, bill.prices, spot)?;
    let hours = node_hours(context, resource)?;
    if spot {
        let spot = instance.spot().ok_or_else(|| resource.not_priced(format!("{kind} as a spot instance")))?;
        bill.charge_at_price(Group::Nodes, &resource.address, &format!("{kind}, spot (assumed price)"), spot, hours);
    } else {
        bill.charge_at_price(Group::Nodes, &resource.address, kind, instance.hour(), hours);
    }
    let template = template(context.plan, resource);
    // In standard mode a node that has used its credits becomes slow instead of dearer.
    if !template.is_some_and(|template| template.is("/credit_specification/0/cpu_credits", "standard")) {
        let surplus = surplus(instance, context.each(|profile| profile.node_cpu), hours);
        bill.charge_at_price(Group::Nodes, &resource.address, "CPU above the baseline", instance.surplus(), surplus);
    }
    let (size, price) = disk(resource, template)?;
    let disks = hours.map(|hours| hours.share(size, HOURS));
    bill.charge(Group::Disks, &resource.address, &format!("{size} GB for each node"), price, disks)?;
    if template.is_some_and(|template| template.is_true("/monitoring/0/enabled")) {
        let metrics = hours.map(|hours| hours.share(context.assumptions.detailed_metrics_per_node, HOURS));
        bill.charge(Group::Monitoring, &resource.address, "detailed monitoring", "metric", metrics)?;
    }
    Ok(())
}

/// The instance type that is counted for a node group. On demand AWS takes the first type that it has; of spot instances it takes what is plentiful, so the
/// dearest is counted.
fn instance<'a>(resource: &'a Resource, prices: &'a Prices, spot: bool) -> Outcome<(&'a str, &'a Instance)> {
    let first = resource.text("/instance_types/0")?;
    let mut chosen = (first, prices.instance(resource, first)?);
    for kind in resource.list("/instance_types").iter().skip(1).filter_map(Value::as_str).filter(|_| spot) {
        let other = prices.instance(resource, kind)?;
        if other.spot().map(|price| price.usd) > chosen.1.spot().map(|price| price.usd) {
            chosen = (kind, other);
        }
    }
    Ok(chosen)
}

/// Hours a month of all nodes of a group together.
pub(super) fn node_hours(context: Context<'_>, group: &Resource) -> Outcome<PerTraffic<Quantity>> {
    let sizes = [
        group.integer("/scaling_config/0/min_size")?,
        group.integer("/scaling_config/0/desired_size")?,
        group.integer("/scaling_config/0/max_size")?,
    ];
    Ok(context.each(|profile| {
        let [min, desired, max] = sizes;
        let nodes = match profile.nodes {
            Nodes::Min => min,
            Nodes::Desired => desired,
            Nodes::Max => max,
        };
        Quantity::whole(nodes * context.running)
    }))
}

/// vCPU-hours above what an instance's price includes: its average CPU less its baseline, in per cent.
pub(super) fn surplus(
    instance: &Instance,
    cpu: PerTraffic<Quantity>,
    hours: PerTraffic<Quantity>,
) -> PerTraffic<Quantity> {
    [0, 1, 2].map(|at| {
        let above = cpu[at].max(instance.baseline) - instance.baseline;
        above.times(hours[at]).share(instance.vcpus, 100)
    })
}

/// The launch template beside a node group. Its id is known only after an apply, so it is found by its module.
fn template<'a>(plan: &'a Plan, group: &Resource) -> Option<&'a Resource> {
    let used = !group.list("/launch_template").is_empty();
    plan.of_kind("aws_launch_template").find(|template| used && template.module() == group.module())
}

/// A node's disk: GB, and the price of its type.
fn disk(group: &Resource, template: Option<&Resource>) -> Outcome<(i64, &'static str)> {
    let Some(template) = template.filter(|template| !template.list("/block_device_mappings").is_empty()) else {
        return Ok((group.integer("/disk_size").unwrap_or(DEFAULT_DISK), "ebs-gp3"));
    };
    if template.list("/block_device_mappings").len() > 1 {
        return Err(template.not_priced("more than one disk for a node"));
    }
    let size = template.integer("/block_device_mappings/0/ebs/0/volume_size")?;
    let at = |name: &str| template.at(&format!("/block_device_mappings/0/ebs/0/{name}"));
    if at("iops").and_then(Value::as_i64).is_some_and(|iops| iops > 3000)
        || at("throughput").and_then(Value::as_i64).is_some_and(|throughput| throughput > 125)
    {
        return Err(template.not_priced("a disk faster than gp3's baseline"));
    }
    match at("volume_type").and_then(Value::as_str) {
        Some("gp3") => Ok((size, "ebs-gp3")),
        Some("gp2") | None => Ok((size, "ebs-gp2")),
        Some(other) => Err(template.not_priced(format!("a disk of type {other}"))),
    }
}
