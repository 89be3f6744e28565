//! Who is asking. People send access tokens: JWTs (RFC 7519, HS256 with `JWT_SECRET`) that last 15 minutes and name a session.
//! Programs send API keys. What a role may do stands beside each route; `guard.rs` holds callers to it.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::{Actor, ApiKey, Role, SessionId, Timestamp, UserId};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ops::access::tokens;
use ops::people::api_keys;
use serde::{Deserialize, Serialize};

use crate::access::callers::Known;
use crate::http::origin::Origin;
use crate::{App, Problem};
use store::{change, query};

/// How long an access token is good, in seconds.
pub const LIFETIME: i64 = 900;
/// How exactly the last use of an API key is kept.
const USES_NOTED: Duration = Duration::from_mins(1);

/// Makes and checks access tokens. While `JWT_SECRET` is rotated, tokens made with the former one are good too.
pub struct Tokens {
    sign: EncodingKey,
    current: Key,
    previous: Option<Key>,
}

struct Key {
    /// `kid` in the header of a token: says which key to try, and nothing of the key.
    id: String,
    check: DecodingKey,
}

impl Key {
    fn new(secret: &[u8]) -> Self {
        let mut text = b"comptoir kid ".to_vec();
        text.extend_from_slice(secret);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &text);
        let id = BASE64_URL_SAFE_NO_PAD.encode(&digest.as_ref()[..6]);
        Self { id, check: DecodingKey::from_secret(secret) }
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

impl Tokens {
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self { sign: EncodingKey::from_secret(secret), current: Key::new(secret), previous: None }
    }

    /// Accepts what was signed with another secret too: the one that was in use until now.
    #[must_use]
    pub fn with_previous(self, secret: &[u8]) -> Self {
        Self { previous: Some(Key::new(secret)), ..self }
    }

    /// An access token for a session of a user, from now on.
    pub fn issue(&self, user: UserId, session: SessionId, now: Timestamp) -> Result<String, Problem> {
        let iat = now.as_micros() / 1_000_000;
        let claims = Claims { sub: user, sid: session, iat, exp: iat + LIFETIME };
        let header = Header { kid: Some(self.current.id.clone()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, &self.sign).map_err(|e| store::Error::Unexpected(e.to_string()).into())
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Problem> {
        let mut validation = Validation::new(Algorithm::HS256);
        // Against the context's clock, below, not the machine's.
        validation.validate_exp = false;
        let unreadable = || unauthorised("bad_token", "the token cannot be read");
        let foreign = || unauthorised("bad_token", "the token was not issued here");
        let kid = jsonwebtoken::decode_header(token).map_err(|_| unreadable())?.kid;
        let keys = std::iter::once(&self.current).chain(&self.previous);
        let key = keys.into_iter().find(|key| Some(&key.id) == kid.as_ref()).ok_or_else(foreign)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.check, &validation).map(|token| token.claims);
        let claims = claims.map_err(|e| match e.kind() {
            ErrorKind::InvalidAlgorithm | ErrorKind::InvalidSignature => foreign(),
            _ => unreadable(),
        })?;
        if claims.exp <= now.as_micros() / 1_000_000 {
            return Err(unauthorised("token_expired", "the token has expired; refresh it, or sign in again"));
        }
        Ok(claims)
    }
}

pub(crate) fn unauthorised(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, detail)
}

/// Who has sent the request that a handler answers. Only the guard makes one, so a handler that asks for it on a route that
/// is open to everyone gets nobody, and refuses.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    pub(crate) address: Option<IpAddr>,
    /// A limit of requests of the caller's own.
    pub(crate) per_minute: Option<u32>,
    role: Role,
    person: Option<Person>,
}

/// A caller who has signed in, unlike a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
}

