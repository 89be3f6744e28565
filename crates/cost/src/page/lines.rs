//! The page's table of one environment, line by line. Resources of one kind that cost the same thing are one row.

use std::fmt::Write as _;

use super::super::bill::{Bill, Group, Line, sum};
use super::super::money::{Quantity, Usd};
use super::super::plan::Plan;
use super::super::traffic::{LIKELY, PerTraffic};

/// Lines that are printed as one row.
struct Row<'a> {
    first: &'a Line,
    count: usize,
    likely: Quantity,
    cost: PerTraffic<Usd>,
}

pub(super) fn environment(plan: &Plan, bill: &Bill<'_>) -> String {
    let mut out = format!("\n## Line by line: {}\n\n", plan.name);
    for warning in &bill.warnings {
        let _ = writeln!(out, "> **Warning:** {warning}\n");
    }
    out += "| resource | for | price | quantity, likely | low | likely | high |\n|---|---|--:|--:|--:|--:|--:|\n";
    for group in Group::ALL {
        if bill.group(group).next().is_none() {
            continue;
        }
        let [low, likely, high] = sum(bill.group(group));
        let _ = writeln!(out, "| **{group}** | | | | **{low}** | **{likely}** | **{high}** |");
        for row in rows(bill.group(group)) {
            let (line, [low, likely, high]) = (row.first, row.cost);
            let _ = writeln!(
                out,
                "| {} | {} | {:#} / {} | {} | {low} | {likely} | {high} |",
                row.resource(),
                line.what,
                line.price.usd,
                line.price.unit,
                row.likely
            );
        }
    }
    let [low, likely, high] = bill.total();
    let _ = writeln!(out, "| **total** | | | | **{low}** | **{likely}** | **{high}** |");
    out
}

fn rows<'a>(lines: impl Iterator<Item = &'a Line>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for line in lines {
        let same = |row: &&mut Row<'a>| {
            let known = row.first;
            kind(known) == kind(line) && known.what == line.what && known.price.usd == line.price.usd
        };
        match rows.iter_mut().find(same) {
            Some(row) => {
                row.count += 1;
                row.likely = row.likely + line.quantity[LIKELY];
                row.cost = [0, 1, 2].map(|at| row.cost[at] + line.cost[at]);
            }
            None => rows.push(Row { first: line, count: 1, likely: line.quantity[LIKELY], cost: line.cost }),
        }
    }
    rows
}

/// The kind of a line's resource: `module.network.aws_eip` for `module.network.aws_eip.nat["us-east-1a"]`. Each assumed line is a
/// kind of its own.
fn kind(line: &Line) -> &str {
    let address = line.resource.as_str();
    let name = address.ends_with(']').then(|| address.rfind('[')).flatten().map_or(address, |at| &address[..at]);
    if line.resource.contains("aws_") { name.rsplit_once('.').map_or(name, |(kind, _)| kind) } else { address }
}

impl Row<'_> {
    fn resource(&self) -> String {
        match self.count {
            1 if self.first.resource.contains("aws_") => format!("`{}`", self.first.resource),
            1 => self.first.resource.clone(),
            count => format!("{count} × `{}`", kind(self.first)),
        }
    }
}
