//! Documents of orders and of their money: made once of the same data, kept, and given as they were kept.
//!
//! ```text
//! let (document, new) = documents::find_or_make(&db, &ctx, request).await?;   // what a handler or the worker calls
//! let file = documents::file(tx, document.id).await?;
//! ```
//!
//! In three steps, because setting a page takes milliseconds of CPU and SQLite has one writer: [`snapshot`] reads what the
//! document says, [`make`] sets it outside any transaction, [`keep`] writes it, or finds that somebody else has.

use aws_lc_rs::digest;
use documents::{Content, EDITION};
use domain::{
    Contact, Document, DocumentId, DocumentKind, Invalid, Language, Order, OrderId, Transaction, TransactionId,
    TransactionKind, TransactionState,
};
use store::{Db, Tx, change, contacts, logos, orders, query, settings, transactions};

use crate::{Ctx, Error};

const WHAT: &str = "document";
/// Of a file's name, in characters.
const MAX_NAME: usize = 150;
/// How often an order that changes while it is read is read again.
const READINGS: usize = 5;

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub order_id: OrderId,
    pub kind: DocumentKind,
    /// Of a receipt, and only of it.
    pub transaction_id: Option<TransactionId>,
    /// The contact's, if not given.
    pub language: Option<Language>,
}

/// What a document says, and of what.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub content: Content,
    /// Of all that it says and of what documents look like now: two of the same are one document.
    digest: String,
    order: Order,
    transaction_id: Option<TransactionId>,
    file_name: String,
}

/// The document of these data, and whether it had to be made.
pub async fn find_or_make(db: &Db, ctx: &Ctx, request: Request) -> Result<(Document, bool), Error> {
    let looking = query!(db, move |tx, request| {
        let snapshot = snapshot(tx, *request).await?;
        let found = store::documents::by_content(tx, &snapshot.digest).await?;
        Ok::<_, Error>((snapshot, found))
    });
    let (snapshot, found) = looking.await?;
    if let Some(document) = found {
        return Ok((document, false));
    }
    let making = tokio::task::spawn_blocking(move || make(&snapshot).map(|file| (snapshot, file)));
    let (snapshot, file) = making.await.map_err(|e| store::Error::Unexpected(e.to_string()))??;
    let ctx = ctx.clone();
    change!(db, move |tx, ctx, snapshot, file| keep(tx, ctx, snapshot, file).await).await
}

/// Reads what a document says now. Refused where the order or the transaction is in no state for it, and of a contact that was
/// erased.
pub async fn snapshot(tx: &mut Tx<'_>, request: Request) -> Result<Snapshot, Error> {
    let order = whole_order(tx, request.order_id).await?;
    if request.kind != DocumentKind::Receipt && !order.state.counts() {
        let message = format!("a {} order has no such document", order.state.as_str());
        return Err(Error::conflict("bad_order_state", message));
    }
    let transaction = transaction(tx, request).await?;
    let contact = contacts::get(tx, order.contact_id).await?.ok_or(store::Error::Missing)?;
    contact.must_be_there()?;
    let settings = settings::get(tx).await?;
    let logo = match &settings.logo {
        // Another may have taken its place since the line above: a document must not be kept without one.
        Some(logo) => Some(logos::get(tx, &logo.sha256).await?.ok_or_else(|| changing("the logo"))?),
        None => None,
    };
    let language = request.language.unwrap_or(contact.language);
    let kind = (request.kind, language);
    let content = Content::of(kind, &settings, &contact, order.clone(), transaction.as_ref(), logo);
    let digest = digest_of(&content, &contact)?;
    let file_name = file_name(&content);
    Ok(Snapshot { content, digest, order, transaction_id: request.transaction_id, file_name })
}

/// The file. Takes some milliseconds of CPU.
pub fn make(snapshot: &Snapshot) -> Result<Vec<u8>, Error> {
    documents::render(&snapshot.content).map_err(|e| store::Error::Unexpected(format!("a document: {e}")).into())
}

