//! Links by which a person chooses a password: to become a user, or as a user who has lost theirs. Whoever has the link may
//! use it, once; so it is shown once, to the administrator who made it.

use domain::{Actor, Invitation, InvitationId, InvitationInput, LINK_LIFETIME, SecurityKind, User, UserId};
use serde_json::json;
use store::{Db, Tx, change, invitations, users};

use crate::access::passwords;
use crate::access::throttle::Attempt;
use crate::access::tokens;
use crate::error::Refusable;
use crate::people::second_factor::{self, Checked};
use crate::people::sessions::{self, Opened};
use crate::people::{made, security};
use crate::{Ctx, Error, Gate};

const WHAT: &str = "invitation";

/// Invites somebody who is no user yet; gives the token of the link. A former invitation of the same address ends.
pub async fn create(tx: &mut Tx<'_>, ctx: &Ctx, input: InvitationInput) -> Result<(Invitation, String), Error> {
    let input = input.checked()?;
    if users::by_email(tx, &input.email).await?.is_some() {
        return Err(Error::conflict("already_exists", "another one has this e-mail address"));
    }
    let (invitation, token) = make(tx, ctx, None, input).await?;
    let detail = json!({ "email": invitation.email, "role": invitation.role });
    security::record(tx, ctx, SecurityKind::Invited, Some(&invitation.id.to_string()), detail).await?;
    Ok((invitation, token))
}

