//! schemathesis (<https://schemathesis.readthedocs.io>) against the running program: requests made from `openapi.json`, good
//! and bad ones, alone and in sequences. No answer may be a 5xx, none may differ from the description, and what the
//! description allows or forbids must be what is accepted or refused.
//!
//! `make tests` installs it and runs it for a while; `make fuzz` for longer. Without it this says so and tests nothing.

use std::path::Path;
use std::process::Command;

use testkit::for_each_engine;

use crate::home::Home;
use crate::server::Server;

/// The program `st`.
const PROGRAM: &str = "COMPTOIR_TEST_SCHEMATHESIS";
/// How long to go on, on each engine.
const SECONDS: &str = "COMPTOIR_FUZZ_SECONDS";

#[tokio::test(flavor = "multi_thread")]
async fn generated_calls_find_no_server_error_and_nothing_that_is_not_described() {
    let Ok(program) = std::env::var(PROGRAM) else {
        return println!("{PROGRAM} is not set: make tests installs and names it");
    };
    let seconds = std::env::var(SECONDS).map_or(15, |seconds| seconds.parse().unwrap());
    for_each_engine(async |bench| {
        let home = Home::new().with("DATABASE_URL", bench.url()).with("COMPTOIR_LOG_LEVEL", "warn");
        // Calls without a token are tried too.
        let home = home.with("COMPTOIR_LIMITS_ADDRESS_PER_MINUTE", "0");
        let server = Server::start(&home, "up");
        println!("{:?}: {}", bench.engine, fuzz(&program, &home, &server, seconds));
        assert_eq!(server.stop(), Some(0));
    })
    .await;
}

/// The tool's last words on how much it has tried.
fn fuzz(program: &str, home: &Home, server: &Server, seconds: u32) -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let mut tool = Command::new(program);
    // The configuration names the hooks by a path from the working folder.
    tool.current_dir(&here).arg("--config-file").arg(here.join("schemathesis.toml"));
    tool.args(["run", &server.address("/api/openapi.json"), "--max-time", &seconds.to_string()]);
    tool.args(["--header", &format!("Authorization: Bearer {}", server.token())]);
    tool.arg("--report-dir").arg(home.path()).env("PYTHONDONTWRITEBYTECODE", "1").env("NO_COLOR", "1");
    let done = tool.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}\n{errors}\n{}", std::fs::read_to_string(home.path().join("err")).unwrap());
    said.lines().find(|line| line.contains(" generated, ")).unwrap_or_else(|| panic!("{said}")).trim().to_owned()
}
