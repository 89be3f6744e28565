//! RDS for MySQL. A standby in a second zone doubles everything.

use super::super::bill::{Bill, Group};
use super::super::money::Quantity;
use super::super::plan::Resource;
use super::super::problem::Outcome;
use super::super::support::Standing;
use super::super::traffic::HOURS;
use super::compute::surplus;
use super::{Context, number};

pub(super) fn instance(context: Context<'_>, it: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    check(it)?;
    let class = it.text("/instance_class")?;
    let instance = bill.prices.database(it, class)?;
    let standby = it.yes("/multi_az");
    let copies = if standby { 2 } else { 1 };
    let suffix = if standby { ", with a standby" } else { "" };

    let hours = number(copies * context.running);
    bill.charge_at(Group::Database, &it.address, &format!("{class}{suffix}"), instance.hour(), hours);
    let surplus = surplus(instance, context.each(|profile| profile.database_cpu), hours);
    bill.charge_at(Group::Database, &it.address, "CPU above the baseline", instance.surplus(), surplus);

    let allocated = Quantity::whole(it.whole("/allocated_storage")?);
    let most = it.whole("/max_allocated_storage").map_or(allocated, Quantity::whole).max(allocated);
    let storage = context.each(|profile| profile.database_gb.max(allocated).min(most));
    let what = format!("storage, {allocated} GB at first{suffix}");
    bill.charge(Group::Database, &it.address, &what, "rds-storage", storage.map(|storage| storage * copies))?;
    let backups = [0, 1, 2].map(|at| context.profiles[at].backup_gb.max(storage[at]) - storage[at]);
    bill.charge(Group::Database, &it.address, "backups beyond the storage's size", "rds-backup", backups)?;

    support(context, it, instance.vcpus * copies * context.running, bill)?;
    extras(context, it, bill)
}

/// What changes the price and is not reckoned with.
fn check(it: &Resource) -> Outcome<()> {
    let engine = it.text("/engine")?;
    if engine != "mysql" {
        return Err(it.not_priced(format!("a database of type {engine}")));
    }
    match it.at("/storage_type").and_then(serde_json::Value::as_str) {
        Some("gp3" | "gp2") | None => {}
        Some(other) => return Err(it.not_priced(format!("storage of type {other}"))),
    }
    if it.whole("/performance_insights_retention_period").is_ok_and(|days| days > 7) {
        return Err(it.not_priced("Performance Insights kept for more than 7 days"));
    }
    if it.is("/database_insights_mode", "advanced") {
        return Err(it.not_priced("Database Insights in its advanced mode"));
    }
    Ok(())
}

fn support(context: Context<'_>, it: &Resource, vcpu_hours: i64, bill: &mut Bill<'_>) -> Outcome<()> {
    let version = it.text("/engine_version")?;
    let Standing::Extended { since, year3 } = context.support.mysql(it, version, context.on)? else { return Ok(()) };
    if it.is("/engine_lifecycle_support", "open-source-rds-extended-support-disabled") {
        bill.warnings.push(format!(
            "{}: MySQL {version} left standard support on {since} and the database refuses extended support: AWS upgrades it unasked",
            it.address
        ));
        return Ok(());
    }
    let price = if year3 { "rds-extended-year-3" } else { "rds-extended-years-1-2" };
    bill.warnings
        .push(format!("{}: MySQL {version} left standard support on {since}; its surcharge is counted", it.address));
    bill.charge(Group::Database, &it.address, &format!("extended support of {version}"), price, number(vcpu_hours))
}

/// The secret that RDS makes for the master password, and the logs of enhanced monitoring: neither is a resource of the plan.
fn extras(context: Context<'_>, it: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    if it.yes("/manage_master_user_password") {
        bill.charge(Group::Keys, &it.address, "secret of the master password", "secret", number(1))?;
    }
    let interval = it.whole("/monitoring_interval").unwrap_or(0);
    if interval > 0 {
        let logs = context.assumptions.enhanced_monitoring_gb.share(60 * context.running, interval * HOURS);
        bill.charge(Group::Monitoring, &it.address, "enhanced monitoring's log", "log-ingested", [logs; 3])?;
    }
    Ok(())
}
