//! Signing in with a password.

use domain::Role;
use serde_json::json;

use crate::backend::on_each_engine;
use crate::people::{Comes, EMAIL, PASSWORD, add_claire, credentials, log};

const DEAD_LETTER: &str = "dlt_01JD8Z5Q0V3T9N4C7K2M6X8YRB";

#[tokio::test]
async fn who_signs_in_gets_a_token_that_works() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        // An address is the same however it is written.
        for email in [EMAIL, "  Claire@Example.COM "] {
            let session = backend.nobody().create("/sessions", credentials(email, PASSWORD)).await;
            assert_eq!((&session["token_type"], &session["expires_in"]), (&json!("Bearer"), &json!(900)));
            assert_eq!((&session["user"]["email"], &session["user"]["role"]), (&json!(EMAIL), &json!("clerk")));
            let claire = backend.with_token(session["access_token"].as_str().unwrap());
            claire.create("/contacts", testkit::fixtures::contact("Dupré")).await;
            claire.act(&format!("/dead-letters/{DEAD_LETTER}/redrive")).refused(403, "forbidden").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_an_unknown_address_and_a_disabled_user_get_the_same_answer_after_the_same_work() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let gone = crate::people::add_user(&backend, "gone@example.com", Role::Clerk).await;
        backend.by(Role::Admin).act(&format!("/users/{}/disable", gone.id)).gives(200).await;
        let sign_in = async |email: &str, password: &str| {
            let (hashed, written) = (backend.gate.passwords.runs(), backend.everything().await);
            let reply =
                backend.nobody().post("/sessions", credentials(email, password)).denied(401, "bad_credentials").await;
            let changed: Vec<&str> = written
                .iter()
                .zip(backend.everything().await)
                .filter(|((_, before), (_, after))| before != after)
                .map(|((table, _), _)| *table)
                .collect();
            // One hash computed, one failure counted, one entry written: in each case.
            (reply.said(), backend.gate.passwords.runs() - hashed, changed)
        };
        let wrong = sign_in(EMAIL, "correct horse battery!").await;
        assert_eq!((wrong.1, wrong.2.clone()), (1, vec!["security_log", "sign_in_throttles"]));
        for (email, password) in [
            ("nobody@example.com", PASSWORD),
            ("not an address", PASSWORD),
            ("gone@example.com", PASSWORD),
            (EMAIL, ""),
            ("", ""),
        ] {
            assert_eq!(sign_in(email, password).await, wrong, "{email:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn credentials_are_an_address_a_password_perhaps_a_code_and_nothing_else() {
    on_each_engine(async |backend| {
        let nobody = backend.nobody();
        nobody.post("/sessions", json!({ "email": EMAIL })).refused(422, "invalid").await;
        let more = json!({ "email": EMAIL, "password": PASSWORD, "role": "admin" });
        nobody.post("/sessions", more).refused(422, "invalid").await;
    })
    .await;
}

#[tokio::test]
async fn the_log_says_who_signed_in_who_failed_and_from_where_and_no_secret() {
    on_each_engine(async |backend| {
        let claire = add_claire(&backend).await;
        let post = |email: &str, password: &str| {
            let call = backend.nobody().post("/sessions", credentials(email, password));
            call.from("203.0.113.7").header("user-agent", "Firefox")
        };
        let long = format!("{}@example.com", "x".repeat(300));
        post(&long, "what a secret this is").denied(401, "bad_credentials").await;
        post(EMAIL, "what a secret this is").denied(401, "bad_credentials").await;
        let reply = post(EMAIL, PASSWORD).gives(201).await;
        let entries = log(&backend).await;
        let kinds: Vec<_> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["user_added", "sign_in_failed", "sign_in_failed", "signed_in"]);
        assert_eq!(entries[1]["detail"]["email"].as_str().unwrap().len(), 100);
        assert_eq!((&entries[1]["subject"], &entries[1]["actor"]), (&json!(null), &json!("anonymous")));
        assert_eq!((&entries[2]["subject"], &entries[2]["actor"]), (&json!(claire.id), &json!("anonymous")));
        assert_eq!((&entries[3]["subject"], &entries[3]["actor"]), (&json!(claire.id), &json!(claire.id)));
        assert!(entries[1..].iter().all(|entry| entry["address"] == "203.0.113.7"));
        let text = format!("{:?}", backend.everything().await);
        let cookie = reply.header("set-cookie").unwrap();
        let refresh_token = cookie.split([';', '=']).nth(1).unwrap();
        assert!(refresh_token.len() == 43 && text.contains("Firefox"));
        for secret in ["what a secret", PASSWORD, refresh_token, reply.body["access_token"].as_str().unwrap()] {
            assert!(!text.contains(secret), "{secret} is in the database");
        }
    })
    .await;
}
