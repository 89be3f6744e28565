use domain::{EventId, Role};
use serde_json::{Value, json};
use store::attempts::{self, Attempt};
use testkit::{change, query};

use crate::backend::{Backend, on_each_engine, path_of};
use crate::engines::foreign_message;

/// Puts a message on the desk that no worker of this version can handle.
async fn add_letter(backend: &Backend) -> Value {
    foreign_message(backend).await;
    backend.do_effects().await;
    backend.clerk().read("/dead-letters?state=open&limit=1").await["items"][0].clone()
}

async fn waiting(backend: &Backend) -> i64 {
    query!(backend.bench.db, |tx| store::outbox::depth(tx).await).await.unwrap().waiting
}

#[tokio::test]
async fn a_dead_letter_is_read_with_its_body_and_every_attempt() {
    on_each_engine(async |backend| {
        let letter = add_letter(&backend).await;
        assert_eq!((&letter["cause"], &letter["state"]), (&json!("unknown_type"), &json!("open")));
        assert_eq!((&letter["message_type"], &letter["subject"]), (&json!("ORDER_SHIPPED"), &json!("ord_7")));
        let message_id = letter["message_id"].as_str().unwrap().to_owned();
        for error in ["first", "second"] {
            let id = backend.bench.context.id(EventId::new).to_string();
            let attempt = Attempt::failed(backend.bench.context.now(), error);
            let noted = change!(backend.bench.db, |tx, message_id, id, attempt| {
                attempts::insert(tx, message_id, id, attempt).await
            });
            noted.await.unwrap();
        }
        let mut detail = backend.by(Role::Viewer).read(&path_of("dead-letters", &letter)).await;
        let errors: Vec<Value> = detail["attempts"].as_array().unwrap().iter().map(|a| a["error"].clone()).collect();
        assert_eq!(errors, ["first", "second"]);
        let body: Value = serde_json::from_str(detail["body"].as_str().unwrap()).unwrap();
        assert_eq!((&body["data"]["parcels"], &body["id"]), (&json!(2), &letter["message_id"]));
        assert_eq!((&detail["event"]["data"], &detail["about"]), (&json!({ "parcels": 2 }), &Value::Null));
        assert_eq!(detail["effects"], json!({ "handled_at": null, "timeline": [], "deliveries": [] }));
        let known = letter.as_object().unwrap();
        detail.as_object_mut().unwrap().retain(|name, _| known.contains_key(name));
        assert_eq!(detail, letter);
    })
    .await;
}

