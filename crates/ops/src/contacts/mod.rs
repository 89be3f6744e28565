//! Contacts: create, edit, archive and bring back, find those that may be the same, merge two into one.

pub mod erasure;
pub mod export;

use domain::{Contact, ContactChange, ContactId, ContactInput, ContactMerge, EventData, Invalid, KeyKind};
use store::contact_keys::{self, Alike};
use store::{Tx, contacts};

use crate::{Ctx, Error};

pub(crate) const WHAT: &str = "contact";

pub async fn create(tx: &mut Tx<'_>, ctx: &Ctx, input: ContactInput) -> Result<Contact, Error> {
    let contact = Contact::create(ctx.id(ContactId::new), input, ctx.now)?;
    contacts::insert(tx, &contact).await.map_err(Error::taken("contacts_external_id", "external_id"))?;
    record_event(tx, ctx, EventData::ContactCreated, &contact, None).await?;
    Ok(contact)
}

/// Creates a contact, unless there is one already that it may be.
pub async fn create_unless_known(tx: &mut Tx<'_>, ctx: &Ctx, input: ContactInput) -> Result<Contact, Error> {
    let input = input.checked()?;
    let candidates = duplicates(tx, &input, None).await?;
    if candidates.is_empty() {
        return create(tx, ctx, input).await;
    }
    Err(Error::PossibleDuplicate { candidates: candidates.iter().map(|candidate| candidate.contact.id).collect() })
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
    let contact = before.archived(archived, ctx.now)?;
    save(tx, ctx, &before, contact).await
}

/// A contact that may be the same as the one that was asked about.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub contact: Contact,
    /// In which values they agree.
    pub reasons: Vec<KeyKind>,
    /// 1 to 100: how likely it is.
    pub score: u8,
}

/// Candidates in one answer.
const CANDIDATES: usize = 10;

/// Up to ten contacts that share a telling value with `input`, the likeliest first; `except` is not one of them.
pub async fn duplicates(
    tx: &mut Tx<'_>,
    input: &ContactInput,
    except: Option<ContactId>,
) -> Result<Vec<Candidate>, Error> {
    let mut alike = contact_keys::alike(tx, input, except).await?;
    // The sort keeps the order of ids, which is that of age, among equals.
    alike.sort_by_key(|alike| std::cmp::Reverse(score(alike)));
    let mut candidates = Vec::new();
    for alike in alike.into_iter().take(CANDIDATES) {
        let Some(contact) = contacts::get(tx, alike.id).await? else { continue };
        candidates.push(Candidate { contact, score: score(&alike), reasons: alike.reasons });
    }
    Ok(candidates)
}

/// A number of the state says nearly everything; a name says little.
fn score(alike: &Alike) -> u8 {
    let weight = |reason: &KeyKind| match reason {
        KeyKind::VatNumber => 60,
        KeyKind::Siren => 50,
        KeyKind::Email => 45,
        KeyKind::Phone => 35,
        KeyKind::Name => 30,
        KeyKind::Tag | KeyKind::City | KeyKind::Country => 0,
    };
    let sum: u32 = alike.reasons.iter().map(weight).sum();
    u8::try_from(sum.min(100)).unwrap_or(100)
}

/// What to merge into a contact.
#[derive(Clone, Debug)]
pub struct Merge {
    pub from: ContactId,
    /// The version of it that the caller has seen.
    pub from_version: i64,
    /// What is to be said of the contact that stays; if nothing, what both say together.
    pub result: Option<ContactInput>,
}

/// Finds that two contacts are one: `id` stays and gets the orders of the other, which takes no new ones.
pub async fn merge(tx: &mut Tx<'_>, ctx: &Ctx, id: ContactId, expected: i64, merge: Merge) -> Result<Contact, Error> {
    let before = get(tx, id, expected).await?;
    before.must_be_there()?;
    let unknown = || Invalid::new("from", "unknown_contact", "must be the id of a contact");
    let from = contacts::get(tx, merge.from).await?.ok_or_else(unknown)?;
    if from.version != merge.from_version {
        return Err(Error::stale("contact to be merged", from.version, &from));
    }
    let result = merge.result.unwrap_or_else(|| before.united_with(&from));
    let contact = before.edited(result, ctx.now).map_err(|e| e.inside("result"))?;
    let merged = from.merged(id, contact.external_id.as_deref(), ctx.now)?;
    // First the other one: an external id that moves is free then, and no new order can come.
    update(tx, &from, &merged).await?;
    update(tx, &before, &contact).await?;
    contacts::move_orders(tx, &merged, &contact).await?;
    record_event(tx, ctx, EventData::ContactUpdated, &merged, Some(&from)).await?;
    let change = ContactMerge { contact: contact.clone(), before, merged: from };
    ctx.record_event(tx, &id, contact.version, EventData::ContactMerged(Box::new(change))).await?;
    Ok(contact)
}

pub(crate) async fn get(tx: &mut Tx<'_>, id: ContactId, expected: i64) -> Result<Contact, Error> {
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

/// Saves the change and records its event, unless it changes nothing.
async fn save(tx: &mut Tx<'_>, ctx: &Ctx, before: &Contact, contact: Contact) -> Result<Contact, Error> {
    if contact.says_the_same_as(before) {
        return Ok(before.clone());
    }
    update(tx, before, &contact).await?;
    record_event(tx, ctx, EventData::ContactUpdated, &contact, Some(before)).await?;
    Ok(contact)
}

pub(crate) async fn update(tx: &mut Tx<'_>, before: &Contact, contact: &Contact) -> Result<(), Error> {
    match contacts::update(tx, before, contact).await {
        Err(store::Error::Stale) => Err(stale(tx, before.id).await),
        saved => saved.map_err(Error::taken("contacts_external_id", "external_id")),
    }
}

/// Records the event of a change; `data` is a variant of [`EventData`].
pub(crate) async fn record_event(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    data: fn(Box<ContactChange>) -> EventData,
    contact: &Contact,
    before: Option<&Contact>,
) -> Result<(), Error> {
    let change = ContactChange { contact: contact.clone(), before: before.cloned() };
    ctx.record_event(tx, &contact.id, contact.version, data(Box::new(change))).await
}
