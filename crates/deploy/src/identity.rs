//! Names for the record of a deployment: who deploys, and which commit.

use super::time::now;

/// The name under which this process holds the lease. It is unique: a second run of the same job has another one.
pub(crate) fn lease_holder() -> String {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let whose = match (variable("GITHUB_REPOSITORY"), variable("GITHUB_RUN_ID")) {
        (Some(repository), Some(run)) => format!("{repository}, run {run}"),
        _ => variable("USER").unwrap_or_else(|| "somebody".into()),
    };
    let since = now().as_second();
    format!("{whose}, process {} of {since}", std::process::id())
}

/// The commit that GitHub names, else that git has checked out, else `unnamed`.
pub(crate) fn current_commit() -> String {
    let named = std::env::var("GITHUB_SHA").ok().filter(|commit| !commit.is_empty());
    named.or_else(commit_of_git).unwrap_or_else(|| "unnamed".into())
}

fn commit_of_git() -> Option<String> {
    let output = std::process::Command::new("git").args(["rev-parse", "HEAD"]).output().ok()?;
    let commit = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !commit.is_empty()).then_some(commit)
}
