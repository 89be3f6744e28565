use axum::http::Method;
use serde_json::json;

use crate::backend::on_each_engine;
use crate::people::{Browser, EMAIL, PASSWORD, add_claire, credentials, kinds};

const NEW: &str = "another horse battery";

#[tokio::test]
async fn people_read_and_change_what_they_may_say_of_themselves() {
    on_each_engine(async |backend| {
        let claire = add_claire(&backend).await;
        let browser = Browser::sign_in(&backend, EMAIL).await;
        let me = browser.caller().get("/me").gives(200).await;
        assert_eq!((&me.body["id"], me.header("etag")), (&json!(claire.id), Some("\"1\"")));
        let call = browser.caller();
        let changed = call.put("/me", 1, json!({ "name": " Claire D. ", "language": "en" })).gives(200).await.body;
        assert_eq!(
            (&changed["name"], &changed["language"], &changed["version"]),
            (&json!("Claire D."), &json!("en"), &json!(2))
        );
        call.put("/me", 1, json!({ "name": "Claire" })).refused(412, "stale").await;
        call.call(Method::PUT, "/me").json(json!({ "name": "Claire" })).refused(428, "if_match_required").await;
        call.put("/me", 2, json!({ "name": " " })).invalid("name", "required").await;
        call.put("/me", 2, json!({ "name": "Claire", "role": "admin" })).refused(422, "invalid").await;
        assert_eq!(browser.caller().read("/me").await, changed);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let (here, there) = (Browser::sign_in(&backend, EMAIL).await, Browser::sign_in(&backend, EMAIL).await);
        let call = here.caller();
        let change = |current: &str, new: &str| {
            call.call(Method::PUT, "/me/password").json(json!({ "current": current, "new": new }))
        };
        change("wrong horse battery", NEW).denied(403, "wrong_password").await;
        change(PASSWORD, "short").invalid("password", "bad_password").await;
        change(PASSWORD, "motdepasse1234").invalid("password", "guessable_password").await;
        assert!(there.is_in().await);
        change(PASSWORD, NEW).gives(204).await;
        assert!(here.is_in().await && !there.is_in().await);
        there.refresh_is_refused().await;
        let here = here.refreshed().await;
        assert!(here.is_in().await);
        backend.nobody().post("/sessions", credentials(EMAIL, PASSWORD)).denied(401, "bad_credentials").await;
        backend.nobody().post("/sessions", credentials(EMAIL, NEW)).gives(201).await;
        assert!(kinds(&backend).await.contains(&"password_changed".to_owned()));
    })
    .await;
}
