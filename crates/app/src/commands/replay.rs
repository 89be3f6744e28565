//! `comptoir replay`

use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use worker::replay::{self, Found, Progress};

use super::print_json;
use crate::failure::Failure;
use crate::run::Parts;

/// Differences that are told one by one.
const TOLD: usize = 50;

pub(crate) async fn run(parts: &Parts, check: bool, json: bool) -> Result<(), Failure> {
    let bar = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("{bar:30} {pos} of {len} events, {eta} left").map_err(Failure::unexpected)?,
    );
    let shown = bar.clone();
    let progress: Progress = Arc::new(move |done, all| {
        shown.set_length(all as u64);
        shown.set_position(done as u64);
    });
    let found = if check {
        replay::check(&parts.db, &parts.context, &progress).await?
    } else {
        let mended = replay::mend(&parts.db, &parts.context, &progress).await?;
        mended.ok_or_else(|| Failure::Refused("another replay is at work; try again when it has ended".into()))?
    };
    bar.finish_and_clear();
    if json {
        print_json(&as_json(&found, check))?;
    } else {
        tell(&found, check);
    }
    if check && !found.is_nothing() {
        return Err(Failure::Refused("the tables differ from the journal: comptoir replay repairs them".into()));
    }
    Ok(())
}

fn as_json(found: &Found, check: bool) -> Value {
    let figures: Vec<Value> = found
        .figures
        .iter()
        .map(|off| {
            let by = off.by;
            json!({
                "day": off.day, "currency": off.currency, "orders": by.orders, "orders_total": by.orders_total,
                "payments": by.payments, "payments_total": by.payments_total, "refunds": by.refunds,
                "refunds_total": by.refunds_total,
            })
        })
        .collect();
    let foreign: Vec<Value> =
        found.foreign.iter().map(|(subject, event)| json!({ "subject": subject, "event": event })).collect();
    json!({
        "events": found.events, "done": found.done, "mended": !check, "timeline_wrong": found.wrong,
        "timeline_foreign": foreign, "figures_to_add": figures,
    })
}

fn tell(found: &Found, check: bool) {
    println!("{} events in the journal, the effects of {} are done", found.events, found.done);
    if found.is_nothing() {
        println!("timelines and figures are what the journal says");
        return;
    }
    for event in found.wrong.iter().take(TOLD) {
        println!("timeline  {event} is missing or wrong");
    }
    for (subject, event) in found.foreign.iter().take(TOLD) {
        println!("timeline  {event} does not belong to {subject}");
    }
    for off in found.figures.iter().take(TOLD) {
        println!("figures   {} {} are off by {:?}", off.day, off.currency, off.by);
    }
    let all = found.wrong.len() + found.foreign.len() + found.figures.len();
    println!("{all} differences{}", if check { "" } else { ", repaired" });
}
