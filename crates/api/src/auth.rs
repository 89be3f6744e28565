//! Who is asking. Access tokens are JWTs (RFC 7519, HS256 with `JWT_SECRET`) that last 15 minutes and carry the role; each
//! handler names the least role it serves by its extractor: `Viewer`, `Clerk`, `Manager` or `Admin`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use domain::{Actor, Role, Timestamp, User, UserId};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

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

fn claims(parts: &Parts, app: &App) -> Result<Claims, Problem> {
    let header = parts.headers.get(header::AUTHORIZATION).ok_or_else(|| unauthorised("no_token", "sign in first"))?;
    let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| unauthorised("bad_token", "the Authorization header must be: Bearer TOKEN"))?;
    app.tokens.verify(token, app.context.now())
}

fn allowed(role: Role, needed: Role) -> Result<(), Problem> {
    if role >= needed {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", format!("this needs the role {needed}; yours is {role}")))
}

macro_rules! roles {
    ($($role:ident)+) => {$(
        /// Somebody who may do at least this much.
        #[allow(dead_code, reason = "who only reads is not asked who it is")]
        pub(crate) struct $role {
            pub(crate) actor: Actor,
            role: Role,
        }

        impl $role {
            /// Where what is asked for decides how much one must be allowed to do.
            #[allow(dead_code, reason = "not every role is asked for more")]
            pub(crate) fn at_least(&self, needed: Role) -> Result<(), Problem> {
                allowed(self.role, needed)
            }
        }

        impl FromRequestParts<App> for $role {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let claims = claims(parts, app)?;
                allowed(claims.role, Role::$role)?;
                Ok(Self { actor: Actor::user(claims.sub), role: claims.role })
            }
        }
    )+};
}

roles!(Viewer Clerk Manager);
