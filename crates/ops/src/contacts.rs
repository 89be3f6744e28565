//! Contacts: create, edit, archive and bring back.

use domain::{Contact, ContactChange, ContactId, ContactInput, ContactState, EventType};
use store::{Tx, contacts};

use crate::{Ctx, Error};

const WHAT: &str = "contact";

pub async fn create(tx: &mut Tx<'_>, ctx: &Ctx, input: ContactInput) -> Result<Contact, Error> {
    let contact = Contact::create(ctx.id(ContactId::new), input, ctx.now)?;
    contacts::insert(tx, &contact).await.map_err(Error::taken("contacts_external_id", "external_id"))?;
    tell(tx, ctx, EventType::ContactCreated, &contact).await?;
    Ok(contact)
}

/// Replaces what is said of a contact. `expected` is the version that the caller has seen.
pub async fn edit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: ContactId,
    expected: i64,
    input: ContactInput,
) -> Result<Contact, Error> {
    let before = get(tx, id, expected).await?;
    let contact = before.edited(input, ctx.now)?;
    save(tx, ctx, &before, contact).await
}

/// Puts a contact out of the way, or back; an archived contact takes no new orders.
pub async fn set_archived(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: ContactId,
    expected: i64,
    archived: bool,
) -> Result<Contact, Error> {
    let before = get(tx, id, expected).await?;
    let state = if archived { ContactState::Archived } else { ContactState::Active };
    if before.state == state {
        return Ok(before);
    }
    let contact = Contact { state, version: before.version + 1, updated_at: ctx.now, ..before.clone() };
    save(tx, ctx, &before, contact).await
}

async fn get(tx: &mut Tx<'_>, id: ContactId, expected: i64) -> Result<Contact, Error> {
    let contact = contacts::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    if contact.version == expected { Ok(contact) } else { Err(Error::stale(WHAT, contact.version, &contact)) }
}

/// Somebody was faster between our reading and our writing.
async fn stale(tx: &mut Tx<'_>, id: ContactId) -> Error {
    match contacts::get(tx, id).await {
        Ok(Some(contact)) => Error::stale(WHAT, contact.version, &contact),
        Ok(None) => Error::NotFound { what: WHAT },
        Err(e) => e.into(),
    }
}

/// Saves the change and tells of it, unless it says nothing new.
async fn save(tx: &mut Tx<'_>, ctx: &Ctx, before: &Contact, contact: Contact) -> Result<Contact, Error> {
    if contact.says_the_same_as(before) {
        return Ok(before.clone());
    }
    match contacts::update(tx, before, &contact).await {
        Err(store::Error::Stale) => return Err(stale(tx, before.id).await),
        saved => saved.map_err(Error::taken("contacts_external_id", "external_id"))?,
    }
    tell(tx, ctx, EventType::ContactUpdated, &contact).await?;
    Ok(contact)
}

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, event_type: EventType, contact: &Contact) -> Result<(), Error> {
    ctx.tell(tx, event_type, &contact.id, contact.version, ContactChange { contact: contact.clone() }).await
}
