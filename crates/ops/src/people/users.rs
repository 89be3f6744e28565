//! Who may sign in, and how much they may do.

use domain::{Profile, Role, SecurityKind, SessionEnd, SessionId, User, UserId, UserInput};
use serde_json::json;
use store::{Db, Tx, change, invitations, query, sessions, users};

use crate::access::passwords;
use crate::access::passwords::Hasher;
use crate::access::throttle::Attempt;
use crate::people::{made, security};
use crate::{Ctx, Error, Gate};

const WHAT: &str = "user";

/// Adds a user with the hash of a password (see [`passwords::Hasher::hash`]).
pub async fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    email: &str,
    name: &str,
    role: Role,
    password_hash: &str,
) -> Result<User, Error> {
    let user = User::new(ctx.id(UserId::new), email, name, role, ctx.now)?;
    users::insert(tx, &user, password_hash).await.map_err(Error::taken("users_email", "e-mail address"))?;
    let detail = json!({ "email": user.email, "role": user.role });
    security::record(tx, ctx, SecurityKind::UserAdded, Some(&user.id.to_string()), detail).await?;
    Ok(user)
}

/// Changes name and role. `expected` is the version that the caller has seen.
pub async fn edit(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId, expected: i64, input: UserInput) -> Result<User, Error> {
    let before = get(tx, id).await?;
    if before.version != expected {
        return Err(Error::stale(WHAT, before.version, &before));
    }
    let user = before.edited(input)?;
    if before.role == Role::Admin && user.role != Role::Admin && before.disabled_at.is_none() {
        keep_an_admin(tx, id).await?;
    }
    save(tx, &before, &user).await?;
    if before.role != user.role {
        let detail = json!({ "from": before.role, "to": user.role });
        security::record(tx, ctx, SecurityKind::RoleChanged, Some(&id.to_string()), detail).await?;
        made::end_beyond(tx, ctx, id, Some(user.role)).await?;
    }
    Ok(user)
}

/// Changes what users may say of themselves.
pub async fn edit_profile(tx: &mut Tx<'_>, id: UserId, expected: i64, profile: Profile) -> Result<User, Error> {
    let before = get(tx, id).await?;
    if before.version != expected {
        return Err(Error::stale(WHAT, before.version, &before));
    }
    let user = before.with_profile(profile)?;
    save(tx, &before, &user).await?;
    Ok(user)
}

/// Keeps a user out from now on: no session of theirs, no link and no key that they have made is good any more.
pub async fn disable(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<User, Error> {
    let before = get(tx, id).await?;
    if before.disabled_at.is_some() {
        return Ok(before);
    }
    if before.role == Role::Admin {
        keep_an_admin(tx, id).await?;
    }
    let user = before.with_disabled(Some(ctx.now));
    save(tx, &before, &user).await?;
    let ended = sessions::end_all(tx, id, None, SessionEnd::UserDisabled, ctx.now).await?;
    invitations::revoke_for(tx, &user.email, ctx.now).await?;
    made::end_beyond(tx, ctx, id, None).await?;
    let detail = json!({ "sessions": ended });
    security::record(tx, ctx, SecurityKind::UserDisabled, Some(&id.to_string()), detail).await?;
    Ok(user)
}

/// Lets a user in again, with the password and the second factor they had.
pub async fn enable(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<User, Error> {
    let before = get(tx, id).await?;
    if before.disabled_at.is_none() {
        return Ok(before);
    }
    let user = before.with_disabled(None);
    save(tx, &before, &user).await?;
    security::record(tx, ctx, SecurityKind::UserEnabled, Some(&id.to_string()), json!({})).await?;
    Ok(user)
}

/// There must be an administrator beside `leaving`. Two who leave at once meet in the lock.
async fn keep_an_admin(tx: &mut Tx<'_>, leaving: UserId) -> Result<(), Error> {
    if users::lock_admins(tx).await?.iter().any(|admin| *admin != leaving) {
        return Ok(());
    }
    Err(Error::conflict("last_admin", "nobody else is an administrator; make somebody one first"))
}

async fn get(tx: &mut Tx<'_>, id: UserId) -> Result<User, Error> {
    users::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })
}

