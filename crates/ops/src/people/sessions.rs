//! Signing in and out. A session has one good refresh token at a time; each use gives the next one, and a token that comes a
//! second time has been copied: it ends the session (RFC 9700, section 4.14.2).

use domain::{Actor, SecurityKind, Session, SessionEnd, SessionId, User, UserId};
use serde_json::json;
use store::{Db, Tx, change, sessions, users};

use crate::access::throttle::Attempt;
use crate::access::tokens;
use crate::error::Refusable;
use crate::people::second_factor::{self, Checked};
use crate::people::security;
use crate::{Ctx, Error, Gate};

/// What a person types to sign in.
#[derive(Clone)]
pub struct Credentials {
    pub email: String,
    pub password: String,
    /// A code of the second factor, or a recovery code.
    pub code: Option<String>,
}

/// A session, and the refresh token that is good now.
pub struct Opened {
    pub user: User,
    pub session: Session,
    pub refresh_token: String,
}

/// Opens a session for whoever knows the password. An unknown address, a disabled user and a wrong password look and last
/// alike. `user_agent` is what the browser says it is.
pub async fn sign_in(
    db: &Db,
    gate: &Gate,
    ctx: Ctx,
    credentials: Credentials,
    user_agent: Option<String>,
) -> Result<Opened, Error> {
    let email = credentials.email.trim().to_lowercase();
    let attempt = Attempt::at(&ctx, &email);
    let (now, looked_up) = (ctx.now, (attempt.clone(), email.clone()));
    let found = db.read(looked_up, move |tx, (attempt, email)| {
        Box::pin(async move {
            attempt.check(tx, now).await?;
            Ok::<_, Error>(users::by_email(tx, email).await?)
        })
    });
    let hash = found.await?.map(|(_, hash)| hash);
    let right = gate.passwords.verify(hash.clone(), &credentials.password).await?;
    let hash = hash.filter(|_| right);
    let code = credentials.code;
    let signed_in = change!(db, |tx, gate, ctx, attempt, email, hash, code, user_agent| {
        let who = match admit(tx, ctx, gate, attempt, email, hash.as_deref(), code.as_deref()).await? {
            Ok(who) => who,
            Err(refusal) => return Ok(Err(refusal)),
        };
        open(tx, ctx, gate, who, user_agent.clone()).await.map(Ok)
    });
    signed_in.await?
}

/// The user whose right password has the hash `hash`, after the second factor.
async fn admit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    gate: &Gate,
    attempt: &Attempt,
    email: &str,
    hash: Option<&str>,
    code: Option<&str>,
) -> Refusable<User> {
    // Others may have failed meanwhile.
    if let Err(refusal) = attempt.check(tx, ctx.now).await {
        return Ok(Err(refusal));
    }
    let found = users::by_email(tx, email).await?;
    let known = found.as_ref().map(|(user, _)| user.id);
    let right = found.filter(|(user, current)| hash == Some(current) && user.disabled_at.is_none());
    let Some((user, _)) = right else {
        failed(tx, ctx, attempt, email, known, "password").await?;
        return Ok(Err(Error::unauthorised("bad_credentials", "the address or the password is wrong")));
    };
    match second_factor::check(tx, ctx, &gate.seal, &user, code).await? {
        Checked::Right => {}
        Checked::Missing => return Ok(Err(second_factor::required())),
        Checked::Wrong => {
            failed(tx, ctx, attempt, email, known, "second factor").await?;
            return Ok(Err(second_factor::wrong()));
        }
    }
    attempt.succeed(tx).await?;
    Ok(Ok(user))
}

async fn failed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    attempt: &Attempt,
    email: &str,
    user: Option<UserId>,
    wrong: &str,
) -> Result<(), Error> {
    attempt.fail(tx, ctx.now).await?;
    let tried: String = email.chars().take(100).collect();
    let subject = user.map(|id| id.to_string());
    let detail = json!({ "email": tried, "wrong": wrong });
    security::record(tx, ctx, SecurityKind::SignInFailed, subject.as_deref(), detail).await
}

