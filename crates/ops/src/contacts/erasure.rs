//! Erasing a contact (GDPR, article 17): nothing personal of it stays anywhere, but what the law wants kept of its orders.
//! docs/decisions/0008 says what goes, what stays, and what is out of reach.

use domain::{
    Buyer, Contact, ContactId, ContactState, Date, DeliveryId, ERASED, EventData, EventId, LegalCopy, OrderId,
    SecurityKind,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;
use store::erasure::{self, Found, Order, Place};
use store::{Db, Tx, change, contacts, documents, events, legal_copies, mails};
use utoipa::ToSchema;

use crate::contacts::{WHAT, get, record_event, update};
use crate::people::security;
use crate::{Ctx, Error};

/// Events rewritten at a time.
const AT_ONCE: usize = 200;

/// What an erasure of the contact would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ErasurePreview)]
pub struct Preview {
    /// Personal data of these would go: the contact, and those that were merged into it.
    pub contacts: Vec<ContactId>,
    /// Orders that would lose their notes and the name of their contact.
    pub orders: usize,
    /// What must stay of whom the orders were for.
    pub legal_copies: Vec<LegalCopyDue>,
    /// Numbers of drafts and confirmed orders: they must be closed or cancelled first.
    pub open_orders: Vec<String>,
    // Nothing stands in the way, and it was neither merged nor erased.
    pub can_be_erased: bool,
}

// A legal copy that would stay, or stays since the contact was erased.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LegalCopyDue {
    pub order_id: OrderId,
    /// The last day.
    pub keep_until: Date,
}

/// What would go, what must stay and until when, and what stands in the way.
pub async fn preview(tx: &mut Tx<'_>, id: ContactId) -> Result<Preview, Error> {
    let contact = contacts::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    let ids = all_of(tx, id).await?;
    let orders = erasure::orders(tx, &ids).await?;
    let due = |order_id, keep_until| LegalCopyDue { order_id, keep_until };
    let legal_copies = if contact.state == ContactState::Erased {
        legal_copies::of(tx, &ids).await?.iter().map(|copy| due(copy.order_id, copy.keep_until)).collect()
    } else {
        let kept = orders.iter().filter(|order| must_be_kept(order));
        kept.map(|order| due(order.id, LegalCopy::keep_until(order.ordered_on))).collect()
    };
    let open_orders = open(&orders);
    let can_be_erased = open_orders.is_empty() && contact.must_be_there().is_ok();
    Ok(Preview { contacts: ids, orders: orders.len(), legal_copies, open_orders, can_be_erased })
}

/// Erases a contact and those that were merged into it. One that is erased already stays as it is.
///
/// [`finish`] must follow the commit.
pub async fn erase(tx: &mut Tx<'_>, ctx: &Ctx, id: ContactId, expected: i64, reason: &str) -> Result<Contact, Error> {
    let reason = crate::dead_letters::checked(reason)?;
    let before = get(tx, id, expected).await?;
    if before.state == ContactState::Erased {
        return Ok(before);
    }
    before.must_be_there()?;
    let mut known = vec![before];
    for merged in contacts::merged_into(tx, id).await? {
        known.extend(contacts::get(tx, merged).await?);
    }
    // First the contacts: whoever places an order for one waits for us from here on, and finds it erased.
    let gone = erase_contacts(tx, ctx, &known).await?;
    let ids: Vec<ContactId> = known.iter().map(|contact| contact.id).collect();
    let orders = erasure::orders(tx, &ids).await?;
    let open = open(&orders);
    if !open.is_empty() {
        let message = format!("close or cancel these orders first: {}", open.join(", "));
        return Err(Error::conflict("has_open_orders", message));
    }
    let copies = keep_copies(tx, ctx, &known[0], &orders).await?;
    documents::forget(tx, &ids).await?;
    erasure::blank_orders(tx, &ids, ctx.now).await?;
    for (order, revision, body) in erasure::revisions(tx, &ids).await? {
        if let Some(blank) = blank_json(&body, &ids) {
            erasure::rewrite_revision(tx, order, revision, &blank).await?;
        }
    }
    blank_journal(tx, &ids).await?;
    erasure::blank_timeline(tx, &ids).await?;
    mails::blank(tx, &ids).await?;
    let texts = telling(&known);
    blank_messages(tx, ctx, &ids, &texts).await?;
    let mut subjects: Vec<String> = ids.iter().map(ToString::to_string).collect();
    subjects.extend(orders.iter().map(|order| order.id.to_string()));
    erasure::blank_deliveries(tx, &subjects).await?;
    erasure::forget_rejects(tx, &texts).await?;
    blank_replies(tx, &ids).await?;
    for (contact, was) in gone.iter().zip(&known) {
        record_event(tx, ctx, EventData::ContactUpdated, contact, Some(&was.clone().blank())).await?;
    }
    let detail = json!({ "reason": reason, "merged": ids[1..], "orders": orders.len(), "legal_copies": copies });
    security::record(tx, ctx, SecurityKind::ContactErased, Some(&id.to_string()), detail).await?;
    erasure::ask_for_scrub(tx).await?;
    gone.into_iter().next().ok_or(Error::NotFound { what: WHAT })
}

