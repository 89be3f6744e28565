//! Where tests run the program `comptoir`: a folder, and the settings that it gets.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Ports, Process};

/// Settings that do not begin with `COMPTOIR_`.
const SHORT_NAMES: [&str; 4] = ["DATABASE_URL", "SQS_QUEUE_URL", "JWT_SECRET", "JWT_SECRET_PREVIOUS"];

/// A folder to work in and the settings of every program that is started there; the folder is removed with the value.
pub struct Site {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
    pub after: Duration,
}

impl Site {
    /// In the system's temporary folder.
    #[must_use]
    pub fn new() -> Self {
        Self::within(&std::env::temp_dir())
    }

    /// Below another folder.
    #[must_use]
    pub fn within(parent: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("comptoir-site-").tempdir_in(parent).expect("a folder for a site");
        Self { folder, settings: Vec::new() }
    }

    /// Gives a setting to what is started from now on, in place of its former value.
    pub fn set(&mut self, variable: &str, value: impl Into<String>) {
        self.settings.retain(|(name, _)| name != variable);
        self.settings.push((variable.to_owned(), value.into()));
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves logs and data behind, for a person to look at.
    #[must_use]
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    /// A command in this folder, with these settings and none of those that whoever runs the tests may have. It reads nothing
    /// and prints nowhere.
    #[must_use]
    pub fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        let foreign = std::env::vars_os().map(|(name, _)| name);
        for name in foreign.filter(|name| name.to_string_lossy().starts_with("COMPTOIR_")) {
            command.env_remove(name);
        }
        for name in SHORT_NAMES {
            command.env_remove(name);
        }
        command.current_dir(self.path()).envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    ///
    /// When it cannot be started, or prints what is not UTF-8.
    #[must_use]
    pub fn run(&self, program: &Path, arguments: &[&str], input: &str) -> Ended {
        let begun = Instant::now();
        let mut command = self.command(program, arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // A command that does not ask may be gone before it could read.
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("a child can be waited for");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Ended { status: output.status, out: text(output.stdout), err: text(output.stderr), after: begun.elapsed() }
    }

    /// Starts a part of a program (`serve`, `work`, `up`) with further settings of its own; what it logs is appended to a file
    /// of that name.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    #[must_use]
    pub fn start(&self, program: &Path, part: &str, ports: Ports, log: &str, own: &[(&str, &str)]) -> Process {
        let log = OpenOptions::new().create(true).append(true).open(self.path().join(log)).expect("a log file");
        let mut command = self.command(program, &[part]);
        command.envs(own.iter().copied()).stderr(log);
        Process::start(command, part, ports)
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}

impl Ended {
    /// What it has printed, having ended well.
    ///
    /// # Panics
    ///
    /// When it has not.
    #[expect(clippy::must_use_candidate, reason = "most callers only want it to have ended well")]
    pub fn ok(self) -> String {
        assert!(self.status.success(), "{self:?}");
        self.out
    }

    /// The JSON that it has printed, having ended well.
    #[must_use]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.ok()).expect("JSON")
    }

    /// What it has said on standard error, having ended with this code and said this.
    ///
    /// # Panics
    ///
    /// When it has not.
    #[expect(clippy::must_use_candidate, reason = "most callers only want it to have failed")]
    pub fn failed(self, code: i32, said: &str) -> String {
        assert_eq!(self.status.code(), Some(code), "{self:?}");
        assert!(self.err.contains(said), "{said:?} is not in {:?}", self.err);
        self.err
    }
}
