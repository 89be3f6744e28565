//! Where the programs run: a folder, a database, and the secret under which the release has sealed its own.

use std::fs::OpenOptions;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use testkit::free_port;

use crate::desk::{Desk, client};
use crate::program::Program;
use crate::release::Release;

const AT_THE_LATEST: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(20);

pub(crate) struct Place {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

/// `serve`, `work` or `up`, until it is dropped.
pub(crate) struct Service {
    child: Child,
    http: u16,
    health: u16,
    what: String,
}

impl Place {
    pub(crate) fn new(release: &Release, database: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("comptoir-upgrade-").tempdir().expect("a folder");
        let settings = [
            ("COMPTOIR_DATA_FOLDER", folder.path().display().to_string()),
            ("DATABASE_URL", database.to_owned()),
            ("JWT_SECRET", release.text("/jwt_secret").to_owned()),
            ("COMPTOIR_DATABASE_POOL_SIZE", "8".into()),
            ("COMPTOIR_WEBHOOKS_INTERNAL_HOSTS", "127.0.0.1".into()),
            // Until an endpoint has the address of this test's receiver.
            ("COMPTOIR_WEBHOOKS_RETRY_SECONDS", "1,1,1,1,2,2,2,2,5,5".into()),
            ("COMPTOIR_LIMITS_USER_PER_MINUTE", "0".into()),
            ("COMPTOIR_LIMITS_ADDRESS_PER_MINUTE", "0".into()),
        ];
        let mut settings: Vec<(String, String)> = settings.map(|(name, value)| (name.to_owned(), value)).into();
        // The data grows old; what would be swept away one day is counted here.
        let kept = ["INBOX", "ATTEMPTS", "DELIVERIES", "MAILS"];
        settings.extend(kept.map(|what| (format!("COMPTOIR_RETENTION_{what}_DAYS"), "0".to_owned())));
        Self { folder, settings }
    }

    fn command(&self, program: &Program) -> Command {
        let mut command = Command::new(&program.path);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COMPTOIR_")) {
            command.env_remove(name);
        }
        command.env_remove("SQS_QUEUE_URL").envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command to its end; gives what it has printed.
    pub(crate) fn run(&self, program: &Program, arguments: &[&str]) -> String {
        let ended = self.command(program).args(arguments).output().expect("the program starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&ended.stdout), text(&ended.stderr));
        assert!(ended.status.success(), "{} {arguments:?}: {}\n{out}{err}", program.version, ended.status);
        out
    }

    /// Timelines and figures are what the journal says.
    pub(crate) fn finds_nothing_to_mend(&self, program: &Program) {
        self.run(program, &["replay", "--check"]);
    }

    /// Starts a part and waits until it is ready.
    pub(crate) async fn start(&self, program: &Program, part: &str) -> Service {
        let (http, health) = (free_port(), free_port());
        let what = format!("{part}-{}", program.version);
        let log = self.folder.path().join(format!("{what}.log"));
        let log = OpenOptions::new().create(true).append(true).open(log).expect("a log file");
        let mut command = self.command(program);
        command.env("COMPTOIR_HTTP_LISTEN", format!("127.0.0.1:{http}"));
        command.env("COMPTOIR_HTTP_HEALTH_LISTEN", format!("127.0.0.1:{health}"));
        let child = command.arg(part).stdout(Stdio::null()).stderr(log).spawn().expect("the program starts");
        let service = Service { child, http, health, what };
        until(&format!("{} is ready", service.what), async || service.is_ready().await).await;
        service
    }

    /// Waits until no message is on its way any more.
    pub(crate) async fn quiet(&self) {
        let nothing_waits = async || {
            let status = self.run(&Program::present(), &["status", "--json"]);
            let status: Value = serde_json::from_str(&status).expect("JSON");
            ["outbox_waiting", "queue_waiting", "queue_held"].iter().all(|what| status[what] == 0)
        };
        until("everything comes to rest", nothing_waits).await;
    }
}

impl Service {
    async fn is_ready(&self) -> bool {
        let answer = client().get(format!("http://127.0.0.1:{}/readyz", self.health)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Somebody at this process's API.
    pub(crate) fn desk(&self) -> Desk {
        Desk::new(format!("http://127.0.0.1:{}/api/v1", self.http))
    }

    /// SIGTERM, and its end.
    pub(crate) async fn stop(mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it runs");
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                break status;
            }
            assert!(begun.elapsed() < AT_THE_LATEST, "{} does not stop", self.what);
            tokio::time::sleep(LOOK_EVERY).await;
        };
        assert!(status.success(), "{}: {status}", self.what);
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks until it is so.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < AT_THE_LATEST, "waited in vain: {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
