//! Commands and their exit codes.

use std::time::Duration;

use domain::Actor;
use ops::people::sessions::Credentials;
use ops::{Ctx, Gate, Seal};
use serde_json::json;
use store::Context;

use crate::home::Home;
use crate::server::PASSWORD;

#[test]
fn migrating_twice_takes_every_step_once() {
    let home = Home::new();
    let version = format!("version {}, ", store::Schema::wanted());
    let said = home.run(&["migrate"]).ok();
    assert!(said.contains(&version) && !said.contains(" 0 steps taken"), "{said}");
    let said = home.run(&["migrate"]).ok();
    assert!(said.contains(&(version + "0 steps taken")), "{said}");
}

#[test]
fn tables_that_are_not_there_are_refused_with_the_way_out() {
    for command in [&["serve"][..], &["work"], &["status"], &["user", "list"], &["dead-letters", "list"]] {
        Home::new().run(command).failed(4, "run comptoir migrate");
    }
}

#[test]
fn wrong_usage_and_wrong_settings_end_with_two() {
    let home = Home::migrated();
    home.run(&["serve", "--port", "80"]).failed(2, "--port");
    home.run(&["dead-letters", "show", "7"]).failed(2, "dlt_");
    home.run(&["dead-letters", "redrive"]).failed(2, "IDS");
    home.run(&["dead-letters", "discard", "dlt_01JD8Z5Q0V3T9N4C7K2M6X8YRB"]).failed(2, "--reason");
    home.run(&["user", "add", "a@example.com", "--role", "king"]).failed(2, "admin, manager, clerk, viewer");
    home.run(&["status", "--config", "nowhere.toml"]).failed(2, "nowhere.toml");
    let home = home.with("COMPTOIR_WORKER_CONSUMERS", "many");
    home.run(&["status"]).failed(2, "COMPTOIR_WORKER_CONSUMERS");
    let home = Home::migrated().with("JWT_SECRET", "short");
    home.run(&["serve"]).failed(2, "JWT_SECRET");
    let home = Home::migrated().with("COMPTOIR_LOG_LEVEL", "a=b=c");
    home.run(&["serve"]).failed(2, "log.level");
}

#[tokio::test]
async fn a_user_gets_a_password_from_standard_input_and_another_one_later() {
    let home = Home::migrated();
    let signs_in = async |password: &str| {
        let gate =
            Gate::new(Seal::new(b"a secret of thirty-two bytes or more", None).unwrap(), Duration::from_hours(1));
        let ctx = Ctx::new(&Context::system(), Actor::anonymous());
        let credentials = Credentials { email: "claire@example.com".into(), password: password.to_owned(), code: None };
        match ops::people::sessions::sign_in(&home.db().await, &gate, ctx, credentials, None).await {
            Ok(opened) => Some((opened.user.name, opened.user.role)),
            Err(ops::Error::Unauthorised { code: "bad_credentials", .. }) => None,
            Err(other) => panic!("{other}"),
        }
    };
    let add = ["user", "add", "Claire@Example.com", "--name", "Claire Dupré", "--role", "manager"];
    let added = home.run_with_input(&add, &format!("{PASSWORD}\n")).ok();
    assert_eq!(added, "claire@example.com may sign in as manager\n");
    assert_eq!(signs_in(PASSWORD).await, Some(("Claire Dupré".into(), domain::Role::Manager)));
    home.run_with_input(&add, PASSWORD).failed(4, "another one has this e-mail address");
    home.run_with_input(&["user", "passwd", "claire@example.com"], "another horse battery\r\n").ok();
    assert_eq!(signs_in(PASSWORD).await, None);
    assert!(signs_in("another horse battery").await.is_some());
    let made = home.run(&["user", "passwd", "claire@example.com", "--generate"]).ok();
    let made = made.lines().find_map(|line| line.strip_prefix("password: ")).unwrap();
    assert!(signs_in(made).await.is_some());
}

#[test]
fn an_invitation_is_a_link_shown_once_and_what_people_do_here_is_in_the_log() {
    let home = Home::migrated().with("COMPTOIR_HTTP_PUBLIC_URL", "https://desk.example.com/");
    let said = home.run(&["user", "invite", "Claire@example.com", "--role", "admin"]).ok();
    let token = said.trim_end().strip_prefix("https://desk.example.com/invitation#").unwrap();
    assert_eq!(token.len(), 43);
    home.run_with_input(&["user", "add", "adam@example.com"], PASSWORD).ok();
    home.run_with_input(&["user", "passwd", "adam@example.com"], "another horse battery").ok();
    home.run(&["user", "invite", "adam@example.com"]).failed(4, "another one has this e-mail address");
    home.run(&["user", "reset-second-factor", "nobody@example.com"]).failed(4, "user not found");
    home.run(&["user", "reset-second-factor", "adam@example.com"]).ok();
    home.run_with_input(&["user", "passwd", "adam@example.com"], "password1234")
        .failed(4, "first that somebody would try");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let log = runtime.block_on(async {
        let filter = store::security_log::Filter::default();
        let db = home.db().await;
        testkit::query!(db, |tx, filter| store::security_log::list(tx, filter, None, 10).await).await.unwrap()
    });
    let kinds: Vec<_> = log.items.iter().map(|entry| (json!(entry.kind), entry.actor.as_str().to_owned())).collect();
    let expected =
        ["password_changed", "user_added", "invited"].map(|kind| (json!(kind), "system:command-line".into()));
    assert_eq!(kinds, expected);
}

