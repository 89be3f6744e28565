//! The first administrator: made in the browser by whoever has the link that the server prints while there is no user.
//!
//! The link's token follows from `JWT_SECRET` (see [`crate::Seal`]), so that every process prints the same one and none is kept.
//! It is good for nothing once there is a user.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use domain::{Actor, Role, User};
use store::{Db, Tx, change, leases, users};

use crate::access::passwords;
use crate::access::throttle::Attempt;
use crate::error::Refusable;
use crate::people::sessions::{self, Opened};
use crate::{Ctx, Error, Gate};

const JOB: &str = "setup";

/// Who wants to be the first administrator.
#[derive(Clone)]
pub struct Setup {
    pub token: String,
    pub email: String,
    pub name: String,
    pub password: String,
}

/// Whether there is nobody yet.
pub async fn is_needed(tx: &mut Tx<'_>) -> Result<bool, store::Error> {
    Ok(users::count(tx).await? == 0)
}

/// Makes the first administrator, and signs in. Of several at once, one is made.
pub async fn set_up(db: &Db, gate: &Gate, ctx: Ctx, setup: Setup, user_agent: Option<String>) -> Result<Opened, Error> {
    passwords::check(&setup.password)?;
    // No hashing for a token that is none.
    let token = setup.token.clone();
    let looked_up = change!(db, |tx, gate, ctx, token| admit(tx, ctx, gate, token).await);
    let () = looked_up.await??;
    let password_hash = gate.passwords.hash(&ctx, &setup.password).await?;
    let ctx = ctx.by(Actor::system(JOB));
    let made = change!(db, |tx, gate, ctx, setup, password_hash, user_agent| {
        let user = make(tx, ctx, setup, password_hash).await?;
        let ctx = ctx.by(Actor::user(user.id));
        sessions::open(tx, &ctx, gate, user, user_agent.clone()).await
    });
    made.await
}

/// Looks at the token, which may be anybody's guess.
async fn admit(tx: &mut Tx<'_>, ctx: &Ctx, gate: &Gate, token: &str) -> Refusable<()> {
    if !is_needed(tx).await? {
        return Ok(Err(already()));
    }
    let attempt = Attempt::from(ctx);
    if let Err(refusal) = attempt.check(tx, ctx.now).await {
        return Ok(Err(refusal));
    }
    if verify_slices_are_equal(token.as_bytes(), gate.seal.setup_token().as_bytes()).is_err() {
        attempt.fail(tx, ctx.now).await?;
        return Ok(Err(Error::conflict("bad_setup_link", "this link is not the one that the server has printed")));
    }
    Ok(Ok(()))
}

async fn make(tx: &mut Tx<'_>, ctx: &Ctx, setup: &Setup, password_hash: &str) -> Result<User, Error> {
    // Whoever comes at the same time waits here for our commit, and then sees whom we have made.
    let holder = ctx.id(domain::LeaseId::new).to_string();
    if !leases::take(tx, JOB, &holder, ctx.now, std::time::Duration::ZERO).await? || !is_needed(tx).await? {
        return Err(already());
    }
    let user = crate::people::users::add(tx, ctx, &setup.email, &setup.name, Role::Admin, password_hash).await?;
    leases::release(tx, JOB, &holder).await?;
    Ok(user)
}

fn already() -> Error {
    Error::conflict("set_up_already", "there are people already; ask an administrator to invite you")
}
