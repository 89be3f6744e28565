//! The real program as a process of its own: started, killed, asked to stop.

use std::fs::OpenOptions;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::site::Site;

const LOOK_EVERY: Duration = Duration::from_millis(5);

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

/// Killed at the latest when it goes out of scope.
pub(crate) struct Process {
    part: Part,
    child: Child,
}

impl Process {
    /// Starts a part; `fault` is where it will end itself (`store::faults`).
    pub(crate) fn start(site: &Site, part: Part, fault: Option<&str>) -> Self {
        let mut command = command(site);
        command.env("COMPTOIR_HTTP_HEALTH_LISTEN", site.health_address(part));
        if let Some(fault) = fault {
            command.env("COMPTOIR_FAULT", fault);
        }
        Self::run(site, part, command)
    }

    /// A backend at addresses of its own, beside others.
    pub(crate) fn start_backend(site: &Site, http: &str, health: &str) -> Self {
        let mut command = command(site);
        command.env("COMPTOIR_HTTP_LISTEN", http).env("COMPTOIR_HTTP_HEALTH_LISTEN", health);
        Self::run(site, Part::Serve, command)
    }

    fn run(site: &Site, part: Part, mut command: Command) -> Self {
        let log = site.log_of(part);
        let log = OpenOptions::new().create(true).append(true).open(log).expect("a log file");
        command.arg(part.name()).stderr(log);
        Self { part, child: command.spawn().expect("the program starts") }
    }

    pub(crate) const fn part(&self) -> Part {
        self.part
    }

    /// How it has ended, if it has within `limit`.
    pub(crate) async fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            let ended = self.child.try_wait().expect("a child can be asked");
            if ended.is_some() || Instant::now() >= deadline {
                return ended;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// `kill -9`
    pub(crate) fn kill(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM
    pub(crate) fn ask_to_stop(&self) {
        rustix::process::kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it runs");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs a command to its end, with a line of input.
pub(crate) fn run_command(site: &Site, arguments: &[&str], input: &str) {
    use std::io::Write as _;
    let mut command = command(site);
    command.args(arguments).stdin(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().expect("the program starts");
    // A command that asks for nothing may be gone before it is written to.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    let status = child.wait().expect("a child can be waited for");
    assert!(status.success(), "comptoir {arguments:?}: {status}");
}

/// With the site's settings, and none that whoever runs the tests may have.
fn command(site: &Site) -> Command {
    // To measure, a release build may take the place of the one that was built with the tests.
    let program = std::env::var_os("COMPTOIR_CRASH_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_comptoir").into());
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COMPTOIR_")) {
        command.env_remove(name);
    }
    command.env_remove("DATABASE_URL").env_remove("SQS_QUEUE_URL").env_remove("JWT_SECRET");
    command.envs(site.settings()).stdin(Stdio::null()).stdout(Stdio::null());
    command
}
