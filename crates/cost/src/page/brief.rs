//! A comparison with the estimate in the brief's section 8, with the reason of each difference.

use std::fmt::Write as _;

use super::super::Problem;
use super::super::bill::{ACCOUNT, Bill, Group, Line, sum};
use super::super::money::Usd;
use super::super::plan::Plan;
use super::super::problem::Outcome;
use super::super::traffic::LIKELY;
use super::signed;

/// The brief's estimate by group, in US dollars a month; it adds up to 219.40, which the brief rounds to 220.
const BRIEF: [(Group, &str); 7] = [
    (Group::Cluster, "73"),
    (Group::Nodes, "60"),
    (Group::Database, "15"),
    (Group::Nat, "65"),
    (Group::Registry, "1"),
    (Group::Queue, "0.40"),
    (Group::Monitoring, "5"),
];

/// The reason why a group's cost differs from the brief's, or is not in it.
fn why(group: Group) -> &'static str {
    match group {
        Group::Cluster => "0.10 an hour, as in the brief, as long as the version has standard support",
        Group::Nodes => "two `t3.medium`, as in the brief; it rounds down",
        Group::Database => "the instance and its first 20 GB; the brief rounds up",
        Group::Nat => "two gateways, as in the brief; it leaves out the price of what passes",
        Group::Registry => "the brief reckons with 10 GB; the images are small and ten of each are kept",
        Group::Queue => {
            "the brief's is a million paid requests; the first million is free and long polling stays below it"
        }
        Group::Monitoring => {
            "Container Insights, which the alarms on CPU and memory look at, and the program's own metrics cost more than logs"
        }
        Group::Disks => "every node has a disk",
        Group::Balancer => "drawn in the brief's first picture and not counted",
        Group::Addresses => "each public address costs 0.005 an hour since February 2024, in use or not",
        Group::Transfer => "answers to browsers beyond 100 GB, and what crosses zones",
        Group::Keys => "keys of one's own encrypt the database, the disks and the cluster's secrets",
        Group::Other => "not in the brief",
    }
}

pub(super) fn comparison(plan: &Plan, bill: &Bill<'_>) -> Outcome<String> {
    let figures = figures()?;
    let figure = |group: Group| figures.iter().find(|(named, _)| *named == group).map(|(_, figure)| *figure);
    let promised: Usd = figures.iter().map(|(_, figure)| *figure).sum();
    let here = bill.total()[LIKELY];
    let forgotten = sum(bill.lines.iter().filter(|line| figure(line.group).is_none()))[LIKELY];
    let mut out = format!(
        "\n## Beside the brief's 220 USD\n\n\
         A likely month of {} costs {here} USD; the brief's lines add up to {promised} USD. Of the difference of {} USD,\n\
         {forgotten} is what the brief forgot (the lines without a figure of its own) and {} what it names and counts otherwise.\n\n\
         | | brief | here | difference | made of | why |\n|---|--:|--:|--:|---|---|\n",
        plan.name,
        signed(here - promised),
        here - promised - forgotten
    );
    for group in Group::ALL {
        let cost = sum(bill.group(group))[LIKELY];
        let (figure, difference) = match figure(group) {
            Some(figure) => (figure.to_string(), signed(cost - figure)),
            None if bill.group(group).next().is_none() => continue,
            None => ("–".to_owned(), signed(cost)),
        };
        let made_of = made_of(bill.group(group));
        let _ = writeln!(out, "| {group} | {figure} | {cost} | {difference} | {made_of} | {} |", why(group));
    }
    let _ = writeln!(out, "| **total** | **{promised}** | **{here}** | **{}** | | |", signed(here - promised));
    Ok(out)
}

fn figures() -> Outcome<Vec<(Group, Usd)>> {
    let parse = |(group, usd): (Group, &str)| Ok((group, usd.parse().map_err(Problem::Usage)?));
    BRIEF.into_iter().map(parse).collect()
}

/// Lists what a group's cost is made of: "2 × gateway 65.70; 2 × what it passes on 0.90". Lines with the same text are merged,
/// and those that cost nothing left out.
fn made_of<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    let mut parts: Vec<(&str, usize, Usd)> = Vec::new();
    for line in lines.filter(|line| line.cost[LIKELY] != Usd::default()) {
        let what = if line.resource == ACCOUNT { "free allowances" } else { line.what.as_str() };
        match parts.iter_mut().find(|(known, ..)| *known == what) {
            Some((_, count, sum)) => (*count, *sum) = (*count + 1, *sum + line.cost[LIKELY]),
            None => parts.push((what, 1, line.cost[LIKELY])),
        }
    }
    let written = |(what, count, sum): (&str, usize, Usd)| match count {
        1 => format!("{what} {sum}"),
        _ if what == "free allowances" => format!("{what} {sum}"),
        _ => format!("{count} × {what} {sum}"),
    };
    parts.into_iter().map(written).collect::<Vec<_>>().join("; ")
}