/// Makes a link by which a user chooses another password. The one they have is good until then.
pub async fn password_link(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(Invitation, String), Error> {
    let user = users::get(tx, user).await?.ok_or(Error::NotFound { what: "user" })?;
    if user.disabled_at.is_some() {
        return Err(Error::conflict("user_disabled", "this user may not sign in; enable them first"));
    }
    let input = InvitationInput { email: user.email, name: user.name, role: user.role };
    let (invitation, token) = make(tx, ctx, Some(user.id), input).await?;
    let detail = json!({ "invitation": invitation.id });
    security::record(tx, ctx, SecurityKind::PasswordLinkMade, Some(&user.id.to_string()), detail).await?;
    Ok((invitation, token))
}

async fn make(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user_id: Option<UserId>,
    input: InvitationInput,
) -> Result<(Invitation, String), Error> {
    let invitation = Invitation {
        id: ctx.id(InvitationId::new),
        user_id,
        email: input.email,
        name: input.name,
        role: input.role,
        created_by: ctx.actor.clone(),
        created_at: ctx.now,
        expires_at: ctx.now.plus(LINK_LIFETIME),
        accepted_at: None,
        revoked_at: None,
    };
    invitations::revoke_for(tx, &invitation.email, ctx.now).await?;
    let token = tokens::new(ctx);
    let inserted = invitations::insert(tx, &invitation, &tokens::hash(&token)).await;
    inserted.map_err(Error::taken("invitations_open_key", "e-mail address"))?;
    Ok((invitation, token))
}

/// Takes a link back. Nothing happens if it was used or taken back before.
pub async fn revoke(tx: &mut Tx<'_>, ctx: &Ctx, id: InvitationId) -> Result<(), Error> {
    let invitation = invitations::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    end(tx, ctx, &invitation).await
}

pub(crate) async fn end(tx: &mut Tx<'_>, ctx: &Ctx, link: &Invitation) -> Result<(), Error> {
    if invitations::revoke(tx, link.id, ctx.now).await? {
        let detail = json!({ "email": link.email });
        security::record(tx, ctx, SecurityKind::InvitationRevoked, Some(&link.id.to_string()), detail).await?;
    }
    Ok(())
}

/// What somebody does with a link.
#[derive(Clone)]
pub struct Acceptance {
    pub token: String,
    pub password: String,
    /// Instead of the name in the invitation.
    pub name: Option<String>,
    /// A code of the second factor, where a user who has one gets another password.
    pub code: Option<String>,
}

/// Makes the user or replaces the password, and signs in.
pub async fn accept(
    db: &Db,
    gate: &Gate,
    ctx: Ctx,
    acceptance: Acceptance,
    user_agent: Option<String>,
) -> Result<Opened, Error> {
    passwords::check(&acceptance.password)?;
    let token_hash = tokens::hash(&acceptance.token);
    // No hashing for a token that is none.
    let hash = token_hash.clone();
    let looked_up = change!(db, |tx, ctx, hash| look_up(tx, ctx, hash).await);
    let _: Invitation = looked_up.await??;
    let password_hash = gate.passwords.hash(&ctx, &acceptance.password).await?;
    let accepted = change!(db, |tx, gate, ctx, acceptance, token_hash, password_hash, user_agent| {
        let invitation = match look_up(tx, ctx, token_hash).await? {
            Ok(invitation) => invitation,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let user = match settle(tx, ctx, gate, &invitation, acceptance, password_hash).await? {
            Ok(user) => user,
            Err(refusal) => return Ok(Err(refusal)),
        };
        sessions::open(tx, ctx, gate, user, user_agent.clone()).await.map(Ok)
    });
    accepted.await?
}

async fn look_up(tx: &mut Tx<'_>, ctx: &Ctx, token_hash: &str) -> Refusable<Invitation> {
    let attempt = Attempt::from(ctx);
    if let Err(refusal) = attempt.check(tx, ctx.now).await {
        return Ok(Err(refusal));
    }
    let mut found = invitations::by_token(tx, token_hash).await?.filter(|invitation| invitation.is_open(ctx.now));
    if let Some(link) = &found
        && !made::may_make_links(tx, &link.created_by).await?
    {
        found = None;
    }
    if found.is_none() {
        attempt.fail(tx, ctx.now).await?;
    }
    Ok(found.ok_or_else(bad_link))
}

fn bad_link() -> Error {
    Error::conflict("bad_invitation", "this link is not good, or not any more; ask for another")
}

/// An error if somebody else was faster with the same link: all of this is taken back.
async fn use_up(tx: &mut Tx<'_>, ctx: &Ctx, link: &Invitation) -> Result<(), Error> {
    if invitations::accept(tx, link.id, ctx.now).await? { Ok(()) } else { Err(bad_link()) }
}

/// The user that the link is for, with the new password.
async fn settle(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    gate: &Gate,
    invitation: &Invitation,
    acceptance: &Acceptance,
    password_hash: &str,
) -> Refusable<User> {
    let user = match invitation.user_id {
        None => {
            let name = acceptance.name.as_ref().unwrap_or(&invitation.name);
            let ctx = ctx.by(invitation.created_by.clone());
            let Invitation { email, role, .. } = invitation;
            use_up(tx, &ctx, invitation).await?;
            crate::people::users::add(tx, &ctx, email, name, *role, password_hash).await?
        }
        Some(id) => {
            let user = users::get(tx, id).await?.filter(|user| user.disabled_at.is_none()).ok_or_else(bad_link)?;
            // A link must not be a way around the second factor.
            let attempt = Attempt::at(ctx, &user.email);
            if let Err(refusal) = attempt.check(tx, ctx.now).await {
                return Ok(Err(refusal));
            }
            match second_factor::check(tx, ctx, &gate.seal, &user, acceptance.code.as_deref()).await? {
                Checked::Right => {}
                Checked::Missing => return Ok(Err(second_factor::required())),
                Checked::Wrong => {
                    attempt.fail(tx, ctx.now).await?;
                    return Ok(Err(second_factor::wrong()));
                }
            }
            attempt.succeed(tx).await?;
            // First: another password ends the user's links.
            use_up(tx, ctx, invitation).await?;
            crate::people::users::replace_password(tx, &ctx.by(Actor::user(id)), &user, password_hash, None).await?;
            user
        }
    };
    let (ctx, detail) = (ctx.by(Actor::user(user.id)), json!({ "user": user.id }));
    let subject = invitation.id.to_string();
    security::record(tx, &ctx, SecurityKind::InvitationAccepted, Some(&subject), detail).await?;
    Ok(Ok(user))
}
