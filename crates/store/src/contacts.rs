//! Contacts.

use std::collections::HashMap;

use domain::{Contact, ContactId, ContactState, sort_key};

use crate::search::{self, Kind, via};
use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::as_json;
use crate::{Error, Reader, Tx, Value, contact_keys, dialect};

table! {
    /// The table `contacts`.
    pub(crate) Contacts("contacts") of Contact {
        id,
        version,
        state,
        kind,
        name,
        contact_name,
        emails via as_json,
        phones via as_json,
        addresses via as_json,
        language,
        mail_opt_out,
        vat_number,
        siren,
        siret,
        tags via as_json,
        notes,
        external_id,
        merged_into,
        created_at,
        updated_at,
    }
    write_only |contact| { name_key = sort_key(&contact.name) }
}

/// The words by which a contact is found: none, once it was merged or erased.
fn terms(contact: &Contact) -> Vec<(String, &'static str)> {
    if matches!(contact.state, ContactState::Merged | ContactState::Erased) {
        return Vec::new();
    }
    let names = contact.name_terms().into_iter().map(|term| (term, via::NAME));
    names.chain(contact.other_terms().into_iter().map(|term| (term, via::OTHER))).collect()
}

/// Saves a new contact. [`Error::Duplicate`] `contacts_external_id` if another has the external id.
pub async fn insert(tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
    table::insert(tx, Contacts::NAME, Assignments::all::<Contacts>(contact)?).await?;
    search::add(tx, Kind::Contact, &contact.id.to_string(), &terms(contact)).await?;
    contact_keys::add(tx, contact).await
}

/// Saves a contact whose version has gone up by one; [`Error::Stale`] if somebody else has changed it meanwhile.
pub async fn update(tx: &mut Tx<'_>, before: &Contact, contact: &Contact) -> Result<(), Error> {
    let values = [contact.id.into(), before.version.into()];
    let (sql, values) =
        Assignments::all::<Contacts>(contact)?.without("id").update(Contacts::NAME, "id = ? AND version = ?", values);
    tx.execute_one(sql, &values).await?;
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

/// The contacts among these that were erased. In a change, none of the others is erased before it ends.
pub async fn erased(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<Vec<ContactId>, Error> {
    // By id only: MySQL lets go of the rows that a condition leaves out.
    let sql =
        format!("SELECT id, state FROM contacts WHERE id IN ({}){}", dialect::in_places(ids.len()), tx.for_share());
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    let read = |row: &mut Reader| Ok((row.next::<ContactId>()?, row.next::<ContactState>()?));
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

/// Whether some contacts can be written to, in one query; those that are not there are left out.
pub async fn reach(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<HashMap<ContactId, Reach>, Error> {
    let sql = format!(
        "SELECT id, state, mail_opt_out, CASE WHEN emails = '[]' THEN 0 ELSE 1 END FROM contacts WHERE id IN ({})",
        dialect::in_places(ids.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    let read = |row: &mut Reader| {
        let (id, state, mail_opt_out, has_email) = (row.next()?, row.next()?, row.next()?, row.next()?);
        Ok((id, Reach { state, mail_opt_out, has_email }))
    };
    Ok(tx.rows(sql, &values, read).await?.into_iter().collect())
}

pub async fn get(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>, Error> {
    tx.row(Contacts::select("WHERE id = ?"), &[id.into()], Contacts::read).await
}

pub async fn by_external_id(tx: &mut Tx<'_>, external_id: &str) -> Result<Option<Contact>, Error> {
    tx.row(Contacts::select("WHERE external_id = ?"), &[external_id.into()], Contacts::read).await
}

/// The contacts that have these external ids or, where none has, these ids; in the same order.
pub async fn by_keys(tx: &mut Tx<'_>, keys: &[String]) -> Result<Vec<Option<Contact>>, Error> {
    let sql = Contacts::select(&format!("WHERE external_id IN ({})", dialect::in_places(keys.len())));
    let values: Vec<Value<'_>> = dialect::padded(keys).map(Value::from).collect();
    let found = tx.rows(sql, &values, Contacts::read).await?;
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
    let sql = Contacts::select(&format!("WHERE id IN ({})", dialect::in_places(ids.len())));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, Contacts::read).await
}

/// How other lists name a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    pub name: String,
    pub external_id: Option<String>,
}

/// How some contacts are named elsewhere; an id may stand there more than once.
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
