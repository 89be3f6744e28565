//! `comptoir import`

use std::fs::File;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use domain::{Actor, ImportKind};
use indicatif::{ProgressBar, ProgressStyle};
use ops::Ctx;
use ops::exchange::import::{self, Files, Import, Map, Options, Outcome, Phase, Progress, rejects_beside};
use serde_json::json;

use super::print_json;
use crate::cli::{ImportCommand, ImportOptions};
use crate::failure::Failure;
use crate::run::Parts;

pub(crate) async fn run(parts: &Parts, command: ImportCommand) -> Result<(), Failure> {
    let (what, how, kind, file) = match &command {
        ImportCommand::Contacts { how, file } => ("contacts", how, ImportKind::Contacts, file),
        ImportCommand::Orders { how, orders, .. } => ("orders", how, ImportKind::Orders, orders),
    };
    let map = match &how.map {
        Some(path) => read_map(path)?,
        None => Map::own(kind, file)?,
    };
    let ctx = Ctx::new(&parts.context, Actor::system("import")).importing();
    let mut rejected: Vec<PathBuf> = Vec::new();
    let bar = bar();
    let outcome = {
        let mut open = |file: &Path| open_rejects(file, &mut rejected);
        let mut show = |progress: Progress| {
            show(&bar, progress);
            ControlFlow::Continue(())
        };
        let options = Options { dry_run: how.dry_run, skip_bad: how.skip_bad };
        let mut import =
            Import { db: &parts.db, ctx: &ctx, map: &map, options, rejects: &mut open, progress: &mut show };
        match &command {
            ImportCommand::Contacts { file, .. } => import.contacts(file).await?,
            ImportCommand::Orders { orders, lines, .. } => {
                import.orders(&Files { orders, lines: lines.as_deref() }).await?
            }
        }
    };
    bar.finish_and_clear();
    report(what, how, &outcome, &rejected)
}

fn read_map(path: &Path) -> Result<Map, Failure> {
    let usage = |why: String| Failure::Usage(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| usage(e.to_string()))?;
    Map::parse(&text).map_err(|e| usage(e.to_string()))
}

/// A file of rejects lies beside its input; one from an earlier run is replaced.
fn open_rejects(file: &Path, rejected: &mut Vec<PathBuf>) -> io::Result<Box<dyn Write + Send>> {
    let path = rejects_beside(file);
    let opened = File::create(&path)?;
    rejected.push(path);
    Ok(Box::new(opened))
}

/// Draws only where standard error is a terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_message(if progress.phase == Phase::Check { "checking" } else { "writing" });
    if let Some(total) = progress.total {
        bar.set_length(total);
    }
    bar.set_position(progress.done);
}

fn report(what: &str, how: &ImportOptions, outcome: &Outcome, rejected: &[PathBuf]) -> Result<(), Failure> {
    let Outcome { written, created, updated, unchanged, rejected: bad } = *outcome;
    if how.json {
        print_json(&json!({
            "written": written, "created": created, "updated": updated, "unchanged": unchanged, "rejected": bad,
            "rejects": rejected,
        }))?;
    } else {
        let would = if written { "" } else { "would be " };
        println!("{what}: {created} {would}created, {updated} {would}updated, {unchanged} unchanged, {bad} rejected");
    }
    if bad == 0 {
        return Ok(());
    }
    let files = rejected.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    if written {
        eprintln!("the rejected rows and their reasons are in {files}");
        return Ok(());
    }
    let way_out = if how.dry_run { "" } else { "; correct them, or import the others with --skip-bad" };
    Err(Failure::Refused(format!("nothing was imported: {bad} {what} cannot be accepted; see {files}{way_out}")))
}

impl From<import::Error> for Failure {
    fn from(error: import::Error) -> Self {
        match error {
            import::Error::Map(_) | import::Error::File { .. } => Self::Usage(error.to_string()),
            import::Error::Changed(_) | import::Error::Stopped => Self::Refused(error.to_string()),
            import::Error::Ops(error) => error.into(),
        }
    }
}
