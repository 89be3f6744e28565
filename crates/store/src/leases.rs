//! Jobs that only one process does at a time. Clocks of several machines should agree to within a second or so.

use std::time::Duration;

use domain::Timestamp;

use crate::{Error, Tx};

/// Takes a job, or keeps it, until `now` and `duration`; false while somebody else has it.
pub async fn take(
    tx: &mut Tx<'_>,
    name: &str,
    holder: &str,
    now: Timestamp,
    duration: Duration,
) -> Result<bool, Error> {
    let until = now.plus(duration);
    let sql = "UPDATE leases SET holder = ?, held_until = ? WHERE name = ? AND (holder = ? OR held_until <= ?)";
    let taken = tx.execute(sql, &[holder.into(), until.into(), name.into(), holder.into(), now.into()]).await?;
    if taken == 1 {
        return Ok(true);
    }
    let sql = "INSERT INTO leases (name, holder, held_until) VALUES (?, ?, ?)";
    match tx.execute(sql, &[name.into(), holder.into(), until.into()]).await {
        Ok(_) => Ok(true),
        Err(Error::Duplicate { .. }) => Ok(false),
        Err(e) => Err(e),
    }
}

/// Gives a job back before its time is up, if it is still the holder's.
pub async fn release(tx: &mut Tx<'_>, name: &str, holder: &str) -> Result<(), Error> {
    tx.execute("DELETE FROM leases WHERE name = ? AND holder = ?", &[name.into(), holder.into()]).await.map(drop)
}
