//! The security log: append only, there is no function here that changes or removes an entry. (An erasure takes out what a
//! person wrote about a dead letter: `erasure.rs`.)

use domain::SecurityEntry;

use crate::value::name;
use crate::{Error, Reader, Tx, Value, dialect};

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

/// What is known of some subjects, oldest first.
pub async fn about(tx: &mut Tx<'_>, subjects: &[String]) -> Result<Vec<SecurityEntry>, Error> {
    let sql = format!(
        "SELECT id, kind, actor, subject, address, detail, occurred_at FROM security_log WHERE subject IN ({}) ORDER BY id",
        dialect::in_places(subjects.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(subjects).map(Value::from).collect();
    let read = |row: &mut Reader| {
        Ok(SecurityEntry {
            id: row.next()?,
            kind: row.next_name()?,
            actor: row.next_name()?,
            subject: row.next()?,
            address: row.next()?,
            detail: row.next_json()?,
            occurred_at: row.next()?,
        })
    };
    tx.rows(sql, &values, read).await
}
