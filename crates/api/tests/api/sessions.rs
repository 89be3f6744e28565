//! Staying signed in, and signing out.

use std::time::Duration;

use domain::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::backend::on_each_engine;
use crate::people::{Browser, EMAIL, add_claire, add_user, kinds, log};

#[tokio::test]
async fn the_refresh_token_is_in_a_cookie_that_no_script_and_no_other_site_gets() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let credentials = crate::people::credentials(EMAIL, crate::people::PASSWORD);
        let reply = backend.nobody().post("/sessions", credentials).gives(201).await;
        let cookie = reply.header("set-cookie").unwrap();
        let (token, attributes) = cookie.split_once("; ").unwrap();
        assert!(token.starts_with("comptoir_refresh=") && token.len() == "comptoir_refresh=".len() + 43, "{token}");
        assert_eq!(attributes, "Max-Age=2592000; Path=/api/v1/sessions; HttpOnly; SameSite=Strict; Secure");
        assert!(!reply.body.to_string().contains(token.split_once('=').unwrap().1));
    })
    .await;
}

#[tokio::test]
async fn a_refresh_gives_a_new_pair_and_the_old_token_is_used_up() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let first = Browser::sign_in(&backend, EMAIL).await;
        backend.pass_time(Duration::from_mins(20));
        assert!(!first.is_in().await, "the access token has expired");
        let second = first.refreshed().await;
        assert!(second.is_in().await);
        assert_ne!(first.cookie(), second.cookie());
        assert_eq!(first.session(), second.session());
        let third = second.refreshed().await;
        assert!(third.is_in().await);
    })
    .await;
}

#[tokio::test]
async fn a_stolen_refresh_token_used_twice_ends_the_whole_session() {
    on_each_engine(async |backend| {
        let claire = add_claire(&backend).await;
        let (victim, elsewhere) = (Browser::sign_in(&backend, EMAIL).await, Browser::sign_in(&backend, EMAIL).await);
        let thief = victim.clone();
        let thief = thief.refreshed().await.refreshed().await;
        assert!(thief.is_in().await);
        // The victim comes with a token that was used: nobody can tell who is who, so both are out.
        victim.refresh_is_refused().await;
        assert!(!thief.is_in().await && !victim.is_in().await, "at once, in this process");
        thief.refresh_is_refused().await;
        assert!(elsewhere.is_in().await, "another session of the same person");
        let reused: Vec<Value> = log(&backend).await.into_iter().filter(|e| e["kind"] == "session_reused").collect();
        assert_eq!((&reused[0]["subject"], &reused[0]["detail"]["ended_now"]), (&json!(claire.id), &json!(true)));
        assert_eq!(reused[0]["detail"]["session"], json!(victim.session()));
    })
    .await;
}

#[tokio::test]
async fn of_many_refreshes_at_once_with_one_token_at_most_one_is_given_a_session() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let browser = Browser::sign_in(&backend, EMAIL).await;
        let all = (0..8).map(|_| async {
            let nobody = backend.nobody();
            nobody.act("/sessions/refresh").header("cookie", browser.cookie()).send().await.status
        });
        let mut statuses = join_all(all).await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (200, &[401; 7][..]));
        assert!(!browser.is_in().await);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_or_when_nobody_uses_it_for_fourteen() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let idle = Browser::sign_in(&backend, EMAIL).await;
        let mut busy = Browser::sign_in(&backend, EMAIL).await;
        backend.pass_time(Duration::from_secs(14 * 86_400 - 1));
        busy = busy.refreshed().await;
        backend.pass_time(Duration::from_secs(1));
        idle.refresh_is_refused().await;
        backend.pass_time(Duration::from_hours(13 * 24));
        busy = busy.refreshed().await;
        backend.pass_time(Duration::from_secs(3 * 86_400 - 1));
        busy = busy.refreshed().await;
        backend.pass_time(Duration::from_secs(1));
        assert!(!busy.is_in().await, "the access token would be good for minutes");
        busy.refresh_is_refused().await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_works_by_the_cookie_when_the_access_token_has_expired() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let browser = Browser::sign_in(&backend, EMAIL).await;
        backend.pass_time(Duration::from_mins(20));
        let out = browser.caller().delete("/sessions/current").header("cookie", browser.cookie()).gives(204).await;
        assert!(out.header("set-cookie").unwrap().starts_with("comptoir_refresh=; Max-Age=0; Path=/api/v1/sessions"));
        browser.refresh_is_refused().await;
        // By the access token alone; and again; and with nothing at all.
        let browser = Browser::sign_in(&backend, EMAIL).await;
        browser.caller().delete("/sessions/current").gives(204).await;
        assert!(!browser.is_in().await);
        browser.caller().delete("/sessions/current").gives(204).await;
        backend.nobody().delete("/sessions/current").gives(204).await;
        let expected = ["user_added", "signed_in", "signed_out", "signed_in", "signed_out"];
        let kinds: Vec<String> = kinds(&backend).await.into_iter().filter(|kind| kind != "session_reused").collect();
        assert_eq!(kinds, expected);
    })
    .await;
}

