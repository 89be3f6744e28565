//! Mails that events ask for. Whether a mail is wanted and can be sent is looked at here, so that it can be told at once, and
//! again when it is sent: what holds then counts.

use std::collections::HashMap;

use domain::{
    ContactId, ContactState, Delivery, DeliveryId, DeliveryKind, DeliveryState, Event, EventId, MailKind, OrderChange,
    OrderId, Timestamp, TransactionChange,
};
use ops::mail::Sender;
use ops::mails::{self, ERASED_CONTACT, NO_ADDRESS, OPTED_OUT};
use store::contacts::{self, Reach};
use store::mails::{Content, Mail};
use store::{Context, Error, Tx};

use super::by_type::Planned;

/// A mail that an event asks for.
pub(crate) struct WantedMail {
    event_id: EventId,
    kind: MailKind,
    contact_id: ContactId,
    order_id: OrderId,
}

/// Writes the mails that some events ask for; their deliveries are the caller's to write.
pub(crate) async fn plan(
    tx: &mut Tx<'_>,
    events: &[Planned<'_>],
    sender: &Sender,
    ids: &Context,
    now: Timestamp,
) -> Result<Vec<Delivery>, Error> {
    let wanted: Vec<&WantedMail> = events.iter().filter_map(|planned| planned.effects.mail.as_ref()).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let contacts: Vec<ContactId> = wanted.iter().map(|mail| mail.contact_id).collect();
    let reach = contacts::reach(tx, &contacts).await?;
    let (mut planned, mut mails) = (Vec::with_capacity(wanted.len()), Vec::with_capacity(wanted.len()));
    for mail in wanted {
        let id = ids.id(DeliveryId::new);
        planned.push(delivery(mail, id, &reach, now));
        mails.push(Mail {
            id,
            kind: mail.kind,
            contact_id: mail.contact_id,
            order_id: mail.order_id,
            message_id: sender.message_id(id),
            resent_of: None,
            resent_by: None,
            created_at: now,
            sent_at: None,
            content: Content::default(),
        });
    }
    store::mails::insert(tx, &mails).await?;
    Ok(planned)
}

pub(super) fn of_order(event: &Event, change: &OrderChange) -> Option<WantedMail> {
    let (contact_id, order_id) = (change.order.contact_id, change.order.id);
    wanted(event, mails::of_order(change)?, contact_id, order_id)
}

pub(super) fn of_transaction(event: &Event, change: &TransactionChange) -> Option<WantedMail> {
    wanted(event, mails::of_transaction(change)?, change.contact_id, change.transaction.order_id)
}

/// None for what was brought in: it happened before.
fn wanted(event: &Event, kind: MailKind, contact_id: ContactId, order_id: OrderId) -> Option<WantedMail> {
    (!event.imported).then_some(WantedMail { event_id: event.id, kind, contact_id, order_id })
}

fn delivery(mail: &WantedMail, id: DeliveryId, reach: &HashMap<ContactId, Reach>, now: Timestamp) -> Delivery {
    let (subject, target) = (mail.order_id.to_string(), mail.contact_id.to_string());
    let new = Delivery::new(id, DeliveryKind::Mail, mail.event_id, subject, target, now);
    let why = match reach.get(&mail.contact_id) {
        // The one that has its orders now is looked up when the mail is sent.
        Some(reach) if reach.state == ContactState::Merged => return new,
        Some(reach) if reach.state == ContactState::Erased => ERASED_CONTACT,
        Some(reach) if reach.mail_opt_out => OPTED_OUT,
        Some(reach) if reach.has_email => return new,
        _ => NO_ADDRESS,
    };
    Delivery { state: DeliveryState::Skipped, error: Some(why.into()), done_at: Some(now), ..new }
}
