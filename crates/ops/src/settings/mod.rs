//! The settings of the business.

pub mod logo;

use domain::{EventData, Invalid, Settings, SettingsChange, SettingsInput};
use store::{Tx, numbers, settings};

use crate::{Ctx, Error};

const WHAT: &str = "settings";
/// The subject of their events; there is one of them.
const SUBJECT: &str = "settings";

/// Replaces all settings. `expected` is the version that the caller has seen.
pub async fn edit(tx: &mut Tx<'_>, ctx: &Ctx, expected: i64, input: SettingsInput) -> Result<Settings, Error> {
    let before = settings::get(tx).await?;
    if before.version != expected {
        return Err(Error::stale(WHAT, before.version, &before));
    }
    let (after, next) = before.edited(input)?;
    if let Some(next) = next
        && !numbers::raise(tx, next).await?
    {
        let message = "numbers from here on may have been given out already: it can only be raised";
        return Err(Error::Invalid(Invalid::new("order_number.next", "number_given_out", message)));
    }
    if (Settings { version: before.version, ..after.clone() }) == before {
        return Ok(before);
    }
    match settings::update(tx, &before, &after).await {
        // Somebody was faster between our reading and our writing.
        Err(store::Error::Stale) => {
            let current = settings::get(tx).await?;
            return Err(Error::stale(WHAT, current.version, &current));
        }
        saved => saved?,
    }
    let change = SettingsChange { settings: after.clone(), before };
    ctx.record_event(tx, &SUBJECT, after.version, EventData::SettingsUpdated(Box::new(change))).await?;
    Ok(after)
}
