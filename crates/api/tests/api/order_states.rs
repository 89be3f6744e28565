//! `draft → confirmed → fulfilled → closed`; `draft | confirmed → cancelled`; nothing else.

use domain::{OrderInput, PlacedAs};
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{Backend, on_each_engine, path_of};

const ACTIONS: [(&str, &str); 4] =
    [("confirm", "confirmed"), ("fulfil", "fulfilled"), ("close", "closed"), ("cancel", "cancelled")];
const POSSIBLE: [(&str, &str); 5] = [
    ("draft", "confirm"),
    ("draft", "cancel"),
    ("confirmed", "fulfil"),
    ("confirmed", "cancel"),
    ("fulfilled", "close"),
];

/// The actions that bring a draft into a state.
fn way_to(state: &str) -> &'static [&'static str] {
    match state {
        "draft" => &[],
        "confirmed" => &["confirm"],
        "fulfilled" => &["confirm", "fulfil"],
        "closed" => &["confirm", "fulfil", "close"],
        _ => &["cancel"],
    }
}

async fn order_in(backend: &Backend, state: &str) -> Value {
    let contact = backend.bench.add_contact("Épicerie Dupré").await;
    let draft = OrderInput { place_as: PlacedAs::Draft, ..fixtures::order(contact.id) };
    let mut order = backend.manager().create("/orders", draft).await;
    for action in way_to(state) {
        order = backend.manager().act(&format!("{}/{action}", path_of("orders", &order))).gives(200).await.body;
    }
    assert_eq!(order["state"], state);
    order
}

#[tokio::test]
async fn an_order_goes_where_its_state_allows_and_nowhere_else() {
    on_each_engine(async |backend| {
        for state in ["draft", "confirmed", "fulfilled", "closed", "cancelled"] {
            for (action, after) in ACTIONS {
                let order = order_in(&backend, state).await;
                let (path, version) = (path_of("orders", &order), order["version"].as_i64().unwrap());
                let manager = backend.manager();
                let call = manager.act(&format!("{path}/{action}"));
                if !POSSIBLE.contains(&(state, action)) {
                    call.refused(409, "bad_order_state").await;
                    continue;
                }
                let moved = call.gives(200).await;
                assert_eq!((&moved.body["state"], &moved.body["version"]), (&json!(after), &json!(version + 1)));
                assert_eq!(moved.header("etag"), Some(&*format!("\"{}\"", version + 1)));
                assert_eq!(backend.clerk().read(&path).await, moved.body);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_order_that_is_under_way_or_over_cannot_be_edited() {
    on_each_engine(async |backend| {
        for state in ["fulfilled", "closed", "cancelled"] {
            let order = order_in(&backend, state).await;
            let input = fixtures::order(order["contact_id"].as_str().unwrap().parse().unwrap());
            let (path, version) = (path_of("orders", &order), order["version"].as_i64().unwrap());
            backend.clerk().put(&path, version, input).refused(409, "order_not_editable").await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_action_may_name_the_version_it_is_meant_for() {
    on_each_engine(async |backend| {
        let order = order_in(&backend, "confirmed").await;
        let fulfil = path_of("orders", &order) + "/fulfil";
        backend.clerk().act(&fulfil).version(1).refused(412, "stale").await;
        backend.clerk().act(&fulfil).version(2).gives(200).await;
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_order_keeps_the_money_it_received_to_be_given_back() {
    on_each_engine(async |backend| {
        let order = order_in(&backend, "confirmed").await;
        let id = order["id"].as_str().unwrap().parse().unwrap();
        backend.clerk().create("/transactions", fixtures::payment(id, 500)).await;
        backend.clerk().act(&(path_of("orders", &order) + "/cancel")).refused(403, "forbidden").await;
        let cancelled = backend.manager().act(&(path_of("orders", &order) + "/cancel")).gives(200).await.body;
        assert_eq!((&cancelled["state"], &cancelled["received"]), (&json!("cancelled"), &json!(500)));
        backend.manager().create("/transactions", fixtures::refund(id, 500)).await;
        assert_eq!(backend.clerk().read(&path_of("orders", &order)).await["payment_status"], "refunded");
    })
    .await;
}
