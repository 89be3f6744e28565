//! Dead letters: a person sends one again, or discards it.

use domain::{DeadLetterId, SecurityKind};
use serde_json::{Value, json};
use store::dead_letters::{self, DeadLetter, State};
use store::{Tx, deliveries, faults, outbox};

use crate::{Ctx, Error, security};

const WHAT: &str = "dead letter";

/// Puts the message back on its way, under its own id: should its effect have been done after all, it is not done twice.
pub async fn redrive(tx: &mut Tx<'_>, ctx: &Ctx, id: DeadLetterId) -> Result<DeadLetter, Error> {
    let letter = close(tx, ctx, id, State::Redriven, None).await?;
    if let Ok(delivery) = letter.message_id.parse() {
        deliveries::reopen(tx, delivery, ctx.now).await?;
    }
    outbox::put_back(tx, &letter.message_id, &letter.message_type, &letter.body, ctx.now).await?;
    record(tx, ctx, SecurityKind::DeadLetterRedriven, &letter, json!({})).await?;
    faults::reach(faults::Point::InRedrive);
    Ok(letter)
}

/// Gives the message up for good; the reason stays with it.
pub async fn discard(tx: &mut Tx<'_>, ctx: &Ctx, id: DeadLetterId, reason: &str) -> Result<DeadLetter, Error> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 1000 {
        let message = "must say why, in at most 1000 characters";
        return Err(domain::Invalid::new("reason", "required", message).into());
    }
    let letter = close(tx, ctx, id, State::Discarded, Some(reason)).await?;
    // The reason stands in the letter, where an erasure can take it out: the security log is never changed.
    record(tx, ctx, SecurityKind::DeadLetterDiscarded, &letter, json!({})).await?;
    Ok(letter)
}

/// For whoever asks later who gave up what: the message, beside the desk's own record.
async fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: SecurityKind,
    letter: &DeadLetter,
    mut detail: Value,
) -> Result<(), Error> {
    detail["message_id"] = letter.message_id.as_str().into();
    security::record(tx, ctx, kind, Some(&letter.id.to_string()), detail).await
}

async fn close(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: DeadLetterId,
    state: State,
    reason: Option<&str>,
) -> Result<DeadLetter, Error> {
    match dead_letters::close(tx, id, state, reason, &ctx.actor, ctx.now).await {
        Ok(()) => {}
        Err(store::Error::Stale) => {
            dead_letters::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
            return Err(Error::conflict("already_decided", "this dead letter was redriven or discarded before"));
        }
        Err(e) => return Err(e.into()),
    }
    dead_letters::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })
}
