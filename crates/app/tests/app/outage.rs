//! A database that is not there, goes away, and comes back.

use std::time::Duration;

use serde_json::{Value, json};
use store::{Db, Options};
use testkit::{ThrowawayMariaDb, change, fixtures, free_port};

use crate::home::Home;
use crate::server::{Answer, Server, until};

#[test]
fn up_says_which_database_is_not_there_and_ends_at_once() {
    let port = free_port();
    let home = Home::new().with("DATABASE_URL", format!("mysql://somebody:secret@127.0.0.1:{port}/orders"));
    for command in ["up", "serve", "work", "migrate"] {
        let ended = home.run(&[command]);
        assert!(ended.after < Duration::from_secs(5), "{ended:?}");
        let said = ended.failed(3, &format!("127.0.0.1:{port}/orders"));
        assert!(!said.contains("secret"), "{said}");
    }
}

#[tokio::test]
async fn up_says_which_database_a_server_does_not_have() {
    let server = ThrowawayMariaDb::start();
    let url = format!("mysql://root@127.0.0.1:{}/nowhere", server.port());
    home_of(&url).run(&["up"]).failed(3, "nowhere");
    home_of(&url.replace("root", "stranger")).run(&["up"]).failed(3, "stranger");
}

#[test]
fn up_names_the_folder_that_it_cannot_write() {
    let home = Home::new();
    std::fs::write(home.path().join("file"), "not a folder").unwrap();
    let folder = home.path().join("file").join("data").display().to_string();
    let home = home.with("COMPTOIR_DATA_FOLDER", &folder);
    home.run(&["up"]).failed(3, &folder);
}

fn home_of(url: &str) -> Home {
    Home::new().with("DATABASE_URL", url)
}

fn order(server: &Server, contact: &Value) -> Answer {
    server.post("/orders", &json!(fixtures::order(contact["id"].as_str().unwrap().parse().unwrap())))
}

/// How many effects have reached the contact's timeline.
fn effects(server: &Server, contact: &Value) -> usize {
    let timeline = server.get(&format!("/contacts/{}/timeline?limit=200", contact["id"].as_str().unwrap()));
    timeline.body["items"].as_array().map_or(0, Vec::len)
}

fn is_unavailable(answer: &Answer) {
    assert_eq!((answer.status, &answer.body["code"]), (503, &json!("database_unavailable")), "{answer:?}");
    assert!(answer.has_header("content-type: application/problem+json"), "{answer:?}");
    assert!(answer.has_header("retry-after: 1"), "{answer:?}");
}

#[tokio::test]
async fn a_running_server_survives_its_database() {
    let mut database = ThrowawayMariaDb::start();
    // What a worker held when the database went comes again after this time.
    let home = home_of(&database.create_database("comptoir").await).with("COMPTOIR_QUEUE_VISIBILITY_SECONDS", "2");
    home.run(&["migrate"]).ok();
    let mut server = Server::start(&home, "up");
    let contact = server.post("/contacts", &json!(fixtures::contact("Épicerie Dupré"))).body;
    let mut expected = 1;
    for end in [ThrowawayMariaDb::stop, ThrowawayMariaDb::kill] {
        // The last orders may still be on their way when the database goes.
        for _ in 0..20 {
            assert_eq!(order(&server, &contact).status, 201);
        }
        expected += 20;
        end(&mut database);
        for _ in 0..3 {
            is_unavailable(&server.get("/contacts"));
            is_unavailable(&order(&server, &contact));
            is_unavailable(&server.post("/sessions", &json!({ "email": "a@b.example", "password": "x" })));
        }
        assert_eq!(server.ready(), 503);

        database.start_again();
        server.until_ready();
        for _ in 0..20 {
            let answer = order(&server, &contact);
            assert_eq!(answer.status, 201, "{answer:?}");
        }
        expected += 20;
        until("every effect is there", || effects(&server, &contact) >= expected);
        assert_eq!(effects(&server, &contact), expected);
        assert!(server.is_running());
    }
    assert_eq!(server.get("/dead-letters").body["items"], json!([]));
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test]
async fn a_restart_of_the_database_that_nobody_noticed_costs_no_change_and_one_read_at_the_most() {
    let mut database = ThrowawayMariaDb::start();
    let home = home_of(&database.create_database("comptoir").await);
    home.run(&["migrate"]).ok();
    let server = Server::start(&home, "serve");
    let contact = server.post("/contacts", &json!(fixtures::contact("Épicerie Dupré"))).body;
    for end in [ThrowawayMariaDb::stop, ThrowawayMariaDb::kill] {
        // Many at once, so that the server holds many connections.
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| (0..5).for_each(|_| assert_eq!(order(&server, &contact).status, 201)));
            }
        });
        end(&mut database);
        database.start_again();
        // Whoever meets a connection that was cut spares the others theirs.
        let failed = (0..20).filter(|_| server.get("/contacts").status != 200).count();
        assert!(failed <= 1, "{failed} requests failed");
        assert_eq!(order(&server, &contact).status, 201);
    }
}

#[tokio::test]
async fn a_change_that_meets_a_cut_connection_runs_again_on_another() {
    let mut database = ThrowawayMariaDb::start();
    let url = database.create_database("comptoir").await;
    let db = Db::open(&Options::new(url)).await.unwrap();
    db.schema().migrate().await.unwrap();
    database.kill();
    database.start_again();
    let raise = change!(db, |tx| tx.execute("UPDATE counters SET value = value + 1", &[]).await);
    assert!(raise.await.unwrap() >= 1);
}
