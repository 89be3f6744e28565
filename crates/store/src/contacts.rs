//! Contacts.

use std::collections::HashMap;

use domain::{Contact, ContactId, ContactState, sort_key};

use crate::search::{self, Kind, via};
use crate::value::{json, name};
use crate::{Error, Reader, Tx, Value, contact_keys, dialect};

pub(crate) const COLUMNS: &str = "id, version, state, kind, name, contact_name, emails, phones, addresses, language, mail_opt_out, \
                                  vat_number, siren, siret, tags, notes, external_id, merged_into, created_at, updated_at";

pub(crate) fn read(row: &mut Reader) -> Result<Contact, Error> {
    Ok(Contact {
        id: row.next()?,
        version: row.next()?,
        state: row.next_name()?,
        kind: row.next_name()?,
        name: row.next()?,
        contact_name: row.next()?,
        emails: row.next_json()?,
        phones: row.next_json()?,
        addresses: row.next_json()?,
        language: row.next_name()?,
        mail_opt_out: row.next()?,
        vat_number: row.next()?,
        siren: row.next()?,
        siret: row.next()?,
        tags: row.next_json()?,
        notes: row.next()?,
        external_id: row.next()?,
        merged_into: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

/// In the order of [`COLUMNS`], without the id; then the sort key.
fn values(contact: &Contact) -> Result<Vec<Value<'_>>, Error> {
    Ok(vec![
        contact.version.into(),
        name(contact.state)?,
        name(contact.kind)?,
        (&contact.name).into(),
        (&contact.contact_name).into(),
        json(&contact.emails)?,
        json(&contact.phones)?,
        json(&contact.addresses)?,
        name(contact.language)?,
        i64::from(contact.mail_opt_out).into(),
        (&contact.vat_number).into(),
        (&contact.siren).into(),
        (&contact.siret).into(),
        json(&contact.tags)?,
        (&contact.notes).into(),
        (&contact.external_id).into(),
        contact.merged_into.into(),
        contact.created_at.into(),
        contact.updated_at.into(),
        sort_key(&contact.name).into(),
    ])
}

/// A contact that was merged or erased is found no more.
fn terms(contact: &Contact) -> Vec<(String, &'static str)> {
    if matches!(contact.state, ContactState::Merged | ContactState::Erased) {
        return Vec::new();
    }
    let names = contact.name_terms().into_iter().map(|term| (term, via::NAME));
    names.chain(contact.other_terms().into_iter().map(|term| (term, via::OTHER))).collect()
}

/// Saves a new contact. [`Error::Duplicate`] `contacts_external_id` if another has the external id.
pub async fn insert(tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
    let sql = format!("INSERT INTO contacts ({COLUMNS}, name_key) VALUES {}", dialect::places(1, 21));
    let mut all = vec![contact.id.into()];
    all.extend(values(contact)?);
    tx.execute(sql, &all).await?;
    search::add(tx, Kind::Contact, &contact.id.to_string(), &terms(contact)).await?;
    contact_keys::add(tx, contact).await
}

/// Saves a contact whose version has gone up by one; [`Error::Stale`] if somebody else has changed it meanwhile.
pub async fn update(tx: &mut Tx<'_>, before: &Contact, contact: &Contact) -> Result<(), Error> {
    let sql = "UPDATE contacts SET version = ?, state = ?, kind = ?, name = ?, contact_name = ?, emails = ?, phones = ?, \
               addresses = ?, language = ?, mail_opt_out = ?, vat_number = ?, siren = ?, siret = ?, tags = ?, notes = ?, external_id = ?, \
               merged_into = ?, created_at = ?, updated_at = ?, name_key = ? WHERE id = ? AND version = ?";
    let mut all = values(contact)?;
    all.extend([contact.id.into(), before.version.into()]);
    tx.execute_one(sql, &all).await?;
    if contact_keys::of(before) != contact_keys::of(contact) {
        contact_keys::forget(tx, contact.id).await?;
        contact_keys::add(tx, contact).await?;
    }
    if terms(before) == terms(contact) {
        return Ok(());
    }
    let id = contact.id.to_string();
    search::forget(tx, &id).await?;
    search::add(tx, Kind::Contact, &id, &terms(contact)).await?;
    if before.state != contact.state || before.name_terms() != contact.name_terms() {
        search::rename_contact(tx, &id).await?;
    }
    Ok(())
}

/// Gives a merged contact's orders to another, each one version later and found by the other's name; says how many.
///
/// Call it after the merged contact was saved: from then on it takes no new orders.
pub async fn move_orders(tx: &mut Tx<'_>, from: &Contact, to: &Contact) -> Result<u64, Error> {
    let sql = "UPDATE orders SET contact_id = ?, version = version + 1, updated_at = ? WHERE contact_id = ?";
    let moved = tx.execute(sql, &[to.id.into(), to.updated_at.into(), from.id.into()]).await?;
    if moved > 0 {
        search::rename_contact(tx, &to.id.to_string()).await?;
    }
    Ok(moved)
}

/// The contacts that were merged into this one, and into those, and so on.
pub async fn merged_into(tx: &mut Tx<'_>, id: ContactId) -> Result<Vec<ContactId>, Error> {
    let sql = "WITH RECURSIVE found (id) AS (SELECT id FROM contacts WHERE merged_into = ? \
               UNION SELECT c.id FROM contacts c JOIN found f ON c.merged_into = f.id) SELECT id FROM found ORDER BY id";
    tx.rows(sql, &[id.into()], Reader::next).await
}

/// The contact itself; or, if it was merged, the one that has its orders now.
pub async fn survivor(tx: &mut Tx<'_>, mut contact: Contact) -> Result<Contact, Error> {
    while let Some(into) = contact.merged_into {
        contact = get(tx, into).await?.ok_or(Error::Missing)?;
    }
    Ok(contact)
}

/// Which of these contacts were erased. In a change, none is before it ends.
pub async fn erased(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<Vec<ContactId>, Error> {
    // By id only: MySQL lets go of the rows that a condition leaves out.
    let sql =
        format!("SELECT id, state FROM contacts WHERE id IN ({}){}", dialect::in_places(ids.len()), tx.for_share());
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    let read = |row: &mut Reader| Ok((row.next::<ContactId>()?, row.next_name::<ContactState>()?));
    let states = tx.rows(sql, &values, read).await?;
    Ok(states.into_iter().filter(|(_, state)| *state == ContactState::Erased).map(|(id, _)| id).collect())
}

/// Whether a contact can be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    pub state: ContactState,
    pub mail_opt_out: bool,
    pub has_email: bool,
}

/// Of some contacts, in one query; those that are not there are left out.
pub async fn reach(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<HashMap<ContactId, Reach>, Error> {
    let sql = format!(
        "SELECT id, state, mail_opt_out, CASE WHEN emails = '[]' THEN 0 ELSE 1 END FROM contacts WHERE id IN ({})",
        dialect::in_places(ids.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    let read = |row: &mut Reader| {
        let (id, state, mail_opt_out, has_email) = (row.next()?, row.next_name()?, row.next()?, row.next()?);
        Ok((id, Reach { state, mail_opt_out, has_email }))
    };
    Ok(tx.rows(sql, &values, read).await?.into_iter().collect())
}

pub async fn get(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM contacts WHERE id = ?"), &[id.into()], read).await
}

pub async fn by_external_id(tx: &mut Tx<'_>, external_id: &str) -> Result<Option<Contact>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM contacts WHERE external_id = ?"), &[external_id.into()], read).await
}

/// The contacts that have these external ids or, where none has, these ids; in the same order.
pub async fn by_keys(tx: &mut Tx<'_>, keys: &[String]) -> Result<Vec<Option<Contact>>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE external_id IN ({})", dialect::in_places(keys.len()));
    let values: Vec<Value<'_>> = dialect::padded(keys).map(Value::from).collect();
    let found = tx.rows(sql, &values, read).await?;
    let mut by_key: HashMap<String, Contact> =
        found.into_iter().filter_map(|contact| Some((contact.external_id.clone()?, contact))).collect();
    let is_ours = |key: &&String| !by_key.contains_key(*key) && key.parse::<ContactId>().is_ok();
    let ours: Vec<String> = keys.iter().filter(is_ours).cloned().collect();
    by_key.extend(by_ids(tx, &ours).await?.into_iter().map(|contact| (contact.id.to_string(), contact)));
    Ok(keys.iter().map(|key| by_key.get(key).cloned()).collect())
}

pub(crate) async fn by_ids(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<Contact>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE id IN ({})", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, read).await
}

/// What other lists say of a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    pub name: String,
    pub external_id: Option<String>,
}

/// What is to be said of some contacts; an id may stand there more than once.
pub async fn references(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<HashMap<ContactId, Reference>, Error> {
    let mut ids: Vec<ContactId> = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let sql = format!("SELECT id, name, external_id FROM contacts WHERE id IN ({})", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(&ids).map(Value::from).collect();
    let read = |row: &mut Reader| Ok((row.next()?, Reference { name: row.next()?, external_id: row.next()? }));
    Ok(tx.rows(sql, &values, read).await?.into_iter().collect())
}

pub async fn count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM contacts", &[], Reader::next).await?.unwrap_or(0))
}
