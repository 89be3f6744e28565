//! `JWT_SECRET` is replaced while people are signed in.

use std::time::Duration;

use crate::backend::{SECRET, on_each_engine};
use crate::people::{Browser, EMAIL, add_claire};

const NEW: &[u8] = b"a new secret of at least thirty-two bytes";

#[tokio::test]
async fn a_rotation_signs_nobody_out() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let browser = Browser::sign_in(&backend, EMAIL).await;
        let (token, cookie) = (browser.token().to_owned(), browser.cookie().to_owned());
        let backend = backend.restarted_with(NEW, Some(SECRET)).await;
        backend.with_token(&token).get("/contacts").gives(200).await;
        let refreshed = backend.nobody().act("/sessions/refresh").header("cookie", cookie).gives(200).await;
        let (new, cookie) = (
            Browser::of(&backend, &refreshed).token().to_owned(),
            Browser::of(&backend, &refreshed).cookie().to_owned(),
        );
        backend.with_token(&new).get("/contacts").gives(200).await;
        // The old secret is gone: what it has signed is too, what the new one has signed is not.
        backend.pass_time(Duration::from_mins(10));
        let backend = backend.restarted_with(NEW, None).await;
        backend.with_token(&token).get("/contacts").refused(401, "bad_token").await;
        backend.with_token(&new).get("/contacts").gives(200).await;
        backend.nobody().act("/sessions/refresh").header("cookie", cookie).gives(200).await;
    })
    .await;
}

#[tokio::test]
async fn a_secret_that_is_neither_the_new_one_nor_the_one_before_opens_nothing() {
    on_each_engine(async |backend| {
        add_claire(&backend).await;
        let token = Browser::sign_in(&backend, EMAIL).await.token().to_owned();
        let backend = backend.restarted_with(NEW, Some(b"another secret of thirty-two bytes")).await;
        backend.with_token(&token).get("/contacts").refused(401, "bad_token").await;
    })
    .await;
}
