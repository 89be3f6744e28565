//! What an operator's machines see of a process: its health, and its metrics on standard output.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::home::Home;
use crate::server::Server;

fn healthcheck(home: &Home, health_listen: &str) -> (Option<i32>, String) {
    let mut command = home.command(&["healthcheck"]);
    let output = command.env("COMPTOIR_HTTP_HEALTH_LISTEN", health_listen).stderr(Stdio::piped()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_health_check_says_by_its_exit_code_whether_a_process_is_ready() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let port = server.health_port();
    assert_eq!(healthcheck(&home, &format!("127.0.0.1:{port}")), (Some(0), String::new()));
    // As in a container, where it listens on every address.
    assert_eq!(healthcheck(&home, &format!("0.0.0.0:{port}")), (Some(0), String::new()));
    server.stop();
    let (code, said) = healthcheck(&home, &format!("127.0.0.1:{port}"));
    assert_eq!(code, Some(3));
    assert!(said.contains(&format!("http://127.0.0.1:{port}/readyz")), "{said}");
}

/// The lines for `CloudWatch` among what a process has printed.
fn metrics(home: &Home) -> Vec<Value> {
    let out = home.out();
    out.lines().filter(|line| line.starts_with('{')).map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn metrics_are_printed_for_cloudwatch_when_asked_for_and_lastly_at_the_end() {
    let home = Home::migrated().with("COMPTOIR_METRICS_EMF", "true");
    let server = Server::start(&home, "serve");
    let before = server.get("/orders").status;
    assert_eq!((before, server.get("/orders/nothing").status), (200, 404));
    assert_eq!(server.stop(), Some(0));
    let told = metrics(&home);
    let own = told.iter().find(|line| line["Service"] == "backend").unwrap();
    // Signing in, and the two above.
    assert_eq!((&own["Requests"], &own["ServerErrors"]), (&json!(3.0), &json!(0.0)), "{own}");
    let directive = &own["_aws"]["CloudWatchMetrics"][0];
    assert_eq!((&directive["Namespace"], &directive["Dimensions"]), (&json!("Comptoir"), &json!([["Service"]])));
    let counts = own["RequestDuration"]["Counts"].as_array().unwrap();
    assert!((counts.iter().filter_map(Value::as_f64).sum::<f64>() - 3.0).abs() < 0.1, "{own}");

    let silent = Home::migrated();
    Server::start(&silent, "serve").stop();
    assert_eq!(metrics(&silent), Vec::<Value>::new());
}