/// Makes what was erased unreadable in the database's files as well, and removes the mails that lie in `mail_folder`. Should this
/// not come to its end, the worker's sweep does it.
pub async fn finish(db: &Db, mail_folder: Option<&Path>) -> Result<(), store::Error> {
    if let Some(folder) = mail_folder {
        crate::mails::forget_files(db, folder).await?;
    }
    db.scrub().await?;
    change!(db, |tx| erasure::scrubbed(tx).await).await
}

/// The contact, and those that were merged into it.
pub(crate) async fn all_of(tx: &mut Tx<'_>, id: ContactId) -> Result<Vec<ContactId>, Error> {
    let mut ids = vec![id];
    ids.extend(contacts::merged_into(tx, id).await?);
    Ok(ids)
}

fn open(orders: &[Order]) -> Vec<String> {
    use domain::OrderState::{Confirmed, Draft};
    orders.iter().filter(|order| matches!(order.state, Draft | Confirmed)).map(|order| order.number.clone()).collect()
}

/// What counts in the books; and a cancelled order too, once money has come in for it.
fn must_be_kept(order: &Order) -> bool {
    order.state.counts() || order.received > 0
}

async fn erase_contacts(tx: &mut Tx<'_>, ctx: &Ctx, known: &[Contact]) -> Result<Vec<Contact>, Error> {
    let mut gone = Vec::with_capacity(known.len());
    for contact in known {
        let erased = contact.erased(ctx.now);
        update(tx, contact, &erased).await?;
        gone.push(erased);
    }
    Ok(gone)
}

/// Writes whom each order was for, where the law wants it known; says for how many.
async fn keep_copies(tx: &mut Tx<'_>, ctx: &Ctx, contact: &Contact, orders: &[Order]) -> Result<usize, Error> {
    let buyer = Buyer::of(contact);
    let kept = orders.iter().filter(|order| must_be_kept(order));
    let copies: Vec<LegalCopy> = kept
        .map(|order| LegalCopy {
            order_id: order.id,
            contact_id: order.contact_id,
            buyer: buyer.clone(),
            keep_until: LegalCopy::keep_until(order.ordered_on),
            created_at: ctx.now,
        })
        .collect();
    legal_copies::insert(tx, &copies).await?;
    Ok(copies.len())
}

