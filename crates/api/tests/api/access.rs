//! Who may do what.

use std::time::Duration;

use api::Tokens;
use axum::http::Method;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Role;

use crate::contract::Contract;
use crate::desk::{Desk, SECRET, on_each_engine};

/// The least role of each operation.
const LEAST: [(&str, &str, Option<Role>); 43] = [
    ("post", "/sessions", None),
    ("get", "/contacts", Some(Role::Viewer)),
    ("post", "/contacts", Some(Role::Clerk)),
    ("get", "/contacts/{id}", Some(Role::Viewer)),
    ("put", "/contacts/{id}", Some(Role::Clerk)),
    ("post", "/contacts/{id}/archive", Some(Role::Clerk)),
    ("post", "/contacts/{id}/restore", Some(Role::Clerk)),
    ("get", "/contacts/{id}/timeline", Some(Role::Viewer)),
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
    ("get", "/transactions", Some(Role::Viewer)),
    ("post", "/transactions", Some(Role::Clerk)),
    ("get", "/transactions/{id}", Some(Role::Viewer)),
    ("post", "/transactions/{id}/settle", Some(Role::Clerk)),
    ("get", "/events", Some(Role::Viewer)),
    ("get", "/events/{id}", Some(Role::Viewer)),
    ("get", "/dead-letters", Some(Role::Viewer)),
    ("get", "/dead-letters/{id}", Some(Role::Viewer)),
    ("post", "/dead-letters/{id}/redrive", Some(Role::Manager)),
    ("post", "/dead-letters/{id}/discard", Some(Role::Manager)),
    ("get", "/settings", Some(Role::Viewer)),
    ("put", "/settings", Some(Role::Admin)),
    ("get", "/stats", Some(Role::Viewer)),
    ("get", "/stream", Some(Role::Viewer)),
];

/// An id of the right kind that names nothing.
fn path(template: &str) -> String {
    let kind = match template.split('/').nth(1).unwrap() {
        "contacts" => "con",
        "orders" => "ord",
        "products" => "prd",
        "transactions" => "txn",
        "events" => "evt",
        _ => "dlt",
    };
    template.replace("{id}", &format!("{kind}_01JD8Z5Q0V3T9N4C7K2M6X8YRB")).replace("{revision}", "1")
}

#[tokio::test]
async fn every_operation_is_open_to_its_least_role_and_those_above_only() {
    on_each_engine(async |desk| {
        let foreign =
            Tokens::new(b"another secret of thirty-two bytes").issue(desk.user(Role::Admin), desk.bench.context.now());
        let foreign = foreign.ok().unwrap();
        let old = Tokens::new(SECRET).issue(desk.user(Role::Admin), desk.bench.context.now()).ok().unwrap();
        desk.pass_time(Duration::from_mins(15));
        for (method, template, least) in LEAST {
            let Some(least) = least else { continue };
            let (method, path) = (Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), path(template));
            let unknown = desk.nobody().call(method.clone(), &path).refused(401, "no_token").await;
            assert_eq!(unknown.header("www-authenticate"), Some("Bearer"));
            desk.with_token(&foreign).call(method.clone(), &path).refused(401, "bad_token").await;
            desk.with_token(&old).call(method.clone(), &path).refused(401, "token_expired").await;
            for role in Role::ALL {
                let caller = desk.by(role);
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
    on_each_engine(async |desk| {
        let clerk = desk.clerk();
        desk.pass_time(Duration::from_secs(899));
        clerk.get("/contacts").gives(200).await;
        desk.pass_time(Duration::from_secs(1));
        clerk.post("/contacts", testkit::fixtures::contact("Dupré")).refused(401, "token_expired").await;
    })
    .await;
}

fn bad_tokens(desk: &Desk) -> Vec<String> {
    let (admin, now) = (desk.user(Role::Admin), desk.bench.context.now());
    let foreign = Tokens::new(b"another secret of thirty-two bytes").issue(admin, now).ok().unwrap();
    let good = Tokens::new(SECRET).issue(desk.user(Role::Viewer), now).ok().unwrap();
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("not a JWT: {good}") };
    let written = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    let promoted = BASE64_URL_SAFE_NO_PAD.encode(written.replace("viewer", "admin"));
    let unsigned = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    vec![
        foreign,
        format!("{header}.{promoted}.{signature}"),
        format!("{unsigned}.{promoted}."),
        format!("{header}.{claims}."),
        "nonsense".into(),
        String::new(),
    ]
}

#[tokio::test]
async fn a_token_that_was_not_issued_here_opens_nothing() {
    on_each_engine(async |desk| {
        for token in bad_tokens(&desk) {
            desk.with_token(&token).get("/contacts").refused(401, "bad_token").await;
        }
        let basic = desk.nobody().get("/contacts").header("authorization", "Basic YWRtaW46YWRtaW4=").send().await;
        assert_eq!((basic.status, basic.body["code"].as_str()), (401, Some("bad_token")));
    })
    .await;
}