impl Caller {
    /// Who has sent a request, by its access token or API key. (The future does not hold the request, whose body cannot be
    /// shared between threads.)
    pub(crate) fn of<'a>(
        request: &Request,
        app: &'a App,
    ) -> impl Future<Output = Result<Self, Problem>> + Send + use<'a> {
        let token = bearer(request.headers());
        let Origin(address) = Origin::of(request.extensions(), request.headers(), app.settings.trusted_proxies);
        async move { Self::by(&token?, address, app).await }
    }

    /// Whose token it is, and may still be used.
    pub(crate) async fn by(token: &str, address: Option<IpAddr>, app: &App) -> Result<Self, Problem> {
        if token.starts_with(api_keys::PREFIX) {
            let key = program(token, app).await?;
            let per_minute = key.per_minute.and_then(|limit| u32::try_from(limit).ok());
            return Ok(Self { actor: Actor::key(key.id), address, per_minute, role: key.role, person: None });
        }
        let (person, role) = person(token, app).await?;
        Ok(Self { actor: Actor::user(person.user), address, per_minute: None, role, person: Some(person) })
    }

    /// Refuses who may not do as much. The guard asks for what the route says; a handler, where what is asked for decides.
    pub(crate) fn at_least(&self, needed: Role) -> Result<(), Problem> {
        if self.role >= needed {
            return Ok(());
        }
        let detail = format!("this needs the role {needed}; yours is {}", self.role);
        Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail))
    }

    /// Refuses programs: who may sign in, and with which key, is decided by people.
    pub(crate) fn person(&self) -> Result<Person, Problem> {
        let detail = "an API key may not do this; sign in as a person";
        self.person.ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "people_only", detail))
    }
}

pub(crate) fn bearer(headers: &HeaderMap) -> Result<String, Problem> {
    let header = headers.get(header::AUTHORIZATION);
    let header = header.ok_or_else(|| unauthorised("no_token", "sign in first"))?;
    let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
    token.ok_or_else(|| unauthorised("bad_token", "the Authorization header must be: Bearer TOKEN"))
}

/// Whose access token it is, and which role that one has now.
async fn person(token: &str, app: &App) -> Result<(Person, Role), Problem> {
    let now = app.context.now();
    let claims = app.tokens.verify(token, now)?;
    let known = match app.callers.sessions.get(&claims.sid, now) {
        Ok(known) => Some(known),
        Err(unknown) => {
            let id = claims.sid;
            let read = query!(app.db, move |tx, id| store::sessions::state(tx, *id).await);
            let known = read.await.map_err(|e: store::Error| Problem::from(e))?;
            let known = known.map(|(session, role, disabled_at)| {
                let role = Some(role).filter(|_| disabled_at.is_none());
                Known { session, role }
            });
            if let Some(known) = &known {
                app.callers.sessions.put(claims.sid, known.clone(), now, unknown);
            }
            known
        }
    };
    let open = known.filter(|known| known.session.is_open(now) && known.session.user_id == claims.sub);
    let role = open.and_then(|known| known.role);
    let role = role.ok_or_else(|| unauthorised("session_ended", "the session has ended; sign in again"))?;
    Ok((Person { user: claims.sub, session: claims.sid }, role))
}

async fn program(secret: &str, app: &App) -> Result<ApiKey, Problem> {
    let (now, hash) = (app.context.now(), tokens::hash(secret));
    let key = match app.callers.keys.get(&hash, now) {
        Ok(key) => Some(key),
        Err(unknown) => {
            let read = query!(app.db, |tx, hash| store::api_keys::by_secret(tx, hash).await);
            let key = read.await.map_err(|e: store::Error| Problem::from(e))?;
            if let Some(key) = &key {
                note_use(key, app, now).await?;
                app.callers.keys.put(hash, key.clone(), now, unknown);
            }
            key
        }
    };
    let open = key.filter(|key| key.is_open(now));
    open.ok_or_else(|| unauthorised("bad_key", "this API key is unknown, revoked or expired"))
}

async fn note_use(key: &ApiKey, app: &App, now: Timestamp) -> Result<(), Problem> {
    let since = now.minus(USES_NOTED);
    if key.last_used_at.is_some_and(|used| used > since) || !key.is_open(now) {
        return Ok(());
    }
    let id = key.id;
    let noted = change!(app.db, move |tx, id, since, now| store::api_keys::touch(tx, *id, *since, *now).await);
    noted.await.map_err(|e: store::Error| Problem::from(e))
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| unauthorised("no_token", "sign in first"))
    }
}
