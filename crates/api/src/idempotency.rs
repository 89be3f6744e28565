//! `Idempotency-Key`, as the IETF draft has it (draft-ietf-httpapi-idempotency-key-header): the same request with the same
//! key changes something once and gets the same answer each time. The answer is kept in the transaction of the change.

use aws_lc_rs::digest;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Actor;
use serde::de::DeserializeOwned;
use store::{BoxFuture, Tx, idempotency};

use crate::answer::Answer;
use crate::auth::Caller;
use crate::body::{refused, too_large_or_cut};
use crate::{App, Problem};

/// A JSON body that may come with an `Idempotency-Key`.
pub(crate) struct Once<T> {
    pub(crate) value: T,
    key: Option<Key>,
}

#[derive(Clone)]
struct Key {
    key: String,
    /// Of method, address and body: another request must not use the same key.
    fingerprint: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Once<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let Some(header) = request.headers().get("idempotency-key") else {
            let axum::Json(value) = axum::Json::from_request(request, app).await.map_err(refused)?;
            return Ok(Self { value, key: None });
        };
        let key = header.to_str().unwrap_or("").trim();
        let key = key.strip_prefix('"').unwrap_or(key);
        let key = key.strip_suffix('"').unwrap_or(key).to_owned();
        let visible = key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
        if key.is_empty() || key.len() > 255 || !visible {
            let detail = "Idempotency-Key must have 1 to 255 visible ASCII characters, without quotes inside";
            return Err(Problem::new(StatusCode::BAD_REQUEST, "bad_idempotency_key", detail));
        }
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), app)
            .await
            .map_err(|e| too_large_or_cut(&e))?;
        let fingerprint = fingerprint(&[parts.method.as_str(), parts.uri.path()], &body);
        let again = Request::from_parts(parts, body.into());
        let axum::Json(value) = axum::Json::from_request(again, app).await.map_err(refused)?;
        Ok(Self { value, key: Some(Key { key, fingerprint }) })
    }
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
        let input = (ctx, request.value);
        return Ok(app.db.write(input, move |tx, (ctx, value)| change(tx, ctx, value)).await?);
    };
    if let Some(answer) = answered(app, actor, &key).await? {
        return Ok(answer);
    }
    let input = (ctx, request.value, key.clone());
    let done = app.db.write(input, move |tx, (ctx, value, key)| {
        Box::pin(async move {
            let answer = change(tx, ctx, value).await?;
            let reply = answer.reply(key.fingerprint.clone());
            // A twin that is still running holds this row: we wait for it here, and take our own change back.
            let kept = idempotency::insert(tx, ctx.actor.as_str(), &key.key, &reply, ctx.now).await?;
            if kept { Ok(answer) } else { Err(ops::Error::Replayed) }
        })
    });
    match done.await {
        Err(ops::Error::Replayed) => answered(app, actor, &key).await?.ok_or_else(|| ops::Error::Replayed.into()),
        done => Ok(done?),
    }
}

/// The answer that this key has got before.
async fn answered(app: &App, actor: &Actor, key: &Key) -> Result<Option<Answer>, Problem> {
    let input = (actor.clone(), key.key.clone());
    let found = app.db.read(input, |tx, (actor, key)| Box::pin(idempotency::get(tx, actor.as_str(), key)));
    let found: Option<idempotency::Reply> = found.await.map_err(Problem::from)?;
    match found {
        Some(reply) if reply.fingerprint != key.fingerprint => {
            let detail = "this Idempotency-Key was used for another request";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail))
        }
        found => Ok(found.map(Answer::from)),
    }
}
