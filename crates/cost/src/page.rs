//! Bills as the page `docs/cost.md`. The same plans, prices and day always give the same page.

mod brief;
mod lines;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::bill::Bill;
use super::money::Usd;
use super::plan::Plan;
use super::problem::Outcome;
use super::resources::PricingInputs;
use super::traffic::{HOURS, LIKELY, Profile};
use super::variants::{self, Variant};

/// The environment that is compared with the brief's estimate.
const COMPARED: &str = "production";

pub(super) fn page(inputs: PricingInputs<'_>, plans: &[Plan], bills: &[Bill<'_>]) -> Outcome<String> {
    let mut out = head(inputs, plans);
    out += &totals(plans, bills);
    out += &traffic(inputs, plans);
    let compared = plans.iter().position(|plan| plan.name == COMPARED).or(plans.len().checked_sub(1));
    if let Some(at) = compared {
        out += &brief::comparison(&plans[at], &bills[at])?;
    }
    let likely: Vec<Usd> = bills.iter().map(|bill| bill.total()[LIKELY]).collect();
    out += "\n## Cheaper\n\nA likely month of the same plans with one thing changed in memory, added up by the same code.\n\n";
    out += &variants_table(inputs, plans, &likely, &variants::cheaper())?;
    out += "\n## Dearer\n\nSafer choices, and what it costs to stay behind.\n\n";
    out += &variants_table(inputs, plans, &likely, &variants::more_expensive(inputs))?;
    for (plan, bill) in plans.iter().zip(bills) {
        out += &lines::environment(plan, bill);
    }
    out += &prices(inputs, bills);
    out += &free(bills);
    Ok(out)
}

fn head(inputs: PricingInputs<'_>, plans: &[Plan]) -> String {
    let mut command = "cargo cost --plan".to_owned();
    for plan in plans {
        let _ = write!(command, " .tools/plans/{}.json", plan.name);
    }
    if inputs.on != inputs.prices.date {
        let _ = write!(command, " --date {}", inputs.on);
    }
    format!(
        "# What it costs in a month\n\n\
         <!-- Written by `{command} --markdown docs/cost.md`; not by hand. -->\n\n\
         On demand in {}, in US dollars without tax, for a month of {HOURS} hours, with the prices of {} and the versions\n\
         that have standard support on {}. What exists comes from Terraform's plans; how much it is used is assumed in\n\
         [traffic.toml](../deploy/cost/traffic.toml), to be replaced by what the first bills say; what AWS asks is in\n\
         [prices.toml](../deploy/cost/prices.toml) with its sources. Each line is rounded to the cent, so that every table can\n\
         be added up by hand.\n",
        inputs.prices.region, inputs.prices.date, inputs.on
    )
}

