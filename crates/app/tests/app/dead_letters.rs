//! `comptoir dead-letters`

use domain::{DeadLetterId, EventId};
use serde_json::json;
use store::Context;
use store::attempts::{self, Attempt};
use store::dead_letters::{self, Cause, DeadLetter, State};
use testkit::change;

use crate::home::Home;

/// A home with so many messages given up on; the oldest first.
async fn home_with_letters(count: usize) -> (Home, Vec<String>) {
    let (home, context) = (Home::migrated(), Context::system());
    let db = home.db().await;
    let mut ids = Vec::new();
    for _ in 0..count {
        let letter = letter(&context);
        let attempt = Attempt::failed(context.now(), "no such carrier");
        let attempt_id = context.id(EventId::new).to_string();
        ids.push(letter.id.to_string());
        let put = change!(db, |tx, letter, attempt, attempt_id| {
            attempts::insert(tx, &letter.message_id, attempt_id, attempt).await?;
            dead_letters::insert(tx, letter).await
        });
        assert!(put.await.unwrap());
    }
    (home, ids)
}

fn letter(context: &Context) -> DeadLetter {
    let message_id = context.id(EventId::new).to_string();
    DeadLetter {
        id: context.id(DeadLetterId::new),
        body: json!({ "id": message_id, "type": "ORDER_SHIPPED" }).to_string(),
        message_id,
        message_type: "ORDER_SHIPPED".into(),
        subject: Some("ord_7".into()),
        cause: Cause::UnknownType,
        error: "no handler".into(),
        receive_count: 1,
        state: State::Open,
        reason: None,
        created_at: context.now(),
        closed_at: None,
        closed_by: None,
        fingerprint: "f".into(),
        edited_body: None,
    }
}

fn waiting(home: &Home) -> (i64, i64) {
    let status = home.run(&["status", "--json"]).json();
    (status["outbox_waiting"].as_i64().unwrap(), status["dead_letters_open"].as_i64().unwrap())
}

#[tokio::test]
async fn dead_letters_are_listed_and_shown_with_every_attempt() {
    let (home, ids) = home_with_letters(3).await;
    let listed = home.run(&["dead-letters", "list", "--json"]).json();
    let listed: Vec<&str> = listed.as_array().unwrap().iter().map(|letter| letter["id"].as_str().unwrap()).collect();
    assert_eq!(listed, ids.iter().rev().collect::<Vec<_>>());
    let text = home.run(&["dead-letters", "list"]).ok();
    assert!(text.lines().count() == 3 && text.contains("ORDER_SHIPPED") && text.contains("no handler"), "{text}");

    let shown = home.run(&["dead-letters", "show", &ids[0], "--json"]).json();
    assert_eq!((&shown["cause"], &shown["state"]), (&json!("unknown_type"), &json!("open")));
    assert_eq!((&shown["body"]["type"], &shown["subject"]), (&json!("ORDER_SHIPPED"), &json!("ord_7")));
    assert_eq!(shown["attempts"][0]["error"], "no such carrier");
    let text = home.run(&["dead-letters", "show", &ids[0]]).ok();
    assert!(text.contains("no such carrier") && text.contains("\"ORDER_SHIPPED\""), "{text}");
}

#[tokio::test]
async fn a_redriven_message_waits_to_be_sent_and_a_discarded_one_does_not() {
    let (home, ids) = home_with_letters(3).await;
    home.run(&["dead-letters", "redrive", &ids[0]]).ok();
    home.run(&["dead-letters", "discard", &ids[1], "--reason", "sent by hand"]).ok();
    assert_eq!(waiting(&home), (1, 1));
    let shown = home.run(&["dead-letters", "show", &ids[1], "--json"]).json();
    assert_eq!((&shown["state"], &shown["reason"]), (&json!("discarded"), &json!("sent by hand")));
    assert_eq!(shown["closed_by"], "system:command-line");
    let open = home.run(&["dead-letters", "list", "--json"]).json();
    assert_eq!((open.as_array().unwrap().len(), &open[0]["id"]), (1, &json!(ids[2])));
    assert_eq!(home.run(&["dead-letters", "list", "--all", "--json"]).json().as_array().unwrap().len(), 3);
    home.run(&["dead-letters", "redrive", "--all"]).ok();
    assert_eq!(waiting(&home), (2, 0));
    assert!(home.run(&["dead-letters", "list"]).ok().contains("no dead letters"));
}

