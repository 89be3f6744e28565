//! Prices RDS for MySQL. A standby in a second zone doubles everything.

use super::super::bill::{Bill, Group};
use super::super::money::Quantity;
use super::super::plan::Resource;
use super::super::problem::Outcome;
use super::super::support::SupportStatus;
use super::super::traffic::HOURS;
use super::compute::surplus;
use super::{Context, number};

pub(super) fn instance(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    check(resource)?;
    let class = resource.text("/instance_class")?;
    let instance = bill.prices.database(resource, class)?;
    let standby = resource.is_true("/multi_az");
    let copies = if standby { 2 } else { 1 };
    let suffix = if standby { ", with a standby" } else { "" };

    let hours = number(copies * context.running);
    bill.charge_at_price(Group::Database, &resource.address, &format!("{class}{suffix}"), instance.hour(), hours);
    let surplus = surplus(instance, context.each(|profile| profile.database_cpu), hours);
    bill.charge_at_price(Group::Database, &resource.address, "CPU above the baseline", instance.surplus(), surplus);

    let allocated = Quantity::whole(resource.integer("/allocated_storage")?);
    let most = resource.integer("/max_allocated_storage").map_or(allocated, Quantity::whole).max(allocated);
    let storage = context.each(|profile| profile.database_gb.max(allocated).min(most));
    let what = format!("storage, {allocated} GB at first{suffix}");
    bill.charge(Group::Database, &resource.address, &what, "rds-storage", storage.map(|storage| storage * copies))?;
    let backups = [0, 1, 2].map(|at| context.profiles[at].backup_gb.max(storage[at]) - storage[at]);
    bill.charge(Group::Database, &resource.address, "backups beyond the storage's size", "rds-backup", backups)?;

    support(context, resource, instance.vcpus * copies * context.running, bill)?;
    extras(context, resource, bill)
}

/// Refuses options that change the price and are not priced here.
fn check(resource: &Resource) -> Outcome<()> {
    let engine = resource.text("/engine")?;
    if engine != "mysql" {
        return Err(resource.not_priced(format!("a database of type {engine}")));
    }
    match resource.at("/storage_type").and_then(serde_json::Value::as_str) {
        Some("gp3" | "gp2") | None => {}
        Some(other) => return Err(resource.not_priced(format!("storage of type {other}"))),
    }
    if resource.integer("/performance_insights_retention_period").is_ok_and(|days| days > 7) {
        return Err(resource.not_priced("Performance Insights kept for more than 7 days"));
    }
    if resource.is("/database_insights_mode", "advanced") {
        return Err(resource.not_priced("Database Insights in its advanced mode"));
    }
    Ok(())
}

fn support(context: Context<'_>, resource: &Resource, vcpu_hours: i64, bill: &mut Bill<'_>) -> Outcome<()> {
    let version = resource.text("/engine_version")?;
    let SupportStatus::Extended { since, year3 } = context.support.mysql(resource, version, context.on)? else {
        return Ok(());
    };
    if resource.is("/engine_lifecycle_support", "open-source-rds-extended-support-disabled") {
        bill.warnings.push(format!(
            "{}: MySQL {version} left standard support on {since} and the database refuses extended support: AWS upgrades it unasked",
            resource.address
        ));
        return Ok(());
    }
    let price = if year3 { "rds-extended-year-3" } else { "rds-extended-years-1-2" };
    bill.warnings.push(format!(
        "{}: MySQL {version} left standard support on {since}; its surcharge is counted",
        resource.address
    ));
    bill.charge(
        Group::Database,
        &resource.address,
        &format!("extended support of {version}"),
        price,
        number(vcpu_hours),
    )
}

/// Prices what RDS creates itself: the secret of the master password, and the logs of enhanced monitoring. Neither is a resource
/// of the plan.
fn extras(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    if resource.is_true("/manage_master_user_password") {
        bill.charge(Group::Keys, &resource.address, "secret of the master password", "secret", number(1))?;
    }
    let interval = resource.integer("/monitoring_interval").unwrap_or(0);
    if interval > 0 {
        let logs = context.assumptions.enhanced_monitoring_gb.share(60 * context.running, interval * HOURS);
        bill.charge(Group::Monitoring, &resource.address, "enhanced monitoring's log", "log-ingested", [logs; 3])?;
    }
    Ok(())
}
