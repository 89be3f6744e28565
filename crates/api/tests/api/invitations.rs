use std::time::Duration;

use axum::http::Method;
use domain::{Role, User};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::backend::{Backend, on_each_engine, path_of};
use crate::people::{Browser, EMAIL, PASSWORD, add_claire, add_user, kinds};

const NEW: &str = "another horse battery";

async fn invite(backend: &Backend, email: &str) -> (Value, String) {
    let input = json!({ "email": email, "name": "Claire Dupré", "role": "manager" });
    let link = backend.by(Role::Admin).create("/invitations", input).await;
    (link["invitation"].clone(), token(&link))
}

fn token(link: &Value) -> String {
    link["link"].as_str().unwrap().strip_prefix("/invitation#").unwrap().to_owned()
}

fn accept(token: &str) -> Value {
    json!({ "token": token, "password": NEW })
}

#[tokio::test]
async fn who_has_the_link_becomes_a_user_and_is_signed_in() {
    on_each_engine(async |backend| {
        let (invitation, token) = invite(&backend, " Claire@Example.com ").await;
        assert_eq!((&invitation["email"], &invitation["role"]), (&json!(EMAIL), &json!("manager")));
        assert!(!format!("{:?}", backend.everything().await).contains(&token));
        let weak = json!({ "token": token, "password": "short" });
        backend.nobody().post("/invitations/accept", weak).invalid("password", "bad_password").await;
        let accepted = json!({ "token": token, "password": NEW, "name": "Claire D." });
        let reply = backend.nobody().post("/invitations/accept", &accepted).gives(201).await;
        assert_eq!(
            (&reply.body["user"]["name"], &reply.body["user"]["role"]),
            (&json!("Claire D."), &json!("manager"))
        );
        let browser = Browser::of(&backend, &reply);
        assert!(browser.is_in().await && browser.refreshed().await.is_in().await);
        backend.nobody().post("/invitations/accept", &accepted).denied(409, "bad_invitation").await;
        backend.nobody().post("/sessions", crate::people::credentials(EMAIL, NEW)).gives(201).await;
        let listed = backend.by(Role::Admin).read("/invitations").await["items"][0].clone();
        assert!(listed["id"] == invitation["id"] && listed["accepted_at"].is_string());
        assert_eq!(kinds(&backend).await, ["invited", "user_added", "invitation_accepted", "signed_in", "signed_in"]);
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_used_replaced_revoked_or_old_is_good_for_nothing() {
    on_each_engine(async |backend| {
        let (_, replaced) = invite(&backend, EMAIL).await;
        let (invitation, revoked) = invite(&backend, EMAIL).await;
        let path = path_of("invitations", &invitation);
        backend.by(Role::Admin).delete(&path).gives(204).await;
        backend.by(Role::Admin).delete(&path).gives(204).await;
        let (_, old) = invite(&backend, EMAIL).await;
        backend.pass_time(Duration::from_hours(7 * 24));
        for token in [replaced, revoked, old, "nonsense".into(), String::new()] {
            backend.nobody().post("/invitations/accept", accept(&token)).denied(409, "bad_invitation").await;
        }
        assert!(!backend.by(Role::Admin).read("/users").await.to_string().contains(EMAIL));
        let gone = "/invitations/inv_01JD8Z5Q0V3T9N4C7K2M6X8YRB";
        backend.by(Role::Admin).delete(gone).refused(404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn of_many_who_use_one_link_at_once_one_becomes_the_user() {
    on_each_engine(async |backend| {
        let (_, token) = invite(&backend, EMAIL).await;
        let all =
            (0..5).map(|_| async { backend.nobody().post("/invitations/accept", accept(&token)).send().await.status });
        let mut statuses = join_all(all).await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 4][..]));
    })
    .await;
}

#[tokio::test]
async fn a_user_is_not_invited() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let admin = backend.by(Role::Admin);
        let input = |email: &str, name: &str| json!({ "email": email, "name": name, "role": "clerk" });
        admin.post("/invitations", input(EMAIL, "Claire")).refused(409, "already_exists").await;
        admin.post("/invitations", input("nonsense", "Claire")).invalid("email", "bad_email").await;
        admin.post("/invitations", input("new@example.com", "")).invalid("name", "required").await;
    })
    .await;
}

#[tokio::test]
async fn a_password_link_gives_a_user_another_password_and_ends_their_sessions() {
    on_each_engine(async |backend| {
        let claire = add_claire(&backend).await;
        let before = Browser::sign_in(&backend, EMAIL).await;
        let (admin, path) = (backend.by(Role::Admin), format!("/users/{}/password-link", claire.id));
        let link = admin.act(&path).gives(201).await.body;
        assert_eq!(link["invitation"]["user_id"], json!(claire.id));
        assert!(before.is_in().await, "until the link is used, nothing changes");
        let reply = backend.nobody().post("/invitations/accept", accept(&token(&link))).gives(201).await;
        assert_eq!(reply.body["user"]["id"], json!(claire.id));
        assert!(!before.is_in().await && Browser::of(&backend, &reply).is_in().await);
        backend
            .nobody()
            .post("/sessions", crate::people::credentials(EMAIL, PASSWORD))
            .denied(401, "bad_credentials")
            .await;
        let kinds = kinds(&backend).await;
        let expected = ["password_link_made", "password_changed", "invitation_accepted", "signed_in", "sign_in_failed"];
        assert_eq!(kinds[2..], expected);
        let listed = admin.read("/invitations").await["items"][0].clone();
        assert!(listed["user_id"] == json!(claire.id) && listed["accepted_at"].is_string(), "{listed}");
    })
    .await;
}

/// What an administrator makes for herself before she goes: an invitation of her second address, a link for a colleague's password,
/// and a key.
struct WaysBack {
    links: Vec<String>,
    key: String,
}

async fn prepare_to_come_back(backend: &Backend, colleague: &User) -> WaysBack {
    let browser = Browser::sign_in(backend, EMAIL).await;
    let caller = browser.caller();
    let second = json!({ "email": "second@example.com", "name": "Claire", "role": "admin" });
    let mut links = vec![token(&caller.create("/invitations", second).await)];
    links.push(token(&caller.act(&format!("/users/{}/password-link", colleague.id)).gives(201).await.body));
    WaysBack { links, key: make_key(&browser, "admin").await }
}

async fn make_key(browser: &Browser<'_>, role: &str) -> String {
    let made = browser.caller().create("/api-keys", json!({ "name": "Shop", "role": role })).await;
    made["key"].as_str().unwrap().to_owned()
}

async fn nobody_gets_in(backend: &Backend, ways: &WaysBack) {
    for link in &ways.links {
        backend.nobody().post("/invitations/accept", accept(link)).denied(409, "bad_invitation").await;
    }
    backend.with_token(&ways.key).get("/contacts").refused(401, "bad_key").await;
}

#[tokio::test]
async fn who_is_disabled_or_no_administrator_any_more_does_not_come_back() {
    on_each_engine(async |backend| {
        let colleague = add_user(&backend, "colleague@example.com", Role::Clerk).await;
        let gone = add_user(&backend, EMAIL, Role::Admin).await;
        let (admin, path) = (backend.by(Role::Admin), format!("/users/{}", gone.id));

        let ways = prepare_to_come_back(&backend, &colleague).await;
        let harmless = make_key(&Browser::sign_in(&backend, EMAIL).await, "viewer").await;
        admin.put(&path, 1, json!({ "name": "C", "role": "viewer" })).gives(200).await;
        nobody_gets_in(&backend, &ways).await;
        // A key that may do no more than she goes on: a shop hangs on it.
        backend.with_token(&harmless).get("/contacts").gives(200).await;

        admin.put(&path, 2, json!({ "name": "C", "role": "admin" })).gives(200).await;
        let ways = prepare_to_come_back(&backend, &colleague).await;
        admin.act(&format!("{path}/disable")).gives(200).await;
        nobody_gets_in(&backend, &ways).await;
        backend.with_token(&harmless).get("/contacts").refused(401, "bad_key").await;
    })
    .await;
}

#[tokio::test]
async fn a_password_link_ends_when_its_user_chooses_another_password() {
    on_each_engine(async |backend| {
        let claire = add_claire(&backend).await;
        let link = backend.by(Role::Admin).act(&format!("/users/{}/password-link", claire.id)).gives(201).await.body;
        let browser = Browser::sign_in(&backend, EMAIL).await;
        let change = json!({ "current": PASSWORD, "new": "a third horse battery" });
        browser.caller().call(Method::PUT, "/me/password").json(change).gives(204).await;
        backend.nobody().post("/invitations/accept", accept(&token(&link))).denied(409, "bad_invitation").await;
        assert!(backend.by(Role::Admin).read("/invitations").await["items"][0]["revoked_at"].is_string());
    })
    .await;
}
