//! Bills as the page `docs/cost.md`. The same plans, prices and day always give the same page.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::bill::{Bill, Group, Line, sum};
use super::money::Usd;
use super::plan::Plan;
use super::problem::Outcome;
use super::resources::Books;
use super::traffic::{HOURS, LIKELY};
use super::variants::{self, Variant};

/// Section 8 of the brief, in cents; it adds up to 219.40 and is rounded there to 220.
const BRIEF: [(Group, &str); 7] = [
    (Group::Cluster, "73"),
    (Group::Nodes, "60"),
    (Group::Database, "15"),
    (Group::Nat, "65"),
    (Group::Registry, "1"),
    (Group::Queue, "0.40"),
    (Group::Monitoring, "5"),
];
/// What is set beside it.
const COMPARED: &str = "production";

pub(super) fn page(books: Books<'_>, plans: &[Plan], bills: &[Bill<'_>]) -> Outcome<String> {
    let mut out = head(books, plans);
    out += &totals(plans, bills);
    let compared = plans.iter().position(|plan| plan.name == COMPARED).or(plans.len().checked_sub(1));
    if let Some(at) = compared {
        out += &beside_the_brief(&plans[at], &bills[at])?;
    }
    let likely: Vec<Usd> = bills.iter().map(|bill| bill.total()[LIKELY]).collect();
    out +=
        "\n## Cheaper\n\nA likely month of the same plans with one thing changed, added up again by the same code.\n\n";
    out += &varied(books, plans, &likely, &variants::cheaper())?;
    out += "\n## Dearer\n\n";
    out += &varied(books, plans, &likely, &variants::dearer(books))?;
    for (plan, bill) in plans.iter().zip(bills) {
        out += &environment(books, plan, bill);
    }
    out += &prices(books, bills);
    out += &free(bills);
    Ok(out)
}

