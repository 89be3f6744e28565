//! A folder in which `comptoir` runs, and nothing of the settings of whoever runs the tests.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use store::{Db, Options};
use tempfile::TempDir;

pub(crate) struct Home {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) after: Duration,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), settings: Vec::new() }
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

    pub(crate) fn with(mut self, variable: &'static str, value: impl Into<String>) -> Self {
        self.settings.retain(|(name, _)| *name != variable);
        self.settings.push((variable, value.into()));
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
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
        let mut command = Command::new(env!("CARGO_BIN_EXE_comptoir"));
        let foreign = std::env::vars_os().map(|(name, _)| name).filter(|name| {
            let name = name.to_string_lossy();
            name.starts_with("COMPTOIR_") || ["DATABASE_URL", "SQS_QUEUE_URL"].contains(&&*name)
        });
        for name in foreign {
            command.env_remove(name);
        }
        command.current_dir(self.path()).envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with_input(arguments, "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let begun = Instant::now();
        let mut child = self.command(arguments).spawn().unwrap();
        // A command that does not ask may be gone before it could read.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr), after: begun.elapsed() }
    }

    /// The `SQLite` database, beside the program.
    pub(crate) async fn db(&self) -> Db {
        Db::open(&Options::new(format!("sqlite:{}", self.data().join("comptoir.db").display()))).await.unwrap()
    }
}

impl Ended {
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    /// Ended with this code, and said this on standard error; gives all that it said there.
    pub(crate) fn failed(self, code: i32, said: &str) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.err.contains(said), "{said:?} is not in {:?}", self.err);
        self.err
    }
}
