//! What the running program sends is verified by code that others wrote: the libraries of Standard Webhooks for Rust, Python
//! and JavaScript, with the clock that they read.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use standardwebhooks::Webhook;
use testkit::{Hook, Mode, Receiver};

use crate::home::Home;
use crate::server::Server;

/// Where `scripts/tools.py webhooks` has put the libraries.
const LIBRARIES: &str = "COMPTOIR_TEST_WEBHOOKS";

#[tokio::test(flavor = "multi_thread")]
async fn the_libraries_of_others_verify_what_we_sign() {
    let receiver = Receiver::start(Mode::Answer(200)).await;
    let home = Home::migrated().with("COMPTOIR_WEBHOOKS_INTERNAL_HOSTS", "127.0.0.1");
    let server = Server::start(&home, "up");
    let created = server.post("/webhook-endpoints", &json!({ "url": receiver.url }));
    let secret = created.body["secret"].as_str().unwrap().to_owned();
    server.post("/contacts", &json!({ "name": "Épicerie Dupré – « L'été »" }));
    let hook = first(&receiver).await;

    let good = json!({ "secret": secret, "headers": headers(&hook), "body": hook.body });
    let mut forged = good.clone();
    forged["body"] = hook.body.replace("Dupré", "Dupre").into();
    Webhook::new(&secret).unwrap().verify(hook.body.as_bytes(), &hook.headers).unwrap();
    let Some(libraries) = std::env::var_os(LIBRARIES).map(PathBuf::from) else {
        return println!("{LIBRARIES} is not set: make tests installs and names them");
    };
    for (program, script) in [("bin/python", "verify.py"), ("nodejs/node", "verify.mjs")] {
        let program = libraries.join(program);
        assert!(verifies(&program, script, &good), "{script} does not verify {good}");
        assert!(!verifies(&program, script, &forged), "{script} verifies a forgery");
    }
    assert_eq!(server.stop(), Some(0));
}

async fn first(receiver: &Receiver) -> Hook {
    for _ in 0..600 {
        if let Some(hook) = receiver.hooks().into_iter().next() {
            return hook;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no webhook came");
}

fn headers(hook: &Hook) -> Value {
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    names.iter().map(|name| ((*name).to_owned(), Value::from(hook.header(name)))).collect()
}

fn verifies(program: &Path, script: &str, given: &Value) -> bool {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/webhooks").join(script);
    let mut command = Command::new(program);
    command.arg(script).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::piped()).stderr(Stdio::null());
    let mut running = command.spawn().unwrap();
    running.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    running.wait().unwrap().success()
}
