//! Who may do what.

use std::time::Duration;

use api::Tokens;
use axum::http::Method;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Role;
use serde_json::json;

use crate::backend::{Backend, SECRET, on_each_engine, path_of};
use crate::contract::Contract;
use crate::people::{Browser, add_user};

/// The least role of each operation.
const LEAST: [(&str, &str, Option<Role>); 127] = [
    ("post", "/sessions", None),
    ("post", "/sessions/refresh", None),
    ("delete", "/sessions/current", None),
    ("get", "/sessions", Some(Role::Viewer)),
    ("delete", "/sessions/{id}", Some(Role::Viewer)),
    ("get", "/me", Some(Role::Viewer)),
    ("put", "/me", Some(Role::Viewer)),
    ("put", "/me/password", Some(Role::Viewer)),
    ("post", "/me/second-factor", Some(Role::Viewer)),
    ("post", "/me/second-factor/confirm", Some(Role::Viewer)),
    ("delete", "/me/second-factor", Some(Role::Viewer)),
    ("get", "/users", Some(Role::Admin)),
    ("get", "/users/{id}", Some(Role::Admin)),
    ("put", "/users/{id}", Some(Role::Admin)),
    ("post", "/users/{id}/disable", Some(Role::Admin)),
    ("post", "/users/{id}/enable", Some(Role::Admin)),
    ("delete", "/users/{id}/second-factor", Some(Role::Admin)),
    ("post", "/users/{id}/password-link", Some(Role::Admin)),
    ("get", "/invitations", Some(Role::Admin)),
    ("post", "/invitations", Some(Role::Admin)),
    ("post", "/invitations/accept", None),
    ("delete", "/invitations/{id}", Some(Role::Admin)),
    ("get", "/api-keys", Some(Role::Admin)),
    ("post", "/api-keys", Some(Role::Admin)),
    ("delete", "/api-keys/{id}", Some(Role::Admin)),
    ("get", "/security-log", Some(Role::Admin)),
    ("get", "/webhook-endpoints", Some(Role::Manager)),
    ("post", "/webhook-endpoints", Some(Role::Admin)),
    ("get", "/webhook-endpoints/{id}", Some(Role::Manager)),
    ("put", "/webhook-endpoints/{id}", Some(Role::Admin)),
    ("delete", "/webhook-endpoints/{id}", Some(Role::Admin)),
    ("post", "/webhook-endpoints/{id}/rotate-secret", Some(Role::Admin)),
    ("post", "/webhook-endpoints/{id}/test", Some(Role::Manager)),
    ("post", "/webhook-endpoints/{id}/replay", Some(Role::Admin)),
    ("get", "/webhook-deliveries", Some(Role::Viewer)),
    ("get", "/webhook-deliveries/{id}", Some(Role::Viewer)),
    ("post", "/webhook-deliveries/{id}/resend", Some(Role::Manager)),
    ("get", "/contacts", Some(Role::Viewer)),
    ("post", "/contacts", Some(Role::Clerk)),
    ("get", "/contacts/{id}", Some(Role::Viewer)),
    ("put", "/contacts/{id}", Some(Role::Clerk)),
    ("post", "/contacts/{id}/archive", Some(Role::Clerk)),
    ("post", "/contacts/{id}/restore", Some(Role::Clerk)),
    ("get", "/contacts/{id}/timeline", Some(Role::Viewer)),
    ("post", "/contacts/duplicates", Some(Role::Clerk)),
    ("get", "/contacts/{id}/duplicates", Some(Role::Viewer)),
    ("post", "/contacts/{id}/merge", Some(Role::Manager)),
    ("get", "/contacts/{id}/export", Some(Role::Manager)),
    ("get", "/contacts/{id}/erasure", Some(Role::Manager)),
    ("post", "/contacts/{id}/erase", Some(Role::Admin)),
    ("get", "/orders/{id}/legal-copy", Some(Role::Manager)),
    ("get", "/products", Some(Role::Viewer)),
    ("post", "/products", Some(Role::Manager)),
    ("get", "/products/{id}", Some(Role::Viewer)),
    ("put", "/products/{id}", Some(Role::Manager)),
    ("post", "/products/{id}/archive", Some(Role::Manager)),
    ("post", "/products/{id}/restore", Some(Role::Manager)),
    ("get", "/products/{id}/timeline", Some(Role::Viewer)),
    ("get", "/orders", Some(Role::Viewer)),
    ("post", "/orders", Some(Role::Clerk)),
    ("get", "/orders/{id}", Some(Role::Viewer)),
    ("put", "/orders/{id}", Some(Role::Clerk)),
    ("post", "/orders/{id}/confirm", Some(Role::Clerk)),
    ("post", "/orders/{id}/fulfil", Some(Role::Clerk)),
    ("post", "/orders/{id}/close", Some(Role::Clerk)),
    ("post", "/orders/{id}/cancel", Some(Role::Manager)),
    ("put", "/orders/{id}/tags", Some(Role::Clerk)),
    ("put", "/orders/{id}/notes", Some(Role::Clerk)),
    ("post", "/orders/{id}/duplicate", Some(Role::Clerk)),
    ("get", "/orders/{id}/revisions", Some(Role::Viewer)),
    ("get", "/orders/{id}/revisions/{revision}", Some(Role::Viewer)),
    ("get", "/orders/{id}/timeline", Some(Role::Viewer)),
    ("get", "/orders/{id}/documents", Some(Role::Viewer)),
    ("post", "/orders/{id}/documents", Some(Role::Clerk)),
    ("get", "/documents/{id}", Some(Role::Viewer)),
    ("get", "/documents/{id}/file", Some(Role::Viewer)),
    ("get", "/transactions", Some(Role::Viewer)),
    ("post", "/transactions", Some(Role::Clerk)),
    ("get", "/transactions/{id}", Some(Role::Viewer)),
    ("post", "/transactions/{id}/settle", Some(Role::Clerk)),
    ("get", "/events", Some(Role::Viewer)),
    ("get", "/events/{id}", Some(Role::Viewer)),
    ("get", "/explain/{id}", Some(Role::Viewer)),
    ("get", "/dead-letters", Some(Role::Viewer)),
    ("get", "/dead-letters/groups", Some(Role::Viewer)),
    ("post", "/dead-letters/redrive", Some(Role::Manager)),
    ("post", "/dead-letters/discard", Some(Role::Manager)),
    ("get", "/dead-letters/{id}", Some(Role::Viewer)),
    ("post", "/dead-letters/{id}/preview", Some(Role::Manager)),
    ("post", "/dead-letters/{id}/redrive", Some(Role::Manager)),
    ("post", "/dead-letters/{id}/discard", Some(Role::Manager)),
    ("get", "/settings", Some(Role::Viewer)),
    ("put", "/settings", Some(Role::Admin)),
    ("get", "/mails", Some(Role::Viewer)),
    ("get", "/mails/{id}", Some(Role::Viewer)),
    ("get", "/mails/{id}/file", Some(Role::Viewer)),
    ("post", "/mails/{id}/resend", Some(Role::Clerk)),
    ("get", "/mail-templates", Some(Role::Admin)),
    ("get", "/mail-templates/{kind}/{language}", Some(Role::Admin)),
    ("put", "/mail-templates/{kind}/{language}", Some(Role::Admin)),
    ("delete", "/mail-templates/{kind}/{language}", Some(Role::Admin)),
    ("post", "/mail-templates/{kind}/{language}/preview", Some(Role::Admin)),
    ("get", "/settings/logo", Some(Role::Viewer)),
    ("put", "/settings/logo", Some(Role::Admin)),
    ("delete", "/settings/logo", Some(Role::Admin)),
    ("get", "/stats", Some(Role::Viewer)),
    ("get", "/stream", Some(Role::Viewer)),
    ("get", "/operations", Some(Role::Manager)),
    ("get", "/setup", None),
    ("post", "/setup", None),
    ("get", "/imports", Some(Role::Manager)),
    ("post", "/imports", Some(Role::Manager)),
    ("get", "/imports/{id}", Some(Role::Manager)),
    ("get", "/imports/{id}/rejects.csv", Some(Role::Manager)),
    ("post", "/imports/{id}/cancel", Some(Role::Manager)),
    ("get", "/contacts.csv", Some(Role::Clerk)),
    ("get", "/orders.csv", Some(Role::Clerk)),
    ("get", "/order-lines.csv", Some(Role::Clerk)),
    ("get", "/transactions.csv", Some(Role::Clerk)),
    ("get", "/events.csv", Some(Role::Clerk)),
    ("get", "/dead-letters.csv", Some(Role::Clerk)),
    ("get", "/stats.csv", Some(Role::Viewer)),
    ("get", "/products.csv", Some(Role::Viewer)),
    ("get", "/security-log.csv", Some(Role::Admin)),
    ("get", "/users.csv", Some(Role::Admin)),
    ("get", "/api-keys.csv", Some(Role::Admin)),
    // Ends the session of whoever tries it: the last.
    ("delete", "/sessions", Some(Role::Viewer)),
];

