//! The command itself: what it prints, and with which exit code it ends.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A small plan by hand, of everything that costs much: tests/plans/production.json.
fn plan() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans/production.json")
}

/// With the tests' own prices.
fn cost(arguments: &[&str]) -> Output {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    cost_in_use(&[&["--data", data], arguments].concat())
}

/// With the prices that are in use.
fn cost_in_use(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_comptoir-cost")).arg("--plan").arg(plan()).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaints(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The likely month's total, from the printed table.
fn likely(output: &Output) -> String {
    let text = out(output);
    let total = text.lines().find(|line| line.starts_with("total")).unwrap();
    total.split_whitespace().nth(2).unwrap().to_owned()
}

#[test]
fn a_month_within_the_limit_is_well_and_one_cent_over_it_is_not() {
    let first = cost(&[]);
    assert_eq!(first.status.code(), Some(0), "{}", complaints(&first));
    let likely = likely(&first);
    assert_eq!(cost(&["--limit", &likely]).status.code(), Some(0));
    let (dollars, cents) = likely.split_once('.').unwrap();
    assert_ne!(cents, "00", "the next line takes a cent off");
    let less = format!("{dollars}.{:02}", cents.parse::<u32>().unwrap() - 1);
    let over = cost(&["--limit", &less]);
    assert_eq!(over.status.code(), Some(1));
    let whole = format!("all plans together: a likely month costs {likely} USD, over the limit of {less} USD");
    assert!(complaints(&over).contains(&whole), "{}", complaints(&over));
    assert_eq!(cost(&["--limit", "production=1000", "--limit", "1000"]).status.code(), Some(0));
    assert_eq!(cost(&["--limit", "production=1"]).status.code(), Some(1));
    assert_eq!(cost(&["--limit", "elsewhere=1"]).status.code(), Some(2));
}

#[test]
fn an_old_version_is_warned_of_and_counted() {
    let (now, later) = (cost(&["--date", "2027-03-26"]), cost(&["--date", "2029-08-01"]));
    assert_eq!(complaints(&now), "");
    assert_eq!(later.status.code(), Some(2));
    assert!(complaints(&later).contains("EKS 1.35 cannot be had since 2028-03-27"), "{}", complaints(&later));
    let extended = cost(&["--date", "2027-06-01"]);
    assert!(complaints(&extended).contains("left standard support on 2027-03-27"));
    assert!(complaints(&extended).contains("the prices are of 2026-11-23; look them up anew"));
}

#[test]
fn the_page_is_the_same_every_time_and_checked_without_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("cost.md");
    let page = page.to_str().unwrap();
    assert_eq!(cost(&["--markdown", page, "--check"]).status.code(), Some(2));
    assert_eq!(cost(&["--markdown", page]).status.code(), Some(0));
    let first = std::fs::read_to_string(page).unwrap();
    assert_eq!(cost(&["--markdown", page]).status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(page).unwrap(), first);
    assert_eq!(cost(&["--markdown", page, "--check"]).status.code(), Some(0));
    std::fs::write(page, first.replace("73.00", "72.00")).unwrap();
    let old = cost(&["--markdown", page, "--check"]);
    assert_eq!(old.status.code(), Some(1));
    assert!(complaints(&old).ends_with("is out of date: write it anew\n"));
    assert!(std::fs::read_to_string(page).unwrap().contains("72.00"));
}

/// Every row of a line-by-line table, added up in cents, is the total below it.
#[test]
fn printed_lines_add_up_to_the_printed_total() {
    let output = out(&cost(&[]));
    let cents = |line: &str| -> Vec<i64> {
        let figures = line.split_whitespace().rev().take(3).map(|figure| figure.replace('.', "").parse().unwrap());
        let mut figures: Vec<i64> = figures.collect();
        figures.reverse();
        figures
    };
    let mut sum = vec![0; 3];
    for line in output.lines().filter(|line| line.starts_with("  ")) {
        sum = sum.iter().zip(cents(line)).map(|(sum, more)| sum + more).collect();
    }
    assert_eq!(sum, cents(output.lines().find(|line| line.starts_with("total")).unwrap()));
}

#[test]
fn the_files_that_are_in_use_price_the_plan() {
    let output = cost_in_use(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", complaints(&output));
}

#[test]
fn a_plan_that_cannot_be_read_is_no_answer() {
    let missing = Command::new(env!("CARGO_BIN_EXE_comptoir-cost")).args(["--plan", "no.json"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(2));
    assert!(complaints(&missing).starts_with("cost: no.json: "));
}
