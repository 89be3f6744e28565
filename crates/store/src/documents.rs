//! Documents that were made, with their files.

use domain::{ContactId, Document, DocumentId, OrderId};

use crate::table::{Assignments, Columns, Table, table};
use crate::{Error, Page, Reader, Tx, Value, dialect};

table! {
    /// The table `documents`, without the files and the digests of what they say.
    Documents("documents") of Document {
        id,
        kind,
        language,
        order_id,
        contact_id,
        transaction_id,
        order_version,
        revision,
        file_name,
        sha256,
        size,
        created_at,
    }
}

/// Keeps a document; `content` is the digest of what it says. False if the contact was erased meanwhile.
///
/// [`Error::Duplicate`] `documents_content` if there is one that says the same.
pub async fn insert(tx: &mut Tx<'_>, document: &Document, content: &str, file: &[u8]) -> Result<bool, Error> {
    // The contact is held, so that an erasure that has looked for documents comes before or after.
    let row = Assignments::all::<Documents>(document)?.and("content", content).and("file", file);
    let sql = format!(
        "INSERT INTO documents ({}) SELECT {} FROM contacts WHERE id = ? AND state <> 'erased'{}",
        row.names(),
        dialect::list_of_places(row.len()),
        tx.dialect().for_share()
    );
    let mut values = row.into_values();
    values.push(document.contact_id.into());
    Ok(tx.execute(sql, &values).await? == 1)
}

pub async fn get(tx: &mut Tx<'_>, id: DocumentId) -> Result<Option<Document>, Error> {
    tx.row(Documents::select("WHERE id = ?"), &[id.into()], Documents::read).await
}

/// The document with this content.
pub async fn by_content(tx: &mut Tx<'_>, content: &str) -> Result<Option<Document>, Error> {
    tx.row(Documents::select("WHERE content = ?"), &[content.into()], Documents::read).await
}

/// The file of a document.
pub async fn file(tx: &mut Tx<'_>, id: DocumentId) -> Result<Option<Vec<u8>>, Error> {
    tx.row("SELECT file FROM documents WHERE id = ?", &[id.into()], Reader::next).await
}

/// One page of an order's documents, newest first.
pub async fn of_order(
    tx: &mut Tx<'_>,
    order: OrderId,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Document>, Error> {
    // Ids begin with a digit after their prefix: `~` is behind all of them.
    let below = after.map_or_else(|| Ok("~".into()), crate::value::cursor::<DocumentId>)?;
    let sql = Documents::select("WHERE order_id = ? AND id < ? ORDER BY id DESC LIMIT ?");
    let rows = tx.rows(sql, &[order.into(), below, (limit + 1).into()], Documents::read).await?;
    Ok(Page::of(rows, limit, |document| document.id.to_string()))
}

/// All documents that were made out to some contacts, oldest first.
pub async fn of_contacts(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<Vec<Document>, Error> {
    let places = dialect::in_places(contacts.len());
    let sql = Documents::select(&format!("WHERE contact_id IN ({places}) ORDER BY id"));
    let values: Vec<Value<'_>> = dialect::padded(contacts).map(Value::from).collect();
    tx.rows(sql, &values, Documents::read).await
}

/// Removes all documents that were made out to some contacts; says how many.
pub async fn forget(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<u64, Error> {
    let sql = format!("DELETE FROM documents WHERE contact_id IN ({})", dialect::in_places(contacts.len()));
    let values: Vec<Value<'_>> = dialect::padded(contacts).map(Value::from).collect();
    tx.execute(sql, &values).await
}