#[test]
fn users_that_cannot_be_are_refused() {
    let home = Home::migrated();
    home.run_with_input(&["user", "add", "a@example.com"], "too short").failed(4, "12 to 200 characters");
    home.run_with_input(&["user", "add", "nonsense"], PASSWORD).failed(4, "name@example.com");
    home.run_with_input(&["user", "passwd", "nobody@example.com"], PASSWORD).failed(4, "user not found");
    assert!(home.run(&["user", "list"]).ok().contains("nobody yet"));
    assert_eq!(home.run(&["user", "list", "--json"]).json(), json!([]));
}

#[test]
fn users_are_listed_by_address() {
    let home = Home::migrated();
    for (email, role) in [("zoe@example.com", "viewer"), ("abel@example.com", "admin")] {
        home.run(&["user", "add", email, "--role", role, "--generate"]).ok();
    }
    let listed = home.run(&["user", "list", "--json"]).json();
    assert_eq!((&listed[0]["email"], &listed[0]["role"]), (&json!("abel@example.com"), &json!("admin")));
    assert_eq!((&listed[1]["name"], listed.as_array().unwrap().len()), (&json!("zoe"), 2));
    assert!(listed[0].get("password_hash").is_none());
    let lines = home.run(&["user", "list"]).ok();
    assert_eq!(lines, "admin    abel@example.com  abel\nviewer   zoe@example.com  zoe\n");
}

#[test]
fn status_says_what_waits_where() {
    let home = Home::migrated();
    let status = home.run(&["status", "--json"]).json();
    for (name, count) in [("outbox_waiting", 0), ("queue_waiting", 0), ("queue_held", 0), ("dead_letters_open", 0)] {
        assert_eq!(status[name], json!(count), "{status}");
    }
    assert!(status["outbox_lag_seconds"].is_null() && status["queue_oldest_seconds"].is_null(), "{status}");
    assert!(status["database"].as_str().unwrap().starts_with("SQLite "), "{status}");
    assert!(home.run(&["status"]).ok().contains("dead letters  0 open"));
}

#[test]
fn the_descriptions_that_it_prints_are_those_checked_in() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let home = Home::new();
    let printed = home.run(&["openapi"]).ok();
    assert!(printed == std::fs::read_to_string(format!("{root}/openapi.json")).unwrap(), "openapi.json is old");
    home.run(&["openapi", "--events", "events"]).ok();
    let written = std::fs::read(home.path().join("events/ORDER_CREATED.json")).unwrap();
    assert!(written == std::fs::read(format!("{root}/docs/events/ORDER_CREATED.json")).unwrap(), "docs/events is old");
    // It needs no database for that.
    assert!(!home.data().exists());
}

#[test]
fn a_list_is_exported_and_comes_back_in_another_home_without_a_map() {
    let (home, other) = (Home::migrated(), Home::migrated());
    let (file, again) = (home.path().join("contacts.csv"), other.path().join("contacts.csv"));
    std::fs::write(&file, "external_id,name,phone,notes\nA,Abel,'+33 4,'=1\nB,\"Bel, Anna\",,-1\n").unwrap();
    home.run(&["import", "contacts", file.to_str().unwrap()]).ok();
    home.run(&["export", "contacts", file.to_str().unwrap(), "--columns", "import"]).ok();
    other.run(&["import", "contacts", file.to_str().unwrap()]).ok();
    other.run(&["export", "contacts", again.to_str().unwrap(), "--columns", "import"]).ok();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("A,organisation,Abel,,,'+33 4,") && text.lines().count() == 3, "{text}");
    assert_eq!(std::fs::read_to_string(&again).unwrap(), text);
    assert_eq!(
        other.run(&["export", "contacts", "--columns", "name"]).ok(),
        "\u{feff}name\r\nAbel\r\n\"Bel, Anna\"\r\n"
    );
    other.run(&["export", "contacts", "--columns", "password"]).failed(2, "must be names of columns");
    for list in [
        "orders",
        "order-lines",
        "transactions",
        "events",
        "dead-letters",
        "stats",
        "products",
        "security-log",
        "users",
    ] {
        assert!(!other.run(&["export", list]).ok().is_empty());
    }
}
