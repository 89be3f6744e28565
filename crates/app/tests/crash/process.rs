//! The halves of the program, started on a site: with a fault where they will end themselves, or without.

use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use testkit::Ports;

use crate::site::Site;

/// Which half of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Serve,
    Work,
    /// Both in one.
    Up,
}

impl Part {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Work => "work",
            Self::Up => "up",
        }
    }
}

/// A running part; killed at the latest when it goes out of scope.
pub(crate) struct Process {
    part: Part,
    process: testkit::Process,
}

impl Process {
    /// Starts a part; `fault` is where it will end itself (`store::faults`).
    pub(crate) fn start(site: &Site, part: Part, fault: Option<&str>) -> Self {
        let own: Vec<(&str, &str)> = fault.map(|fault| ("COMPTOIR_FAULT", fault)).into_iter().collect();
        Self { part, process: site.start(part, site.ports(part), &own) }
    }

    /// Starts a backend at ports of its own, beside others, and waits until it is ready.
    pub(crate) async fn start_backend(site: &Site, ports: Ports, ready_within: Duration) -> Self {
        let mut process = site.start(Part::Serve, ports, &[]);
        process.ready_within(ready_within).await;
        Self { part: Part::Serve, process }
    }

    pub(crate) const fn part(&self) -> Part {
        self.part
    }

    /// How it has ended, if it has within `limit`.
    pub(crate) async fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.process.ended_within(limit).await
    }

    /// `kill -9`
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// SIGTERM
    pub(crate) fn ask_to_stop(&self) {
        self.process.ask_to_stop();
    }
}

/// Runs a command to its end, with a line of input.
pub(crate) fn run_command(site: &Site, arguments: &[&str], input: &str) {
    site.run(arguments, input).ok();
}

/// To measure, a release build may take the place of the one that was built with the tests.
pub(crate) fn program() -> PathBuf {
    let program = std::env::var_os("COMPTOIR_CRASH_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_comptoir").into());
    // Sites have working folders of their own.
    std::path::absolute(program).expect("a working folder")
}
