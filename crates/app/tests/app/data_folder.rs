//! The folder of a site: who may read it, that one process runs there, and that a copy of its file is whole.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use testkit::fixtures;

use crate::home::Home;
use crate::server::{Server, until};

/// What others than the owner may do with something.
fn open_to_others(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o077
}

fn chmod(path: &Path, mode: u32) {
    set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// The folder and everything below it.
fn all_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        found.extend(if path.is_dir() { all_below(&path) } else { vec![path] });
    }
    found
}

/// A new contact's order; whether it was acknowledged.
fn place_order(server: &Server) -> std::io::Result<bool> {
    let contact = json!({ "name": "Épicerie Dupré", "emails": [{ "address": "achats@example.com" }] });
    let contact = server.try_post("/contacts", &contact)?;
    let Some(Ok(id)) = contact.body["id"].as_str().map(str::parse) else { return Ok(false) };
    Ok(server.try_post("/orders", &json!(fixtures::order(id)))?.status == 201)
}

#[test]
fn what_a_site_writes_is_its_owners_alone() {
    let home = Home::new();
    home.run(&["migrate"]).ok();
    let server = Server::start(&home, "up");
    assert!(place_order(&server).unwrap());
    until("a mail is written", || std::fs::read_dir(home.data().join("mail")).is_ok_and(|mails| mails.count() > 0));
    home.run(&["export", "contacts", "data/contacts.csv"]).ok();
    let all = all_below(&home.data());
    assert!(all.len() > 5, "{all:?}");
    let open: Vec<_> = all.iter().filter(|path| open_to_others(path) != 0).collect();
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_folder_that_others_could_read_is_closed_and_told_of() {
    let home = Home::migrated();
    let (folder, file) = (home.data(), home.data().join("comptoir.db"));
    chmod(&folder, 0o755);
    chmod(&file, 0o644);
    let ended = home.run(&["status"]);
    assert!(ended.err.contains("could read this") && ended.err.contains("comptoir.db"), "{ended:?}");
    assert_eq!((open_to_others(&folder), open_to_others(&file)), (0, 0));
    let again = home.run(&["status"]);
    assert!(!again.err.contains("could read this"), "{again:?}");
}

#[test]
fn a_folder_for_everybody_stays_as_it_is() {
    let home = Home::migrated();
    chmod(&home.data(), 0o1777);
    home.run(&["status"]).ok();
    assert_eq!(open_to_others(&home.data()), 0o077);
    // One in which nothing of ours lies is not even looked at.
    let strange = home.path().join("strange");
    std::fs::create_dir(&strange).unwrap();
    chmod(&strange, 0o755);
    let database = format!("sqlite:{}", home.path().join("elsewhere.db").display());
    let home = home.with("COMPTOIR_DATA_FOLDER", strange.display().to_string()).with("DATABASE_URL", database);
    home.run(&["migrate"]).ok();
    assert_eq!(open_to_others(&strange), 0o055);
}

#[test]
fn a_second_up_is_refused_with_the_number_of_the_first() {
    let home = Home::migrated();
    let server = Server::start(&home, "up");
    let number = server.number().to_string();
    let other = home.run(&["up"]).failed(4, &number);
    assert!(other.contains("stop that one first"), "{other}");
    // However the first one ends, the next may start.
    kill_process(Pid::from_raw(number.parse().unwrap()).unwrap(), Signal::KILL).unwrap();
    drop(server);
    drop(Server::start(&home, "up"));
}

#[tokio::test]
async fn after_a_stop_under_load_the_file_alone_has_everything() {
    let home = Home::migrated();
    let server = Server::start(&home, "up");
    let mut acknowledged = Vec::new();
    std::thread::scope(|scope| {
        let place = || (0..10_000).take_while(|_| place_order(&server).unwrap_or(false)).count();
        let placing: Vec<_> = (0..4).map(|_| scope.spawn(place)).collect();
        sleep(Duration::from_secs(1));
        kill_process(Pid::from_raw(server.number().cast_signed()).unwrap(), Signal::TERM).unwrap();
        acknowledged = placing.into_iter().map(|thread| thread.join().unwrap()).collect();
    });
    assert_eq!(server.stop(), Some(0));
    let many: usize = acknowledged.iter().sum();
    assert!(many > 10, "{acknowledged:?}");
    let log = home.data().join("comptoir.db-wal");
    assert!(!log.exists() || std::fs::metadata(&log).unwrap().len() == 0);

    let copy = Home::new();
    std::fs::create_dir(copy.data()).unwrap();
    std::fs::copy(home.data().join("comptoir.db"), copy.data().join("comptoir.db")).unwrap();
    let db = copy.db().await;
    let orders = testkit::query!(db, |tx| tx.row("SELECT COUNT(*) FROM orders", &[], store::Reader::next::<i64>).await);
    let orders = orders.await.map_err(|e: store::Error| e).unwrap().unwrap();
    assert!(orders >= i64::try_from(many).unwrap(), "{orders} orders of {many}");
}
