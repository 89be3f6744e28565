//! Bills as text for a terminal.

use std::fmt::Write as _;

use super::bill::{Bill, Group, sum};
use super::plan::Plan;

pub(super) fn tables(plans: &[Plan], bills: &[Bill<'_>]) -> String {
    plans.iter().zip(bills).map(|(plan, bill)| table(&plan.name, bill)).collect::<Vec<_>>().join("\n")
}

fn table(name: &str, bill: &Bill<'_>) -> String {
    let rows: Vec<(String, [String; 3])> = bill
        .lines
        .iter()
        .map(|line| (format!("{} · {}", line.resource, line.what), line.cost.map(|cost| cost.to_string())))
        .collect();
    let width = rows.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0).max(30) + 2;
    let mut out = String::new();
    let mut row = |text: &str, [low, likely, high]: [String; 3]| {
        let _ = writeln!(out, "{text:<width$}{low:>10}{likely:>10}{high:>10}");
    };
    row(&format!("{name}, USD a month"), ["low", "likely", "high"].map(str::to_owned));
    let mut rows = rows.into_iter();
    for group in Group::ALL {
        let count = bill.group(group).count();
        if count > 0 {
            row(&format!("{group}"), sum(bill.group(group)).map(|usd| usd.to_string()));
            rows.by_ref().take(count).for_each(|(text, cost)| row(&format!("  {text}"), cost));
        }
    }
    row("total", bill.total().map(|usd| usd.to_string()));
    let free: usize = bill.free.values().map(|(count, _)| count).sum();
    let _ = writeln!(out, "{free} more resources of {} types cost nothing", bill.free.len());
    out
}
