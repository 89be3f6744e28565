use std::fmt::Write as _;
use std::time::Duration;

use domain::{ContactInput, Role};
use serde_json::{Value, json};
use testkit::{change, fixtures, query};

use crate::backend::{Backend, Caller, on_each_engine, path_of};

const MULTIPART: &str = "multipart/form-data; boundary=cut-here";

/// A form as a browser sends it; `file` and `lines` go as files.
fn form(fields: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        let file = if matches!(*name, "file" | "lines") { "; filename=\"customers.csv\"" } else { "" };
        write!(body, "--cut-here\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n").unwrap();
    }
    body + "--cut-here--\r\n"
}

async fn send(caller: &Caller<'_>, fields: &[(&str, &str)]) -> Value {
    let accepted = caller.call(axum::http::Method::POST, "/imports").text(MULTIPART, form(fields)).gives(202).await;
    assert_eq!(accepted.header("location"), Some(&*format!("/api/v1{}", path_of("imports", &accepted.body))));
    accepted.body
}

/// The import, once it has ended.
async fn ended(caller: &Caller<'_>, import: &Value) -> Value {
    loop {
        let now = caller.read(&path_of("imports", import)).await;
        if !now["ended_at"].is_null() {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn import(caller: &Caller<'_>, fields: &[(&str, &str)]) -> Value {
    ended(caller, &send(caller, fields).await).await
}

/// `(state, created, updated, unchanged, rejected)`
fn outcome(import: &Value) -> (&str, i64, i64, i64, i64) {
    let count = |name: &str| import[name].as_i64().unwrap();
    (import["state"].as_str().unwrap(), count("created"), count("updated"), count("unchanged"), count("rejected"))
}

async fn file(caller: &Caller<'_>, path: &str) -> String {
    caller.get(path).gives(200).await.body.as_str().unwrap().to_owned()
}

async fn contacts(backend: &Backend) -> i64 {
    query!(backend.bench.db, |tx| store::contacts::count(tx).await).await.unwrap()
}

/// So many contacts as `contacts.csv` has them, with what makes CSV and spreadsheets difficult here and there.
fn many(count: usize) -> String {
    let mut text = String::from(
        "\u{feff}external_id,kind,name,contact_name,email,phone,street,postal_code,city,region,country,language,mail_opt_out,vat_number,siren,siret,tags,notes\r\n",
    );
    for i in 0..count {
        let notes = ["", "'=1+1", "\"deux\r\nlignes\"", "'-x", "-12.50", "''=1", "\"a, \"\"b\"\"\""][i % 7];
        let tags = ["", "vip", "\"a\\, b; c\\;d; vip\""][i % 3];
        let kind = if i % 3 == 0 { "person" } else { "organisation" };
        let phone = format!("'+33 4 72 {:02} {:02} {:02}", i / 10_000, i / 100 % 100, i % 100);
        write!(
            text,
            "C{i:05},{kind},n{i:05} Épicerie,,c{i}@example.com,{phone},,69002,Lyon,,France,en,true,,,,{tags},{notes}\r\n"
        )
        .unwrap();
    }
    text
}

#[tokio::test]
async fn what_is_imported_is_exported_again_byte_for_byte() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let sent = many(2000);
        let done = import(&manager, &[("kind", "contacts"), ("file", &sent)]).await;
        assert_eq!((outcome(&done), &done["total"]), (("done", 2000, 0, 0, 0), &json!(2000)));
        assert_eq!(file(&manager, "/contacts.csv?columns=import").await, sent);
        // Again, it says nothing new; with one row changed, it says that.
        let again = import(&manager, &[("file", &sent), ("kind", "contacts")]).await;
        assert_eq!(outcome(&again), ("done", 0, 0, 2000, 0));
        let changed = sent.replace("c7@example.com", "sept@example.com");
        let again = import(&manager, &[("file", &changed), ("kind", "contacts")]).await;
        assert_eq!(outcome(&again), ("done", 0, 1, 1999, 0));
        let events = query!(backend.bench.db, |tx| store::events::list(tx, None, None, 1).await).await.unwrap();
        let event: Value = serde_json::from_str(&events.items[0]).unwrap();
        assert_eq!(
            (&event["type"], &event["actor"]),
            (&json!("CONTACT_UPDATED"), &json!(backend.user(Role::Manager).id))
        );
    })
    .await;
}

async fn business(backend: &Backend) {
    let (clerk, manager) = (backend.clerk(), backend.manager());
    let known = ContactInput { external_id: Some("DUPRE".into()), ..fixtures::contact("Épicerie Dupré") };
    let known = clerk.create("/contacts", known).await;
    for id in [known["id"].as_str().unwrap().parse().unwrap(), backend.bench.add_contact("Garage Martin").await.id] {
        for steps in [&[][..], &["fulfil"], &["fulfil", "close"], &["cancel"]] {
            let order = clerk.create("/orders", fixtures::order(id)).await;
            for step in steps {
                manager.act(&format!("{}/{step}", path_of("orders", &order))).gives(200).await;
            }
        }
        let mut draft = fixtures::order(id);
        draft.place_as = domain::PlacedAs::Draft;
        draft.lines[0].discount = Some(domain::Discount::Amount(150));
        clerk.create("/orders", draft).await;
    }
}

