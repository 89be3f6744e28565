//! Mails to contacts: which an event asks for, what each says, and one that is sent again. The worker sends them.

use domain::{
    Contact, ContactState, Delivery, DeliveryId, DeliveryKind, DeliveryState, Document, DocumentId, DocumentKind,
    Event, Language, MailKind, MailTemplateInput, OrderChange, OrderState, Settings, TransactionChange,
    TransactionKind, TransactionState,
};
use store::mails::{self, Content, Mail};
use store::{Db, Tx, contacts, deliveries, orders, outbox, query, settings};

use crate::mail::render::{self, Rendered};
use crate::mail::{Attachment, Letter, Sender, View};
use crate::mail_templates::wanted_transaction;
use crate::{Ctx, Error, documents, mail_templates};

const WHAT: &str = "mail";
const PDF: &str = "application/pdf";

/// Why a mail is not sent.
pub const OPTED_OUT: &str = "the contact does not want mail";
pub const NO_ADDRESS: &str = "the contact has no e-mail address";
pub const ERASED_CONTACT: &str = "the contact was erased";

/// The mail that a change of an order asks for: when it becomes confirmed.
#[must_use]
pub fn of_order(change: &OrderChange) -> Option<MailKind> {
    let stands = matches!(change.order.state, OrderState::Confirmed | OrderState::Fulfilled);
    let stood = change.before.as_ref().is_some_and(|before| before.state != OrderState::Draft);
    (stands && !stood).then_some(MailKind::OrderConfirmation)
}

/// The mail that a change of a transaction asks for: when it succeeds.
#[must_use]
pub fn of_transaction(change: &TransactionChange) -> Option<MailKind> {
    let succeeded = |state| state == TransactionState::Succeeded;
    let before = change.before.as_ref().is_some_and(|before| succeeded(before.state));
    let kind = match change.transaction.kind {
        TransactionKind::Payment => MailKind::Receipt,
        TransactionKind::Refund => MailKind::RefundNotice,
    };
    (succeeded(change.transaction.state) && !before).then_some(kind)
}

