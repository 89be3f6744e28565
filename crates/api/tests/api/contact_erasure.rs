//! What is known of a contact, and that nothing is once it was erased.

use std::time::Duration;

use axum::http::Method;
use domain::{ContactId, DeadLetterId, Event, OrderId, OrderInput, PlacedAs, Role, TransactionState};
use serde_json::{Value, json};
use store::attempts::{self, Attempt};
use store::dead_letters::{self, Cause, DeadLetter, State};
use store::outbox;
use testkit::fixtures::{self, payment};
use testkit::{Engine, change, query};

use crate::backend::{Backend, on_each_engine, path_of};
use crate::{logs, scan};

/// Stands in everything that must be gone afterwards.
const GONE: &str = "zqgone";
/// Stands in what the legal copy keeps.
const KEPT: &str = "zqkept";
/// Numbers, which cannot hold a word: the first three are kept, the others gone.
const NUMBERS: [&str; 5] = ["FR83404833048", "732829320", "73282932000074", "472999888", "461777555"];

fn person() -> Value {
    json!({
        "kind": "person", "name": "Zqkept Dupont", "contact_name": "Zqgone Claire", "language": "fr",
        "emails": [{ "label": "zqgone", "address": "zqgone@example.com" }, { "address": "deux@zqgone.example" }],
        "phones": [{ "label": "zqgone", "number": "+33472999888" }],
        "addresses": [
            { "street": "1 rue Zqkept", "postal_code": "69002", "city": "Zqkept", "country": "France" },
            { "label": "zqgone", "street": "2 rue Zqgone", "city": "Zqgone", "region": "Zqgone", "country": "France" },
        ],
        "vat_number": NUMBERS[0], "siren": NUMBERS[1], "siret": NUMBERS[2],
        "tags": ["zqgone", "vip"], "notes": "Zqgone: sonner", "external_id": "ZQGONE-1",
    })
}

