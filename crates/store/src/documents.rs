//! Documents that were made, with their files.

use domain::{ContactId, Document, DocumentId, OrderId};

use crate::value::name;
use crate::{Error, Page, Reader, Tx, Value, dialect};

const COLUMNS: &str = "id, kind, language, order_id, contact_id, transaction_id, order_version, revision, file_name, \
                       sha256, size, created_at";

fn read(row: &mut Reader) -> Result<Document, Error> {
    Ok(Document {
        id: row.next()?,
        kind: row.next_name()?,
        language: row.next_name()?,
        order_id: row.next()?,
        contact_id: row.next()?,
        transaction_id: row.next()?,
        order_version: row.next()?,
        revision: row.next()?,
        file_name: row.next()?,
        sha256: row.next()?,
        size: row.next()?,
        created_at: row.next()?,
    })
}

/// Keeps a document; `content` is the digest of what it says. False if the contact was erased meanwhile.
///
/// [`Error::Duplicate`] `documents_content` if there is one that says the same.
pub async fn insert(tx: &mut Tx<'_>, document: &Document, content: &str, file: &[u8]) -> Result<bool, Error> {
    // The contact is held, so that an erasure that has looked for documents comes before or after.
    let sql = format!(
        "INSERT INTO documents ({COLUMNS}, content, file) \
         SELECT ?, ?, ?, ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM contacts WHERE id = ? AND state <> 'erased'{}",
        tx.dialect().for_share()
    );
    let values = [
        document.id.into(),
        name(document.kind)?,
        name(document.language)?,
        document.order_id.into(),
        document.transaction_id.into(),
        document.order_version.into(),
        document.revision.into(),
        (&document.file_name).into(),
        (&document.sha256).into(),
        document.size.into(),
        document.created_at.into(),
        content.into(),
        file.into(),
        document.contact_id.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

pub async fn get(tx: &mut Tx<'_>, id: DocumentId) -> Result<Option<Document>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM documents WHERE id = ?"), &[id.into()], read).await
}

/// The one that says this.
pub async fn by_content(tx: &mut Tx<'_>, content: &str) -> Result<Option<Document>, Error> {
    tx.row(format!("SELECT {COLUMNS} FROM documents WHERE content = ?"), &[content.into()], read).await
}

/// The file of a document.
pub async fn file(tx: &mut Tx<'_>, id: DocumentId) -> Result<Option<Vec<u8>>, Error> {
    tx.row("SELECT file FROM documents WHERE id = ?", &[id.into()], Reader::next).await
}

/// Of an order, newest first.
pub async fn of_order(
    tx: &mut Tx<'_>,
    order: OrderId,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Document>, Error> {
    // Ids begin with a digit after their prefix: `~` is behind all of them.
    let below = after.map_or_else(|| Ok("~".into()), crate::value::cursor::<DocumentId>)?;
    let sql = format!("SELECT {COLUMNS} FROM documents WHERE order_id = ? AND id < ? ORDER BY id DESC LIMIT ?");
    let rows = tx.rows(sql, &[order.into(), below, (limit + 1).into()], read).await?;
    Ok(Page::of(rows, limit, |document| document.id.to_string()))
}

/// All that were made out to some contacts, oldest first.
pub async fn of_contacts(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<Vec<Document>, Error> {
    let places = dialect::in_places(contacts.len());
    let sql = format!("SELECT {COLUMNS} FROM documents WHERE contact_id IN ({places}) ORDER BY id");
    let values: Vec<Value<'_>> = dialect::padded(contacts).map(Value::from).collect();
    tx.rows(sql, &values, read).await
}

/// Removes all that were made out to some contacts; says how many.
pub async fn forget(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<u64, Error> {
    let sql = format!("DELETE FROM documents WHERE contact_id IN ({})", dialect::in_places(contacts.len()));
    let values: Vec<Value<'_>> = dialect::padded(contacts).map(Value::from).collect();
    tx.execute(sql, &values).await
}
