//! One truth on both engines: the same requests at the same moments get the same answers, byte for byte.

use std::cell::RefCell;
use std::time::Duration;

use domain::{ContactId, Order, OrderInput, PlacedAs, Role, SettingsInput, TransactionInput, TransactionState};
use serde_json::json;
use store::outbox;
use testkit::fixtures::{self, payment, refund};
use testkit::{change, query};

use crate::backend::{Backend, Caller, on_each_engine, path_of};

/// A day at the desk, with something of everything, refusals included; it writes every type of event.
pub(crate) async fn scenario(backend: &Backend) {
    let (clerk, manager) = (backend.clerk(), backend.manager());
    for name in ["Épicerie Dupré", "Garage\tMartin", "garage martin", "Ångström & Œuvre"] {
        clerk.create("/contacts", fixtures::contact(name)).await;
    }
    clerk.pages("/contacts?limit=2").await;
    clerk.pages("/contacts?q=mart&limit=1").await;
    let contacts = clerk.read("/contacts").await["items"].clone();
    let dupre = contacts[1].clone();
    clerk.put(&path_of("contacts", &dupre), 1, fixtures::contact("Épicerie Dupré & Fils")).gives(200).await;
    clerk.put(&path_of("contacts", &dupre), 1, fixtures::contact("?")).refused(412, "stale").await;

    for sort in ["-created_at", "updated_at", "name&city=lyon&kind=organisation"] {
        clerk.pages(&format!("/contacts?limit=1&sort={sort}")).await;
    }
    let [garage, twin] = [&contacts[2], &contacts[3]];
    clerk.read(&(path_of("contacts", garage) + "/duplicates")).await;
    let merge = json!({ "from": twin["id"], "from_version": 1 });
    manager.post(&(path_of("contacts", garage) + "/merge"), merge).version(1).gives(200).await;

    let contact_id = dupre["id"].as_str().unwrap().parse().unwrap();
    let confirmed = clerk.post("/orders", fixtures::order(contact_id)).key("first").gives(201).await.body;
    clerk.post("/orders", fixtures::order(contact_id)).key("first").gives(201).await;
    backend.pass_time(Duration::from_mins(1));
    let draft = OrderInput { place_as: PlacedAs::Draft, ..fixtures::order(contact_id) };
    let draft = clerk.create("/orders", draft).await;
    clerk.act(&(path_of("orders", &draft) + "/fulfil")).refused(409, "bad_order_state").await;
    manager.act(&(path_of("orders", &draft) + "/cancel")).gives(200).await;
    let edited = OrderInput { notes: Some("Quai 3 🧀".into()), ..fixtures::order(contact_id) };
    clerk.put(&path_of("orders", &confirmed), 1, edited).gives(200).await;

    catalogue(backend, contact_id).await;
    transactions(&manager, &serde_json::from_value(confirmed.clone()).unwrap()).await;
    foreign_message(backend).await;
    backend.do_effects().await;
    for path in [
        "/orders?limit=1",
        "/orders?q=dup&limit=1",
        "/orders?sort=due_on&limit=1&tag=VIP",
        "/transactions?limit=1",
        "/events?limit=3",
    ] {
        clerk.pages(path).await;
    }
    clerk.pages(&format!("/contacts/{contact_id}/timeline?limit=2")).await;
    clerk.pages(&(path_of("orders", &confirmed) + "/timeline?limit=2")).await;
    clerk.read("/stats").await;
    for letter in clerk.pages("/dead-letters?limit=1").await.concat() {
        clerk.read(&path_of("dead-letters", &letter)).await;
        manager.act(&(path_of("dead-letters", &letter) + "/redrive")).gives(200).await;
    }
}

/// Products and settings, and an order that takes from both.
async fn catalogue(backend: &Backend, contact_id: ContactId) {
    let manager = backend.manager();
    for (sku, name) in [("COM-18", "Comté"), ("É 7", "Épices"), ("com", "Compote")] {
        manager.create("/products", fixtures::product(sku, name, 1_290)).await;
    }
    let dearer = fixtures::product("COM-18", "Comté 18 mois", 1_390);
    let product = manager.read("/products?q=comt").await["items"][0].clone();
    manager.put(&path_of("products", &product), 1, &dearer).gives(200).await;
    manager.put(&path_of("products", &product), 1, &dearer).refused(412, "stale").await;
    for sort in ["sku", "name", "-updated_at"] {
        manager.pages(&format!("/products?limit=1&sort={sort}")).await;
    }
    let mut settings = SettingsInput { payment_terms_days: Some(30), ..SettingsInput::default() };
    // Changed settings end the block of numbers that only MySQL reserves: both go on from here.
    settings.order_number.next = Some(2_000);
    backend.by(Role::Admin).put("/settings", 1, settings).gives(200).await;
    let order =
        json!({ "contact_id": contact_id, "lines": [{ "sku": "COM-18", "quantity": "2" }], "tags": ["Été", "vip"] });
    let order = manager.create("/orders", order).await;
    let path = path_of("orders", &order);
    manager.put(&format!("{path}/notes"), 1, json!({ "notes": "🧀" })).gives(200).await;
    manager.act(&format!("{path}/duplicate")).gives(201).await;
}

async fn transactions(manager: &Caller<'_>, order: &Order) {
    let begun = TransactionInput { state: TransactionState::Pending, ..payment(order.id, 5_000) };
    let begun = manager.create("/transactions", begun).await;
    let settle = path_of("transactions", &begun) + "/settle";
    manager.post(&settle, json!({ "state": "succeeded" })).version(1).gives(200).await;
    manager.create("/transactions", refund(order.id, 1_000)).await;
    manager.post("/transactions", refund(order.id, 5_000)).refused(409, "refund_above_received").await;
}

/// Something on the queue that no worker of this version can handle.
pub(crate) async fn foreign_message(backend: &Backend) {
    const KIND: &str = "ORDER_SHIPPED";
    let bench = &backend.bench;
    let (id, now) = (bench.context.id(domain::EventId::new).to_string(), bench.context.now());
    let body = json!({ "id": id, "type": KIND, "subject": "ord_7", "data": { "parcels": 2 } }).to_string();
    let sent = change!(bench.db, |tx, id, body, now| outbox::insert(tx, id, KIND, Some(body), *now).await);
    sent.await.unwrap();
}

#[tokio::test]
async fn the_same_requests_get_the_same_answers_on_both_engines() {
    let transcripts = RefCell::new(Vec::new());
    on_each_engine(async |backend| {
        scenario(&backend).await;
        let events = query!(backend.bench.db, |tx| store::events::count(tx).await).await.unwrap();
        assert_eq!(events, 22);
        transcripts.borrow_mut().push(backend.transcript());
    })
    .await;
    let transcripts = transcripts.into_inner();
    // One engine was left out on purpose: there is nothing to compare.
    let [sqlite, mysql] = &transcripts[..] else { return };
    assert!(sqlite.len() > 40);
    for (one, other) in sqlite.iter().zip(mysql) {
        assert_eq!(one, other);
    }
    assert_eq!(sqlite.len(), mysql.len());
}