#[tokio::test]
async fn people_see_their_own_sessions_and_end_one_or_all() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        add_user(&backend, "adam@example.com", Role::Viewer).await;
        let (here, there) = (Browser::sign_in(&backend, EMAIL).await, Browser::sign_in(&backend, EMAIL).await);
        let adam = Browser::sign_in(&backend, "adam@example.com").await;
        let listed = here.caller().read("/sessions").await["items"].clone();
        let shown: Vec<_> =
            listed.as_array().unwrap().iter().map(|s| (s["id"].clone(), s["current"].clone())).collect();
        assert_eq!(shown, [(json!(there.session()), json!(false)), (json!(here.session()), json!(true))]);
        let foreign = format!("/sessions/{}", adam.session());
        here.caller().delete(&foreign).refused(404, "not_found").await;
        here.caller().delete(&format!("/sessions/{}", there.session())).gives(204).await;
        assert!(here.is_in().await && !there.is_in().await && adam.is_in().await);
        here.caller().delete(&format!("/sessions/{}", there.session())).refused(404, "not_found").await;
        let there = Browser::sign_in(&backend, EMAIL).await;
        here.caller().delete("/sessions").gives(204).await;
        assert!(!here.is_in().await && !there.is_in().await && adam.is_in().await);
    })
    .await;
}

#[tokio::test]
async fn the_cookie_is_not_taken_from_another_site() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let browser = Browser::sign_in(&backend, EMAIL).await;
        let nobody = backend.nobody();
        let refresh = || nobody.act("/sessions/refresh").header("cookie", browser.cookie());
        for site in ["cross-site", "same-site"] {
            refresh().header("sec-fetch-site", site).refused(403, "cross_site").await;
            let out = nobody.delete("/sessions/current").header("cookie", browser.cookie());
            out.header("sec-fetch-site", site).refused(403, "cross_site").await;
        }
        refresh().header("origin", "https://evil.example").header("host", "desk").refused(403, "cross_site").await;
        nobody.act("/sessions/refresh").refused(401, "no_session").await;
        refresh().header("sec-fetch-site", "same-origin").gives(200).await;
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_that_was_never_given_out_opens_nothing() {
    on_each_engine(async |backend| {
        let refresh = backend.nobody().act("/sessions/refresh").header("cookie", "comptoir_refresh=nonsense");
        refresh.denied(401, "session_ended").await;
    })
    .await;
}

#[tokio::test]
async fn another_process_notices_the_end_of_a_session_within_ten_seconds() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let browser = Browser::sign_in(&backend, EMAIL).await;
        assert!(browser.is_in().await);
        // Straight in the database, as another process would.
        let (user, now) = (browser.user().parse::<domain::UserId>().unwrap(), backend.bench.context.now());
        let end = testkit::change!(backend.bench.db, |tx, user, now| {
            store::sessions::end_all(tx, *user, None, domain::SessionEnd::SignedOut, *now).await
        });
        end.await.unwrap();
        backend.pass_time(Duration::from_millis(9_999));
        assert!(browser.is_in().await, "not asked for at each request");
        backend.pass_time(Duration::from_millis(1));
        assert!(!browser.is_in().await);
    })
    .await;
}
