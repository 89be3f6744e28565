//! Contacts.

use domain::{Address, Contact, ContactId, search::fold};

use crate::search::{self, Kind, via};
use crate::value::{cursor, name};
use crate::{Error, Page, Reader, Tx, Value, dialect};

const COLUMNS: &str = "id, version, state, kind, name, contact_name, email, phone, language, vat_number, street, \
                       postal_code, city, region, country, notes, external_id, created_at, updated_at";

fn read(row: &mut Reader) -> Result<Contact, Error> {
    Ok(Contact {
        id: row.next()?,
        version: row.next()?,
        state: row.next_name()?,
        kind: row.next_name()?,
        name: row.next()?,
        contact_name: row.next()?,
        email: row.next()?,
        phone: row.next()?,
        language: row.next_name()?,
        vat_number: row.next()?,
        address: Address {
            street: row.next()?,
            postal_code: row.next()?,
            city: row.next()?,
            region: row.next()?,
            country: row.next()?,
        },
        notes: row.next()?,
        external_id: row.next()?,
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
        (&contact.email).into(),
        (&contact.phone).into(),
        name(contact.language)?,
        (&contact.vat_number).into(),
        (&contact.address.street).into(),
        (&contact.address.postal_code).into(),
        (&contact.address.city).into(),
        (&contact.address.region).into(),
        (&contact.address.country).into(),
        (&contact.notes).into(),
        (&contact.external_id).into(),
        contact.created_at.into(),
        contact.updated_at.into(),
        sort_key(&contact.name).into(),
    ])
}

/// The name as it sorts: without accents and case, one space between words, at most 100 characters, no space at the end.
///
/// MySQL fills the shorter of two texts up with spaces: whatever sorts before a space (a tab, a line end), and a space at
/// the end, would stand elsewhere there than on SQLite.
pub(crate) fn sort_key(name: &str) -> String {
    let words: Vec<String> = fold(name).split_whitespace().map(str::to_owned).collect();
    let key: String = words.join(" ").chars().take(100).collect();
    key.trim_end().to_owned()
}

fn terms(contact: &Contact) -> Vec<(String, &'static str)> {
    let names = contact.name_terms().into_iter().map(|term| (term, via::NAME));
    names.chain(contact.other_terms().into_iter().map(|term| (term, via::OTHER))).collect()
}

/// Saves a new contact. [`Error::Duplicate`] `contacts_external_id` if another has the external id.
pub async fn insert(tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
    let sql = format!("INSERT INTO contacts ({COLUMNS}, name_key) VALUES {}", dialect::places(1, 20));
    let mut all = vec![contact.id.into()];
    all.extend(values(contact)?);
    tx.execute(sql, &all).await?;
    search::add(tx, Kind::Contact, &contact.id.to_string(), &terms(contact)).await
}

/// Saves a contact whose version has gone up by one; [`Error::Stale`] if somebody else has changed it meanwhile.
pub async fn update(tx: &mut Tx<'_>, before: &Contact, contact: &Contact) -> Result<(), Error> {
    let sql = "UPDATE contacts SET version = ?, state = ?, kind = ?, name = ?, contact_name = ?, email = ?, phone = ?, \
               language = ?, vat_number = ?, street = ?, postal_code = ?, city = ?, region = ?, country = ?, notes = ?, \
               external_id = ?, created_at = ?, updated_at = ?, name_key = ? WHERE id = ? AND version = ?";
    let mut all = values(contact)?;
    all.extend([contact.id.into(), before.version.into()]);
    tx.execute_one(sql, &all).await?;
    let id = contact.id.to_string();
    search::forget(tx, &id).await?;
    search::add(tx, Kind::Contact, &id, &terms(contact)).await?;
    if before.name_terms() != contact.name_terms() {
        search::rename_contact(tx, &id).await?;
    }
    Ok(())
}

pub async fn get(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM contacts WHERE id = ?"), &[id.into()], read).await
}

pub async fn by_external_id(tx: &mut Tx<'_>, external_id: &str) -> Result<Option<Contact>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM contacts WHERE external_id = ?"), &[external_id.into()], read).await
}

/// By name, then by id.
pub async fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: usize) -> Result<Page<Contact>, Error> {
    let limit_value = (limit + 1).into();
    let rows = if let Some(after) = after {
        let (id, key) = after.split_once(' ').ok_or(Error::BadCursor)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM contacts WHERE name_key >= ? AND (name_key > ? OR id > ?) ORDER BY name_key, id LIMIT ?"
        );
        tx.rows(sql, &[key.into(), key.into(), cursor::<ContactId>(id)?, limit_value], read).await?
    } else {
        tx.rows(format!("SELECT {COLUMNS} FROM contacts ORDER BY name_key, id LIMIT ?"), &[limit_value], read).await?
    };
    Ok(Page::of(rows, limit, |contact| format!("{} {}", contact.id, sort_key(&contact.name))))
}

/// Contacts that have, for each word of `text`, a word that begins with it.
pub async fn search(tx: &mut Tx<'_>, text: &str, after: Option<&str>, limit: usize) -> Result<Page<Contact>, Error> {
    let found = search::find(tx, Kind::Contact, text, after, limit).await?;
    let mut contacts = by_ids(tx, &found.items).await?;
    let items = found.items.iter().filter_map(|id| {
        let at = contacts.iter().position(|contact| contact.id.to_string() == *id)?;
        Some(contacts.swap_remove(at))
    });
    Ok(Page { items: items.collect(), next: found.next })
}

async fn by_ids(tx: &mut Tx<'_>, ids: &[String]) -> Result<Vec<Contact>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE id IN ({})", dialect::in_places(ids.len()));
    let values: Vec<Value<'_>> = dialect::padded(ids).map(Value::from).collect();
    tx.rows(sql, &values, read).await
}

pub async fn count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    Ok(tx.row("SELECT COUNT(*) FROM contacts", &[], Reader::next).await?.unwrap_or(0))
}
