//! `cargo check-migrations`: checks that a release may be made with these migrations. The former release's program must run on
//! the new tables, or a release could not be rolled back (docs/decisions/0014-releases-and-schemas.md).

mod folder;
mod released;
mod rules;
mod sql;
mod statement;
#[cfg(test)]
mod tests;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Parser;

use self::released::{Release, Version};

/// This workspace's version: all its packages have the same.
const PRESENT: &str = env!("CARGO_PKG_VERSION");

/// Are released migrations unchanged, and do the new ones only add?
#[derive(Parser)]
#[command(bin_name = "cargo check-migrations")]
struct Arguments {
    /// Also write the entry of this version into released.toml, as released with the commit at hand.
    #[arg(long)]
    release: bool,
    /// Where the migrations and released.toml lie.
    #[arg(long, value_name = "FOLDER", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/migrations"), hide_default_value = true)]
    folder: PathBuf,
}

fn main() -> ExitCode {
    match check(&Arguments::parse()) {
        Ok(refusals) if refusals.is_empty() => ExitCode::SUCCESS,
        Ok(refusals) => {
            for refusal in refusals {
                eprintln!("{refusal}");
            }
            ExitCode::from(1)
        }
        Err(problem) => {
            eprintln!("check-migrations: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Checks the folder, and returns the reasons against a release.
fn check(arguments: &Arguments) -> Result<Vec<String>, String> {
    let list = arguments.folder.join("released.toml");
    let (releases, migrations) = (released::read(&list)?, folder::read(&arguments.folder)?);
    let present: Version = PRESENT.parse()?;
    let refusals = rules::check(&releases, &migrations, present);
    if !refusals.is_empty() {
        return Ok(refusals.iter().map(ToString::to_string).collect());
    }
    if arguments.release {
        return add(arguments, &releases, &migrations, present).map(|refusal| refusal.into_iter().collect());
    }
    let old: usize = releases.iter().map(|release| release.files.len()).sum();
    println!("{old} released migrations as they were, {} new ones that only add", migrations.len() - old);
    Ok(Vec::new())
}

/// Adds the entry of the present version to the list; does nothing when it is there, so that a release may be tried again.
fn add(
    arguments: &Arguments,
    releases: &[Release],
    migrations: &[folder::Migration],
    present: Version,
) -> Result<Option<String>, String> {
    if let Some(known) = releases.iter().find(|release| release.version == present) {
        println!("{present} is released, with commit {}", known.commit);
        return Ok(None);
    }
    if let Some(newer) = releases.iter().find(|release| release.version > present) {
        return Ok(Some(format!(
            "Cargo.toml: version {present} is older than release {}\n    instead: raise it",
            newer.version
        )));
    }
    let changed = git(arguments, &["status", "--porcelain", "--", "."])?;
    if !changed.is_empty() {
        return Ok(Some(format!(
            "not in any commit yet:\n{changed}\n    instead: commit it, then release that commit"
        )));
    }
    let commit = git(arguments, &["rev-parse", "HEAD"])?;
    let path = arguments.folder.join("released.toml");
    let explain = |e: std::io::Error| format!("{}: {e}", path.display());
    let entry = released::entry(releases, migrations, present, &commit);
    let mut file = OpenOptions::new().append(true).open(&path).map_err(explain)?;
    file.write_all(entry.as_bytes()).map_err(explain)?;
    println!("{} has release {present} of commit {commit}; now its data: scripts/release-fixture", path.display());
    Ok(None)
}

fn git(arguments: &Arguments, words: &[&str]) -> Result<String, String> {
    let ran = Command::new("git").arg("-C").arg(&arguments.folder).args(words).output();
    let ran = ran.map_err(|e| format!("git: {e}"))?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim_end().to_owned();
    if ran.status.success() { Ok(text(ran.stdout)) } else { Err(format!("git: {}", text(ran.stderr))) }
}
