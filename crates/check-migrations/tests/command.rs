//! The command itself: with which exit code it ends, and what it writes when a release is made.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS things (id BIGINT NOT NULL PRIMARY KEY){narrow}\n";

fn check(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comptoir-check-migrations"));
    command.arg("--folder").arg(folder).args(more).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap()
}

/// A folder under git, with one step and no release yet.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("released.toml"), "# What has been released.\n").unwrap();
    fs::write(folder.path().join("0001_create_things.sql"), TABLE).unwrap();
    git(folder.path(), &["init", "--quiet"]);
    commit(folder.path());
    folder
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    let who = ["-c", "user.name=Test", "-c", "user.email=test@comptoir.invalid"];
    git(folder, &[&who[..], &["commit", "--quiet", "--message", "steps"]].concat());
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let ran = Command::new("git").arg("-C").arg(folder).args(arguments).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    String::from_utf8(ran.stdout).unwrap().trim().to_owned()
}

#[test]
fn this_workspace_s_own_folder_is_fine() {
    let output = check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/migrations"), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("released migrations as they were"), "{}", said(&output));
}

#[test]
fn a_mistake_is_a_no_and_a_folder_that_cannot_be_read_no_answer() {
    let folder = folder();
    fs::write(folder.path().join("0002_drop_things.sql"), "DROP TABLE things").unwrap();
    let refused = check(folder.path(), &[]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).starts_with("0002_drop_things.sql: drops what"), "{}", said(&refused));
    fs::remove_file(folder.path().join("released.toml")).unwrap();
    assert_eq!(check(folder.path(), &[]).status.code(), Some(2));
}

#[test]
fn a_release_is_entered_once_and_holds_from_then_on() {
    let folder = folder();
    let made = check(folder.path(), &["--release"]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let list = fs::read_to_string(folder.path().join("released.toml")).unwrap();
    assert!(list.starts_with("# What has been released.\n\n[[release]]\n"), "{list}");
    assert!(list.contains(&format!("version = \"{}\"", env!("CARGO_PKG_VERSION"))), "{list}");
    assert!(
        list.contains(&format!("commit = \"{}\"\nlast = 1\n", git(folder.path(), &["rev-parse", "HEAD"]))),
        "{list}"
    );
    // Again: nothing more.
    assert_eq!(check(folder.path(), &["--release"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("released.toml")).unwrap(), list);
    // It holds.
    fs::write(folder.path().join("0001_create_things.sql"), format!("{TABLE}-- More.\n")).unwrap();
    let changed = check(folder.path(), &[]);
    assert_eq!(changed.status.code(), Some(1));
    assert!(said(&changed).contains("has been changed since"), "{}", said(&changed));
}

#[test]
fn what_is_in_no_commit_is_not_released() {
    let folder = folder();
    fs::write(folder.path().join("0002_index.sql"), "CREATE INDEX things_by_id ON things (id)").unwrap();
    let refused = check(folder.path(), &["--release"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("not in any commit yet"), "{}", said(&refused));
    commit(folder.path());
    assert_eq!(check(folder.path(), &["--release"]).status.code(), Some(0));
}
