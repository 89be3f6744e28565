//! The message as it travels (RFC 5322), the same bytes whenever it is made of the same mail.

use std::time::{Duration, SystemTime};

use domain::{Company, Invalid, Timestamp};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Attached, Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, address::Envelope};

use super::render::one_line;

/// Who we are to a mail server that knows nobody else.
const NOBODY: &str = "comptoir@localhost";
/// The host of every `Message-ID`, where nobody has said whose it is.
const NO_HOST: &str = "comptoir.localhost";

/// A mail with all that its message needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The delivery's id; the parts of the message are divided by it.
    pub id: String,
    /// Without the angle brackets.
    pub message_id: String,
    pub date: Timestamp,
    /// `Name <address>`, or an address.
    pub sender: String,
    pub recipient_name: String,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
}

/// A file that comes with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// From whom mails come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// As the operator has set it; empty: the company's.
    from: String,
    /// The part of every `Message-ID` behind the @: must not change when the company's address does.
    host: String,
}

impl Default for Sender {
    fn default() -> Self {
        Self { from: String::new(), host: NO_HOST.into() }
    }
}

impl Sender {
    /// `from` as in `Épicerie <desk@example.com>`, or empty; `public_url` is where people find us, or empty.
    pub fn new(from: &str, public_url: &str) -> Result<Self, Invalid> {
        let from = from.trim();
        let host = if from.is_empty() {
            let host = public_url.split_once("://").map_or("", |(_, host)| host);
            host.split(['/', ':']).next().unwrap_or("").to_owned()
        } else {
            mailbox(from).map_err(|e| e.inside("from"))?.email.domain().to_owned()
        };
        let host = if host.is_empty() { NO_HOST.to_owned() } else { host };
        Ok(Self { from: from.to_owned(), host })
    }

    /// As it stands in the header `From`.
    #[must_use]
    pub fn from(&self, company: &Company) -> String {
        match (&self.from, &company.email, &company.name) {
            (from, ..) if !from.is_empty() => from.clone(),
            (_, Some(email), Some(name)) => format!("{} <{email}>", one_line(name).replace(['<', '>'], " ")),
            (_, Some(email), None) => email.clone(),
            (_, None, Some(name)) => format!("{} <{NOBODY}>", one_line(name).replace(['<', '>'], " ")),
            (_, None, None) => NOBODY.to_owned(),
        }
    }

    /// The `Message-ID` of a delivery, equal for every attempt at it, so that mail programs show it once.
    #[must_use]
    pub fn message_id(&self, delivery: impl std::fmt::Display) -> String {
        format!("{delivery}@{}", self.host)
    }
}

impl Letter {
    /// Whom to hand it to, and the message itself. Refused where an address is none.
    pub fn message(&self) -> Result<(Envelope, Vec<u8>), Invalid> {
        let name = Some(one_line(&self.recipient_name)).filter(|name| !name.is_empty());
        let to = Mailbox::new(name, address(&self.recipient)?);
        let from = mailbox(&self.sender).map_err(|e| e.inside("from"))?;
        let bad = |e: &dyn std::error::Error| Invalid::new("", "bad_value", e.to_string());
        let envelope = Envelope::new(Some(from.email.clone()), vec![to.email.clone()]).map_err(|e| bad(&e))?;
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let builder = Message::builder()
            .from(from)
            .to(to)
            .subject(one_line(&self.subject))
            .message_id(Some(format!("<{}>", self.message_id)))
            .date(moment(self.date))
            // RFC 3834: what answers by itself does not answer this.
            .raw_header(HeaderValue::new(automatic, "auto-generated".into()));
        let message = builder.multipart(self.parts()?).map_err(|e| bad(&e))?;
        Ok((envelope, message.formatted()))
    }

    fn parts(&self) -> Result<MultiPart, Invalid> {
        let boundary = |what: &str| format!("{what}_{}", self.id);
        let bodies = MultiPart::builder().kind(MultiPartKind::Alternative).boundary(boundary("bodies"));
        let bodies =
            bodies.singlepart(SinglePart::plain(self.text.clone())).singlepart(SinglePart::html(self.html.clone()));
        if self.attachments.is_empty() {
            return Ok(bodies);
        }
        let mut all = MultiPart::builder().kind(MultiPartKind::Mixed).boundary(boundary("files")).multipart(bodies);
        for Attachment { name, media_type, bytes } in &self.attachments {
            let media_type = ContentType::parse(media_type)
                .map_err(|_| Invalid::new("attachments", "bad_value", media_type.clone()))?;
            all = all.singlepart(Attached::new(one_line(name)).body(bytes.clone(), media_type));
        }
        Ok(all)
    }
}

/// A contact's address as mail servers take it: the host in ASCII (RFC 5891). What stands before the @ may have other letters,
/// where the server knows SMTPUTF8 (RFC 6531).
pub fn address(text: &str) -> Result<Address, Invalid> {
    let bad = || Invalid::new("address", "bad_email", format!("{text:?} is no e-mail address"));
    let (local, host) = text.rsplit_once('@').ok_or_else(bad)?;
    let host = idna::domain_to_ascii(host).map_err(|_| bad())?;
    Address::new(local, host).map_err(|_| bad())
}

fn mailbox(text: &str) -> Result<Mailbox, Invalid> {
    let Some((name, rest)) = text.split_once('<') else { return Ok(Mailbox::new(None, address(text.trim())?)) };
    let inner = rest.trim_end().strip_suffix('>').unwrap_or(rest);
    let name = one_line(name.trim().trim_matches('"'));
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address(inner.trim())?))
}

fn moment(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(at.unix_millis())
}
