//! The cluster and its nodes.

use serde_json::Value;

use super::super::bill::{Bill, Group};
use super::super::money::Quantity;
use super::super::plan::{Plan, Resource};
use super::super::prices::{Instance, Prices};
use super::super::problem::Outcome;
use super::super::support::Standing;
use super::super::traffic::{HOURS, Nodes, Three};
use super::{Context, always};

/// What EKS gives a node whose launch template says nothing, in GB.
const DEFAULT_DISK: i64 = 20;

pub(super) fn cluster(context: Context<'_>, it: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    if it.yes("/compute_config/0/enabled") {
        return Err(it.not_priced("EKS Auto Mode"));
    }
    if it.at("/control_plane_scaling_config/0/tier").is_some_and(|tier| tier != "standard") {
        return Err(it.not_priced("a provisioned control plane"));
    }
    let version = it.text("/version")?;
    bill.charge(
        Group::Cluster,
        &it.address,
        &format!("control plane, Kubernetes {version}"),
        "eks-cluster",
        always(1),
    )?;
    let Standing::Extended { since, .. } = context.support.cluster(it, version, context.on)? else { return Ok(()) };
    if it.is("/upgrade_policy/0/support_type", "STANDARD") {
        bill.warnings.push(format!(
            "{}: EKS {version} left standard support on {since} and the cluster refuses extended support: AWS upgrades it unasked",
            it.address
        ));
        return Ok(());
    }
    bill.warnings
        .push(format!("{}: EKS {version} left standard support on {since}; its surcharge is counted", it.address));
    bill.charge(Group::Cluster, &it.address, &format!("extended support of {version}"), "eks-extended", always(1))
}

pub(super) fn nodes(context: Context<'_>, it: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    let spot = it.is("/capacity_type", "SPOT");
    let (kind, instance) = instance(it, bill.prices, spot)?;
    let hours = node_hours(context, it)?;
    if spot {
        let spot = instance.spot().ok_or_else(|| it.not_priced(format!("{kind} as a spot instance")))?;
        bill.charge_at(Group::Nodes, &it.address, &format!("{kind}, spot (assumed price)"), spot, hours);
    } else {
        bill.charge_at(Group::Nodes, &it.address, kind, instance.hour(), hours);
    }
    let template = template(context.plan, it);
    // In standard mode a node that has used its credits becomes slow instead of dearer.
    if !template.is_some_and(|template| template.is("/credit_specification/0/cpu_credits", "standard")) {
        let surplus = surplus(instance, context.each(|profile| profile.node_cpu), hours);
        bill.charge_at(Group::Nodes, &it.address, "CPU above the baseline", instance.surplus(), surplus);
    }
    let (size, price) = disk(it, template)?;
    let disks = hours.map(|hours| hours.share(size, HOURS));
    bill.charge(Group::Disks, &it.address, &format!("{size} GB for each node"), price, disks)?;
    if template.is_some_and(|template| template.yes("/monitoring/0/enabled")) {
        let metrics = hours.map(|hours| hours.share(context.assumptions.detailed_metrics_per_node, HOURS));
        bill.charge(Group::Monitoring, &it.address, "detailed monitoring", "metric", metrics)?;
    }
    Ok(())
}

/// What the nodes are. On demand AWS takes the first type that it has; of spot instances it takes what is plentiful, so the
/// dearest is counted.
fn instance<'a>(it: &'a Resource, prices: &'a Prices, spot: bool) -> Outcome<(&'a str, &'a Instance)> {
    let first = it.text("/instance_types/0")?;
    let mut chosen = (first, prices.instance(it, first)?);
    for kind in it.list("/instance_types").iter().skip(1).filter_map(Value::as_str).filter(|_| spot) {
        let other = prices.instance(it, kind)?;
        if other.spot().map(|price| price.usd) > chosen.1.spot().map(|price| price.usd) {
            chosen = (kind, other);
        }
    }
    Ok(chosen)
}

/// Hours of all nodes together.
pub(super) fn node_hours(context: Context<'_>, group: &Resource) -> Outcome<Three<Quantity>> {
    let sizes = [
        group.whole("/scaling_config/0/min_size")?,
        group.whole("/scaling_config/0/desired_size")?,
        group.whole("/scaling_config/0/max_size")?,
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
pub(super) fn surplus(instance: &Instance, cpu: Three<Quantity>, hours: Three<Quantity>) -> Three<Quantity> {
    [0, 1, 2].map(|at| {
        let above = cpu[at].max(instance.baseline) - instance.baseline;
        above.times(hours[at]).share(instance.vcpus, 100)
    })
}

/// The launch template beside a node group. Its id is known only after an apply, so it is found by its module.
fn template<'a>(plan: &'a Plan, group: &Resource) -> Option<&'a Resource> {
    let used = !group.list("/launch_template").is_empty();
    plan.of("aws_launch_template").find(|template| used && template.module() == group.module())
}

/// A node's disk: GB, and the price of its type.
fn disk(group: &Resource, template: Option<&Resource>) -> Outcome<(i64, &'static str)> {
    let Some(template) = template.filter(|template| !template.list("/block_device_mappings").is_empty()) else {
        return Ok((group.whole("/disk_size").unwrap_or(DEFAULT_DISK), "ebs-gp3"));
    };
    if template.list("/block_device_mappings").len() > 1 {
        return Err(template.not_priced("more than one disk for a node"));
    }
    let size = template.whole("/block_device_mappings/0/ebs/0/volume_size")?;
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
