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
    home.run(&["dead-letters", "discard", &ids[1], "--reason", " "]).failed(4, "must say why");
}