#[tokio::test]
async fn orders_go_from_one_database_to_another_with_their_states_and_totals() {
    let taken = std::sync::Mutex::new(Vec::new());
    on_each_engine(async |backend| {
        business(&backend).await;
        let manager = backend.manager();
        let orders = file(&manager, "/orders.csv?columns=number,state,currency,net,total").await;
        let files = (file(&manager, "/contacts.csv?columns=import").await, file(&manager, "/order-lines.csv").await);
        // Into the database that they come from, they change nothing.
        let same = import(&manager, &[("kind", "contacts"), ("file", &files.0)]).await;
        assert_eq!(outcome(&same), ("done", 0, 0, 2, 0), "{same}");
        let same = import(&manager, &[("kind", "orders"), ("file", &files.1)]).await;
        assert_eq!(outcome(&same), ("done", 0, 0, 10, 0), "{same}");
        taken.lock().unwrap().push((orders, files));
    })
    .await;
    let (orders, (contacts, order_lines)) = taken.lock().unwrap()[0].clone();
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let done = import(&manager, &[("kind", "contacts"), ("file", &contacts)]).await;
        assert_eq!(outcome(&done), ("done", 2, 0, 0, 0));
        assert_eq!(file(&manager, "/contacts.csv?columns=import").await, contacts);
        let done = import(&manager, &[("kind", "orders"), ("file", &order_lines)]).await;
        assert_eq!(outcome(&done), ("done", 10, 0, 0, 0), "{done}");
        let sums = |text: &str| {
            let mut rows: Vec<String> =
                text.lines().skip(1).map(|row| row.split_once(',').unwrap().1.to_owned()).collect();
            rows.sort();
            rows
        };
        assert_eq!(sums(&file(&manager, "/orders.csv?columns=number,state,currency,net,total").await), sums(&orders));
    })
    .await;
}

#[tokio::test]
async fn bad_rows_are_given_back_with_their_reasons_and_nothing_is_written() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let text = "CustomerID;Company;Mail\nA;Abel;abel@example.com\nB;;=b\nC;=Cesar;nowhere\n";
        let map = "[contacts]\ndelimiter = \";\"\n[contacts.columns]\nexternal_id = \"CustomerID\"\n\
                   name = \"Company\"\nemail = \"Mail\"\n";
        let fields = [("kind", "contacts"), ("map", map), ("file", text)];
        let bad = import(&manager, &fields).await;
        assert_eq!((outcome(&bad), &bad["file_name"]), (("rejected", 1, 0, 0, 2), &json!("customers.csv")));
        assert_eq!(contacts(&backend).await, 0);
        let path = path_of("imports", &bad) + "/rejects.csv";
        let rejects = file(&manager, &path).await;
        let rows: Vec<&str> = rejects.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(rows[0], "CustomerID;Company;Mail;reason");
        assert!(
            rows[1].starts_with("B;;'=b;") && rows[1].contains("customers.csv line 3, Company: must not"),
            "{rows:?}"
        );
        assert!(rows[2].starts_with("C;'=Cesar;nowhere;"), "{rows:?}");
        manager.get(&(path + "?of=lines")).refused(404, "not_found").await;

        let some = import(&manager, &[&fields[..], &[("skip_bad", "true")]].concat()).await;
        assert_eq!((outcome(&some), contacts(&backend).await), (("done", 1, 0, 0, 2), 1));
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_writes_nothing() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let dry = import(&manager, &[("kind", "contacts"), ("dry_run", "true"), ("file", &many(100))]).await;
        assert_eq!((outcome(&dry), &dry["dry_run"]), (("done", 100, 0, 0, 0), &json!(true)));
        assert_eq!(contacts(&backend).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_imported_says_why() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        for (kind, text, why) in [
            ("contacts", "name\nAbel\n", "the file has no column \"external_id\"; a map can say"),
            ("contacts", "", "the file has no column"),
            ("orders", "external_id,contact\n1,A\n", "the file has no column \"currency\""),
        ] {
            let failed = import(&manager, &[("kind", kind), ("file", text)]).await;
            assert!(failed["error"].as_str().unwrap().contains(why), "{failed}");
            assert_eq!(failed["state"], "failed");
        }
        let map = "[contacts.columns]\nexternal_id = \"Id\"\nname = \"Name\"\n";
        let failed = import(&manager, &[("kind", "contacts"), ("map", map), ("file", "Id,Nom\n1,Abel\n")]).await;
        let error = failed["error"].as_str().unwrap();
        assert!(error.starts_with("customers.csv: has no column \"Name\""), "{error}");
    })
    .await;
}

