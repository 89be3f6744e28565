//! `JWT_SECRET` is replaced while people are signed in.

use std::time::Duration;

use crate::desk::{SECRET, on_each_engine};
use crate::people::{Browser, EMAIL, add_claire};

const NEW: &[u8] = b"a new secret of at least thirty-two bytes";

#[tokio::test]
async fn a_rotation_signs_nobody_out() {
    on_each_engine(async |desk| {
        add_claire(&desk).await;
        let browser = Browser::sign_in(&desk, EMAIL).await;
        let (token, cookie) = (browser.token().to_owned(), browser.cookie().to_owned());
        let desk = desk.restarted_with(NEW, Some(SECRET)).await;
        desk.with_token(&token).get("/contacts").gives(200).await;
        let refreshed = desk.nobody().act("/sessions/refresh").header("cookie", cookie).gives(200).await;
        let (new, cookie) =
            (Browser::of(&desk, &refreshed).token().to_owned(), Browser::of(&desk, &refreshed).cookie().to_owned());
        desk.with_token(&new).get("/contacts").gives(200).await;
        // The old secret is gone: what it has signed is too, what the new one has signed is not.
        desk.pass_time(Duration::from_mins(10));
        let desk = desk.restarted_with(NEW, None).await;
        desk.with_token(&token).get("/contacts").refused(401, "bad_token").await;
        desk.with_token(&new).get("/contacts").gives(200).await;
        desk.nobody().act("/sessions/refresh").header("cookie", cookie).gives(200).await;
    })
    .await;
}

#[tokio::test]
async fn a_secret_that_is_neither_the_new_one_nor_the_one_before_opens_nothing() {
    on_each_engine(async |desk| {
        add_claire(&desk).await;
        let token = Browser::sign_in(&desk, EMAIL).await.token().to_owned();
        let desk = desk.restarted_with(NEW, Some(b"another secret of thirty-two bytes")).await;
        desk.with_token(&token).get("/contacts").refused(401, "bad_token").await;
    })
    .await;
}
