//! Whole values by which contacts are filtered and duplicates noticed.

use std::collections::HashMap;

use domain::{Contact, ContactId, ContactInput, ContactState, KeyKind};

use crate::{Error, Reader, Tx, Value, dialect};

/// Contacts that share one value, at most: a switchboard's number says little.
const SHARED: usize = 50;

/// What is kept of a contact: nothing, once it was merged or erased.
pub(crate) fn of(contact: &Contact) -> Vec<(KeyKind, String)> {
    match contact.state {
        ContactState::Active | ContactState::Archived => contact.keys(),
        ContactState::Merged | ContactState::Erased => Vec::new(),
    }
}

pub(crate) async fn add(tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
    let keys = of(contact);
    if keys.is_empty() {
        return Ok(());
    }
    let sql = format!("INSERT INTO contact_keys (kind, value, contact_id) VALUES {}", dialect::places(keys.len(), 3));
    let values: Vec<Value<'_>> =
        keys.iter().flat_map(|(kind, value)| [kind.as_str().into(), value.into(), contact.id.into()]).collect();
    tx.execute(sql, &values).await.map(drop)
}

pub(crate) async fn forget(tx: &mut Tx<'_>, id: ContactId) -> Result<(), Error> {
    tx.execute("DELETE FROM contact_keys WHERE contact_id = ?", &[id.into()]).await.map(drop)
}

/// A contact that may be the same as another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    pub id: ContactId,
    /// In which kinds of values they agree, each once.
    pub reasons: Vec<KeyKind>,
}

/// Contacts that share a telling value with `input`, `except` left out, in the order of their ids. A town, a country or a tag
/// tells nothing.
pub async fn alike(tx: &mut Tx<'_>, input: &ContactInput, except: Option<ContactId>) -> Result<Vec<Alike>, Error> {
    let mut found: HashMap<ContactId, Vec<KeyKind>> = HashMap::new();
    let telling = |kind: KeyKind| !matches!(kind, KeyKind::Tag | KeyKind::City | KeyKind::Country);
    for (kind, value) in input.keys().into_iter().filter(|(kind, _)| telling(*kind)) {
        let sql = "SELECT contact_id FROM contact_keys WHERE kind = ? AND value = ? ORDER BY contact_id LIMIT ?";
        let values = [kind.as_str().into(), value.into(), (SHARED + 1).into()];
        for id in tx.rows(sql, &values, Reader::next).await? {
            let reasons = found.entry(id).or_default();
            if Some(id) != except && !reasons.contains(&kind) {
                reasons.push(kind);
            }
        }
    }
    let mut alike: Vec<Alike> = found.into_iter().map(|(id, reasons)| Alike { id, reasons }).collect();
    alike.retain(|alike| !alike.reasons.is_empty());
    alike.sort_by_key(|alike| alike.id);
    Ok(alike)
}