/// Opens a session for somebody who has shown who they are.
pub(crate) async fn open(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    gate: &Gate,
    user: User,
    user_agent: Option<String>,
) -> Result<Opened, Error> {
    let session = Session {
        id: ctx.id(SessionId::new),
        user_id: user.id,
        created_at: ctx.now,
        last_used_at: ctx.now,
        expires_at: ctx.now.plus(gate.session_lifetime),
        ended_at: None,
        ended_why: None,
        address: ctx.address.map(|address| address.to_string()),
        // MySQL compares without spaces at the end; we store none.
        user_agent: user_agent.map(|text| text.chars().take(200).collect::<String>().trim().to_owned()),
    };
    sessions::insert(tx, &session).await?;
    let refresh_token = tokens::new(ctx);
    sessions::insert_token(tx, &tokens::hash(&refresh_token), session.id, ctx.now).await?;
    let ctx = ctx.by(Actor::user(user.id));
    let detail = json!({ "session": session.id, "second_factor": user.second_factor });
    security::record(tx, &ctx, SecurityKind::SignedIn, Some(&user.id.to_string()), detail).await?;
    Ok(Opened { user, session, refresh_token })
}

/// Exchanges a refresh token for the next one. One that was used before ends its session.
pub async fn refresh(db: &Db, ctx: Ctx, token: &str) -> Result<Opened, Error> {
    let hash = tokens::hash(token);
    change!(db, move |tx, ctx, hash| rotate(tx, ctx, hash).await).await?
}

async fn rotate(tx: &mut Tx<'_>, ctx: &Ctx, hash: &str) -> Refusable<Opened> {
    let attempt = Attempt::from(ctx);
    if let Err(refusal) = attempt.check(tx, ctx.now).await {
        return Ok(Err(refusal));
    }
    let Some((id, used_at)) = sessions::token(tx, hash).await? else {
        attempt.fail(tx, ctx.now).await?;
        return Ok(Err(ended()));
    };
    let Some((session, _, disabled_at)) = sessions::state(tx, id).await? else { return Ok(Err(ended())) };
    // Of two at once, the second waits here for the first and finds it used.
    if used_at.is_some() || !sessions::use_token(tx, hash, ctx.now).await? {
        reused(tx, ctx, &session).await?;
        return Ok(Err(ended()));
    }
    let user = users::get(tx, session.user_id).await?;
    let Some(user) = user.filter(|_| disabled_at.is_none() && session.is_open(ctx.now)) else {
        return Ok(Err(ended()));
    };
    let refresh_token = tokens::new(ctx);
    sessions::insert_token(tx, &tokens::hash(&refresh_token), id, ctx.now).await?;
    let address = ctx.address.map(|address| address.to_string());
    sessions::touch(tx, id, address.as_deref(), ctx.now).await?;
    Ok(Ok(Opened { user, session, refresh_token }))
}

async fn reused(tx: &mut Tx<'_>, ctx: &Ctx, session: &Session) -> Result<(), Error> {
    let ended_now = sessions::end(tx, session.id, SessionEnd::Reused, ctx.now).await?;
    let detail = json!({ "session": session.id, "ended_now": ended_now });
    security::record(tx, ctx, SecurityKind::SessionReused, Some(&session.user_id.to_string()), detail).await
}

fn ended() -> Error {
    Error::unauthorised("session_ended", "the session has ended; sign in again")
}

/// The session of a refresh token, used or not: for signing out with nothing else in hand.
pub async fn of_token(tx: &mut Tx<'_>, token: &str) -> Result<Option<Session>, Error> {
    let Some((id, _)) = sessions::token(tx, &tokens::hash(token)).await? else { return Ok(None) };
    Ok(sessions::get(tx, id).await?)
}

/// Ends a session of a user. [`Error::NotFound`] if it is none of theirs, or has ended.
pub async fn end(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId, id: SessionId) -> Result<(), Error> {
    let session = sessions::get(tx, id).await?.filter(|session| session.user_id == user);
    if session.is_none() || !sessions::end(tx, id, SessionEnd::SignedOut, ctx.now).await? {
        return Err(Error::NotFound { what: "session" });
    }
    let ctx = ctx.by(Actor::user(user));
    security::record(tx, &ctx, SecurityKind::SignedOut, Some(&user.to_string()), json!({ "session": id })).await
}

/// Ends all sessions of a user, on every device.
pub async fn end_all(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), Error> {
    let ended = sessions::end_all(tx, user, None, SessionEnd::SignedOut, ctx.now).await?;
    let detail = json!({ "sessions": ended });
    security::record(tx, ctx, SecurityKind::SignedOut, Some(&user.to_string()), detail).await
}
