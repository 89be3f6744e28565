//! Reads and writes `released.toml`, the list of releases with their migrations.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::path::Path;
use std::str::FromStr;

use serde::Deserialize;

use super::folder::{Migration, digest};

/// A version such as `1.2.3`, without pre-release or build parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Version([u32; 3]);

/// One release, with the migrations that are new in it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    pub(super) version: Version,
    pub(super) commit: String,
    /// The number of its last migration.
    pub(super) last: u32,
    /// The files of migrations that are new in it, with their digests.
    #[serde(default)]
    pub(super) files: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    release: Vec<Release>,
}

/// Reads the releases, oldest first, as they stand in the file.
pub(super) fn read(path: &Path) -> Result<Vec<Release>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    parse(&text).map_err(|e| format!("{}: {e}", path.display()))
}

pub(super) fn parse(text: &str) -> Result<Vec<Release>, String> {
    let list: List = toml::from_str(text).map_err(|e| e.to_string())?;
    let ordered = list.release.is_sorted_by(|one, next| one.version < next.version && one.last <= next.last);
    if ordered { Ok(list.release) } else { Err("the releases are not in order".into()) }
}

/// Writes the entry of a release, to be appended to the file.
pub(super) fn entry(releases: &[Release], migrations: &[Migration], version: Version, commit: &str) -> String {
    let known = |file: &str| releases.iter().any(|release| release.files.contains_key(file));
    let last = migrations.last().map_or(0, |migration| migration.number);
    let mut entry = format!("\n[[release]]\nversion = \"{version}\"\ncommit = \"{commit}\"\nlast = {last}\n");
    entry.push_str("\n[release.files]\n");
    for migration in migrations.iter().filter(|migration| !known(&migration.file)) {
        // Writing to a string does not fail.
        let _ = writeln!(entry, "\"{}\" = \"{}\"", migration.file, digest(&migration.text));
    }
    entry
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split('.').map(|part| part.parse().map_err(|_| format!("{text} is no version like 0.1.0")));
        let parts: Vec<u32> = parts.collect::<Result<_, String>>()?;
        parts.try_into().map(Self).map_err(|_| format!("{text} is no version like 0.1.0"))
    }
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}