async fn save(tx: &mut Tx<'_>, before: &User, user: &User) -> Result<(), Error> {
    match users::update(tx, before, user).await {
        // Somebody was faster between our reading and our writing.
        Err(store::Error::Stale) => {
            let current = get(tx, user.id).await?;
            Err(Error::stale(WHAT, current.version, &current))
        }
        saved => Ok(saved?),
    }
}

/// Gives the user of an address another password, and ends all their sessions. For the command line.
pub async fn set_password(db: &Db, hasher: &Hasher, ctx: Ctx, email: &str, password: &str) -> Result<(), Error> {
    let email = User::normal_email(email)?;
    let hash = hasher.hash(&ctx, password).await?;
    let set = change!(db, move |tx, ctx, email, hash| {
        let found = users::by_email(tx, email).await?;
        let (user, _) = found.ok_or(Error::NotFound { what: WHAT })?;
        replace_password(tx, ctx, &user, hash, None).await
    });
    set.await
}

/// Gives users another password, if they know the one they have. Ends their sessions, but for `current`.
pub async fn change_password(
    db: &Db,
    gate: &Gate,
    ctx: Ctx,
    (user, current): (UserId, SessionId),
    (old, new): (String, String),
) -> Result<(), Error> {
    passwords::check(&new)?;
    let (user, right) = verify(db, gate, &ctx, user, &old).await?;
    let hash = if right { gate.passwords.hash(&ctx, &new).await? } else { String::new() };
    let changed = change!(db, move |tx, ctx, user, right, hash, current| {
        let attempt = Attempt::at(ctx, &user.email);
        if let Err(refusal) = attempt.check(tx, ctx.now).await {
            return Ok(Err(refusal));
        }
        if !right {
            attempt.fail(tx, ctx.now).await?;
            return Ok::<_, Error>(Err(wrong_password()));
        }
        attempt.succeed(tx).await?;
        replace_password(tx, ctx, user, hash, Some(*current)).await.map(Ok)
    });
    changed.await?
}

/// Whether the password is this user's. The caller must count a wrong one (see [`Attempt::fail`]).
pub(crate) async fn verify(
    db: &Db,
    gate: &Gate,
    ctx: &Ctx,
    user: UserId,
    password: &str,
) -> Result<(User, bool), Error> {
    let id = user;
    let found = query!(db, |tx, ctx, id| {
        let user = get(tx, *id).await?;
        Attempt::at(ctx, &user.email).check(tx, ctx.now).await?;
        Ok::<_, Error>(users::by_email(tx, &user.email).await?)
    });
    let (user, hash) = found.await?.ok_or(Error::NotFound { what: WHAT })?;
    let right = gate.passwords.verify(Some(hash), password).await?;
    Ok((user, right))
}

/// 403 and not 401: who asks is known, and a client must not take this for the end of the session.
pub(crate) fn wrong_password() -> Error {
    Error::Forbidden { code: "wrong_password", message: "the password is wrong".into() }
}

/// Sets a password and ends the user's sessions, but for one, and the link by which they could have chosen another.
pub(crate) async fn replace_password(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: &User,
    hash: &str,
    but: Option<SessionId>,
) -> Result<(), Error> {
    if !users::set_password(tx, user.id, hash).await? {
        return Err(Error::NotFound { what: WHAT });
    }
    let ended = sessions::end_all(tx, user.id, but, SessionEnd::PasswordChanged, ctx.now).await?;
    invitations::revoke_for(tx, &user.email, ctx.now).await?;
    let detail = json!({ "sessions": ended });
    security::record(tx, ctx, SecurityKind::PasswordChanged, Some(&user.id.to_string()), detail).await
}
