//! `cargo cost`: what Terraform's plans cost in a month, with low, likely and high traffic.
//!
//! Money is counted in millionths of a dollar, never in floating point. A resource type without a price, a version
//! without dates and an attribute that is missing from the plan are errors: the sum must never be silently too small.

mod bill;
mod money;
mod page;
mod plan;
mod prices;
mod problem;
mod resources;
mod support;
mod table;
mod traffic;
mod variants;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use jiff::civil::Date;

use self::bill::Bill;
use self::money::Usd;
use self::plan::Plan;
use self::prices::Prices;
use self::problem::{Outcome, Problem, read};
use self::resources::PricingInputs;
use self::support::Support;
use self::traffic::{HOURS, LIKELY, Traffic};

/// Prices older than this many days cause a warning.
const STALE_AFTER_DAYS: i32 = 180;

/// What a Terraform plan costs in a month.
#[derive(Parser)]
#[command(bin_name = "cargo cost")]
struct Arguments {
    /// What `terraform show -json PLAN` wrote; the file's name is the environment's.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    plan: Vec<PathBuf>,
    /// The day whose support of versions decides [default: the price file's].
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// Fail when a likely month of all plans, or of one, costs more.
    #[arg(long, value_name = "USD or PLAN=USD")]
    limit: Vec<String>,
    /// Write the whole account as a page, with variants, instead of tables.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write nothing: fail when the page is not as it would be written.
    #[arg(long, requires = "markdown")]
    check: bool,
    /// Where prices.toml, support.toml and traffic.toml lie.
    #[arg(long, value_name = "FOLDER", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/cost"), hide_default_value = true)]
    data: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(failures) if failures.is_empty() => ExitCode::SUCCESS,
        Ok(failures) => {
            for failure in failures {
                eprintln!("{failure}");
            }
            ExitCode::from(1)
        }
        Err(problem) => {
            eprintln!("cost: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Prints or writes the costs, and returns the reasons to fail.
fn run(arguments: &Arguments) -> Outcome<Vec<String>> {
    let prices = Prices::read(&arguments.data.join("prices.toml"))?;
    let support = Support::read(&arguments.data.join("support.toml"))?;
    let traffic = Traffic::read(&arguments.data.join("traffic.toml"))?;
    let on = arguments.date.unwrap_or(prices.date);
    let inputs = PricingInputs { prices: &prices, support: &support, traffic: &traffic, on };
    let plans = arguments.plan.iter().map(|path| Plan::read(path)).collect::<Outcome<Vec<Plan>>>()?;
    let bills = plans.iter().map(|plan| resources::bill(inputs, plan, HOURS)).collect::<Outcome<Vec<Bill<'_>>>>()?;

    let mut failures = limits(&arguments.limit, &plans, &bills)?;
    match &arguments.markdown {
        Some(path) => {
            let page = page::page(inputs, &plans, &bills)?;
            failures.extend(write_or_check(path, &page, arguments.check)?);
        }
        None => print!("{}", table::tables(&plans, &bills)),
    }
    for (plan, bill) in plans.iter().zip(&bills) {
        for warning in &bill.warnings {
            eprintln!("warning: {}: {warning}", plan.name);
        }
    }
    if (on - prices.date).get_days() > STALE_AFTER_DAYS {
        eprintln!("warning: the prices are of {}; look them up anew (deploy/cost/prices.toml)", prices.date);
    }
    Ok(failures)
}

fn limits(limits: &[String], plans: &[Plan], bills: &[Bill<'_>]) -> Outcome<Vec<String>> {
    let mut failures = Vec::new();
    for limit in limits {
        let (name, amount) =
            limit.split_once('=').map_or((None, limit.as_str()), |(name, amount)| (Some(name), amount));
        let most: Usd = amount.parse().map_err(Problem::Usage)?;
        let chosen = plans.iter().zip(bills).filter(|(plan, _)| name.is_none_or(|name| name == plan.name));
        let (count, likely) =
            chosen.fold((0, Usd::default()), |(count, sum), (_, bill)| (count + 1, sum + bill.total()[LIKELY]));
        if count == 0 {
            return Err(Problem::Usage(format!("--limit {limit}: no such plan")));
        }
        if likely > most {
            let whose = name.unwrap_or("all plans together");
            failures.push(format!("{whose}: a likely month costs {likely} USD, over the limit of {most} USD"));
        }
    }
    Ok(failures)
}

/// Writes a page; with `check`, only reports whether the file differs from it.
fn write_or_check(path: &Path, page: &str, check: bool) -> Outcome<Option<String>> {
    if check {
        let old = read(path, |text| Ok(text.to_owned()))?;
        return Ok((old != page).then(|| format!("{} is out of date: write it anew", path.display())));
    }
    std::fs::write(path, page).map_err(|error| Problem::File { path: path.to_owned(), why: error.to_string() })?;
    Ok(None)
}
