//! Who is asking. Access tokens are JWTs (RFC 7519, HS256 with `JWT_SECRET`) that last 15 minutes and carry the role. What a
//! role may do stands beside each route; `guard.rs` holds callers to it.

use std::net::IpAddr;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use domain::{Actor, Role, Timestamp, User, UserId};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::origin::Origin;
use crate::{App, Problem};

/// How long an access token is good, in seconds.
pub const LIFETIME: i64 = 900;

/// Makes and checks access tokens.
pub struct Tokens {
    sign: EncodingKey,
    check: DecodingKey,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    role: Role,
    iat: i64,
    exp: i64,
}

impl Tokens {
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self { sign: EncodingKey::from_secret(secret), check: DecodingKey::from_secret(secret) }
    }

    /// An access token for a user, from now on.
    pub fn issue(&self, user: &User, now: Timestamp) -> Result<String, Problem> {
        let iat = now.as_micros() / 1_000_000;
        let claims = Claims { sub: user.id, role: user.role, iat, exp: iat + LIFETIME };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.sign)
            .map_err(|e| store::Error::Unexpected(e.to_string()).into())
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Problem> {
        let mut validation = Validation::new(Algorithm::HS256);
        // Against the context's clock, below, not the machine's.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.check, &validation).map(|token| token.claims);
        let claims = claims.map_err(|e| match e.kind() {
            ErrorKind::InvalidAlgorithm | ErrorKind::InvalidSignature => {
                unauthorised("bad_token", "the token was not issued here")
            }
            _ => unauthorised("bad_token", "the token cannot be read"),
        })?;
        if claims.exp <= now.as_micros() / 1_000_000 {
            return Err(unauthorised("token_expired", "the token has expired; sign in again"));
        }
        Ok(claims)
    }
}

fn unauthorised(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, detail)
}

/// Who has sent the request that a handler answers. Only the guard makes one, so a handler that asks for it on a route that
/// is open to everyone gets nobody, and refuses.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    pub(crate) address: Option<IpAddr>,
    /// When the token ends, and with it what goes on for longer than a request.
    pub(crate) expires_at: Timestamp,
    role: Role,
}

impl Caller {
    /// Reads the access token of a request.
    pub(crate) fn of(request: &Request, app: &App) -> Result<Self, Problem> {
        let headers = request.headers();
        let header = headers.get(header::AUTHORIZATION).ok_or_else(|| unauthorised("no_token", "sign in first"))?;
        let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(|| unauthorised("bad_token", "the Authorization header must be: Bearer TOKEN"))?;
        let claims = app.tokens.verify(token, app.context.now())?;
        let Origin(address) = Origin::of(request.extensions(), headers, app.settings.trusted_proxies);
        let expires_at = Timestamp::from_micros(claims.exp.saturating_mul(1_000_000));
        Ok(Self { actor: Actor::user(claims.sub), address, expires_at, role: claims.role })
    }

    /// Refuses who may not do as much. The guard asks for what the route says; a handler, where what is asked for decides.
    pub(crate) fn at_least(&self, needed: Role) -> Result<(), Problem> {
        if self.role >= needed {
            return Ok(());
        }
        let detail = format!("this needs the role {needed}; yours is {}", self.role);
        Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| unauthorised("no_token", "sign in first"))
    }
}
