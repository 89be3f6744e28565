//! Entries of the security log, written in the transaction of what they tell of.

use domain::{SecurityEntry, SecurityEntryId, SecurityKind};
use serde_json::Value;
use store::{Tx, security_log};

use crate::{Ctx, Error};

/// Notes what the caller does, or tries. `detail` is a JSON object without passwords, tokens or codes.
pub async fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: SecurityKind,
    subject: Option<&str>,
    detail: Value,
) -> Result<(), Error> {
    let entry = SecurityEntry {
        id: ctx.id(SecurityEntryId::new),
        kind,
        actor: ctx.actor.clone(),
        subject: subject.map(str::to_owned),
        address: ctx.address.map(|address| address.to_string()),
        detail,
        occurred_at: ctx.now,
    };
    Ok(security_log::insert(tx, &entry).await?)
}
