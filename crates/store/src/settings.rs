//! The settings of the business: one row of JSON, and beside the order numbers what an order needs of them.

use domain::Settings;

use crate::{Error, Reader, Tx, numbers};

pub async fn get(tx: &mut Tx<'_>) -> Result<Settings, Error> {
    let read = |row: &mut Reader| {
        let version = row.next()?;
        let settings: Settings =
            serde_json::from_str(&row.next::<String>()?).map_err(|e| Error::Unexpected(e.to_string()))?;
        Ok(Settings { version, ..settings })
    };
    tx.row("SELECT version, body FROM settings WHERE name = 'business'", &[], read).await?.ok_or(Error::Missing)
}

/// Saves settings whose version has gone up by one; [`Error::Stale`] if somebody else has changed them meanwhile. They hold
/// for the next order; in other processes on the same MySQL see [`numbers`].
pub async fn update(tx: &mut Tx<'_>, before: &Settings, settings: &Settings) -> Result<(), Error> {
    let body = serde_json::to_string(settings).map_err(|e| Error::Unexpected(e.to_string()))?;
    let sql = "UPDATE settings SET version = ?, body = ? WHERE name = 'business' AND version = ?";
    tx.execute_one(sql, &[settings.version.into(), body.into(), before.version.into()]).await?;
    numbers::configure(tx, &settings.order_number.format, settings.payment_terms_days).await
}
