//! Clients that go away or send too much, over a real connection.

use std::io::Write as _;
use std::net::Shutdown;

use serde_json::json;
use testkit::fixtures;

use crate::home::Home;
use crate::server::{Server, until};

#[test]
fn a_client_that_goes_away_in_the_middle_of_a_request_changes_nothing() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let body = json!(fixtures::contact("Épicerie Dupré")).to_string();
    for sent in [0, 1, body.len() / 2, body.len() - 1] {
        let mut client = server.connect();
        let head = server.head_of_post("/contacts");
        write!(client, "{head}Host: localhost\r\nContent-Length: {}\r\n\r\n{}", body.len(), &body[..sent]).unwrap();
        client.shutdown(Shutdown::Both).unwrap();
    }
    assert_eq!(server.post("/contacts", &json!(fixtures::contact("Garage Martin"))).status, 201);
    let names = server.get("/contacts").body["items"].clone();
    assert_eq!((names.as_array().unwrap().len(), &names[0]["name"]), (1, &json!("Garage Martin")));
    assert_eq!(server.get("/events").body["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_client_that_does_not_wait_for_the_answer_has_placed_its_order_whole_or_not_at_all() {
    let home = Home::migrated();
    let server = Server::start(&home, "up");
    let contact = server.post("/contacts", &json!(fixtures::contact("Épicerie Dupré"))).body;
    let id: domain::ContactId = contact["id"].as_str().unwrap().parse().unwrap();
    let order = json!(fixtures::order(id));
    let body = order.to_string();
    for _ in 0..20 {
        let mut client = server.connect();
        let head = server.head_of_post("/orders");
        write!(client, "{head}Host: localhost\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        client.shutdown(Shutdown::Both).unwrap();
    }
    assert_eq!(server.post("/orders", &order).status, 201);
    let count = |path: &str| server.get(path).body["items"].as_array().unwrap().len();
    // One more than orders: the contact has its event and its effect too.
    until("each order and nothing else has its event and its effect", || {
        let orders = count("/orders");
        orders >= 1 && count("/events") == orders + 1 && count(&format!("/contacts/{id}/timeline")) == orders + 1
    });
    for order in server.get("/orders").body["items"].as_array().unwrap() {
        assert_eq!((order["lines"].as_array().unwrap().len(), &order["total"]), (3, &json!(9_895)));
    }
}

#[test]
fn a_body_of_ten_megabytes_is_refused_while_it_is_being_sent() {
    let home = Home::migrated();
    let server = Server::start(&home, "serve");
    let answer = server.post("/contacts", &json!({ "name": "x".repeat(10 * 1024 * 1024) }));
    assert_eq!((answer.status, &answer.body["code"]), (413, &json!("body_too_large")));
    assert_eq!(server.get("/events").body["items"], json!([]));
    assert_eq!(server.stop(), Some(0));
}