#[tokio::test]
async fn dead_letters_are_listed_newest_first_by_state() {
    on_each_engine(async |backend| {
        let (first, second, third) =
            (add_letter(&backend).await, add_letter(&backend).await, add_letter(&backend).await);
        let discard = path_of("dead-letters", &second) + "/discard";
        let discarded = backend.manager().post(&discard, json!({ "reason": "a test" })).gives(200).await.body;
        let listed = async |state: &str| backend.clerk().pages(&format!("/dead-letters?limit=1{state}")).await.concat();
        assert_eq!(listed("").await, [third.clone(), discarded.clone(), first.clone()]);
        assert_eq!(listed("&state=open").await, [third, first]);
        assert_eq!(listed("&state=discarded").await, [discarded]);
        assert!(listed("&state=redriven").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn dead_letters_are_found_by_type_subject_and_cause() {
    on_each_engine(async |backend| {
        let letter = add_letter(&backend).await;
        let listed = async |filter: &str| backend.clerk().pages(&format!("/dead-letters?{filter}")).await.concat();
        let fingerprint = letter["fingerprint"].as_str().unwrap();
        for filter in ["message_type=ORDER_SHIPPED", "subject=ord_7", &format!("fingerprint={fingerprint}")] {
            assert_eq!(listed(filter).await, std::slice::from_ref(&letter), "{filter}");
        }
        for filter in ["message_type=ORDER", "subject=ord_8", "fingerprint=x", "subject=ord_7&state=redriven"] {
            assert!(listed(filter).await.is_empty(), "{filter}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_copy_of_a_discarded_message_does_not_come_back_to_the_desk() {
    on_each_engine(async |backend| {
        let letter = add_letter(&backend).await;
        let path = path_of("dead-letters", &letter);
        let (id, now) = (letter["message_id"].as_str().unwrap().to_owned(), backend.bench.context.now());
        let detail = backend.clerk().read(&path).await;
        let body = detail["body"].as_str().unwrap().to_owned();
        let copy = change!(backend.bench.db, |tx, id, body, now| {
            store::outbox::insert(tx, id, "ORDER_SHIPPED", Some(body), *now).await
        });
        copy.await.unwrap();
        backend.manager().post(&(path + "/discard"), json!({ "reason": "a test" })).gives(200).await;
        backend.do_effects().await;
        assert!(backend.clerk().read("/dead-letters?state=open").await["items"].as_array().unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_redriven_message_goes_again_under_its_own_id() {
    on_each_engine(async |backend| {
        let letter = add_letter(&backend).await;
        let redrive = path_of("dead-letters", &letter) + "/redrive";
        backend.clerk().act(&redrive).refused(403, "forbidden").await;
        let redriven = backend.manager().act(&redrive).gives(200).await.body;
        let manager = json!(backend.user(Role::Manager).id);
        assert_eq!((&redriven["state"], &redriven["closed_by"]), (&json!("redriven"), &manager));
        assert_eq!((redriven["closed_at"].is_string(), waiting(&backend).await), (true, 1));
        backend.manager().act(&redrive).refused(409, "already_decided").await;
        // Still not understood: it comes back as a new letter about the same message.
        backend.do_effects().await;
        let again = backend.clerk().read("/dead-letters?state=open").await["items"][0].clone();
        assert_eq!((&again["message_id"], again["id"] == letter["id"]), (&letter["message_id"], false));
    })
    .await;
}

#[tokio::test]
async fn a_discarded_message_keeps_the_reason_and_the_name_of_who_decided() {
    on_each_engine(async |backend| {
        let letter = add_letter(&backend).await;
        let path = path_of("dead-letters", &letter);
        let (discard, manager) = (format!("{path}/discard"), backend.manager());
        let mut refused = vec![(String::new(), "required"), ("  ".into(), "required"), ("x".repeat(1001), "too_long")];
        // A terminal obeys some of them, and a CSV breaks at others.
        refused.extend(
            ["\0", "\u{1b}[2J", "\u{7f}", "\u{85}", "\u{9b}2J"].map(|bad| (format!("a{bad}b"), "control_character")),
        );
        for (reason, code) in refused {
            manager.post(&discard, json!({ "reason": reason })).invalid("reason", code).await;
        }
        manager.act(&discard).refused(415, "bad_content_type").await;
        let discarded = manager.post(&discard, json!({ "reason": " sent by hand " })).gives(200).await.body;
        assert_eq!((&discarded["state"], &discarded["reason"]), (&json!("discarded"), &json!("sent by hand")));
        assert_eq!(discarded["closed_by"], json!(backend.user(Role::Manager).id));
        manager.post(&discard, json!({ "reason": "again" })).refused(409, "already_decided").await;
        manager.act(&format!("{path}/redrive")).refused(409, "already_decided").await;
        assert_eq!(waiting(&backend).await, 0);
    })
    .await;
}

#[tokio::test]
async fn two_who_decide_at_once_are_told_apart() {
    on_each_engine(async |backend| {
        let letter = add_letter(&backend).await;
        let (path, manager) = (path_of("dead-letters", &letter), backend.manager());
        let redrives = (0..10).map(|_| manager.act(&format!("{path}/redrive")).send());
        let mut statuses: Vec<u16> =
            futures_util::future::join_all(redrives).await.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (200, &[409; 9][..]));
        assert_eq!(waiting(&backend).await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_dead_letter_is_not_found() {
    on_each_engine(async |backend| {
        let (manager, nothing) = (backend.manager(), "/dead-letters/dlt_01JD8Z5Q0V3T9N4C7K2M6X8YRB");
        manager.get(nothing).refused(404, "not_found").await;
        manager.act(&format!("{nothing}/redrive")).refused(404, "not_found").await;
        manager.post(&format!("{nothing}/discard"), json!({ "reason": "x" })).refused(404, "not_found").await;
    })
    .await;
}
