use axum::http::Method;
use domain::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::query;

use crate::backend::{Backend, on_each_engine, path_of};
use crate::people::{Browser, EMAIL, add_claire, add_user, kinds, log};

#[tokio::test]
async fn administrators_see_who_may_sign_in() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        let pages = admin.pages("/users?limit=3").await;
        let emails: Vec<&str> = pages.iter().flatten().map(|user| user["email"].as_str().unwrap()).collect();
        assert_eq!(emails, ["admin@example.com", "clerk@example.com", "manager@example.com", "viewer@example.com"]);
        let user = admin.get(&path_of("users", &pages[0][1])).gives(200).await;
        assert_eq!((&user.body, user.header("etag")), (&pages[0][1], Some("\"1\"")));
        admin.get("/users/usr_01JD8Z5Q0V3T9N4C7K2M6X8YRB").refused(404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn a_changed_role_bites_at_once() {
    on_each_engine(async |backend| {
        let claire = add_claire(&backend).await;
        let browser = Browser::sign_in(&backend, EMAIL).await;
        browser.caller().create("/contacts", testkit::fixtures::contact("Dupré")).await;
        let (admin, path) = (backend.by(Role::Admin), format!("/users/{}", claire.id));
        let input = json!({ "name": "Claire D.", "role": "viewer" });
        let changed = admin.put(&path, 1, &input).gives(200).await.body;
        assert_eq!(
            (&changed["role"], &changed["name"], &changed["version"]),
            (&json!("viewer"), &json!("Claire D."), &json!(2))
        );
        let contact = testkit::fixtures::contact("Dupré");
        browser.caller().post("/contacts", contact).refused(403, "forbidden").await;
        admin.put(&path, 1, &input).refused(412, "stale").await;
        admin.call(Method::PUT, &path).json(&input).refused(428, "if_match_required").await;
        admin.put(&path, 2, json!({ "name": "", "role": "viewer" })).invalid("name", "required").await;
        admin.put(&path, 2, json!({ "name": "x", "role": "king" })).invalid("role", "bad_value").await;
        let entries = log(&backend).await;
        let last = entries.last().unwrap();
        assert_eq!((&last["kind"], &last["actor"]), (&json!("role_changed"), &json!(backend.user(Role::Admin).id)));
        assert_eq!(last["detail"], json!({ "from": "clerk", "to": "viewer" }));
    })
    .await;
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_with_every_session_and_key_until_enabled() {
    on_each_engine(async |backend| {
        let gone = add_user(&backend, EMAIL, Role::Admin).await;
        let browser = Browser::sign_in(&backend, EMAIL).await;
        let key = browser.caller().create("/api-keys", json!({ "name": "Web shop", "role": "clerk" })).await;
        let program = backend.with_token(key["key"].as_str().unwrap());
        program.get("/contacts").gives(200).await;
        let (admin, path) = (backend.by(Role::Admin), format!("/users/{}", gone.id));
        let disabled = admin.act(&format!("{path}/disable")).gives(200).await.body;
        assert!(disabled["disabled_at"].is_string());
        assert!(!browser.is_in().await);
        browser.refresh_is_refused().await;
        program.get("/contacts").refused(401, "bad_key").await;
        let again = admin.act(&format!("{path}/disable")).gives(200).await.body;
        assert_eq!(again, disabled);
        admin.act(&format!("{path}/password-link")).refused(409, "user_disabled").await;
        let enabled = admin.act(&format!("{path}/enable")).gives(200).await.body;
        assert!(enabled["disabled_at"].is_null());
        assert!(!browser.is_in().await, "the old sessions stay ended");
        Browser::sign_in(&backend, EMAIL).await;
        let kinds = kinds(&backend).await;
        let expected =
            ["user_added", "signed_in", "key_made", "key_revoked", "user_disabled", "user_enabled", "signed_in"];
        assert_eq!(kinds, expected);
    })
    .await;
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        let path = format!("/users/{}", backend.user(Role::Admin).id);
        let demote = json!({ "name": "Admin", "role": "manager" });
        admin.put(&path, 1, &demote).refused(409, "last_admin").await;
        admin.act(&format!("{path}/disable")).refused(409, "last_admin").await;
        // A disabled one does not count.
        let other = add_user(&backend, EMAIL, Role::Admin).await;
        admin.act(&format!("/users/{}/disable", other.id)).gives(200).await;
        admin.put(&path, 1, &demote).refused(409, "last_admin").await;
        admin.act(&format!("/users/{}/enable", other.id)).gives(200).await;
        admin.put(&path, 1, &demote).gives(200).await;
        admin.get("/users").refused(403, "forbidden").await;
    })
    .await;
}

async fn admins(backend: &Backend) -> Vec<Value> {
    let page = query!(backend.bench.db, |tx| store::users::list(tx, None, 50).await).await.unwrap();
    page.items.iter().filter(|user| user.role == Role::Admin).map(|user| json!(user)).collect()
}

#[tokio::test]
async fn two_administrators_who_take_each_others_role_away_at_once_do_not_both_succeed() {
    on_each_engine(async |backend| {
        for round in 0..5 {
            let one = add_user(&backend, &format!("one{round}@example.com"), Role::Admin).await;
            // The one who was left over in the round before.
            let all = admins(&backend).await;
            let pair = [json!(one), all.into_iter().find(|user| user["id"] != json!(one.id)).unwrap()];
            let call = backend.with_token(&backend.token_of(&one).await);
            let demote = |user: &Value| {
                let (path, version) = (path_of("users", user), user["version"].as_i64().unwrap());
                call.put(&path, version, json!({ "name": "x", "role": "viewer" })).send()
            };
            let replies = join_all(pair.iter().map(demote)).await;
            let done = replies.iter().filter(|reply| reply.status == 200).count();
            assert_eq!(done, 1, "{:?}", replies.iter().map(|reply| &reply.body).collect::<Vec<_>>());
            assert_eq!(admins(&backend).await.len(), 1);
        }
    })
    .await;
}
