//! `comptoir explain`

use ops::explain::{self, Step, StepKind};
use serde_json::json;

use super::print_json;
use crate::cli::Explained;
use crate::failure::Failure;
use crate::run::Parts;
use store::query;

pub(crate) async fn run(parts: &Parts, what: Explained, id: &str, json: bool) -> Result<(), Failure> {
    let id = id.to_owned();
    let read = query!(parts.db, |tx, id| explain::explain(tx, id).await);
    let explanation = match read.await {
        Ok(explanation) if explanation.about.kind == what.name() => explanation,
        Ok(_) | Err(ops::Error::NotFound { .. }) => {
            return Err(Failure::Refused(format!("there is no {} {id}", what.name())));
        }
        Err(error) => return Err(error.into()),
    };
    if json {
        return print_json(&json!(explanation));
    }
    println!("{} {}  {}", explanation.about.kind, explanation.about.label, explanation.about.id);
    if explanation.cut {
        println!("(only the newest part of a longer explanation)");
    }
    for step in &explanation.steps {
        println!("{}", line(step));
    }
    Ok(())
}

/// `2026-11-22T09:00:00Z  attempt        MAIL  con_…  451 greylisted  (12 ms)`
fn line(step: &Step) -> String {
    let kind = match step.kind {
        StepKind::Event => "event",
        StepKind::Handled => "handled",
        StepKind::Planned => "planned",
        StepKind::Attempt if step.detail.is_none() => "attempt, done",
        StepKind::Attempt => "attempt, failed",
        StepKind::Delivered => "delivered",
        StepKind::Skipped => "skipped",
        StepKind::DeadLetter => "dead letter",
        StepKind::Redriven => "redriven",
        StepKind::Discarded => "discarded",
        StepKind::InQueue => "in the queue",
        StepKind::Due => "next, not before",
    };
    let mut line = format!("{:<27}  {kind:<16}  {:<21}  {}", step.at.to_string(), step.message_type, step.subject);
    let status = step.status.map(|status| status.to_string());
    let took = step.duration_ms.map(|ms| format!("({ms} ms)"));
    let by = step.actor.as_ref().map(|actor| format!("by {actor}"));
    let error = step.detail.as_ref().map(|detail| detail.lines().next().unwrap_or("").to_owned());
    for part in [by, status, error, took].into_iter().flatten() {
        line.push_str("  ");
        line.push_str(&part);
    }
    line
}
