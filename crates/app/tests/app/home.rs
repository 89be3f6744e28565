//! A site in which this source's `comptoir` runs with little more than its defaults.

use std::path::{Path, PathBuf};
use std::process::Command;

use store::{Db, Options};
use testkit::{Ended, Site};

pub(crate) struct Home(Site);

/// The program under test.
fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_comptoir"))
}

impl Home {
    pub(crate) fn new() -> Self {
        Self(Site::new())
            .with("JWT_SECRET", "a secret of thirty-two bytes or more")
            // A test asks again and again until something has happened.
            .with("COMPTOIR_LIMITS_USER_PER_MINUTE", "0")
    }

    /// A home with all tables in its `SQLite` file.
    pub(crate) fn migrated() -> Self {
        let home = Self::new();
        home.run(&["migrate"]).ok();
        home
    }

    pub(crate) fn with(mut self, variable: &str, value: impl Into<String>) -> Self {
        self.0.set(variable, value);
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// What a server that was started here has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.path().join("err")).unwrap_or_default()
    }

    /// What it has printed so far.
    pub(crate) fn out(&self) -> String {
        std::fs::read_to_string(self.path().join("out")).unwrap_or_default()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.0.command(program(), arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with_input(arguments, "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        self.0.run(program(), arguments, input)
    }

    /// The `SQLite` database, beside the program.
    pub(crate) async fn db(&self) -> Db {
        Db::open(&Options::new(format!("sqlite:{}", self.data().join("comptoir.db").display()))).await.unwrap()
    }
}