fn head(books: Books<'_>, plans: &[Plan]) -> String {
    let files: Vec<String> = plans.iter().map(|plan| format!("--plan .tools/plans/{}.json", plan.name)).collect();
    format!(
        "# What it costs in a month\n\n\
         <!-- Written by `cargo xtask cost {} --markdown docs/cost.md`; not by hand. -->\n\n\
         On demand in {}, in US dollars without tax, for a month of {HOURS} hours, with the prices of {} and the versions that\n\
         have standard support on {}. What exists comes from Terraform's plans; how much it is used is assumed in\n\
         [traffic.toml](../deploy/cost/traffic.toml), and what AWS asks is in [prices.toml](../deploy/cost/prices.toml) with its\n\
         sources. Each line is rounded to the cent, so every table can be added up by hand.\n",
        files.join(" "),
        books.prices.region,
        books.prices.date,
        books.on
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

fn beside_the_brief(plan: &Plan, bill: &Bill<'_>) -> Outcome<String> {
    let mut brief = BTreeMap::new();
    for (group, amount) in BRIEF {
        brief.insert(group, amount.parse::<Usd>().map_err(super::Problem::Usage)?);
    }
    let promised: Usd = brief.values().copied().sum();
    let here = bill.total()[LIKELY];
    let forgotten = sum(bill.lines.iter().filter(|line| !brief.contains_key(&line.group)))[LIKELY];
    let mut out = format!(
        "\n## Beside the brief's 220 USD\n\n\
         A likely month of {} costs {here} USD, the brief's own lines add up to {promised} USD: {} more. {forgotten} of that is\n\
         what the brief forgot (below, without a figure of the brief's); {} is the difference in what it names.\n\n\
         | | brief | here | difference | made of |\n|---|--:|--:|--:|---|\n",
        plan.name,
        here - promised,
        here - promised - forgotten
    );
    for group in Group::ALL {
        let cost = sum(bill.group(group))[LIKELY];
        let (figure, difference) = match brief.get(&group) {
            Some(&figure) => (figure.to_string(), signed(cost - figure)),
            None if bill.group(group).next().is_none() => continue,
            None => ("–".to_owned(), signed(cost)),
        };
        let _ = writeln!(out, "| {group} | {figure} | {cost} | {difference} | {} |", made_of(bill.group(group)));
    }
    let _ = writeln!(out, "| **total** | **{promised}** | **{here}** | **{}** | |", signed(here - promised));
    Ok(out)
}

/// "2 × gateway 65.70, what it passes on 0.90": lines that say the same are one, and what is nothing is left out.
fn made_of<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    let mut parts: Vec<(&str, usize, Usd)> = Vec::new();
    for line in lines.filter(|line| line.cost[LIKELY] != Usd::default()) {
        match parts.iter_mut().find(|(what, ..)| *what == line.what) {
            Some((_, count, sum)) => (*count, *sum) = (*count + 1, *sum + line.cost[LIKELY]),
            None => parts.push((&line.what, 1, line.cost[LIKELY])),
        }
    }
    let written = |(what, count, sum): (&str, usize, Usd)| {
        if count == 1 { format!("{what} {sum}") } else { format!("{count} × {what} {sum}") }
    };
    parts.into_iter().map(written).collect::<Vec<_>>().join("; ")
}

fn varied(books: Books<'_>, plans: &[Plan], likely: &[Usd], all: &[Variant]) -> Outcome<String> {
    let names: Vec<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
    let mut out =
        format!("| | {} | together | change |\n|---|{}--:|--:|\n", names.join(" | "), "--:|".repeat(plans.len()));
    let now: Usd = likely.iter().copied().sum();
    let row = |amounts: &[Usd]| amounts.iter().map(Usd::to_string).collect::<Vec<_>>().join(" | ");
    let _ = writeln!(out, "| As planned | {} | {now} | |", row(likely));
    for variant in all {
        let costs = plans.iter().map(|plan| variant.likely(books, plan)).collect::<Outcome<Vec<Usd>>>()?;
        let sum: Usd = costs.iter().copied().sum();
        let how = if variant.how.is_empty() { String::new() } else { format!(": {}", variant.how) };
        let _ = writeln!(out, "| **{}**{how} | {} | {sum} | {} |", variant.name, row(&costs), signed(sum - now));
    }
    Ok(out)
}

fn environment(books: Books<'_>, plan: &Plan, bill: &Bill<'_>) -> String {
    let [low, likely, high] = books.traffic.names(&plan.name);
    let mut out = format!("\n## Line by line: {}\n\n", plan.name);
    for warning in &bill.warnings {
        let _ = writeln!(out, "> **Warning:** {warning}\n");
    }
    let _ = writeln!(out, "Low is the traffic of `[profiles.{low}]`, likely `{likely}`, high `{high}`.\n");
    out += "| resource | for | price | quantity, likely | low | likely | high |\n|---|---|--:|--:|--:|--:|--:|\n";
    for group in Group::ALL {
        if bill.group(group).next().is_none() {
            continue;
        }
        let [low, likely, high] = sum(bill.group(group));
        let _ = writeln!(out, "| **{group}** | | | | **{low}** | **{likely}** | **{high}** |");
        for line in bill.group(group) {
            let [low, likely, high] = line.cost;
            let resource =
                if line.resource.contains("aws_") { format!("`{}`", line.resource) } else { line.resource.clone() };
            let _ = writeln!(
                out,
                "| {resource} | {} | {:#} a {} | {} | {low} | {likely} | {high} |",
                line.what, line.price.usd, line.price.unit, line.quantity[LIKELY]
            );
        }
    }
    let [low, likely, high] = bill.total();
    let _ = writeln!(out, "| **total** | | | | **{low}** | **{likely}** | **{high}** |");
    out
}

/// The prices that the bills used, and where they come from.
fn prices(books: Books<'_>, bills: &[Bill<'_>]) -> String {
    let mut used = BTreeMap::new();
    for price in bills.iter().flat_map(|bill| &bill.lines).map(|line| &line.price) {
        used.insert((&price.source, &price.unit, price.usd), &price.seen);
    }
    let mut out = "\n## Prices used\n\nA figure without *seen* is the public page's as commonly known, not read again for this page.\n\n".to_owned();
    out += "| price | source | seen |\n|--:|---|---|\n";
    for ((source, unit, usd), seen) in used {
        let page = &books.prices.sources[source];
        let _ = writeln!(out, "| {usd:#} a {unit} | <{page}> | {} |", seen.as_deref().unwrap_or(""));
    }
    out += "\nFree for every account, each month, and taken off above:\n\n";
    for (key, free) in &books.prices.free {
        let unit = &books.prices.rates[key].unit;
        let _ = writeln!(out, "- {} of {unit} ({})", free.quantity, free.seen);
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
    let mut out = "\n## What costs nothing\n\nA type that is neither above nor here is an error of the tool, so that nothing is forgotten.\n\n".to_owned();
    for (why, kinds) in reasons {
        let kinds: Vec<String> = kinds.into_iter().map(|kind| format!("`{kind}`")).collect();
        let _ = writeln!(out, "- {why}: {}", kinds.join(", "));
    }
    out
}

fn signed(amount: Usd) -> String {
    if amount > Usd::default() { format!("+{amount}") } else { amount.to_string() }
}