/// Keeps what was made, or gives the same that somebody else has kept meanwhile; says whether it is new.
pub async fn keep(tx: &mut Tx<'_>, ctx: &Ctx, snapshot: &Snapshot, file: &[u8]) -> Result<(Document, bool), Error> {
    let (content, order) = (&snapshot.content, &snapshot.order);
    let document = Document {
        id: ctx.id(DocumentId::new),
        kind: content.kind,
        language: content.language,
        order_id: order.id,
        contact_id: order.contact_id,
        transaction_id: snapshot.transaction_id,
        order_version: order.version,
        revision: order.revision,
        file_name: snapshot.file_name.clone(),
        sha256: sha256(&[file]),
        size: i64::try_from(file.len()).unwrap_or(i64::MAX),
        created_at: ctx.now,
    };
    match store::documents::insert(tx, &document, &snapshot.digest, file).await {
        Ok(true) => Ok((document, true)),
        Ok(false) => Err(Error::conflict("bad_contact_state", "this contact was erased")),
        Err(store::Error::Duplicate { key }) if key == "documents_content" => {
            let twin = store::documents::by_content(tx, &snapshot.digest).await?;
            Ok((twin.ok_or(store::Error::Missing)?, false))
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn get(tx: &mut Tx<'_>, id: DocumentId) -> Result<Document, Error> {
    store::documents::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })
}

pub async fn file(tx: &mut Tx<'_>, id: DocumentId) -> Result<Vec<u8>, Error> {
    store::documents::file(tx, id).await?.ok_or(Error::NotFound { what: WHAT })
}

/// An order with its lines takes two statements, which an edit may come between: it must be the same twice.
async fn whole_order(tx: &mut Tx<'_>, id: OrderId) -> Result<Order, Error> {
    let unknown = || Error::NotFound { what: "order" };
    let mut before = orders::get(tx, id).await?.ok_or_else(unknown)?;
    for _ in 0..READINGS {
        let order = orders::get(tx, id).await?.ok_or_else(unknown)?;
        if order == before {
            return Ok(order);
        }
        before = order;
    }
    Err(changing("the order"))
}

/// The caller may try again.
fn changing(what: &str) -> Error {
    store::Error::Contended(format!("{what} changed while a document of it was made")).into()
}

async fn transaction(tx: &mut Tx<'_>, request: Request) -> Result<Option<Transaction>, Error> {
    let invalid = |code, message| Error::Invalid(Invalid::new("transaction_id", code, message));
    match (request.kind, request.transaction_id) {
        (DocumentKind::Receipt, Some(id)) => {
            let found = transactions::get(tx, id).await?.filter(|found| found.order_id == request.order_id);
            let found = found
                .ok_or_else(|| invalid("unknown_transaction", "must be the id of one of the order's transactions"))?;
            if found.state != TransactionState::Succeeded {
                let message = "there is a receipt only of a transaction that has succeeded";
                return Err(Error::conflict("bad_transaction_state", message));
            }
            Ok(Some(found))
        }
        (DocumentKind::Receipt, None) => Err(invalid("required", "must say of which transaction the receipt is")),
        (_, Some(_)) => Err(invalid("bad_value", "only a receipt is of a transaction")),
        (_, None) => Ok(None),
    }
}

/// The contact's id is part of it: what was made out to one contact is never another's, even if both are called the same.
fn digest_of(content: &Content, contact: &Contact) -> Result<String, Error> {
    let said = serde_json::to_vec(content).map_err(|e| store::Error::Unexpected(e.to_string()))?;
    let (edition, contact) = (EDITION.to_be_bytes(), contact.id.to_string());
    let logo = content.logo.as_deref().unwrap_or_default();
    Ok(sha256(&[&edition, contact.as_bytes(), &said, logo]))
}

/// In hexadecimal digits; each part with its length, so that none can pass for the end of another.
pub(crate) fn sha256(parts: &[&[u8]]) -> String {
    let mut sha256 = digest::Context::new(&digest::SHA256);
    for part in parts {
        if parts.len() > 1 {
            sha256.update(&part.len().to_be_bytes());
        }
        sha256.update(part);
    }
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    sha256.finish().as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// `Confirmation de commande O-1042.pdf`
fn file_name(content: &Content) -> String {
    let refund = content.payment.as_ref().is_some_and(|payment| payment.kind == TransactionKind::Refund);
    let title = documents::title(content.kind, content.language, refund);
    let number = content.order.number.chars().map(|c| if c.is_alphanumeric() || "-_. ".contains(c) { c } else { '-' });
    let name: String = title.chars().chain([' ']).chain(number).take(MAX_NAME).collect();
    format!("{}.pdf", name.trim())
}
