//! The security log: append only, there is no function here that changes or removes an entry.

use domain::SecurityEntry;

use crate::value::name;
use crate::{Error, Tx};

pub async fn insert(tx: &mut Tx<'_>, entry: &SecurityEntry) -> Result<(), Error> {
    let sql = "INSERT INTO security_log (id, kind, actor, subject, address, detail, occurred_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        entry.id.into(),
        name(entry.kind)?,
        entry.actor.as_str().into(),
        (&entry.subject).into(),
        (&entry.address).into(),
        entry.detail.to_string().into(),
        entry.occurred_at.into(),
    ];
    tx.execute(sql, &values).await.map(drop)
}
