//! All that is known of a contact, in one piece (GDPR, articles 15 and 20).

use domain::{
    Contact, ContactId, Date, Document, Event, LegalCopy, Order, OrderId, SecurityEntry, SecurityKind, Timestamp,
    Transaction,
};
use serde_json::{Value, json};
use store::erasure::{self, Found, Place};
use store::mails::{Fate, Mail};
use store::timeline::{self, Entry};
use store::{
    Page, Tx, attempts, contacts, dead_letters, documents, events, legal_copies, mails, order_lists, security_log,
    transactions,
};

use crate::contacts::WHAT;
use crate::contacts::erasure::{all_of, telling};
use crate::dead_letters::detail::Detail;
use crate::people::security;
use crate::{Ctx, Error};

/// Rows read at a time.
const AT_ONCE: usize = 200;

#[derive(Clone, Debug)]
pub struct Export {
    pub exported_at: Timestamp,
    pub contact: Contact,
    /// Those that were merged into it, as they were then.
    pub merged: Vec<Contact>,
    pub orders: Vec<Order>,
    /// Confirmed orders as they were before an edit.
    pub order_revisions: Vec<Order>,
    pub transactions: Vec<Transaction>,
    /// The journal of all of these, by subject, newest first.
    pub events: Vec<Event<Value>>,
    pub timeline: Vec<Entry>,
    /// Open and closed, with each attempt.
    pub dead_letters: Vec<Detail>,
    /// On their way somewhere, with bodies of their own; what has none is among the events.
    pub messages: Vec<Found>,
    /// That were made out to it; their files are at their own addresses.
    pub documents: Vec<Document>,
    pub legal_copies: Vec<LegalCopy>,
    /// Written to it, or to be.
    pub mails: Vec<(Mail, Fate)>,
    pub security_log: Vec<SecurityEntry>,
}

/// Collects all that is known of a contact, and notes in the security log that somebody has.
pub async fn export(tx: &mut Tx<'_>, ctx: &Ctx, id: ContactId) -> Result<Export, Error> {
    let contact = contacts::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    let ids = all_of(tx, id).await?;
    let mut merged = Vec::with_capacity(ids.len() - 1);
    for id in &ids[1..] {
        merged.extend(contacts::get(tx, *id).await?);
    }
    let orders = orders_of(tx, &ids, ctx.now.date()).await?;
    let order_revisions = revisions_of(tx, &ids).await?;
    let mut transactions = Vec::new();
    for order in &orders {
        transactions.extend(transactions_of(tx, order.id).await?);
    }
    let mut subjects: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let contacts_only = subjects.clone();
    subjects.extend(orders.iter().map(|order| order.id.to_string()));
    subjects.extend(transactions.iter().map(|transaction| transaction.id.to_string()));
    let mut journal = Vec::new();
    for subject in &subjects {
        journal.extend(events_of(tx, subject).await?);
    }
    let timeline = timeline_of(tx, &contacts_only).await?;
    let known: Vec<Contact> = std::iter::once(&contact).chain(&merged).cloned().collect();
    let (dead_letters, messages) = messages_of(tx, &ids, &telling(&known)).await?;
    let about = contacts_only.iter().cloned().chain(dead_letters.iter().map(|detail| detail.letter.id.to_string()));
    let security_log = security_log::about(tx, &about.collect::<Vec<_>>()).await?;
    let legal_copies = legal_copies::of(tx, &ids).await?;
    let mails = mails::of_contacts(tx, &ids).await?;
    let documents = documents::of_contacts(tx, &ids).await?;
    let detail = json!({ "orders": orders.len(), "events": journal.len() });
    security::record(tx, ctx, SecurityKind::ContactExported, Some(&id.to_string()), detail).await?;
    Ok(Export {
        exported_at: ctx.now,
        contact,
        merged,
        orders,
        order_revisions,
        transactions,
        events: journal,
        timeline,
        dead_letters,
        messages,
        documents,
        legal_copies,
        mails,
        security_log,
    })
}

/// The rest of a list, page after page.
macro_rules! every_page {
    ($after:ident => $page:expr) => {{
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let $after = cursor.as_deref();
            let page: Page<_> = $page;
            all.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break all;
            }
        }
    }};
}

async fn orders_of(tx: &mut Tx<'_>, ids: &[ContactId], today: Date) -> Result<Vec<Order>, Error> {
    let mut all = Vec::new();
    for id in ids {
        let filter = order_lists::Filter { contact_id: Some(*id), ..order_lists::Filter::default() };
        all.extend(every_page!(after => order_lists::list(tx, &filter, today, after, AT_ONCE).await?));
    }
    Ok(all)
}

async fn revisions_of(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<Vec<Order>, Error> {
    let former = erasure::revisions(tx, ids).await?;
    let read = |body: &String| serde_json::from_str(body).map_err(|e| store::Error::Unexpected(e.to_string()).into());
    former.iter().map(|(_, _, body)| read(body)).collect()
}

async fn transactions_of(tx: &mut Tx<'_>, order: OrderId) -> Result<Vec<Transaction>, Error> {
    let filter = transactions::Filter { order_id: Some(order), ..transactions::Filter::default() };
    Ok(every_page!(after => transactions::list(tx, &filter, after, AT_ONCE).await?))
}

async fn events_of(tx: &mut Tx<'_>, subject: &str) -> Result<Vec<Event<Value>>, Error> {
    let bodies: Vec<String> = every_page!(after => events::list(tx, Some(subject), after, AT_ONCE).await?);
    let read = |body: &String| serde_json::from_str(body).map_err(|e| store::Error::Unexpected(e.to_string()).into());
    bodies.iter().map(read).collect()
}

async fn timeline_of(tx: &mut Tx<'_>, subjects: &[String]) -> Result<Vec<Entry>, Error> {
    Ok(every_page!(after => timeline::list(tx, subjects, after, AT_ONCE).await?))
}

async fn messages_of(tx: &mut Tx<'_>, ids: &[ContactId], texts: &[String]) -> Result<(Vec<Detail>, Vec<Found>), Error> {
    let mut letters = Vec::new();
    for found in erasure::messages(tx, Place::DeadLetters, ids, texts).await? {
        let Ok(id) = found.id.parse() else { continue };
        let Some(letter) = dead_letters::get(tx, id).await? else { continue };
        let attempts = attempts::of(tx, &letter.message_id).await?;
        letters.push(Detail::new(letter, attempts));
    }
    let mut waiting = erasure::messages(tx, Place::Outbox, ids, texts).await?;
    waiting.extend(erasure::messages(tx, Place::Queue, ids, texts).await?);
    Ok((letters, waiting))
}
