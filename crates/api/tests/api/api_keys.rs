use std::time::Duration;

use domain::Role;
use serde_json::json;

use crate::backend::{on_each_engine, path_of};
use crate::people::log;

#[tokio::test]
async fn a_key_is_shown_once_and_acts_under_its_own_name() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        let made = admin.create("/api-keys", json!({ "name": " Web shop ", "role": "clerk", "per_minute": 60 })).await;
        let (key, secret) = (&made["api_key"], made["key"].as_str().unwrap());
        assert!(secret.starts_with("ck_") && secret.len() == 35 && secret.starts_with(key["prefix"].as_str().unwrap()));
        assert_eq!((&key["name"], &key["role"], &key["per_minute"]), (&json!("Web shop"), &json!("clerk"), &json!(60)));
        assert!(!format!("{:?}", backend.everything().await).contains(secret));
        let program = backend.with_token(secret);
        let contact = program.create("/contacts", testkit::fixtures::contact("Dupré")).await;
        let event =
            program.read(&format!("/events?subject={}", contact["id"].as_str().unwrap())).await["items"][0].clone();
        assert_eq!(event["actor"], key["id"]);
        assert_eq!(admin.read("/api-keys").await["items"][0]["id"], key["id"]);
    })
    .await;
}

#[tokio::test]
async fn the_last_use_is_noted_once_a_minute() {
    on_each_engine(async |backend| {
        let made = backend.by(Role::Admin).create("/api-keys", json!({ "name": "Web shop", "role": "clerk" })).await;
        let program = backend.with_token(made["key"].as_str().unwrap());
        let last_use = async || backend.by(Role::Admin).read("/api-keys").await["items"][0]["last_used_at"].clone();
        assert!(last_use().await.is_null());
        let first = json!(backend.bench.context.now());
        for _ in 0..5 {
            program.get("/contacts").gives(200).await;
            assert_eq!(last_use().await, first);
            backend.pass_time(Duration::from_secs(11));
        }
        backend.pass_time(Duration::from_secs(5));
        program.get("/contacts").gives(200).await;
        assert_eq!(last_use().await, json!(backend.bench.context.now()));
    })
    .await;
}

#[tokio::test]
async fn a_revoked_or_expired_key_opens_nothing() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        let made = admin.create("/api-keys", json!({ "name": "Web shop", "role": "clerk" })).await;
        let program = backend.with_token(made["key"].as_str().unwrap());
        program.get("/contacts").gives(200).await;
        let path = path_of("api-keys", &made["api_key"]);
        admin.delete(&path).gives(204).await;
        admin.delete(&path).gives(204).await;
        program.get("/contacts").refused(401, "bad_key").await;
        let until = backend.bench.context.now().plus(Duration::from_secs(5));
        let made = admin.create("/api-keys", json!({ "name": "Till", "role": "clerk", "expires_at": until })).await;
        let program = backend.with_token(made["key"].as_str().unwrap());
        program.get("/contacts").gives(200).await;
        backend.pass_time(Duration::from_secs(5));
        program.get("/contacts").refused(401, "bad_key").await;
        let kinds: Vec<_> = log(&backend).await.iter().map(|entry| entry["kind"].clone()).collect();
        assert_eq!(kinds, ["key_made", "key_revoked", "key_made"]);
    })
    .await;
}

#[tokio::test]
async fn keys_that_cannot_be_are_refused() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        admin.post("/api-keys", json!({ "name": " ", "role": "clerk" })).invalid("name", "required").await;
        admin.post("/api-keys", json!({ "name": "x", "role": "king" })).invalid("role", "bad_value").await;
        admin
            .post("/api-keys", json!({ "name": "x", "role": "clerk", "per_minute": 0 }))
            .invalid("per_minute", "bad_limit")
            .await;
        let past = json!({ "name": "x", "role": "clerk", "expires_at": backend.bench.context.now() });
        admin.post("/api-keys", past).invalid("expires_at", "in_the_past").await;
        admin.delete("/api-keys/key_01JD8Z5Q0V3T9N4C7K2M6X8YRB").refused(404, "not_found").await;
    })
    .await;
}
