//! The logo at the head of documents: a part of the settings, with a file.

use documents::check_logo;
use domain::{EventData, Invalid, Logo, Settings, SettingsChange};
use store::{Tx, logos, settings};

use crate::documents::sha256;
use crate::{Ctx, Error};

pub use documents::MAX_LOGO_BYTES;

const WHAT: &str = "settings";

/// What a file is, if it can be a logo. Takes up to a tenth of a second of CPU, in a thread of its own.
pub async fn check(file: Vec<u8>) -> Result<(Logo, Vec<u8>), Error> {
    let checking = tokio::task::spawn_blocking(move || check_logo(&file).map(|found| (found, file)));
    // A decoder that panics over a picture has refused it.
    let checked = checking.await.map_err(|_| bad("cannot be read".into()))?;
    let ((format, width, height), file) = checked.map_err(|e| bad(e.to_string()))?;
    let size = i64::try_from(file.len()).unwrap_or(i64::MAX);
    Ok((Logo { format, width, height, size, sha256: sha256(&[&file]) }, file))
}

fn bad(why: String) -> Error {
    Error::Invalid(Invalid::new("logo", "bad_logo", why))
}

/// Puts a logo that was checked at the head of documents, or none. `expected` is the version of the settings that the caller
/// has seen, if it says one.
pub async fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    expected: Option<i64>,
    logo: Option<&(Logo, Vec<u8>)>,
) -> Result<Settings, Error> {
    let before = settings::get(tx).await?;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(Error::stale(WHAT, before.version, &before));
    }
    if before.logo.as_ref() == logo.map(|(logo, _)| logo) {
        return Ok(before);
    }
    let after = before.with_logo(logo.map(|(logo, _)| logo.clone()));
    match settings::update(tx, &before, &after).await {
        // Somebody was faster between our reading and our writing.
        Err(store::Error::Stale) => {
            let current = settings::get(tx).await?;
            return Err(Error::stale(WHAT, current.version, &current));
        }
        saved => saved?,
    }
    match logo {
        Some((logo, file)) => logos::replace(tx, &logo.sha256, file).await?,
        None => logos::clear(tx).await?,
    }
    let change = SettingsChange { settings: after.clone(), before };
    ctx.record_event(tx, &WHAT, after.version, EventData::SettingsUpdated(Box::new(change))).await?;
    Ok(after)
}

/// The logo and its file.
pub async fn get(tx: &mut Tx<'_>) -> Result<(Logo, Vec<u8>), Error> {
    let none = || Error::NotFound { what: "logo" };
    let logo = settings::get(tx).await?.logo.ok_or_else(none)?;
    // Another one may have taken its place since the line above.
    let file = logos::get(tx, &logo.sha256).await?.ok_or_else(none)?;
    Ok((logo, file))
}