fn id(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

fn contact_id(contact: &Value) -> ContactId {
    id(contact).parse().unwrap()
}

fn noted(contact: &Value, place_as: PlacedAs) -> OrderInput {
    OrderInput { place_as, notes: Some("Zqgone au quai".into()), ..fixtures::order(contact_id(contact)) }
}

/// A contact that has left its traces everywhere: `(contact, the order with money, the other orders)`.
async fn traces(backend: &Backend) -> (Value, Value, Vec<Value>) {
    let (clerk, manager) = (backend.clerk(), backend.manager());
    let contact = clerk.post("/contacts", person()).key("contact").gives(201).await.body;
    let path = path_of("contacts", &contact);
    // An event with something before and something after.
    let mut other_name = person();
    other_name["name"] = json!("Zqgone Dupond");
    clerk.put(&path, 1, &other_name).gives(200).await;
    backend.do_effects().await;
    clerk.put(&path, 2, person()).gives(200).await;

    let order = clerk.post("/orders", noted(&contact, PlacedAs::Draft)).key("order").gives(201).await.body;
    clerk.put(&path_of("orders", &order), 1, noted(&contact, PlacedAs::Draft)).gives(200).await;
    clerk.act(&(path_of("orders", &order) + "/confirm")).gives(200).await;
    // Kept as it was before, with its notes.
    clerk.put(&path_of("orders", &order), 3, noted(&contact, PlacedAs::Draft)).gives(200).await;
    let order_id: OrderId = id(&order).parse().unwrap();
    clerk.create("/transactions", payment(order_id, 5_000)).await;
    let begun = domain::TransactionInput { state: TransactionState::Pending, ..payment(order_id, 100) };
    let begun = clerk.create("/transactions", begun).await;
    manager
        .post(&(path_of("transactions", &begun) + "/settle"), json!({ "state": "failed" }))
        .version(1)
        .gives(200)
        .await;
    let cancelled = clerk.create("/orders", noted(&contact, PlacedAs::Draft)).await;
    manager.act(&(path_of("orders", &cancelled) + "/cancel")).gives(200).await;

    // The same person, written down twice.
    let twin = json!({ "name": "Zqgone Martin", "emails": [{ "address": "martin@zqgone.example" }],
        "phones": [{ "number": "0461777555" }], "notes": "zqgone" });
    let twin = clerk.create("/contacts", twin).await;
    let of_twin = clerk.create("/orders", noted(&twin, PlacedAs::Confirmed)).await;
    clerk.act(&(path_of("orders", &of_twin) + "/fulfil")).gives(200).await;
    let merge = json!({ "from": twin["id"], "from_version": 1, "result": person() });
    // Made out to each of them.
    for (order, kind) in [(&order, "order_confirmation"), (&of_twin, "delivery_note")] {
        clerk.create(&(path_of("orders", order) + "/documents"), json!({ "kind": kind })).await;
    }
    let contact = manager.post(&(path + "/merge"), merge).version(3).gives(200).await.body;
    backend.do_effects().await;
    messages(backend, &contact, &order).await;
    (contact, order, vec![cancelled, of_twin])
}

/// Foreign messages that wait or were given up on, and events that nobody has handled yet.
async fn messages(backend: &Backend, contact: &Value, order: &Value) {
    let (bench, manager) = (&backend.bench, backend.manager());
    let told = manager.read(&format!("/events?subject={}", id(order))).await["items"][0].clone();
    let told: Event<Value> = serde_json::from_value(told).unwrap();
    let whole = serde_json::to_string(&told).unwrap();
    let letters = [
        ("a", None, format!("{{ not json: zqgone {}", id(contact)), Cause::Malformed),
        ("b", Some(id(order).to_owned()), "zqgone, without the contact's id".to_owned(), Cause::UnknownType),
        ("c", Some("zqgone@example.com".to_owned()), "zqgone@example.com zqgone".to_owned(), Cause::UnknownType),
        (&*told.id.to_string(), Some(id(order).to_owned()), whole, Cause::Exhausted),
    ]
    .map(|(message_id, subject, body, cause)| DeadLetter {
        id: bench.context.id(DeadLetterId::new),
        message_id: message_id.to_owned(),
        message_type: "ORDER_CREATED".into(),
        subject,
        body,
        cause,
        error: "zqgone cannot be read".into(),
        receive_count: 5,
        state: State::Open,
        reason: None,
        created_at: bench.context.now(),
        closed_at: None,
        closed_by: None,
        fingerprint: "f".into(),
        edited_body: None,
    });
    for letter in letters {
        let failed = Attempt::failed(letter.created_at, "zqgone cannot be read");
        let put = change!(bench.db, |tx, letter, failed| {
            attempts::insert(tx, &letter.message_id, &letter.id.to_string(), failed).await?;
            let put = dead_letters::insert(tx, letter).await?;
            dead_letters::keep_edited(tx, letter.id, "zqgone as somebody has mended it").await.map(|()| put)
        });
        assert!(put.await.unwrap());
        if letter.message_id == "c" {
            let discard = format!("/dead-letters/{}/discard", letter.id);
            manager.post(&discard, json!({ "reason": "zqgone wrote it by hand" })).gives(200).await;
        }
    }
    let (now, body) = (bench.context.now(), format!("{{\"contact\": \"{}\", \"name\": \"zqgone\"}}", id(contact)));
    let sent = change!(bench.db, |tx, body, now| {
        outbox::insert(tx, "foreign", "VISITED", Some(body), *now).await?;
        let rejects = "INSERT INTO import_rejects (import_id, part, body, created_at) VALUES ('imp', 'p', ?, 0)";
        tx.execute(rejects, &["Zqgone;zqgone@example.com;bad".into()]).await?;
        store::queue_messages::insert(
            tx,
            "main",
            &[store::queue_messages::New {
                id: "q1".into(),
                message_id: "foreign-2".into(),
                message_type: "VISITED".into(),
                body: Some(body.clone()),
            }],
            *now,
        )
        .await
    });
    sent.await.unwrap();
    // What nobody has handled yet.
    backend.clerk().act(&(path_of("contacts", contact) + "/archive")).version(4).gives(200).await;
}

async fn close_all(backend: &Backend, orders: &[&Value]) {
    for order in orders {
        let path = path_of("orders", order);
        if backend.clerk().read(&path).await["state"] == "confirmed" {
            backend.clerk().act(&(path + "/fulfil")).gives(200).await;
        }
    }
}

#[tokio::test]
async fn an_erased_contact_has_left_nothing_but_the_legal_copy() {
    logs::capture();
    on_each_engine(async |backend| {
        let (contact, order, others) = traces(&backend).await;
        let path = path_of("contacts", &contact);
        for q in ["zqgone", "zqkept", NUMBERS[3]] {
            backend.clerk().pages(&format!("/contacts?limit=1&q={q}")).await;
        }
        backend.manager().read(&format!("{path}/export")).await;
        let erase = path.clone() + "/erase";
        let admin = backend.by(Role::Admin);
        admin.post(&erase, json!({ "reason": "asked" })).version(5).refused(409, "has_open_orders").await;
        let preview = backend.manager().read(&format!("{path}/erasure")).await;
        assert_eq!((&preview["open_orders"], &preview["can_be_erased"]), (&json!([order["number"]]), &json!(false)));
        close_all(&backend, &[&order]).await;
        for text in [GONE, KEPT, "%PDF-"].into_iter().chain(NUMBERS) {
            assert!(!scan::rows(&backend, text).await.is_empty(), "{text} was never there");
        }

        let erased = admin.post(&erase, json!({ "reason": "asked on 22 November" })).version(5).gives(200).await.body;
        assert_eq!((&erased["state"], &erased["name"]), (&json!("erased"), &json!("(erased)")));
        // Nobody has handled the events of the last changes yet.
        nothing_is_left(&backend).await;
        backend.do_effects().await;
        nothing_is_left(&backend).await;

        let copy = backend.manager().read(&(path_of("orders", &order) + "/legal-copy")).await;
        assert_eq!(copy["keep_until"], "2036-12-31");
        assert_eq!((&copy["buyer"]["name"], &copy["buyer"]["siren"]), (&json!("Zqkept Dupont"), &json!(NUMBERS[1])));
        backend.manager().read(&(path_of("orders", &others[1]) + "/legal-copy")).await;
        // Nobody has paid for it, and it does not count.
        backend.manager().get(&(path_of("orders", &others[0]) + "/legal-copy")).refused(404, "not_found").await;
        let log = scan::count(&logs::logged(), GONE) + scan::count(&logs::logged(), KEPT);
        assert_eq!(log, 0, "something personal was logged");
    })
    .await;
}

/// Every column of every table, and on `SQLite` every byte.
async fn nothing_is_left(backend: &Backend) {
    for text in [GONE, NUMBERS[3], NUMBERS[4]] {
        assert!(scan::rows(backend, text).await.is_empty(), "{text}: {:?}", scan::rows(backend, text).await);
    }
    for text in [KEPT, NUMBERS[0], NUMBERS[1], NUMBERS[2]] {
        assert_eq!(scan::rows(backend, text).await, ["legal_copies.buyer"; 2], "{text}");
    }
    // What documents say is compressed in them, so they are looked for as such.
    assert!(scan::rows(backend, "%PDF-").await.is_empty());
    if backend.bench.engine == Engine::MySql {
        return;
    }
    let bytes = scan::bytes(backend);
    assert_eq!(scan::count(&bytes, "%PDF-"), 0, "a document stands in the files");
    for text in [GONE, NUMBERS[3], NUMBERS[4]] {
        assert_eq!(scan::count(&bytes, text), 0, "{text} stands in the files");
    }
    // The name, the street and the town of each copy.
    assert_eq!(scan::count(&bytes, KEPT), 6);
    assert_eq!(scan::count(&bytes, NUMBERS[0]), 2);
}

#[tokio::test]
async fn what_arrives_late_does_not_bring_anything_back() {
    on_each_engine(async |backend| {
        let contact = backend.clerk().create("/contacts", person()).await;
        let late = backend.clerk().read(&format!("/events?subject={}", id(&contact))).await["items"][0].to_string();
        backend.do_effects().await;
        let path = path_of("contacts", &contact);
        backend.clerk().put(&path, 1, json!({ "name": "Zqgone" })).gives(200).await;
        let edited = backend.clerk().read(&format!("/events?subject={}", id(&contact))).await["items"][0].to_string();
        backend.by(Role::Admin).post(&(path + "/erase"), json!({ "reason": "x" })).version(2).gives(200).await;
        // As they come from a queue that is not ours: whole, with the events' own ids.
        let ids = [&late, &edited]
            .map(|body| serde_json::from_str::<Value>(body).unwrap()["id"].as_str().unwrap().to_owned());
        let tampered =
            edited.replace("\"contact\":{", "\"contact\":{\"colour\":7,").replace("\"version\":2", "\"version\":\"x\"");
        let (foreign, now) = (format!("zqgone {}", id(&contact)), backend.bench.context.now());
        let sent = change!(backend.bench.db, |tx, late, edited, tampered, foreign, ids, now| {
            outbox::put_back(tx, &ids[0], "CONTACT_CREATED", Some(late), *now, *now).await?;
            outbox::put_back(tx, &ids[1], "CONTACT_UPDATED", Some(edited), *now, *now).await?;
            outbox::insert(tx, "late", "VISITED", Some(foreign), *now).await?;
            outbox::insert(tx, "late-2", "CONTACT_UPDATED", Some(tampered), *now).await
        });
        sent.await.unwrap();
        backend.do_effects().await;
        assert_eq!(scan::rows(&backend, GONE).await, Vec::<String>::new());
        let timeline = backend.clerk().read(&(path_of("contacts", &contact) + "/timeline")).await;
        let summaries = timeline["items"].as_array().unwrap().iter().map(|entry| &entry["summary"]);
        assert!(summaries.clone().count() >= 2 && summaries.into_iter().all(|summary| summary == "(erased)"));
    })
    .await;
}

#[tokio::test]
async fn an_erased_contact_is_changed_no_more_and_erasing_it_twice_is_once() {
    on_each_engine(async |backend| {
        let (clerk, manager, admin) = (backend.clerk(), backend.manager(), backend.by(Role::Admin));
        let contact = clerk.create("/contacts", person()).await;
        let other = clerk.create("/contacts", json!({ "name": "Other" })).await;
        let path = path_of("contacts", &contact);
        let erase = path.clone() + "/erase";
        let reason = json!({ "reason": "asked" });
        admin.post(&erase, &reason).refused(428, "if_match_required").await;
        admin.post(&erase, json!({ "reason": " " })).version(1).invalid("reason", "required").await;
        admin.post(&erase, &reason).version(2).refused(412, "stale").await;
        manager.post(&erase, &reason).version(1).refused(403, "forbidden").await;
        let erased = admin.post(&erase, &reason).version(1).gives(200).await.body;
        let before = backend.everything().await;
        assert_eq!(admin.post(&erase, &reason).version(2).gives(200).await.body, erased);
        assert_eq!(backend.everything().await, before);

        clerk.put(&path, 2, person()).refused(409, "bad_contact_state").await;
        for action in ["archive", "restore"] {
            clerk.act(&format!("{path}/{action}")).version(2).refused(409, "bad_contact_state").await;
        }
        let from = |contact: &Value, version: i64| json!({ "from": contact["id"], "from_version": version });
        manager.post(&format!("{path}/merge"), from(&other, 1)).version(2).refused(409, "bad_contact_state").await;
        let into_other = path_of("contacts", &other) + "/merge";
        manager.post(&into_other, from(&contact, 2)).version(1).refused(409, "bad_contact_state").await;
        clerk.post("/orders", fixtures::order(contact_id(&contact))).invalid("contact_id", "unknown_contact").await;
        assert_eq!(clerk.read(&path).await, erased);
        assert_eq!(clerk.read("/contacts").await["items"], json!([other]));
        assert_eq!(clerk.read("/contacts?state=erased").await["items"], json!([erased]));
        assert_eq!(manager.read(&format!("{path}/erasure")).await["can_be_erased"], json!(false));
        // The one it was merged into is who is erased.
        let merged = clerk.create("/contacts", json!({ "name": "Twin" })).await;
        manager.post(&into_other, from(&merged, 1)).version(1).gives(200).await;
        let erase_merged = path_of("contacts", &merged) + "/erase";
        admin.post(&erase_merged, &reason).version(2).refused(409, "bad_contact_state").await;
        // The same answer as ever, without what it said.
        clerk.post("/contacts", person()).gives(201).await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_asked_for_again_has_nothing_personal_left() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let contact = clerk.post("/contacts", person()).key("k").gives(201).await.body;
        let order = OrderInput { place_as: PlacedAs::Fulfilled, ..noted(&contact, PlacedAs::Draft) };
        clerk.post("/orders", &order).key("o").gives(201).await;
        let erase = path_of("contacts", &contact) + "/erase";
        backend.by(Role::Admin).post(&erase, json!({ "reason": "asked" })).version(1).gives(200).await;
        let again = clerk.post("/contacts", person()).key("k").gives(201).await.body;
        assert_eq!((&again["id"], &again["name"], &again["emails"]), (&contact["id"], &json!("(erased)"), &json!([])));
        assert_eq!(clerk.post("/orders", &order).key("o").gives(201).await.body["notes"], json!(null));
    })
    .await;
}

#[tokio::test]
async fn an_export_has_all_that_is_known_and_is_noted() {
    on_each_engine(async |backend| {
        let (contact, order, others) = traces(&backend).await;
        let path = path_of("contacts", &contact);
        let answer = backend.manager().get(&format!("{path}/export")).gives(200).await;
        let disposition = format!("attachment; filename=\"{}.json\"", id(&contact));
        assert_eq!(answer.header("content-disposition"), Some(&*disposition));
        let all = answer.body;
        assert_eq!((&all["contact"]["id"], &all["merged"][0]["name"]), (&contact["id"], &json!("Zqgone Martin")));
        let orders: Vec<&Value> = all["orders"].as_array().unwrap().iter().map(|order| &order["id"]).collect();
        assert_eq!(orders.len(), 3);
        assert!(orders.contains(&&order["id"]) && others.iter().all(|other| orders.contains(&&other["id"])));
        assert_eq!(all["orders"][0]["lines"].as_array().unwrap().len(), 3);
        let count = |list: &str| all[list].as_array().unwrap().len();
        assert_eq!((count("transactions"), count("dead_letters"), count("messages")), (2, 4, 2));
        assert_eq!((count("events"), count("timeline"), count("legal_copies")), (18, 17, 0));
        assert_eq!(all["order_revisions"][0]["id"], order["id"]);
        assert_eq!((count("documents"), &all["documents"][0]["order_id"]), (2, &order["id"]));
        // The dead letter that somebody has discarded.
        assert_eq!((count("security_log"), &all["security_log"][0]["kind"]), (1, &json!("dead_letter_discarded")));
        let again = backend.manager().read(&format!("{path}/export")).await;
        assert_eq!(again["security_log"][1]["kind"], "contact_exported");
        assert_eq!(again["security_log"][1]["actor"], json!(backend.user(Role::Manager).id));
        backend.clerk().call(Method::GET, &format!("{path}/export")).refused(403, "forbidden").await;
    })
    .await;
}

#[tokio::test]
async fn the_legal_copy_goes_after_its_last_day() {
    on_each_engine(async |backend| {
        let (contact, order, _) = traces(&backend).await;
        close_all(&backend, &[&order]).await;
        let erase = path_of("contacts", &contact) + "/erase";
        backend.by(Role::Admin).post(&erase, json!({ "reason": "asked" })).version(5).gives(200).await;
        let orders = id(&order).parse::<OrderId>().unwrap();
        let copy =
            async || query!(backend.bench.db, |tx, orders| store::legal_copies::get(tx, *orders).await).await.unwrap();
        // From 22 November 2026 to 31 December 2036: 3 692 days.
        backend.pass_time(Duration::from_hours(24 * 3_692));
        let sweep = async || {
            worker::sweep::forget_legal_copies(&backend.worker()).await.unwrap();
            worker::sweep::scrub(&backend.worker()).await.unwrap();
        };
        sweep().await;
        // Whoever was signed in is not any more.
        assert!(copy().await.is_some());
        backend.pass_time(Duration::from_hours(24));
        sweep().await;
        assert!(copy().await.is_none());
        assert!(scan::rows(&backend, KEPT).await.is_empty());
        assert_eq!(scan::count(&scan::bytes(&backend), KEPT), 0);
    })
    .await;
}
