//! The server as a process: started, asked for its CPU time and memory, stopped.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use testkit::{Ports, Process};

use crate::Outcome;
use crate::place::Place;

const PORTS: Ports = Ports { http: 18_080, health: 18_081 };
pub(crate) const HTTP: &str = "127.0.0.1:18080";

pub(crate) const SECRET: &str = "a secret for the bench, nowhere else used";

pub(crate) struct Server(Process);

impl Server {
    /// Starts `comptoir COMMAND` on a database and waits until it is ready; says how long that took.
    pub(crate) async fn start(binary: &Path, command: &str, place: &Place, url: &str) -> Outcome<(Self, Duration)> {
        Self::start_with(binary, command, place, url, &[]).await
    }

    /// Starts the program with settings of its own.
    pub(crate) async fn start_with(
        binary: &Path,
        command: &str,
        place: &Place,
        url: &str,
        settings: &[(&str, String)],
    ) -> Outcome<(Self, Duration)> {
        let begun = Instant::now();
        let mut process = comptoir(binary, place, url, &[command]);
        process.envs(settings.iter().map(|(name, value)| (name, value)));
        let server = Self(Process::start(process, command, PORTS));
        while begun.elapsed() < Duration::from_secs(30) {
            // More often than a test looks: this is measured.
            if server.0.readiness() == 200 {
                return Ok((server, begun.elapsed()));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err("the server did not become ready".into())
    }

    pub(crate) fn cpu(&self) -> Duration {
        cpu_of(self.0.id())
    }

    /// Resident now, and at the most so far, in MB.
    pub(crate) fn memory(&self) -> (f64, f64) {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()
        };
        (field("VmRSS:").unwrap_or(0.0) / 1024.0, field("VmHWM:").unwrap_or(0.0) / 1024.0)
    }
}

/// A command of the program, with the settings of the bench.
pub(crate) fn comptoir(binary: &Path, place: &Place, url: &str, arguments: &[&str]) -> Command {
    let mut command = place.site().command(binary, arguments);
    command
        .env("DATABASE_URL", url)
        .env("COMPTOIR_DATA_FOLDER", place.site().path())
        .env("JWT_SECRET", SECRET)
        .env("COMPTOIR_LOG_LEVEL", "warn")
        // One caller sends all that the server can take; it is counted and told all the same.
        .env("COMPTOIR_LIMITS_USER_PER_MINUTE", "100000000")
        .env("COMPTOIR_LIMITS_ADDRESS_PER_MINUTE", "100000000")
        .stderr(Stdio::inherit());
    command
}

/// User and system time of a process (proc(5), fields 14 and 15, in hundredths of a second).
pub(crate) fn cpu_of(pid: u32) -> Duration {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let ticks: u64 = text
        .rsplit(')')
        .next()
        .map_or(0, |rest| rest.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum());
    Duration::from_millis(ticks * 10)
}
