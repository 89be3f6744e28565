//! How much one caller may ask, and how long an answer may take.

use std::time::Duration;

use api::Settings;
use domain::Role;
use testkit::fixtures::contact;

use crate::backend::{on_each_engine, settings};

fn told(reply: &crate::backend::Reply) -> Vec<&str> {
    let names = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "ratelimit-policy"];
    names.iter().filter_map(|name| reply.header(name)).collect()
}

#[tokio::test]
async fn a_caller_who_asks_too_much_is_told_when_to_come_back() {
    on_each_engine(async |backend| {
        let backend = backend.with_settings(Settings { user_per_minute: 6, ..settings() }).await;
        let clerk = backend.clerk();
        for (remaining, reset) in [("5", "10"), ("4", "20"), ("3", "30"), ("2", "40"), ("1", "50"), ("0", "60")] {
            let reply = clerk.get("/contacts").gives(200).await;
            assert_eq!(told(&reply), ["6", remaining, reset, "6;w=60"]);
        }
        let refused = clerk.post("/contacts", contact("Dupré")).refused(429, "rate_limited").await;
        assert_eq!((refused.header("retry-after"), told(&refused)), (Some("10"), vec!["6", "0", "60", "6;w=60"]));
        // Others are not in it, and neither is what the same person may not do at all.
        backend.by(Role::Viewer).get("/contacts").gives(200).await;
        backend.nobody().get("/contacts").refused(401, "no_token").await;
        backend.pass_time(Duration::from_secs(10));
        clerk.get("/contacts").gives(200).await;
        clerk.get("/contacts").refused(429, "rate_limited").await;
    })
    .await;
}

#[tokio::test]
async fn without_a_good_token_the_address_is_counted() {
    on_each_engine(async |backend| {
        let backend = backend.with_settings(Settings { address_per_minute: 4, trusted_proxies: 1, ..settings() }).await;
        let from = "203.0.113.7";
        backend.nobody().get("/contacts").header("x-forwarded-for", from).refused(401, "no_token").await;
        backend.with_token("nonsense").get("/contacts").header("x-forwarded-for", from).refused(401, "bad_token").await;
        let credentials = serde_json::json!({ "email": "x@example.com", "password": "wrong" });
        let stranger = backend.nobody();
        stranger.post("/sessions", &credentials).header("x-forwarded-for", from).gives(401).await;
        stranger.get("/nothing").header("x-forwarded-for", from).gives(404).await;
        let refused = stranger.post("/sessions", &credentials).header("x-forwarded-for", from).send().await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, Some("15")));
        let elsewhere = stranger.post("/sessions", &credentials).header("x-forwarded-for", "203.0.113.8");
        elsewhere.gives(401).await;
        // Whoever is signed in there is not shut out by a neighbour.
        backend.clerk().get("/contacts").header("x-forwarded-for", from).gives(200).await;
    })
    .await;
}

#[tokio::test]
async fn zero_is_no_limit() {
    on_each_engine(async |backend| {
        let backend = backend.with_settings(Settings { user_per_minute: 0, address_per_minute: 0, ..settings() }).await;
        let token = backend.token(&api::Tokens::new(crate::backend::SECRET), Role::Viewer);
        for _ in 0..50 {
            let request = axum::http::Request::get("/api/v1/contacts");
            let request = request.header("authorization", format!("Bearer {token}"));
            let answer = backend.raw(request.body(axum::body::Body::empty()).unwrap()).await;
            assert_eq!((answer.status().as_u16(), answer.headers().get("ratelimit-limit")), (200, None));
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up_and_the_change_is_made_all_the_same() {
    on_each_engine(async |backend| {
        let known = backend.bench.add_contact("Épicerie Dupré").await;
        let backend = backend.with_settings(Settings { request_time: Duration::from_millis(200), ..settings() }).await;
        let holding = crate::holding::Holding::begin(&backend.bench, known.id).await;
        let clerk = backend.clerk();
        let slow = clerk.put(&format!("/contacts/{}", known.id), 1, contact("Garage Martin")).send().await;
        assert_eq!((slow.status, slow.body["code"].as_str()), (503, Some("timeout")));
        assert_eq!(slow.header("retry-after"), Some("5"));
        holding.end().await;
        // A change waits for those before it, so this one comes after the one that was given up.
        backend.bench.add_contact("Zinc").await;
        let mut name = String::new();
        for _ in 0..200 {
            name = clerk.read(&format!("/contacts/{}", known.id)).await["name"].as_str().unwrap().to_owned();
            if name == "Garage Martin" {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("the change was not made: {name}");
    })
    .await;
}