/// Rewrites what the journal says of the contacts, and the notes of their orders.
async fn blank_journal(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<(), Error> {
    for of_orders in [false, true] {
        let mut after = None;
        loop {
            let some = if of_orders {
                erasure::events_of_orders(tx, ids, after, AT_ONCE).await?
            } else {
                erasure::events_of_contacts(tx, ids, after, AT_ONCE).await?
            };
            for (id, body) in &some {
                if let Some(blank) = blank_json(body, ids) {
                    erasure::rewrite_event(tx, *id, &blank).await?;
                }
            }
            let Some((last, _)) = some.last() else { break };
            after = Some(*last);
        }
    }
    Ok(())
}

/// Texts by which a message betrays that it is about the contacts: their ids, e-mails, phones and numbers of the state. A name
/// alone does not, others may have it.
pub(crate) fn telling(known: &[Contact]) -> Vec<String> {
    let mut texts: Vec<String> = known.iter().map(|contact| contact.id.to_string()).collect();
    for contact in known {
        texts.extend(contact.emails.iter().map(|email| email.address.clone()));
        texts.extend(contact.phones.iter().map(|phone| phone.number.clone()).filter(|number| number.len() > 5));
        texts.extend([&contact.vat_number, &contact.siren, &contact.siret].into_iter().flatten().cloned());
    }
    texts.sort();
    texts.dedup();
    texts
}

/// Messages that wait, and dead letters. The journal's events become what the journal has now, so that they can still be
/// handled; of foreign ones nothing stays but that they were there.
async fn blank_messages(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[ContactId], texts: &[String]) -> Result<(), Error> {
    for place in [Place::Outbox, Place::Queue] {
        for found in erasure::messages(tx, place, ids, texts).await? {
            // It holds ids only.
            if found.message_id.parse::<DeliveryId>().is_ok() {
                continue;
            }
            let known = journal_body(tx, &found).await?.is_some();
            erasure::rewrite_message(tx, place, &found.id, if known { None } else { Some(ERASED) }).await?;
            erasure::blank_attempts(tx, &found.message_id).await?;
        }
    }
    for found in erasure::messages(tx, Place::DeadLetters, ids, texts).await? {
        let id = found.id.parse().map_err(|_| store::Error::Unexpected("a dead letter's id".into()))?;
        if found.message_id.parse::<DeliveryId>().is_ok() {
            erasure::blank_delivery_letter(tx, id).await?;
            erasure::blank_attempts(tx, &found.message_id).await?;
            continue;
        }
        let body = journal_body(tx, &found).await?;
        erasure::rewrite_dead_letter(tx, id, body.as_deref().unwrap_or(ERASED)).await?;
        erasure::blank_attempts(tx, &found.message_id).await?;
        if body.is_none() {
            discard(tx, ctx, id).await?;
        }
    }
    Ok(())
}

async fn journal_body(tx: &mut Tx<'_>, found: &Found) -> Result<Option<String>, Error> {
    match found.message_id.parse::<EventId>() {
        Ok(id) => Ok(events::get(tx, id).await?),
        Err(_) => Ok(None),
    }
}

/// There is nothing left to decide on.
async fn discard(tx: &mut Tx<'_>, ctx: &Ctx, id: domain::DeadLetterId) -> Result<(), Error> {
    use store::dead_letters::{State, close};
    match close(tx, id, State::Discarded, Some(ERASED), &ctx.actor, ctx.now).await {
        Ok(()) | Err(store::Error::Stale) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

async fn blank_replies(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<(), Error> {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    for (actor, key, body) in erasure::replies(tx, &texts).await? {
        if let Some(blank) = blank_json(&body, ids) {
            erasure::rewrite_reply(tx, &actor, &key, &blank).await?;
        }
    }
    Ok(())
}

/// Removes everything personal of these contacts from a JSON text; none if there was nothing. A text that is no JSON is replaced
/// whole.
fn blank_json(body: &str, ids: &[ContactId]) -> Option<String> {
    let Ok(mut value) = serde_json::from_str::<Value>(body) else { return Some(json!(ERASED).to_string()) };
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    blank_value(&mut value, &ids).then(|| value.to_string())
}

/// Fields of a contact that say nothing of the person.
const KEPT: [&str; 9] =
    ["id", "version", "state", "kind", "language", "mail_opt_out", "merged_into", "created_at", "updated_at"];

/// Wherever in it one of the contacts stands, or an order of one. Says whether anything has changed.
fn blank_value(value: &mut Value, ids: &[String]) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().fold(false, |changed, item| blank_value(item, ids) | changed),
        Value::Object(fields) => {
            let names = |fields: &serde_json::Map<String, Value>, field: &str| {
                fields.get(field).and_then(Value::as_str).is_some_and(|id| ids.iter().any(|known| known == id))
            };
            if names(fields, "id") {
                for (name, value) in fields.iter_mut().filter(|(name, _)| !KEPT.contains(&name.as_str())) {
                    *value = match value {
                        _ if name == "name" => ERASED.into(),
                        Value::Array(_) => json!([]),
                        _ => Value::Null,
                    };
                }
                return true;
            }
            let mut changed = false;
            if names(fields, "contact_id")
                && let Some(notes) = fields.get_mut("notes").filter(|notes| !notes.is_null())
            {
                *notes = Value::Null;
                changed = true;
            }
            fields.values_mut().fold(changed, |changed, value| blank_value(value, ids) | changed)
        }
        _ => false,
    }
}
