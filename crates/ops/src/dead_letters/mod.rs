//! Dead letters: a person sends one again, edited or as it is, or discards it.

pub mod batches;
pub mod detail;
pub mod event_check;

use domain::{DeadLetterId, Headline, Invalid, SecurityKind, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use store::dead_letters::{self, DeadLetter, State};
use store::{Tx, deliveries, events, faults, inbox, outbox};
use utoipa::ToSchema;

use crate::dead_letters::event_check::{Difference, Fault, check, differences};
use crate::people::security;
use crate::{Ctx, Error};

const WHAT: &str = "dead letter";

/// Whether an edited message could be sent, and how it differs from the letter's.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EditPreview)]
pub struct Preview {
    /// It can be sent: a valid event, and its effects are not done.
    pub valid: bool,
    pub errors: Vec<Fault>,
    /// The effects of the message are done after all, so that it cannot be changed.
    pub already_done: bool,
    pub changes: Vec<Difference>,
}

/// Puts the message back on its way, under its own id: should its effect have been done after all, it is not done twice. An
/// event goes as the journal has it.
pub async fn redrive(tx: &mut Tx<'_>, ctx: &Ctx, id: DeadLetterId) -> Result<DeadLetter, Error> {
    redrive_at(tx, ctx, id, ctx.now).await
}

/// Sends a dead letter's message again, not before the moment `at`.
pub async fn redrive_at(tx: &mut Tx<'_>, ctx: &Ctx, id: DeadLetterId, at: Timestamp) -> Result<DeadLetter, Error> {
    let letter = close(tx, ctx, id, State::Redriven, None).await?;
    if let Ok(delivery) = letter.message_id.parse() {
        deliveries::reopen(tx, delivery, at).await?;
    }
    let journal = journal(tx, &letter).await?;
    let body = if journal.is_some() { None } else { Some(letter.body.as_str()) };
    outbox::put_back(tx, &letter.message_id, &letter.message_type, body, at, ctx.now).await?;
    record(tx, ctx, SecurityKind::DeadLetterRedriven, &letter, json!({})).await?;
    faults::reach(faults::Point::InRedrive);
    Ok(letter)
}

/// Sends the message again as `edited`, which must be a whole event of the same id. The journal has it from then on: effects and
/// journal agree, whenever the one is computed from the other.
pub async fn redrive_edited(tx: &mut Tx<'_>, ctx: &Ctx, id: DeadLetterId, edited: &Value) -> Result<DeadLetter, Error> {
    let letter = close(tx, ctx, id, State::Redriven, None).await?;
    if done(tx, &letter).await? {
        return Err(Error::conflict(
            "already_done",
            "the effects of this message are done; send it as it is, or discard it",
        ));
    }
    let event = match fit(tx, &letter, edited).await? {
        Ok(event) => event,
        Err(faults) => return Err(refused(&faults)),
    };
    let body = edited.to_string();
    match events::mend(tx, &event, &body).await {
        Err(store::Error::Duplicate { .. }) => {
            let fault = Fault::at("/sequence", "another event of this subject has this sequence");
            return Err(refused(&[fault]));
        }
        mended => mended?,
    }
    dead_letters::keep_edited(tx, id, &body).await?;
    outbox::put_back(tx, &letter.message_id, event.event_type.as_str(), None, ctx.now, ctx.now).await?;
    record(tx, ctx, SecurityKind::DeadLetterRedriven, &letter, json!({ "edited": true })).await?;
    faults::reach(faults::Point::InRedrive);
    Ok(DeadLetter { edited_body: Some(body), ..letter })
}

/// What [`redrive_edited`] would say of this body, and where it differs from the letter's.
pub async fn preview(tx: &mut Tx<'_>, id: DeadLetterId, edited: &Value) -> Result<Preview, Error> {
    let letter = dead_letters::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    let errors = fit(tx, &letter, edited).await?.err().unwrap_or_default();
    let before = serde_json::from_str(&letter.body).unwrap_or_else(|_| Value::from(letter.body.as_str()));
    let already_done = done(tx, &letter).await?;
    let valid = errors.is_empty() && !already_done;
    Ok(Preview { valid, errors, already_done, changes: differences(&before, edited) })
}

/// Gives the message up for good; the reason stays with it.
pub async fn discard(tx: &mut Tx<'_>, ctx: &Ctx, id: DeadLetterId, reason: &str) -> Result<DeadLetter, Error> {
    let reason = checked(reason)?;
    let letter = close(tx, ctx, id, State::Discarded, Some(&reason)).await?;
    // The reason stands in the letter, where an erasure can take it out: the security log is never changed.
    record(tx, ctx, SecurityKind::DeadLetterDiscarded, &letter, json!({})).await?;
    Ok(letter)
}

/// Why somebody did what cannot be undone.
pub(crate) fn checked(reason: &str) -> Result<String, Error> {
    Ok(domain::required_text("reason", reason, 1000)?)
}

/// The event that the edited body is; or what is wrong with it. What happened, to what and when, stands in the journal and is
/// not changed by an edit.
async fn fit(tx: &mut Tx<'_>, letter: &DeadLetter, edited: &Value) -> Result<Result<Headline, Vec<Fault>>, Error> {
    let event = match check(edited) {
        Ok(event) => event,
        Err(faults) => return Ok(Err(faults)),
    };
    if event.id.to_string() != letter.message_id {
        let message = format!("the id of the message stays {}", letter.message_id);
        return Ok(Err(vec![Fault::at("/id", message)]));
    }
    let Some(known) = events::envelope(tx, event.id).await? else { return Ok(Ok(event)) };
    let stay = [
        ("/type", event.event_type.as_str() == known.event_type),
        ("/subject", event.subject == known.subject),
        ("/sequence", event.sequence == known.sequence),
        ("/time", event.time == known.occurred_at),
    ];
    let changed = stay.iter().filter(|(_, same)| !same);
    let faults: Vec<Fault> = changed.map(|(pointer, _)| Fault::at(pointer, "stays as the journal has it")).collect();
    Ok(if faults.is_empty() { Ok(event) } else { Err(faults) })
}

fn refused(faults: &[Fault]) -> Error {
    let first = faults.first().cloned().unwrap_or_else(|| Fault::at("", "is not valid"));
    Invalid::new(format!("body{}", first.pointer), "bad_event", first.message).into()
}

async fn done(tx: &mut Tx<'_>, letter: &DeadLetter) -> Result<bool, Error> {
    Ok(!inbox::done(tx, std::slice::from_ref(&letter.message_id)).await?.is_empty())
}

/// The event of the message's id, as the journal has it.
pub(crate) async fn journal(tx: &mut Tx<'_>, letter: &DeadLetter) -> Result<Option<String>, Error> {
    match letter.message_id.parse() {
        Ok(id) => Ok(events::get(tx, id).await?),
        Err(_) => Ok(None),
    }
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
