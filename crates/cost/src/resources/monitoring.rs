//! Prices CloudWatch: logs, metrics, alarms, dashboards, Container Insights. Also checks the plan's budget against its bill.

use serde_json::Value;

use super::super::bill::{Bill, Group};
use super::super::money::{Quantity, Usd};
use super::super::plan::Resource;
use super::super::problem::{Outcome, Problem};
use super::super::traffic::{HOURS, LIKELY, PerTraffic};
use super::{Context, compute, number};

/// Days for which logs without a retention are counted: a year.
const FOR_EVER: i64 = 365;

pub(super) fn log_group(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    if resource.at("/log_group_class").and_then(Value::as_str).is_some_and(|class| class != "STANDARD") {
        return Err(resource.not_priced("a log group that is not of the standard class"));
    }
    let gb = context.each(|profile| profile.log_gb(resource.text("/name").unwrap_or("other")));
    bill.charge(Group::Monitoring, &resource.address, "log taken in", "log-ingested", gb)?;
    let days = match resource.integer("/retention_in_days") {
        Ok(days) if days > 0 => days,
        _ => {
            bill.warnings.push(format!("{}: its log is kept for ever; counted with a year of it", resource.address));
            FOR_EVER
        }
    };
    let stored = gb.map(|gb| gb.share(context.assumptions.stored_log_percent * days, 100 * 30));
    bill.charge(Group::Monitoring, &resource.address, &format!("log kept for {days} days"), "log-stored", stored)
}

/// Prices the metric that a filter feeds. Filters that feed the same metric are one metric; the first of them carries it.
pub(super) fn metric_filter(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    let metric = |filter: &Resource| {
        let at = |name: &str| filter.at(&format!("/metric_transformation/0/{name}")).cloned();
        (at("namespace"), at("name"))
    };
    if !resource
        .at("/metric_transformation/0/dimensions")
        .and_then(Value::as_object)
        .is_none_or(serde_json::Map::is_empty)
    {
        return Err(resource.not_priced("a metric filter with dimensions, which may make any number of metrics"));
    }
    let mut filters = context.plan.of_kind("aws_cloudwatch_log_metric_filter");
    if filters.find(|filter| metric(filter) == metric(resource)).is_some_and(|first| first.address != resource.address)
    {
        bill.count_free(resource, "feeds a metric that is counted already");
        return Ok(());
    }
    bill.charge(Group::Monitoring, &resource.address, "metric", "metric", number(1))
}

/// Prices an alarm by the metrics that it looks at: one, or as many as its expression names.
pub(super) fn alarm(resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    let queries = resource.list("/metric_query");
    let metrics = |query: &Value| query["metric"].as_array().is_some_and(|metric| !metric.is_empty());
    let count = queries.iter().filter(|query| metrics(query)).count().max(1);
    let short = |period: &Value| period.as_i64().is_some_and(|seconds| seconds < 60);
    if resource.at("/period").is_some_and(short) || queries.iter().any(|query| short(&query["metric"][0]["period"])) {
        return Err(resource.not_priced("an alarm of high resolution"));
    }
    let metrics = i64::try_from(count).unwrap_or(i64::MAX);
    bill.charge(Group::Monitoring, &resource.address, "alarm", "alarm", number(metrics))
}

pub(super) fn composite_alarm(resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    bill.charge(Group::Monitoring, &resource.address, "composite alarm", "alarm-composite", number(1))
}

pub(super) fn dashboard(resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    bill.charge(Group::Monitoring, &resource.address, "dashboard", "dashboard", number(1))
}

/// Prices an add-on of EKS: all are free, but the observations of CloudWatch's are not.
pub(super) fn addon(context: Context<'_>, resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    let settings =
        resource.text("/configuration_values").ok().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let refused = |settings: &Value| {
        let pointer = "/agent/config/logs/metrics_collected/kubernetes/enhanced_container_insights";
        settings.pointer(pointer) == Some(&Value::Bool(false))
    };
    if !resource.is("/addon_name", "amazon-cloudwatch-observability") {
        bill.count_free(resource, "runs on the nodes");
        return Ok(());
    }
    if settings.as_ref().is_some_and(refused) {
        return Err(resource.not_priced("Container Insights without enhanced observability, billed by metric"));
    }
    let nodes = nodes(context)?;
    let observations = [0, 1, 2].map(|at| {
        let all = context.assumptions.observation_millions(nodes[at], context.profiles[at].pods);
        all.share(context.running, HOURS)
    });
    bill.charge(Group::Monitoring, &resource.address, "Container Insights", "observations-million", observations)
}

/// How many nodes there are while they run.
fn nodes(context: Context<'_>) -> Outcome<PerTraffic<Quantity>> {
    let mut nodes = [Quantity::ZERO; 3];
    for group in context.plan.of_kind("aws_eks_node_group") {
        let hours = compute::node_hours(context, group)?;
        nodes = [0, 1, 2].map(|at| nodes[at] + hours[at].share(1, context.running.max(1)));
    }
    Ok(nodes)
}

/// Prices what no plan shows: the metrics that the program writes into its log.
pub(super) fn assumed(context: Context<'_>, bill: &mut Bill<'_>) -> Outcome<()> {
    if context.count("aws_eks_cluster") == 0 {
        return Ok(());
    }
    let metrics = number(context.assumptions.application_metrics);
    bill.charge(Group::Monitoring, "assumed: the program's metrics", "metrics written as EMF", "metric", metrics)
}

/// Warns of a monthly budget whose alert at 80 % a likely month would set off.
pub(super) fn budgets(context: Context<'_>, bill: &mut Bill<'_>) -> Outcome<()> {
    for budget in context.plan.of_kind("aws_budgets_budget") {
        if !budget.is("/budget_type", "COST") || !budget.is("/time_unit", "MONTHLY") {
            continue;
        }
        let limit: Usd = budget.text("/limit_amount")?.parse().map_err(Problem::Usage)?;
        let likely = bill.total()[LIKELY];
        if likely > limit.percent(80) {
            let alert =
                format!("{}: a likely month is {likely} USD, over 80 % of the budget of {limit} USD", budget.address);
            bill.warnings.push(alert);
        }
    }
    Ok(())
}
