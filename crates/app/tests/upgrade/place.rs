//! Where the programs run: a folder, a database, and the secret under which the release has sealed its own.

use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::{Ports, Process, Site};

use crate::api_client::ApiClient;
use crate::program::Program;
use crate::release::Release;

const AT_THE_LATEST: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(20);

pub(crate) struct Place(Site);

/// `serve`, `work` or `up`, until it is dropped.
pub(crate) struct Service {
    process: Process,
    what: String,
}

impl Place {
    pub(crate) fn new(release: &Release, database: &str) -> Self {
        let mut site = Site::new();
        let settings = [
            ("COMPTOIR_DATA_FOLDER", site.path().display().to_string()),
            ("DATABASE_URL", database.to_owned()),
            ("JWT_SECRET", release.text("/jwt_secret").to_owned()),
            ("COMPTOIR_DATABASE_POOL_SIZE", "8".into()),
            ("COMPTOIR_WEBHOOKS_INTERNAL_HOSTS", "127.0.0.1".into()),
            // Until an endpoint has the address of this test's receiver.
            ("COMPTOIR_WEBHOOKS_RETRY_SECONDS", "1,1,1,1,2,2,2,2,5,5".into()),
            ("COMPTOIR_LIMITS_USER_PER_MINUTE", "0".into()),
            ("COMPTOIR_LIMITS_ADDRESS_PER_MINUTE", "0".into()),
        ];
        for (name, value) in settings {
            site.set(name, value);
        }
        // The data grows old; what would be swept away one day is counted here.
        for what in ["INBOX", "ATTEMPTS", "DELIVERIES", "MAILS"] {
            site.set(&format!("COMPTOIR_RETENTION_{what}_DAYS"), "0");
        }
        Self(site)
    }

    /// Runs a command to its end; gives what it has printed.
    pub(crate) fn run(&self, program: &Program, arguments: &[&str]) -> String {
        let ended = self.0.run(&program.path, arguments, "");
        assert!(ended.status.success(), "{} {arguments:?}: {ended:?}", program.version);
        ended.out
    }

    /// Timelines and figures are what the journal says.
    pub(crate) fn finds_nothing_to_mend(&self, program: &Program) {
        self.run(program, &["replay", "--check"]);
    }

    /// Starts a part and waits until it is ready.
    pub(crate) async fn start(&self, program: &Program, part: &str) -> Service {
        let what = format!("{part}-{}", program.version);
        let mut process = self.0.start(&program.path, part, Ports::free(), &format!("{what}.log"), &[]);
        process.ready_within(AT_THE_LATEST).await;
        Service { process, what }
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
    /// Somebody at this process's API.
    pub(crate) fn client(&self) -> ApiClient {
        ApiClient::new(self.process.api())
    }

    /// SIGTERM, and its end.
    pub(crate) async fn stop(mut self) {
        self.process.ask_to_stop();
        let status = self.process.ended_within(AT_THE_LATEST).await;
        let status = status.unwrap_or_else(|| panic!("{} does not stop", self.what));
        assert!(status.success(), "{}: {status}", self.what);
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
