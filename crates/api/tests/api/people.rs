//! People who sign in, and their browsers.

use domain::{Role, User};
use serde_json::{Value, json};
use testkit::change;

use crate::desk::{Call, Caller, Desk, Reply};

pub(crate) const EMAIL: &str = "claire@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A user with [`PASSWORD`].
pub(crate) async fn add_user(desk: &Desk, email: &str, role: Role) -> User {
    let ctx = desk.bench.ctx();
    let (hash, email) = (desk.gate.passwords.hash(&ctx, PASSWORD).await.unwrap(), email.to_owned());
    let add = change!(desk.bench.db, |tx, ctx, email, role, hash| {
        ops::people::users::add(tx, ctx, email, "Claire Dupré", *role, hash).await
    });
    add.await.unwrap()
}

pub(crate) async fn add_claire(desk: &Desk) -> User {
    add_user(desk, EMAIL, Role::Clerk).await
}

/// `POST /sessions`, to be sent.
pub(crate) fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

/// A browser in which somebody has signed in: it has an access token, and the cookie.
#[derive(Clone)]
pub(crate) struct Browser<'d> {
    desk: &'d Desk,
    body: Value,
    cookie: String,
}

impl<'d> Browser<'d> {
    pub(crate) async fn sign_in(desk: &'d Desk, email: &str) -> Self {
        let reply = desk.nobody().post("/sessions", credentials(email, PASSWORD)).gives(201).await;
        Self::of(desk, &reply)
    }

    /// What an answer has left in the browser.
    pub(crate) fn of(desk: &'d Desk, reply: &Reply) -> Self {
        let cookie = reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        Self { desk, body: reply.body.clone(), cookie }
    }

    pub(crate) fn token(&self) -> &str {
        self.body["access_token"].as_str().unwrap()
    }

    pub(crate) fn user(&self) -> &str {
        self.body["user"]["id"].as_str().unwrap()
    }

    pub(crate) fn session(&self) -> &str {
        self.body["session_id"].as_str().unwrap()
    }

    /// `comptoir_refresh=…`
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) fn caller(&self) -> Caller<'d> {
        self.desk.with_token(self.token())
    }

    /// The browser after a refresh of its session.
    pub(crate) async fn refreshed(&self) -> Self {
        let reply = self.desk.nobody().act("/sessions/refresh").header("cookie", &self.cookie).gives(200).await;
        Self::of(self.desk, &reply)
    }

    pub(crate) async fn refresh_is_refused(&self) {
        let refresh = self.desk.nobody().act("/sessions/refresh").header("cookie", &self.cookie);
        refresh.denied(401, "session_ended").await;
    }

    /// Whether the access token still opens anything.
    pub(crate) async fn is_in(&self) -> bool {
        match self.caller().get("/contacts").send().await.status {
            200 => true,
            401 => false,
            other => panic!("{other}"),
        }
    }
}

/// With the network address of whoever calls, as a proxy would tell it.
pub(crate) trait Comes: Sized {
    fn from(self, address: &str) -> Self;
}

impl Comes for Call<'_> {
    fn from(self, address: &str) -> Self {
        self.header("x-forwarded-for", address)
    }
}

/// Kinds and subjects of the security log, oldest first, without those of the four users of each desk.
pub(crate) async fn log(desk: &Desk) -> Vec<Value> {
    let mut entries = desk.by(Role::Admin).pages("/security-log?limit=100").await.concat();
    entries.reverse();
    entries.split_off(4)
}

pub(crate) async fn kinds(desk: &Desk) -> Vec<String> {
    log(desk).await.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}
