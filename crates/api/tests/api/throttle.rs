//! Many failures: the next attempt must wait.

use std::time::Duration;

use domain::Role;
use serde_json::json;

use crate::backend::{Backend, Reply, on_each_engine};
use crate::people::{Browser, Comes, EMAIL, PASSWORD, add_claire, credentials};

async fn fail(backend: &Backend, email: &str) {
    backend.nobody().post("/sessions", credentials(email, "wrong horse battery")).denied(401, "bad_credentials").await;
}

async fn blocked(backend: &Backend, email: &str, password: &str) -> Option<u64> {
    let hashed = backend.gate.passwords.runs();
    let reply: Reply =
        backend.nobody().post("/sessions", credentials(email, password)).refused(429, "too_many_attempts").await;
    assert_eq!(backend.gate.passwords.runs(), hashed, "nothing is hashed for whoever must wait");
    reply.header("retry-after").map(|seconds| seconds.parse().unwrap())
}

#[tokio::test]
async fn after_five_failures_each_further_one_doubles_the_wait_whether_there_is_such_a_user_or_not() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        for email in [EMAIL, "nobody@example.com"] {
            for _ in 0..5 {
                fail(&backend, email).await;
            }
            for wait in [1, 2, 4, 8] {
                assert_eq!(blocked(&backend, email, PASSWORD).await, Some(wait), "the right one waits too");
                backend.pass_time(Duration::from_millis(wait * 1000 - 1));
                assert_eq!(blocked(&backend, email, PASSWORD).await, Some(1));
                backend.pass_time(Duration::from_millis(1));
                fail(&backend, email).await;
            }
            for _ in 0..12 {
                backend.pass_time(Duration::from_mins(15));
                fail(&backend, email).await;
            }
            assert_eq!(blocked(&backend, email, PASSWORD).await, Some(900), "and no more than that");
        }
    })
    .await;
}

#[tokio::test]
async fn a_success_forgets_the_failures_of_the_account() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        for _ in 0..4 {
            fail(&backend, EMAIL).await;
        }
        Browser::sign_in(&backend, EMAIL).await;
        for _ in 0..5 {
            fail(&backend, EMAIL).await;
        }
        assert_eq!(blocked(&backend, EMAIL, PASSWORD).await, Some(1));
    })
    .await;
}

#[tokio::test]
async fn the_wait_holds_across_processes_and_restarts() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        for _ in 0..5 {
            fail(&backend, EMAIL).await;
        }
        let backend = backend.restarted().await;
        assert_eq!(blocked(&backend, EMAIL, PASSWORD).await, Some(1));
    })
    .await;
}

#[tokio::test]
async fn an_address_from_which_thirty_attempts_have_failed_must_wait_and_others_need_not() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let attempt = async |address: &str, email: &str, password: &str| {
            backend.nobody().post("/sessions", credentials(email, password)).from(address).send().await
        };
        for i in 0..30 {
            let failed = attempt("203.0.113.7", &format!("nobody{i}@example.com"), "wrong horse battery").await;
            assert_eq!(failed.status, 401, "{i}");
            backend.pass_time(Duration::from_secs(20));
        }
        let refused = attempt("203.0.113.7", EMAIL, PASSWORD).await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, Some("300")));
        assert_eq!(attempt("203.0.113.8", EMAIL, PASSWORD).await.status, 201);
        backend.pass_time(Duration::from_mins(5));
        assert_eq!(attempt("203.0.113.7", EMAIL, PASSWORD).await.status, 201);
    })
    .await;
}

#[tokio::test]
async fn tokens_that_are_none_count_for_the_address_too() {
    on_each_engine(async |backend| {
        let nobody = backend.nobody();
        for i in 0..30 {
            if i % 2 == 0 {
                let refresh = nobody.act("/sessions/refresh").header("cookie", format!("comptoir_refresh=guess{i}"));
                refresh.from("203.0.113.7").denied(401, "session_ended").await;
            } else {
                let accept = json!({ "token": format!("guess{i}"), "password": PASSWORD });
                let accept = nobody.post("/invitations/accept", accept).from("203.0.113.7");
                accept.denied(409, "bad_invitation").await;
            }
        }
        let refresh = nobody.act("/sessions/refresh").header("cookie", "comptoir_refresh=guess");
        refresh.from("203.0.113.7").refused(429, "too_many_attempts").await;
        let accept = nobody.post("/invitations/accept", json!({ "token": "guess", "password": PASSWORD }));
        accept.from("203.0.113.7").refused(429, "too_many_attempts").await;
    })
    .await;
}

#[tokio::test]
async fn wrong_passwords_of_somebody_who_is_signed_in_count_too() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let claire = Browser::sign_in(&backend, EMAIL).await;
        let change = json!({ "current": "wrong horse battery", "new": "another horse battery" });
        for _ in 0..5 {
            claire
                .caller()
                .call(axum::http::Method::PUT, "/me/password")
                .json(&change)
                .denied(403, "wrong_password")
                .await;
        }
        let call = claire.caller();
        let right = json!({ "current": PASSWORD, "new": "another horse battery" });
        call.call(axum::http::Method::PUT, "/me/password").json(right).refused(429, "too_many_attempts").await;
        assert_eq!(blocked(&backend, EMAIL, PASSWORD).await, Some(1));
    })
    .await;
}

#[tokio::test]
async fn many_guesses_at_once_are_no_more_than_a_few_guesses() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let guess = |_| backend.nobody().post("/sessions", credentials(EMAIL, "wrong horse battery")).send();
        let replies = futures_util::future::join_all((0..15).map(guess)).await;
        let looked_at = replies.iter().filter(|reply| reply.status == 401).count();
        assert!((5..=7).contains(&looked_at), "{looked_at} of 15 were told that they were wrong");
        assert!(replies.iter().all(|reply| matches!(reply.status, 401 | 429)));
    })
    .await;
}

#[tokio::test]
async fn many_people_who_sign_in_at_once_with_the_right_password_all_get_in() {
    on_each_engine(async |backend| {
        crate::people::add_user(&backend, EMAIL, Role::Clerk).await;
        let all = (0..20).map(|_| Browser::sign_in(&backend, EMAIL));
        assert_eq!(futures_util::future::join_all(all).await.len(), 20);
    })
    .await;
}
