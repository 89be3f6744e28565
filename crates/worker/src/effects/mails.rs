//! Mails that events ask for. Whether a mail is wanted and can be sent is looked at here, so that it can be told at once, and
//! again when it is sent: what holds then counts.

use std::collections::HashMap;

use domain::{
    ContactId, ContactState, Delivery, DeliveryId, DeliveryKind, DeliveryState, MailKind, OrderId, Timestamp,
};
use ops::mail::Sender;
use ops::mails::{self, ERASED_CONTACT, NO_ADDRESS, OPTED_OUT};
use store::contacts::{self, Reach};
use store::mails::{Content, Mail};
use store::{Context, Error, Tx};

use crate::told::Told;

/// A mail that an event asks for.
struct Wanted<'e> {
    told: &'e Told,
    kind: MailKind,
    contact_id: ContactId,
    order_id: OrderId,
}

/// Writes the mails that some events ask for; their deliveries are the caller's to write.
pub(crate) async fn plan(
    tx: &mut Tx<'_>,
    events: &[&Told],
    sender: &Sender,
    ids: &Context,
    now: Timestamp,
) -> Result<Vec<Delivery>, Error> {
    let wanted: Vec<Wanted<'_>> = events.iter().filter_map(|told| wanted(told)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let contacts: Vec<ContactId> = wanted.iter().map(|mail| mail.contact_id).collect();
    let reach = contacts::reach(tx, &contacts).await?;
    let (mut planned, mut mails) = (Vec::with_capacity(wanted.len()), Vec::with_capacity(wanted.len()));
    for mail in wanted {
        let id = ids.id(DeliveryId::new);
        planned.push(delivery(&mail, id, &reach, now));
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

fn wanted(told: &Told) -> Option<Wanted<'_>> {
    match told {
        // What was brought in happened before.
        Told::Order(event) if !event.imported => {
            let kind = mails::of_order(&event.data)?;
            Some(Wanted { told, kind, contact_id: event.data.order.contact_id, order_id: event.data.order.id })
        }
        Told::Transaction(event) if !event.imported => {
            let (change, kind) = (&event.data, mails::of_transaction(&event.data)?);
            Some(Wanted { told, kind, contact_id: change.contact_id, order_id: change.transaction.order_id })
        }
        _ => None,
    }
}

fn delivery(mail: &Wanted<'_>, id: DeliveryId, reach: &HashMap<ContactId, Reach>, now: Timestamp) -> Delivery {
    let (subject, target) = (mail.order_id.to_string(), mail.contact_id.to_string());
    let new = Delivery::new(id, DeliveryKind::Mail, mail.told.id(), subject, target, now);
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