fn totals(plans: &[Plan], bills: &[Bill<'_>]) -> String {
    let mut out = "\n| | low | likely | high |\n|---|--:|--:|--:|\n".to_owned();
    let mut all = [Usd::default(); 3];
    for (plan, bill) in plans.iter().zip(bills) {
        let total = bill.total();
        all = [0, 1, 2].map(|at| all[at] + total[at]);
        let _ = writeln!(out, "| {} | {} | {} | {} |", plan.name, total[0], total[1], total[2]);
    }
    let _ = writeln!(out, "| **together** | **{}** | **{}** | **{}** |", all[0], all[1], all[2]);
    out
}

/// A table of the assumed traffic, with the figures that a reader can compare with the business.
fn traffic(inputs: PricingInputs<'_>, plans: &[Plan]) -> String {
    let mut profiles: Vec<_> = inputs.traffic.used(plans.iter().map(|plan| plan.name.as_str())).into_iter().collect();
    profiles.sort_by_key(|(_, profile)| profile.orders);
    let names: Vec<&str> = profiles.iter().map(|(name, _)| *name).collect();
    let mut out =
        format!("\nThe traffic of a month:\n\n| | {} |\n|---|{}\n", names.join(" | "), "--:|".repeat(names.len()));
    let mut row = |title: &str, figure: &dyn Fn(&Profile) -> String| {
        let figures: Vec<String> = profiles.iter().map(|(_, profile)| figure(profile)).collect();
        let _ = writeln!(out, "| {title} | {} |", figures.join(" | "));
    };
    row("orders", &|profile| profile.orders.to_string());
    row("requests", &|profile| profile.requests.to_string());
    row("nodes (of their group)", &|profile| profile.nodes.name().to_owned());
    row("CPU of nodes and of the database, %", &|profile| format!("{}, {}", profile.node_cpu, profile.database_cpu));
    row("GB to browsers", &|profile| profile.internet_gb.to_string());
    row("GB of data, GB of backups", &|profile| format!("{}, {}", profile.database_gb, profile.backup_gb));
    let sentences: Vec<String> = plans.iter().map(|plan| sentence(inputs, plan)).collect();
    out + "\n" + &sentences.join(" ") + "\n"
}

fn sentence(inputs: PricingInputs<'_>, plan: &Plan) -> String {
    let [low, likely, high] = inputs.traffic.names(&plan.name);
    format!("For {}, low is `{low}`, likely is `{likely}` and high is `{high}`.", plan.name)
}

fn variants_table(inputs: PricingInputs<'_>, plans: &[Plan], likely: &[Usd], all: &[Variant]) -> Outcome<String> {
    let names: Vec<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
    let columns = "--:|".repeat(plans.len());
    let mut out = format!("| | {} | together | change |\n|---|{columns}--:|--:|\n", names.join(" | "));
    let now: Usd = likely.iter().copied().sum();
    let row = |amounts: &[Usd]| amounts.iter().map(Usd::to_string).collect::<Vec<_>>().join(" | ");
    let _ = writeln!(out, "| As planned | {} | {now} | |", row(likely));
    for variant in all {
        let costs = plans.iter().map(|plan| variant.likely(inputs, plan)).collect::<Outcome<Vec<Usd>>>()?;
        let sum: Usd = costs.iter().copied().sum();
        let how = if variant.how.is_empty() { String::new() } else { format!(": {}", variant.how) };
        let _ = writeln!(out, "| **{}**{how} | {} | {sum} | {} |", variant.name, row(&costs), signed(sum - now));
    }
    Ok(out)
}

/// A table of the prices that the bills used, with their sources.
fn prices(inputs: PricingInputs<'_>, bills: &[Bill<'_>]) -> String {
    let mut used = BTreeMap::new();
    for price in bills.iter().flat_map(|bill| &bill.lines).map(|line| &line.price) {
        used.insert((&price.source, &price.unit, price.usd), &price.seen);
    }
    let mut out = "\n## Prices used\n\n\
        The source decides. *Seen* is where the figure was last read; one without it is as commonly known, and not read again\n\
        for this page.\n\n\
        | price | source | seen |\n|--:|---|---|\n"
        .to_owned();
    for ((source, unit, usd), seen) in used {
        let page = &inputs.prices.sources[source];
        let _ = writeln!(out, "| {usd:#} / {unit} | <{page}> | {} |", seen.as_deref().unwrap_or(""));
    }
    out += "\nFree for every account, each month, and taken off above:\n\n";
    for (key, free) in &inputs.prices.free {
        let price = &inputs.prices.rates[key];
        let _ = writeln!(out, "- {} ({}; {})", free.quantity.with_unit(&price.unit), price.source, free.seen);
    }
    out
}

fn free(bills: &[Bill<'_>]) -> String {
    let mut all: BTreeMap<&str, &str> = BTreeMap::new();
    for bill in bills {
        all.extend(bill.free.iter().map(|(kind, (_, why))| (kind.as_str(), *why)));
    }
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, why) in all {
        reasons.entry(why).or_default().push(kind);
    }
    let mut out = "\n## What costs nothing\n\n\
        A type of resource that is neither above nor here is an error of the command, so that nothing is forgotten.\n\n"
        .to_owned();
    for (why, kinds) in reasons {
        let kinds: Vec<String> = kinds.into_iter().map(|kind| format!("`{kind}`")).collect();
        let _ = writeln!(out, "- {why}: {}", kinds.join(", "));
    }
    out
}

fn signed(amount: Usd) -> String {
    if amount > Usd::default() { format!("+{amount}") } else { amount.to_string() }
}
