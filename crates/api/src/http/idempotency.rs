//! `Idempotency-Key`, as the IETF draft has it (draft-ietf-httpapi-idempotency-key-header): the same request with the same
//! key changes something once and gets the same answer each time. The answer is kept in the transaction of the change.
//!
//! A repetition that comes while the first is running waits for it and gets its answer, rather than 409 at once: the draft
//! leaves that to us, and a client that has lost its connection wants the answer. 409 is left for a first that was taken back
//! meanwhile. Refusals (4xx) are not kept: the same request may be possible later. Answers are kept for two days (worker/src/sweep.rs).

use aws_lc_rs::digest;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Actor;
use serde::de::DeserializeOwned;
use store::{BoxFuture, Tx, change, idempotency, query};

use crate::access::auth::Caller;
use crate::http::answer::Answer;
use crate::http::body::{refused, too_large_or_cut};
use crate::{App, Problem};

/// A JSON body that may come with an `Idempotency-Key`.
pub(crate) struct Once<T> {
    pub(crate) value: T,
    key: Option<Key>,
}

impl<T> Once<T> {
    /// The request with its value converted, for a change that needs more than the body.
    pub(crate) fn map<U>(self, f: impl FnOnce(T) -> U) -> Once<U> {
        Once { value: f(self.value), key: self.key }
    }
}

/// A request without a body that changes something once for each `Idempotency-Key`.
pub(crate) struct OnceAct(Option<Key>);

#[derive(Clone)]
struct Key {
    key: String,
    /// Of method, address and body: another request must not use the same key.
    fingerprint: String,
}

impl<T> Once<T> {
    /// For changes that would do harm if they were made twice: without a key they are not made at all.
    pub(crate) fn with_key(self) -> Result<Self, Problem> {
        if self.key.is_some() {
            return Ok(self);
        }
        let detail =
            "send an Idempotency-Key, one for each thing that is to happen: a repeated request then does nothing new";
        Err(Problem::new(StatusCode::BAD_REQUEST, "idempotency_key_required", detail))
    }
}

impl OnceAct {
    /// What the address says, as the value of the request.
    pub(crate) fn on<T>(self, value: T) -> Once<T> {
        Once { value, key: self.0 }
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Once<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let Some(key) = key_of(request.headers())? else {
            let axum::Json(value) = axum::Json::from_request(request, app).await.map_err(refused)?;
            return Ok(Self { value, key: None });
        };
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), app)
            .await
            .map_err(|e| too_large_or_cut(&e))?;
        let fingerprint = fingerprint(&[parts.method.as_str(), &parts.uri.to_string()], &body);
        let again = Request::from_parts(parts, body.into());
        let axum::Json(value) = axum::Json::from_request(again, app).await.map_err(refused)?;
        Ok(Self { value, key: Some(Key { key, fingerprint }) })
    }
}

impl FromRequestParts<App> for OnceAct {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let fingerprint = || fingerprint(&[parts.method.as_str(), parts.uri.path()], &[]);
        Ok(Self(key_of(&parts.headers)?.map(|key| Key { key, fingerprint: fingerprint() })))
    }
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all("idempotency-key").iter();
    let Some(header) = given.next() else { return Ok(None) };
    let key = header.to_str().ok().and_then(|text| read_key(text.trim()));
    let detail = "Idempotency-Key must be one string of 1 to 255 ASCII characters, like \"8e03978e-40d5-43dd\"";
    let bad = || Problem::new(StatusCode::BAD_REQUEST, "bad_idempotency_key", detail);
    if given.next().is_some() { Err(bad()) } else { key.ok_or_else(bad).map(Some) }
}

/// A string as RFC 9651 writes it (section 3.3.3; parameters behind it are ignored); many clients leave out the quotes, and
/// mean the same key. `patterns.rs` describes it.
fn read_key(text: &str) -> Option<String> {
    let key = match text.strip_prefix('"') {
        Some(quoted) => unquoted(quoted)?,
        None => Some(text.to_owned()).filter(|key| key.bytes().all(|b| b.is_ascii_graphic() && b != b'"'))?,
    };
    (1..=255).contains(&key.len()).then_some(key)
}

fn unquoted(quoted: &str) -> Option<String> {
    let (mut key, mut chars) = (String::new(), quoted.chars());
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => key.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            c => key.push(Some(c).filter(|c| (' '..='~').contains(c))?),
        }
    }
    let behind = chars.as_str();
    (behind.is_empty() || behind.starts_with(';')).then_some(key)
}

fn fingerprint(parts: &[&str], body: &[u8]) -> String {
    let mut sha256 = digest::Context::new(&digest::SHA256);
    for part in parts {
        sha256.update(part.as_bytes());
        sha256.update(b"\n");
    }
    sha256.update(body);
    BASE64_URL_SAFE_NO_PAD.encode(sha256.finish())
}

type Change<T> = for<'t> fn(&'t mut Tx<'_>, &'t ops::Ctx, &'t T) -> BoxFuture<'t, Result<Answer, ops::Error>>;

/// Runs a change, once for each key.
pub(crate) async fn once<T>(app: &App, caller: &Caller, request: Once<T>, change: Change<T>) -> Result<Answer, Problem>
where
    T: Send + Sync + 'static,
{
    let (ctx, actor) = (app.ctx(caller), &caller.actor);
    let Some(key) = request.key else {
        let value = request.value;
        return Ok(change!(app.db, move |tx, ctx, value| change(tx, ctx, value).await).await?);
    };
    if let Some(answer) = answered(app, actor, &key).await? {
        return Ok(answer);
    }
    let (value, kept_key) = (request.value, key.clone());
    let done = change!(app.db, move |tx, ctx, value, kept_key| {
        let answer = change(tx, ctx, value).await?;
        let reply = answer.reply(kept_key.fingerprint.clone());
        // A twin that is still running holds this row: we wait for it here, and take our own change back.
        let kept = idempotency::insert(tx, ctx.actor.as_str(), &kept_key.key, &reply, ctx.now).await?;
        if kept { Ok(answer) } else { Err(ops::Error::Replayed) }
    });
    match done.await {
        Ok(answer) => Ok(answer),
        // Whatever stood in its way (its own twin's SKU, or the money that its twin gave back): if a twin has been answered
        // meanwhile, that is the answer.
        Err(error) => answered(app, actor, &key).await?.ok_or_else(|| error.into()),
    }
}

/// The answer that this key has got before.
async fn answered(app: &App, actor: &Actor, key: &Key) -> Result<Option<Answer>, Problem> {
    let name = key.key.clone();
    let found = query!(app.db, |tx, actor, name| idempotency::get(tx, actor.as_str(), name).await);
    let found: Option<idempotency::Reply> = found.await.map_err(Problem::from)?;
    match found {
        Some(reply) if reply.fingerprint != key.fingerprint => {
            let detail = "this Idempotency-Key was used for another request";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail))
        }
        found => Ok(found.map(Answer::from)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_structured_string_or_bare() {
        for text in ["k-1", "\"k-1\"", "\"k-1\";v=2"] {
            assert_eq!(read_key(text).as_deref(), Some("k-1"), "{text}");
        }
        assert_eq!(read_key(r#""a\"b\\c""#).as_deref(), Some(r#"a"b\c"#));
        for bad in ["", "\"", "\"\"", "\"a", "a\"", "\"a\"b", "\"a\" ;b", "a b", r#""a\n""#, "a\tb", "\"a\", \"b\""] {
            assert_eq!(read_key(bad), None, "{bad}");
        }
    }
}
