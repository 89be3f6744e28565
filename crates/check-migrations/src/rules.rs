//! The rules of the check: what has been released stays as it is, and what is new only adds, so that the former release's program runs on
//! the new tables (docs/decisions/0014-releases-and-schemas.md).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::folder::{Migration, digest};
use super::released::{Release, Version};
use super::sql::{self, Script};
use super::statement::Statement;

/// Begins the comment of a migration that drops something; the release whose program stopped using it follows.
const UNUSED: &str = "unused since ";

/// Why a release may not be made with this file, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) file: String,
    pub(super) rule: String,
    pub(super) instead: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    instead: {}", self.file, self.rule, self.instead)
    }
}

/// Checks released migrations against the list, and new ones against the rules. `present` is this workspace's version.
pub(super) fn check(releases: &[Release], migrations: &[Migration], present: Version) -> Vec<Refusal> {
    let mut refusals = unchanged(releases, migrations);
    refusals.extend(numbers(migrations));
    let known: BTreeSet<&str> = releases.iter().flat_map(|release| release.files.keys().map(String::as_str)).collect();
    let (old, new): (Vec<&Migration>, Vec<&Migration>) =
        migrations.iter().partition(|migration| known.contains(migration.file.as_str()));
    if let (Some(first), Some(newest)) = (new.first(), releases.last())
        && newest.version >= present
    {
        let rule = format!("is new, and release {} has been made without it", newest.version);
        refusals.push(refusal(first, rule, "raise the version in Cargo.toml: a released schema does not grow"));
    }
    let old_tables = tables(&old);
    let new_tables = tables(&new);
    for migration in new {
        refusals.extend(expands(migration, &old_tables, &new_tables, releases));
    }
    refusals
}

fn refusal(migration: &Migration, rule: impl Into<String>, instead: &'static str) -> Refusal {
    Refusal { file: migration.file.clone(), rule: rule.into(), instead }
}

/// Checks that released migrations are unchanged: databases have applied them.
fn unchanged(releases: &[Release], migrations: &[Migration]) -> Vec<Refusal> {
    let there: BTreeMap<&str, &Migration> =
        migrations.iter().map(|migration| (migration.file.as_str(), migration)).collect();
    let mut refusals = Vec::new();
    for release in releases {
        for (file, released) in &release.files {
            let version = release.version;
            let (rule, instead) = match there.get(file.as_str()) {
                Some(migration) if digest(&migration.text) == *released => continue,
                Some(_) => (
                    format!("was released with {version} and has been changed since"),
                    "put it back as it was (git checkout COMMIT -- FILE), and make the change in a new file",
                ),
                None => (
                    format!("was released with {version} and is gone, or has another name"),
                    "put it back under its name; what it made is dropped by a step of its own, a release later",
                ),
            };
            refusals.push(Refusal { file: file.clone(), rule, instead });
        }
        let last = release.files.keys().filter_map(|file| super::folder::number(file)).max();
        if last.is_some_and(|last| last != release.last) {
            let rule = format!("the entry of {} ends with {}, its files do not", release.version, release.last);
            let instead = "put released.toml back; `cargo check-migrations --release` writes it";
            refusals.push(Refusal { file: "released.toml".into(), rule, instead });
        }
    }
    refusals
}

/// Checks that migrations are numbered from 1 without gaps.
fn numbers(migrations: &[Migration]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut wanted = 1;
    for migration in migrations {
        if migration.number != wanted {
            let rule = format!("has the number {:04} where {wanted:04} comes next", migration.number);
            let instead = "number the steps in a row: a database takes only those above its own number, once";
            refusals.push(refusal(migration, rule, instead));
        }
        wanted = migration.number + 1;
    }
    refusals
}

/// The tables that these migrations create.
fn tables(migrations: &[&Migration]) -> BTreeSet<String> {
    let made = migrations.iter().filter_map(|migration| match Statement::read(&sql::parse(&migration.text).ok()?) {
        Ok(Statement::CreateTable { name, .. }) => Some(name),
        _ => None,
    });
    made.collect()
}

/// Checks that a new migration only adds to the released schema.
fn expands(
    migration: &Migration,
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
    releases: &[Release],
) -> Option<Refusal> {
    let no = |rule: String, instead| Some(refusal(migration, rule, instead));
    let script = match sql::parse(&migration.text) {
        Ok(script) => script,
        Err(why) => return no(why, "write what SQLite and MySQL read alike"),
    };
    let statement = match Statement::read(&script) {
        Ok(statement) => statement,
        Err(why) => return no(why.into(), "one statement in each file: MySQL commits each by itself"),
    };
    match statement {
        Statement::CreateTable { name, .. } if old.contains(&name) => {
            no(format!("makes {name}, which there is already"), "choose another name, or add columns to the old table")
        }
        Statement::CreateTable { references, .. } => {
            let to = references.into_iter().find(|table| !new.contains(table))?;
            let rule =
                format!("has a foreign key to {to}, in which the former program would no longer be let to delete");
            no(rule, "leave the key out; the program keeps the two together")
        }
        Statement::CreateIndex { unique: true, table } if !new.contains(&table) => {
            let rule = format!("is unique on {table}, and would refuse what the former program writes there");
            no(rule, "a new table that has the key, written by this release beside the old one")
        }
        Statement::AddColumn { table, column, fault: Some(fault) } if !new.contains(&table) => {
            let rule = format!("the column {column} of {table} {fault}, which the former program knows nothing of");
            no(rule, "let it be NULL or give it a plain default; demand more of it a release later, in the program")
        }
        Statement::Insert { table } if !new.contains(&table) => {
            let rule = format!("writes into {table}, in which the former program finds what it does not know");
            no(rule, "let the program write it when it first needs it, or use a table of this release")
        }
        Statement::CreateIndex { .. } | Statement::AddColumn { .. } | Statement::Insert { .. } => None,
        Statement::Drop => match unused_since(&script) {
            None => no(
                "drops what the former program may use".into(),
                "drop it a release after the program stopped using it, and say which that was: -- unused since 0.1.0",
            ),
            Some(since) if releases.iter().any(|release| release.version.to_string() == since) => None,
            Some(_) => no(
                "is to have been unused since a release that was never made (released.toml)".into(),
                "name a release that has been made; until there is one, leave what is unused where it is",
            ),
        },
        Statement::Other(words) => no(
            format!("`{words} …` is not among what a release may do to its tables"),
            "CREATE TABLE IF NOT EXISTS … {narrow|wide}, CREATE INDEX, ALTER TABLE … ADD COLUMN, INSERT INTO a new table",
        ),
    }
}

/// The version that a comment names after [`UNUSED`].
fn unused_since(script: &Script) -> Option<&str> {
    let said = script.comments.iter().find_map(|comment| comment.strip_prefix(UNUSED))?;
    said.split_whitespace().next().map(|version| version.trim_end_matches(['.', ',', ';', ':']))
}