/// What is to be done for a mail now.
#[derive(Clone, Debug)]
pub enum Composed {
    Send {
        letter: Box<Letter>,
        content: Box<Content>,
        /// What is to be made and attached first: [`attach`].
        document: Option<documents::Request>,
    },
    /// It is not wanted, or there is nobody to send it to.
    Not(&'static str),
}

/// Makes a mail of what holds now: address, language, settings and template; of the order or transaction as the event has it.
/// [`Error::Invalid`] where that is not possible and a person must decide. The template is rendered outside any transaction.
pub async fn compose(db: &Db, delivery: &Delivery, event: &str, sender: &Sender) -> Result<Composed, Error> {
    let (known, event) = (delivery.id, event.to_owned());
    let reading = query!(db, |tx, known, event| gather(tx, *known, event).await);
    let Gathered { mail, contact, recipient, settings, attachments, says } = match reading.await? {
        Ok(gathered) => *gathered,
        Err(why) => return Ok(Composed::Not(why)),
    };
    let (language, Rendered { subject, text, html }) = match says {
        Says::Before(language, said) => (language, said),
        Says::Now(template, view) => (contact.language, render::render(template, *view).await?),
    };
    let kept = mail.content.document_id;
    let wanted = settings.mail_attachments && kept.is_none();
    let document = wanted.then(|| document_of(&mail, language, &event)).transpose()?;
    let content = Content {
        language: Some(language),
        sender: Some(sender.from(&settings.company)),
        recipient_name: Some(contact.name),
        recipient: Some(recipient),
        subject: Some(subject),
        text: Some(text),
        html: Some(html),
        document_id: kept,
    };
    let letter =
        letter(&Mail { content: content.clone(), ..mail }, attachments).ok_or(Error::NotFound { what: WHAT })?;
    Ok(Composed::Send { letter: Box::new(letter), content: Box::new(content), document })
}

/// What a mail is made of, as the database has it.
struct Gathered {
    mail: Mail,
    contact: Contact,
    recipient: String,
    settings: Settings,
    attachments: Vec<Attachment>,
    says: Says,
}

/// What a mail says: what it has said already, or what the template makes of these data now.
enum Says {
    Before(Language, Rendered),
    Now(MailTemplateInput, Box<View>),
}

/// Reads all that a mail needs, or why there is none.
async fn gather(tx: &mut Tx<'_>, id: DeliveryId, event: &str) -> Result<Result<Box<Gathered>, &'static str>, Error> {
    let (mail, _) = mails::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    let contact = contacts::get(tx, mail.contact_id).await?.ok_or(Error::NotFound { what: "contact" })?;
    let contact = contacts::survivor(tx, contact).await?;
    let recipient = match reached(&contact) {
        Ok(recipient) => recipient,
        Err(why) => return Ok(Err(why)),
    };
    let settings = settings::get(tx).await?;
    let says = if let Some((language, said)) = said_before(&mail.content) {
        Says::Before(language, said)
    } else {
        let template = mail_templates::get(tx, mail.kind, contact.language).await?;
        let view = view(tx, &mail, &contact, &settings, event).await?;
        Says::Now(mail_templates::texts(&template), Box::new(view))
    };
    let attachments = attachments(tx, mail.content.document_id).await?;
    Ok(Ok(Box::new(Gathered { mail, contact, recipient, settings, attachments, says })))
}

/// The message of a mail that was sent, as it was.
#[must_use]
pub fn letter(mail: &Mail, attachments: Vec<Attachment>) -> Option<Letter> {
    let content = mail.content.clone();
    Some(Letter {
        id: mail.id.to_string(),
        message_id: mail.message_id.clone(),
        date: mail.created_at,
        sender: content.sender?,
        recipient_name: content.recipient_name.unwrap_or_default(),
        recipient: content.recipient?,
        subject: content.subject?,
        text: content.text?,
        html: content.html?,
        attachments,
    })
}

/// The file that came with a mail, as long as it is kept.
pub async fn attachments(tx: &mut Tx<'_>, document: Option<DocumentId>) -> Result<Vec<Attachment>, Error> {
    let Some(id) = document else { return Ok(Vec::new()) };
    let (found, file) = (store::documents::get(tx, id).await?, store::documents::file(tx, id).await?);
    let attachment =
        |(found, bytes): (Document, Vec<u8>)| Attachment { name: found.file_name, media_type: PDF.to_owned(), bytes };
    Ok(found.zip(file).map(attachment).into_iter().collect())
}

/// Makes the document that a mail is to bring, and attaches it; nothing where the order is in no state for it any more.
pub async fn attach(
    db: &Db,
    ctx: &Ctx,
    request: documents::Request,
    letter: &mut Letter,
    content: &mut Content,
) -> Result<(), Error> {
    let document = match documents::find_or_make(db, ctx, request).await {
        Ok((document, _)) => document,
        Err(Error::Conflict { .. } | Error::Invalid(_)) => return Ok(()),
        Err(e) => return Err(e),
    };
    let id = document.id;
    letter.attachments = query!(db, move |tx, id| attachments(tx, Some(*id)).await).await?;
    content.document_id = Some(document.id);
    Ok(())
}

/// What comes with a mail: the confirmation of the order, or the receipt of the money.
fn document_of(mail: &Mail, language: Language, event: &str) -> Result<documents::Request, Error> {
    let unreadable = |e: serde_json::Error| domain::Invalid::new("event", "bad_value", e.to_string());
    let (kind, transaction_id) = if wanted_transaction(mail.kind).is_none() {
        (DocumentKind::OrderConfirmation, None)
    } else {
        let event: Event<TransactionChange> = serde_json::from_str(event).map_err(unreadable)?;
        (DocumentKind::Receipt, Some(event.data.transaction.id))
    };
    Ok(documents::Request { order_id: mail.order_id, kind, transaction_id, language: Some(language) })
}

/// The address to write to, or why not.
fn reached(contact: &Contact) -> Result<String, &'static str> {
    if contact.state == ContactState::Erased {
        return Err(ERASED_CONTACT);
    }
    if contact.mail_opt_out {
        return Err(OPTED_OUT);
    }
    contact.emails.first().map(|email| email.address.clone()).ok_or(NO_ADDRESS)
}

fn said_before(content: &Content) -> Option<(Language, Rendered)> {
    let Content { language, subject, text, html, .. } = content.clone();
    Some((language?, Rendered { subject: subject?, text: text?, html: html? }))
}

/// What the template of a mail sees.
async fn view(
    tx: &mut Tx<'_>,
    mail: &Mail,
    contact: &Contact,
    settings: &Settings,
    event: &str,
) -> Result<View, Error> {
    let unreadable = |e: serde_json::Error| domain::Invalid::new("event", "bad_value", e.to_string());
    let company = settings.company.clone();
    if wanted_transaction(mail.kind).is_none() {
        let event: Event<OrderChange> = serde_json::from_str(event).map_err(unreadable)?;
        return Ok(View::of(company, contact, &event.data.order, None));
    }
    let event: Event<TransactionChange> = serde_json::from_str(event).map_err(unreadable)?;
    let change = event.data;
    let order = orders::get(tx, change.transaction.order_id).await?.ok_or(Error::NotFound { what: "order" })?;
    let view = View::of(company, contact, &order, Some(&change.transaction));
    Ok(View { order: view.order.paid(change.order_received, change.order_refunded), ..view })
}

/// Keeps what was sent; but nothing of a contact that was erased meanwhile.
pub async fn sent(tx: &mut Tx<'_>, sent: &[(Delivery, Content)], now: domain::Timestamp) -> Result<(), store::Error> {
    if sent.is_empty() {
        return Ok(());
    }
    let targets: Vec<_> = sent.iter().filter_map(|(delivery, _)| delivery.target.parse().ok()).collect();
    let erased: Vec<String> = contacts::erased(tx, &targets).await?.iter().map(ToString::to_string).collect();
    for (delivery, content) in sent {
        let content = if erased.contains(&delivery.target) { &Content::default() } else { content };
        mails::sent(tx, delivery.id, content, now).await?;
    }
    Ok(())
}

/// Sends a mail once more because somebody asks for it: what it said, to the address that the contact has now. It is a mail of
/// its own, with another `Message-ID`. One that was skipped is made anew.
pub async fn resend(tx: &mut Tx<'_>, ctx: &Ctx, sender: &Sender, id: DeliveryId) -> Result<Mail, Error> {
    let (former, fate) = mails::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    match fate.state {
        DeliveryState::Pending => return Err(Error::conflict("mail_under_way", "it is still on its way")),
        DeliveryState::Dead => {
            return Err(Error::conflict("on_the_desk", "it was given up on: redrive its dead letter"));
        }
        DeliveryState::Done | DeliveryState::Skipped => {}
    }
    let contact = contacts::get(tx, former.contact_id).await?.ok_or(Error::NotFound { what: "contact" })?;
    let contact = contacts::survivor(tx, contact).await?;
    reached(&contact).map_err(|why| Error::conflict("not_reached", why))?;
    let event_id = match deliveries::get(tx, id).await? {
        Some(delivery) => delivery.event_id,
        None => return Err(Error::conflict("mail_forgotten", "it is too old to be sent again")),
    };
    let new = ctx.id(DeliveryId::new);
    let (subject, target) = (former.order_id.to_string(), contact.id.to_string());
    let delivery = Delivery::new(new, DeliveryKind::Mail, event_id, subject, target, ctx.now);
    let content = Content { sender: None, recipient_name: None, recipient: None, ..former.content };
    let mail = Mail {
        id: new,
        kind: former.kind,
        contact_id: contact.id,
        order_id: former.order_id,
        message_id: sender.message_id(new),
        resent_of: Some(id),
        resent_by: Some(ctx.actor.as_str().to_owned()),
        created_at: ctx.now,
        sent_at: None,
        content,
    };
    mails::insert(tx, std::slice::from_ref(&mail)).await?;
    let message = deliveries::message(&delivery, 1)?;
    deliveries::insert(tx, &[(delivery, None)]).await?;
    outbox::insert_all(tx, &[message], ctx.now).await?;
    Ok(mail)
}

/// Removes the files of mails whose contact was erased, where mails are files in a folder.
pub async fn forget_files(db: &Db, folder: &std::path::Path) -> Result<(), store::Error> {
    for id in query!(db, |tx| mails::erased(tx).await).await? {
        let path = folder.join(format!("{id}.eml"));
        match tokio::fs::remove_file(&path).await {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(store::Error::Unexpected(format!("{}: {e}", path.display())));
            }
            _ => {}
        }
    }
    Ok(())
}
