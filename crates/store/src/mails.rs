//! Mails to contacts: which there are, what was sent, and (from their deliveries) how far they have come.

use domain::{ContactId, DeliveryId, DeliveryState, DocumentId, ERASED, Language, MailKind, OrderId, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::list::{Where, several};
use crate::table::{self, Assignments, Columns, Table, table};
use crate::value::{cursor, names};
use crate::{Error, Page, Reader, Tx, Value, contacts, dialect};

/// A mail. What it says is there once it was sent; in a list, without its bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub id: DeliveryId,
    pub kind: MailKind,
    pub contact_id: ContactId,
    pub order_id: OrderId,
    /// Without the angle brackets; the same however often it is sent.
    pub message_id: String,
    pub resent_of: Option<DeliveryId>,
    pub resent_by: Option<String>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub content: Content,
}

/// What a mail says, and to whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    pub language: Option<Language>,
    pub sender: Option<String>,
    pub recipient_name: Option<String>,
    pub recipient: Option<String>,
    pub subject: Option<String>,
    pub text: Option<String>,
    pub html: Option<String>,
    /// The document that came with it.
    pub document_id: Option<DocumentId>,
}

/// How far a mail has come. What is left of it when its delivery was forgotten for its age, is whether it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    pub state: DeliveryState,
    pub attempts: i64,
    pub next_attempt_at: Option<Timestamp>,
    /// The last error, or why it was skipped.
    pub error: Option<String>,
}

table! {
    /// The table `mails`, without the two bodies.
    Mails("mails") of Mail {
        id,
        kind,
        contact_id,
        order_id,
        message_id,
        resent_of,
        resent_by,
        created_at,
        sent_at,
        content: Head,
    }
}

table! {
    /// What a mail says, but for its bodies.
    Head of Content {
        language,
        sender,
        recipient_name,
        recipient,
        subject,
        document_id,
    }
    derived { text = None, html = None }
    write_only |content| { text_body = &content.text, html_body = &content.html }
}

/// A mail's state, from its delivery `d` where that is still there.
const STATE: &str = "COALESCE(d.state, CASE WHEN m.sent_at IS NULL THEN 'skipped' ELSE 'done' END)";

fn read_whole(row: &mut Reader) -> Result<Mail, Error> {
    let mail = Mails::read(row)?;
    Ok(Mail { content: Content { text: row.next()?, html: row.next()?, ..mail.content }, ..mail })
}

fn read_fate(row: &mut Reader) -> Result<Fate, Error> {
    Ok(Fate { state: row.next()?, attempts: row.next()?, next_attempt_at: row.next()?, error: row.next()? })
}

fn fate() -> String {
    format!("{STATE}, COALESCE(d.attempts, 0), d.next_attempt_at, d.error")
}

/// Writes new mails, all with one statement.
pub async fn insert(tx: &mut Tx<'_>, mails: &[Mail]) -> Result<(), Error> {
    let rows = mails.iter().map(Assignments::all::<Mails>).collect::<Result<_, _>>()?;
    table::insert_all(tx, Mails::NAME, rows).await
}

/// A mail with all that it says, and how far it has come.
pub async fn get(tx: &mut Tx<'_>, id: DeliveryId) -> Result<Option<(Mail, Fate)>, Error> {
    let (columns, fate) = (Mails::columns_of("m"), fate());
    let sql = format!(
        "SELECT {columns}, m.text_body, m.html_body, {fate} FROM mails m LEFT JOIN deliveries d ON d.id = m.id WHERE m.id = ?"
    );
    tx.row(sql, &[id.into()], |row| Ok((read_whole(row)?, read_fate(row)?))).await
}

/// Keeps what was sent.
pub async fn sent(tx: &mut Tx<'_>, id: DeliveryId, content: &Content, now: Timestamp) -> Result<(), Error> {
    let (sql, values) =
        Assignments::all::<Head>(content)?.and("sent_at", now).update(Mails::NAME, "id = ?", [id.into()]);
    tx.execute(sql, &values).await.map(drop)
}

/// Which mails a list shows: query parameters of the API, which must all hold.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only mails to this contact, or to one that was merged into it.
    pub contact_id: Option<ContactId>,
    /// Only mails about this order.
    pub order_id: Option<OrderId>,
    /// Only mails in one of these states, with commas between them.
    #[serde(default, deserialize_with = "several")]
    #[param(value_type = Option<Vec<DeliveryState>>, style = Form, explode = false)]
    pub state: Vec<DeliveryState>,
}

/// One page of mails, newest first, without their bodies.
pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<(Mail, Fate)>, Error> {
    let Filter { contact_id, order_id, state } = filter;
    let mut only = Where::default();
    if let Some(contact) = *contact_id {
        let mut all = vec![Value::from(contact)];
        all.extend(contacts::merged_into(tx, contact).await?.into_iter().map(Value::from));
        only.one_of("m.contact_id", &all);
    }
    only.given("m.order_id = ?", *order_id);
    only.one_of(STATE, &names(state)?);
    only.given("m.id < ?", after.map(cursor::<DeliveryId>).transpose()?);
    let columns = Mails::columns_of("m");
    let sql = format!(
        "SELECT {columns}, {} FROM mails m LEFT JOIN deliveries d ON d.id = m.id WHERE 1 = 1{} ORDER BY m.id DESC LIMIT ?",
        fate(),
        only.sql()
    );
    let mut values = only.values().to_vec();
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, |row| Ok((Mails::read(row)?, read_fate(row)?))).await?;
    Ok(Page::of(rows, limit, |(mail, _)| mail.id.to_string()))
}

/// All mails to some contacts, oldest first, with all that they say.
pub async fn of_contacts(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<Vec<(Mail, Fate)>, Error> {
    let columns = Mails::columns_of("m");
    let sql = format!(
        "SELECT {columns}, m.text_body, m.html_body, {} FROM mails m LEFT JOIN deliveries d ON d.id = m.id \
         WHERE m.contact_id IN ({}) ORDER BY m.id",
        fate(),
        dialect::in_places(contacts.len())
    );
    let values: Vec<Value<'_>> = dialect::padded(contacts).map(Value::from).collect();
    tx.rows(sql, &values, |row| Ok((read_whole(row)?, read_fate(row)?))).await
}

/// Takes out of the mails to some contacts what they said, and where they went; says of how many.
pub async fn blank(tx: &mut Tx<'_>, contacts: &[ContactId]) -> Result<u64, Error> {
    let gone = ["recipient_name", "recipient", "subject", "text_body", "html_body"]
        .map(|column| format!("{column} = CASE WHEN {column} IS NULL THEN NULL ELSE ? END"));
    let sql =
        format!("UPDATE mails SET {} WHERE contact_id IN ({})", gone.join(", "), dialect::in_places(contacts.len()));
    let mut values: Vec<Value<'_>> = vec![ERASED.into(); gone.len()];
    values.extend(dialect::padded(contacts).map(Value::from));
    tx.execute(sql, &values).await
}

/// Mails whose contact was erased after they were sent: a file of theirs must be gone too.
pub async fn erased(tx: &mut Tx<'_>) -> Result<Vec<DeliveryId>, Error> {
    tx.rows("SELECT id FROM mails WHERE recipient = ?", &[ERASED.into()], Reader::next).await
}
