//! What a person has made that lets somebody in: links and keys (programs make none). It is good only as long as its maker has the
//! right that it gives, or it would be a way back in for whoever lost that right.

use domain::{Actor, Role, UserId};
use store::{Tx, api_keys, invitations, users};

use super::{api_keys as keys, invitations as links};
use crate::{Ctx, Error};

/// Ends what somebody has made and what their right, as it is from now on, does not cover: every link, unless they are an
/// administrator still (nobody else makes any), and keys that may do more than they. None: they may nothing any more.
pub(crate) async fn end_beyond(tx: &mut Tx<'_>, ctx: &Ctx, maker: UserId, right: Option<Role>) -> Result<(), Error> {
    let maker = Actor::user(maker);
    if right != Some(Role::Admin) {
        for link in invitations::open_ones_of(tx, maker.as_str()).await? {
            links::end(tx, ctx, &link).await?;
        }
    }
    for key in api_keys::open_ones_of(tx, maker.as_str()).await? {
        if right.is_none_or(|right| key.role > right) {
            keys::revoke(tx, ctx, key.id).await?;
        }
    }
    Ok(())
}

/// Whether somebody may still make links. Asked again when one is used: makers may have lost their right under an earlier release,
/// which ended nothing. Who is no user (the command line) may.
pub(crate) async fn may_make_links(tx: &mut Tx<'_>, maker: &Actor) -> Result<bool, Error> {
    let Some(user) = maker.as_user() else { return Ok(true) };
    let user = users::get(tx, user).await?;
    Ok(user.is_none_or(|user| user.disabled_at.is_none() && user.role == Role::Admin))
}
