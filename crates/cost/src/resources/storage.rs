//! Prices queues, images, buckets, disks, keys, secrets and DNS zones.

use serde_json::Value;

use super::super::bill::{Bill, Group};
use super::super::money::Quantity;
use super::super::plan::Resource;
use super::super::problem::Outcome;
use super::{Context, number};

/// Images that are counted for a repository without a lifecycle policy: a year of two releases a week.
const KEPT_FOR_EVER: i64 = 100;

/// Prices a queue. The one for orders has all messages and polling; of a dead-letter queue only the depth is read.
pub(super) fn queue(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    if resource.is_true("/fifo_queue") {
        return Err(resource.not_priced("a FIFO queue"));
    }
    let dead = resource.text("/name").is_ok_and(|name| name.ends_with("-dlq"));
    let reads = context.assumptions.attribute_millions();
    let what = if dead { "reading its depth" } else { "messages, polling and reading its depth" };
    let millions = context.each(|profile| {
        let messages = if dead { Quantity::ZERO } else { context.assumptions.queue_millions(profile) };
        messages + reads
    });
    bill.charge(Group::Queue, &resource.address, what, "sqs-million", millions)
}

pub(super) fn repository(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    let name = resource.text("/name")?;
    let kept = kept(context, resource, name).unwrap_or_else(|| {
        bill.warnings.push(format!("{}: no lifecycle policy, so it keeps every image", resource.address));
        KEPT_FOR_EVER
    });
    let image = context.assumptions.image_gb(name);
    bill.charge(Group::Registry, &resource.address, &format!("{kept} images"), "ecr-gb", [image * kept; 3])
}

/// How many images the repository's lifecycle policy keeps. The policy names its repository, or has the same key.
fn kept(context: Context<'_>, resource: &Resource, name: &str) -> Option<i64> {
    let key = |resource: &Resource| resource.address.find('[').map(|at| resource.address[at..].to_owned());
    let policy = context
        .plan
        .of_kind("aws_ecr_lifecycle_policy")
        .find(|policy| policy.is("/repository", name) || key(resource).is_some() && key(policy) == key(resource))?;
    let rules: Value = serde_json::from_str(policy.text("/policy").ok()?).ok()?;
    let counts = rules["rules"].as_array()?.iter().map(|rule| &rule["selection"]);
    let counts = counts.filter(|selection| selection["countType"] == "imageCountMoreThan");
    counts.filter_map(|selection| selection["countNumber"].as_i64()).max()
}

pub(super) fn bucket(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    let gb = context.each(|profile| profile.bucket_gb);
    bill.charge(Group::Other, &resource.address, "what it holds", "s3-gb", gb)
}

pub(super) fn volume(resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    let size = resource.integer("/size")?;
    match resource.at("/type").and_then(Value::as_str) {
        Some("gp3") => bill.charge(Group::Other, &resource.address, "disk", "ebs-gp3", number(size)),
        Some("gp2") | None => bill.charge(Group::Other, &resource.address, "disk", "ebs-gp2", number(size)),
        Some(other) => Err(resource.not_priced(format!("a disk of type {other}"))),
    }
}

/// Prices a key. All keys share the profile's requests, so the first of them carries those.
pub(super) fn key(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    bill.charge(Group::Keys, &resource.address, "key", "kms-key", number(1))?;
    if !first(context, resource) {
        return Ok(());
    }
    let requests = context.each(|profile| Quantity::whole(profile.kms_requests).share(1, 10_000));
    bill.charge(Group::Keys, &resource.address, "its requests", "kms-ten-thousand", requests)
}

pub(super) fn secret(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    bill.charge(Group::Keys, &resource.address, "secret", "secret", number(1))?;
    if !first(context, resource) {
        return Ok(());
    }
    let requests = context.each(|profile| Quantity::whole(profile.secret_requests).share(1, 10_000));
    bill.charge(Group::Keys, &resource.address, "its requests", "secret-ten-thousand", requests)
}

fn first(context: Context<'_>, resource: &Resource) -> bool {
    context.plan.of_kind(&resource.kind).next().is_some_and(|first| first.address == resource.address)
}

pub(super) fn zone(resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    bill.charge(Group::Other, &resource.address, "hosted zone", "route53-zone", number(1))
}
