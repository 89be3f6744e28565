//! People who sign in, and their browsers.

use domain::{Role, User};
use serde_json::{Value, json};
use testkit::change;

use crate::backend::{Backend, Call, Caller, Reply};

pub(crate) const EMAIL: &str = "claire@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A user with [`PASSWORD`].
pub(crate) async fn add_user(backend: &Backend, email: &str, role: Role) -> User {
    let ctx = backend.bench.ctx();
    let (hash, email) = (backend.gate.passwords.hash(&ctx, PASSWORD).await.unwrap(), email.to_owned());
    let add = change!(backend.bench.db, |tx, ctx, email, role, hash| {
        ops::people::users::add(tx, ctx, email, "Claire Dupré", *role, hash).await
    });
    add.await.unwrap()
}

pub(crate) async fn add_claire(backend: &Backend) -> User {
    add_user(backend, EMAIL, Role::Clerk).await
}

/// `POST /sessions`, to be sent.
pub(crate) fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

/// A browser in which somebody has signed in: it has an access token, and the cookie.
#[derive(Clone)]
pub(crate) struct Browser<'d> {
    backend: &'d Backend,
    body: Value,
    cookie: String,
}

impl<'d> Browser<'d> {
    pub(crate) async fn sign_in(backend: &'d Backend, email: &str) -> Self {
        let reply = backend.nobody().post("/sessions", credentials(email, PASSWORD)).gives(201).await;
        Self::of(backend, &reply)
    }

    /// What an answer has left in the browser.
    pub(crate) fn of(backend: &'d Backend, reply: &Reply) -> Self {
        let cookie = reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        Self { backend, body: reply.body.clone(), cookie }
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
        self.backend.with_token(self.token())
    }

    /// The browser after a refresh of its session.
    pub(crate) async fn refreshed(&self) -> Self {
        let reply = self.backend.nobody().act("/sessions/refresh").header("cookie", &self.cookie).gives(200).await;
        Self::of(self.backend, &reply)
    }

    pub(crate) async fn refresh_is_refused(&self) {
        let refresh = self.backend.nobody().act("/sessions/refresh").header("cookie", &self.cookie);
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

/// Kinds and subjects of the security log, oldest first, without those of the four users of each backend.
pub(crate) async fn log(backend: &Backend) -> Vec<Value> {
    let mut entries = backend.by(Role::Admin).pages("/security-log?limit=100").await.concat();
    entries.reverse();
    entries.split_off(4)
}

pub(crate) async fn kinds(backend: &Backend) -> Vec<String> {
    log(backend).await.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}