/// What an API key may not do, whatever its role: all of what begins so, or all but reading it.
const PEOPLE_ONLY: [&str; 2] = ["/me", "/sessions"];
const CHANGED_BY_PEOPLE_ONLY: [&str; 3] = ["/users", "/invitations", "/api-keys"];

/// An id of the right kind that names nothing.
fn path(template: &str) -> String {
    let kind = match template.split('/').nth(1).unwrap() {
        "contacts" => "con",
        "orders" => "ord",
        "products" => "prd",
        "transactions" => "txn",
        "events" => "evt",
        "documents" => "doc",
        "imports" => "imp",
        "users" => "usr",
        "sessions" => "ses",
        "invitations" => "inv",
        "api-keys" => "key",
        "mails" => "dlv",
        _ => "dlt",
    };
    template
        .replace("{id}", &format!("{kind}_01JD8Z5Q0V3T9N4C7K2M6X8YRB"))
        .replace("{revision}", "1")
        .replace("{kind}", "receipt")
        .replace("{language}", "fr")
}

fn operations() -> impl Iterator<Item = (Method, String, Role)> {
    LEAST.into_iter().filter_map(|(method, template, least)| {
        Some((Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), path(template), least?))
    })
}

#[tokio::test]
async fn every_operation_is_open_to_its_least_role_and_those_above_only() {
    on_each_engine(async |backend| {
        for (method, path, least) in operations() {
            for role in Role::ALL {
                let caller = backend.by(role);
                let call = caller.call(method.clone(), &path);
                if role < least {
                    call.refused(403, "forbidden").await;
                } else {
                    let status = call.send().await.status;
                    assert!(!matches!(status, 401 | 403), "{method} {path} as {role}: {status}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_operation_refuses_a_parameter_that_it_does_not_describe() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        for (method, path, _) in operations() {
            admin.call(method, &format!("{path}?nonsense=1")).invalid("nonsense", "unknown_parameter").await;
        }
        admin.get("/nowhere?nonsense=1").refused(404, "not_found").await;
        backend.nobody().get("/orders?nonsense=1").refused(401, "no_token").await;
    })
    .await;
}

#[tokio::test]
async fn no_operation_is_open_to_whoever_has_no_good_token_or_key() {
    on_each_engine(async |backend| {
        let admin = backend.by(Role::Admin);
        let foreign = backend.token(&Tokens::new(b"another secret of thirty-two bytes"), Role::Admin);
        let old = backend.token(&Tokens::new(SECRET), Role::Admin);
        let key = json!({ "name": "Web shop", "role": "admin" });
        let revoked = admin.create("/api-keys", &key).await;
        admin.delete(&path_of("api-keys", &revoked["api_key"])).gives(204).await;
        let expired = json!({ "name": "Web shop", "role": "admin", "expires_at": "2026-11-22T09:01:00Z" });
        let expired = admin.create("/api-keys", expired).await;
        backend.pass_time(Duration::from_mins(15));
        let admin = backend.by(Role::Admin);
        add_user(&backend, "gone@example.com", Role::Admin).await;
        let gone = Browser::sign_in(&backend, "gone@example.com").await;
        let gone_id = gone.user().to_owned();
        admin.act(&format!("/users/{gone_id}/disable")).gives(200).await;
        let bad = [
            (foreign.as_str(), "bad_token"),
            (old.as_str(), "token_expired"),
            (gone.token(), "session_ended"),
            (revoked["key"].as_str().unwrap(), "bad_key"),
            (expired["key"].as_str().unwrap(), "bad_key"),
            ("ck_0123456789ABCDEFGHIJKLMNOPQRSTUV", "bad_key"),
        ];
        for (method, path, _) in operations() {
            let unknown = backend.nobody().call(method.clone(), &path).refused(401, "no_token").await;
            assert_eq!(unknown.header("www-authenticate"), Some("Bearer"));
            for (token, code) in bad {
                backend.with_token(token).call(method.clone(), &path).denied(401, code).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_api_key_does_what_its_role_may_but_for_what_people_decide() {
    on_each_engine(async |backend| {
        for role in Role::ALL {
            let key = backend.by(Role::Admin).create("/api-keys", json!({ "name": "Web shop", "role": role })).await;
            let program = backend.with_token(key["key"].as_str().unwrap());
            for (method, path, least) in operations() {
                let reply = program.call(method.clone(), &path).send().await;
                let code = reply.body["code"].as_str().unwrap_or("");
                let for_people = PEOPLE_ONLY.iter().any(|begin| path.starts_with(begin))
                    || (method != Method::GET && CHANGED_BY_PEOPLE_ONLY.iter().any(|begin| path.starts_with(begin)));
                if role < least {
                    assert_eq!((reply.status, code), (403, "forbidden"), "{method} {path} as {role}");
                } else if for_people && !matches!(reply.status, 415 | 428) {
                    assert_eq!((reply.status, code), (403, "people_only"), "{method} {path} as {role}");
                } else {
                    assert!(!matches!(reply.status, 401 | 403), "{method} {path} as {role}: {}", reply.status);
                }
            }
        }
    })
    .await;
}

#[test]
fn the_description_says_the_same_roles() {
    for (method, path, operation) in Contract::get().operations() {
        let listed = LEAST.iter().find(|(m, p, _)| *m == method && format!("/api/v1{p}") == path);
        let (_, _, least) = listed.unwrap_or_else(|| panic!("{method} {path} has no rule in this test"));
        let described = &operation["security"][0];
        match least {
            None => assert_eq!(*described, serde_json::json!({}), "{method} {path}"),
            Some(role) => assert_eq!(described["bearer"][0], role.as_str(), "{method} {path}"),
        }
    }
}

#[test]
fn every_operation_of_the_description_is_in_that_list() {
    let mut described: Vec<(&str, String)> =
        Contract::get().operations().into_iter().map(|(method, path, _)| (method, path.to_owned())).collect();
    let mut listed: Vec<(&str, String)> =
        LEAST.iter().map(|(method, path, _)| (*method, format!("/api/v1{path}"))).collect();
    described.sort();
    listed.sort();
    assert_eq!(described, listed);
}

#[tokio::test]
async fn a_token_is_good_for_fifteen_minutes() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        backend.pass_time(Duration::from_secs(899));
        clerk.get("/contacts").gives(200).await;
        backend.pass_time(Duration::from_secs(1));
        clerk.post("/contacts", testkit::fixtures::contact("Dupré")).refused(401, "token_expired").await;
    })
    .await;
}

fn bad_tokens(backend: &Backend) -> Vec<String> {
    let foreign = backend.token(&Tokens::new(b"another secret of thirty-two bytes"), Role::Admin);
    let good = backend.token(&Tokens::new(SECRET), Role::Viewer);
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("not a JWT: {good}") };
    let written = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    let (viewer, admin) = (backend.user(Role::Viewer).id.to_string(), backend.user(Role::Admin).id.to_string());
    let promoted = BASE64_URL_SAFE_NO_PAD.encode(written.replace(&viewer, &admin));
    let unsigned = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap().replace("HS256", "none");
    let unsigned = BASE64_URL_SAFE_NO_PAD.encode(unsigned);
    let without_kid = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let (_, foreign_part) = foreign.split_once('.').unwrap();
    vec![
        foreign.clone(),
        // Signed with another key, and says that it is ours.
        format!("{header}.{foreign_part}"),
        format!("{without_kid}.{claims}.{signature}"),
        format!("{header}.{promoted}.{signature}"),
        format!("{unsigned}.{promoted}."),
        format!("{header}.{claims}."),
        "nonsense".into(),
        String::new(),
    ]
}

#[tokio::test]
async fn a_token_that_was_not_issued_here_opens_nothing() {
    on_each_engine(async |backend| {
        for token in bad_tokens(&backend) {
            backend.with_token(&token).get("/contacts").refused(401, "bad_token").await;
        }
        let basic = backend.nobody().get("/contacts").header("authorization", "Basic YWRtaW46YWRtaW4=").send().await;
        assert_eq!((basic.status, basic.body["code"].as_str()), (401, Some("bad_token")));
    })
    .await;
}