fn files_left(backend: &Backend) -> usize {
    let inside = |path: std::path::PathBuf| std::fs::read_dir(path).map_or(0, Iterator::count);
    let folders = std::fs::read_dir(backend.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    folders.filter(|path| path.is_dir()).map(inside).sum()
}

#[tokio::test]
async fn a_form_that_is_not_as_described_is_refused_and_leaves_nothing() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let post = |body: String| manager.call(axum::http::Method::POST, "/imports").text(MULTIPART, body);
        let good = [("kind", "contacts"), ("file", "external_id,name\n1,Abel\n")];
        for (fields, field, code) in [
            (vec![good[0]], "file", "required"),
            (vec![good[1]], "kind", "required"),
            (vec![("kind", "users"), good[1]], "kind", "bad_name"),
            (vec![good[0], good[1], good[1]], "file", "given_twice"),
            (vec![good[0], good[1], ("map", "[contacts")], "map", "bad_map"),
            (vec![good[0], good[1], ("dry_run", "maybe")], "dry_run", "bad_value"),
            (vec![good[0], good[1], ("force", "true")], "force", "unknown_field"),
            (vec![good[0], good[1], ("map", &"x".repeat(100_000))], "map", "too_long"),
        ] {
            post(form(&fields)).invalid(field, code).await;
        }
        let whole = form(&[good[0], ("file", &"x".repeat(300_000))]);
        post(whole[..200_000].to_owned()).refused(400, "bad_request").await;
        post(form(&[("file", &"x".repeat(1_000_001)), good[0]])).refused(413, "body_too_large").await;
        manager.post("/imports", json!({})).refused(415, "bad_content_type").await;
        assert_eq!(files_left(&backend), 0);
    })
    .await;
}

#[tokio::test]
async fn an_import_is_cancelled_by_a_person_and_its_files_are_gone() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let text = many(6000);
        let fields = [("kind", "contacts"), ("file", text.as_str())];
        let (running, waiting) = (send(&manager, &fields).await, send(&manager, &fields).await);
        for import in [&waiting, &running] {
            manager.act(&(path_of("imports", import) + "/cancel")).gives(202).await;
        }
        for import in [&waiting, &running] {
            assert_eq!(ended(&manager, import).await["state"], "cancelled");
            manager.act(&(path_of("imports", import) + "/cancel")).refused(409, "already_ended").await;
        }
        assert!(contacts(&backend).await < 6000);
        let listed = manager.pages("/imports?limit=1").await.concat();
        assert_eq!(listed.iter().map(|import| &import["id"]).collect::<Vec<_>>(), [&waiting["id"], &running["id"]]);
        backend.imports.stop().await;
        assert_eq!(files_left(&backend), 0);
    })
    .await;
}

#[tokio::test]
async fn an_import_that_a_stop_has_interrupted_goes_on_when_the_file_is_sent_again() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let text = many(4000);
        let fields = [("kind", "contacts"), ("file", text.as_str())];
        let (first, second) = (send(&manager, &fields).await, send(&manager, &fields).await);
        while contacts(&backend).await == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        backend.imports.stop().await;
        for import in [&first, &second] {
            let import = manager.read(&path_of("imports", import)).await;
            assert_eq!(import["state"], "interrupted");
            assert!(import["error"].as_str().unwrap().contains("send the same file again"));
        }
        let there = contacts(&backend).await;
        assert!(there < 4000);
        let backend = backend.with_new_imports();
        let again = import(&backend.manager(), &fields).await;
        assert_eq!(outcome(&again), ("done", 4000 - there, 0, there, 0));
    })
    .await;
}

#[tokio::test]
async fn an_import_whose_process_is_dead_is_told_as_interrupted() {
    on_each_engine(async |backend| {
        let manager = backend.manager();
        let done = import(&manager, &[("kind", "contacts"), ("dry_run", "true"), ("file", &many(1))]).await;
        // Another one, of a process that was killed.
        let mut lost: domain::Import = serde_json::from_value(done).unwrap();
        lost.id = backend.bench.context.id(domain::ImportId::new);
        (lost.state, lost.ended_at) = (domain::ImportState::Writing, None);
        change!(backend.bench.db, |tx, lost| store::imports::insert(tx, lost, "gone").await).await.unwrap();
        let path = format!("/imports/{}", lost.id);
        backend.pass_time(Duration::from_secs(29));
        assert_eq!(manager.read(&path).await["state"], "writing");
        backend.pass_time(Duration::from_secs(1));
        assert_eq!(manager.read(&path).await["state"], "interrupted");
        assert_eq!(manager.read("/imports").await["items"][0]["state"], "interrupted");
        manager.act(&(path + "/cancel")).refused(409, "already_ended").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_who_import_the_same_at_once_do_not_hurt_each_other() {
    on_each_engine(async |backend| {
        let text = many(600);
        let fields = [("kind", "contacts"), ("file", text.as_str())];
        let admin = backend.by(Role::Admin);
        let one = send(&admin, &fields).await;
        let backend = backend.with_new_imports();
        let manager = backend.manager();
        let other = send(&manager, &fields).await;
        let mut written = 0;
        for import in [one, other] {
            let import = ended(&manager, &import).await;
            assert_eq!((&import["state"], &import["error"]), (&json!("done"), &Value::Null));
            written += import["created"].as_i64().unwrap();
        }
        assert_eq!((written, contacts(&backend).await), (600, 600));
        assert_eq!(file(&manager, "/contacts.csv?columns=import").await, text);
    })
    .await;
}