#[tokio::test]
async fn a_second_decision_and_an_unknown_letter_are_refused() {
    let (home, ids) = home_with_letters(2).await;
    home.run(&["dead-letters", "redrive", &ids[0]]).ok();
    home.run(&["dead-letters", "discard", &ids[0], "--reason", "x"]).failed(4, "redriven or discarded before");
    // One that was decided meanwhile does not hold up the others.
    home.run(&["dead-letters", "redrive", &ids[0], &ids[1]]).failed(4, "1 not redriven");
    assert_eq!(waiting(&home), (2, 0));
    let unknown = "dlt_01JD8Z5Q0V3T9N4C7K2M6X8YRB";
    home.run(&["dead-letters", "show", unknown]).failed(4, unknown);
    home.run(&["dead-letters", "redrive", unknown]).failed(4, "dead letter not found");
    home.run(&["dead-letters", "discard", unknown, "--reason", "x"]).failed(4, "dead letter not found");
    home.run(&["dead-letters", "discard", &ids[1], "--reason", " "]).failed(4, "reason: must not be empty");
}

#[tokio::test]
async fn a_group_is_redriven_at_a_rate_and_another_is_discarded() {
    let (home, _) = home_with_letters(3).await;
    let groups = home.run(&["dead-letters", "groups", "--json"]).json();
    let group = groups[0]["fingerprint"].as_str().unwrap();
    assert_eq!((groups.as_array().unwrap().len(), &groups[0]["count"]), (1, &json!(3)));
    assert!(home.run(&["dead-letters", "groups"]).ok().contains("ORDER_SHIPPED"));
    assert_eq!(home.run(&["dead-letters", "list", "--group", group, "--json"]).json().as_array().unwrap().len(), 3);
    assert!(home.run(&["dead-letters", "discard", "--group", "x", "--reason", "y"]).ok().contains("0 discarded"));
    assert!(home.run(&["dead-letters", "redrive", "--group", group, "--rate", "2"]).ok().contains("3 redriven"));
    assert_eq!(waiting(&home), (3, 0));
    home.run(&["dead-letters", "redrive", "--all", "--group", group]).failed(2, "--group");
    home.run(&["dead-letters", "redrive", "--all", "--rate", "0"]).failed(2, "--rate");
}

#[tokio::test]
async fn an_edit_is_looked_at_first_and_one_that_is_not_valid_is_refused() {
    let (home, ids) = home_with_letters(1).await;
    let shown = home.run(&["dead-letters", "show", &ids[0], "--json"]).json();
    let product = json!({
        "id": "prd_01JD8Z5Q0V3T9N4C7K2M6X8YRB", "version": 1, "sku": "COM-18", "name": "Comté", "unit": "C62", "price": 1290,
        "currency": "EUR", "vat_rate": "5.5", "active": true, "created_at": "2026-11-22T09:00:00Z",
        "updated_at": "2026-11-22T09:00:00Z",
    });
    let event = json!({
        "specversion": "1.0", "id": shown["message_id"], "source": "/comptoir", "type": "PRODUCT_CREATED",
        "subject": product["id"], "time": "2026-11-22T09:00:00Z", "datacontenttype": "application/json", "sequence": 1,
        "actor": "system:test", "data": { "product": product },
    });
    let bad = json!({ "id": shown["message_id"], "type": "PRODUCT_CREATED" }).to_string();
    let said = home.run_with_input(&["dead-letters", "preview", &ids[0], "--body", "-"], &bad);
    assert!(said.out.contains("not valid") && said.out.contains("/type"), "{said:?}");
    said.failed(4, "not a valid event");
    home.run_with_input(&["dead-letters", "redrive", &ids[0], "--body", "-"], &bad).failed(4, "body");
    home.run_with_input(&["dead-letters", "redrive", &ids[0], "--body", "-"], "{").failed(2, "-:");
    assert_eq!(waiting(&home), (0, 1));
    std::fs::write(home.path().join("mended.json"), event.to_string()).unwrap();
    let seen = home.run(&["dead-letters", "preview", &ids[0], "--body", "mended.json", "--json"]);
    let seen = seen.json();
    assert_eq!((&seen["valid"], &seen["errors"]), (&json!(true), &json!([])));
    home.run(&["dead-letters", "redrive", &ids[0], "--body", "mended.json"]).ok();
    assert_eq!(waiting(&home), (1, 0));
    let shown = home.run(&["dead-letters", "show", &ids[0], "--json"]).json();
    assert_eq!(shown["journal"]["data"]["product"]["sku"], "COM-18");
    home.run(&["dead-letters", "redrive", &ids[0], &ids[0], "--body", "mended.json"]).failed(2, "one letter");
}
