//! Imports of a server that is stopped or killed over them.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::home::Home;
use crate::server::{Server, until};

fn many(count: usize) -> String {
    let mut text = String::from("external_id,name\n");
    for i in 0..count {
        writeln!(text, "C{i},Client {i}").unwrap();
    }
    text
}

fn import(server: &Server, text: &str) -> Value {
    let part = |name: &str| format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"");
    let (kind, file) = (part("kind"), part("file") + "; filename=\"c.csv\"");
    let body = format!("{kind}\r\n\r\ncontacts\r\n{file}\r\n\r\n{text}\r\n--cut--\r\n");
    let answer = server.post_as("/imports", "multipart/form-data; boundary=cut", &body);
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.body
}

fn read(server: &Server, import: &Value) -> Value {
    server.get(&format!("/imports/{}", import["id"].as_str().unwrap())).body
}

fn until_done(server: &Server, import: &Value) -> Value {
    until("the import has ended", || !read(server, import)["ended_at"].is_null());
    read(server, import)
}

fn until_some_are_written(server: &Server) {
    until("some rows are written", || !server.get("/contacts").body["items"].as_array().unwrap().is_empty());
}

/// Files and folders below a folder.
fn inside(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.push(path.display().to_string());
        if path.is_dir() {
            all.extend(inside(&path));
        }
    }
    all
}

#[test]
fn a_killed_servers_import_goes_on_when_the_file_is_sent_again_and_its_files_go_at_the_next_start() {
    let home = Home::migrated();
    let (text, folder) = (many(5000), home.data().join("imports"));
    let server = Server::start(&home, "serve");
    import(&server, &text);
    until_some_are_written(&server);
    // Killed.
    drop(server);
    assert!(inside(&folder).iter().any(|path| path.ends_with("c.csv")), "{:?}", inside(&folder));

    let server = Server::start(&home, "serve");
    assert!(!inside(&folder).iter().any(|path| path.ends_with("c.csv")), "{:?}", inside(&folder));
    let done = until_done(&server, &import(&server, &text));
    let (created, unchanged) = (done["created"].as_i64().unwrap(), done["unchanged"].as_i64().unwrap());
    assert_eq!((created + unchanged, done["state"].as_str()), (5000, Some("done")));
    assert!(unchanged > 0);
    until("the files are gone", || !inside(&folder).iter().any(|path| path.ends_with("c.csv")));
}

#[test]
fn a_server_that_is_asked_to_stop_stops_after_a_batch_and_says_so() {
    let home = Home::migrated();
    let text = many(20_000);
    let server = Server::start(&home, "serve");
    let running = import(&server, &text);
    until_some_are_written(&server);
    assert_eq!(server.stop(), Some(0));
    assert_eq!(inside(&home.data().join("imports")), [""; 0]);
    let server = Server::start(&home, "serve");
    let told = read(&server, &running);
    assert_eq!(told["state"], "interrupted");
    assert!(told["created"].as_i64().unwrap() > 0, "{told}");
}
