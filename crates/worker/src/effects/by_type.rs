//! Which effects an event has, decided by its type in this one place: the compiler asks here about a new event type, and
//! about a new effect for every type.

use domain::{Event, EventData};
use store::timeline::Entry;

use super::mails::{self, WantedMail};
use super::statistics::{self, Difference};
use super::timeline;

/// What one event changes, and whom it is reported to. Nothing of it is written yet.
pub(crate) struct Effects {
    /// One entry on each timeline that the event belongs to.
    pub(crate) timeline: Vec<Entry>,
    /// What is added to the figures of days.
    pub(crate) figures: Vec<Difference>,
    /// The mail that the event asks for.
    pub(crate) mail: Option<WantedMail>,
    /// What its webhooks are listed under: the order, where the event is about one or about its money; otherwise its subject.
    pub(crate) webhook_subject: String,
}

/// An event with what it changes.
pub(crate) struct Planned<'e> {
    pub(crate) event: &'e Event,
    pub(crate) effects: Effects,
}

impl<'e> Planned<'e> {
    pub(crate) fn new(event: &'e Event) -> Self {
        Self { event, effects: Effects::of(event) }
    }
}

impl Effects {
    pub(crate) fn of(event: &Event) -> Self {
        let subject = event.subject.clone();
        match &event.data {
            EventData::ContactCreated(change) | EventData::ContactUpdated(change) => Self {
                timeline: timeline::of_contact(event, change),
                figures: Vec::new(),
                mail: None,
                webhook_subject: subject,
            },
            EventData::ContactMerged(merge) => Self {
                timeline: timeline::of_merge(event, merge),
                figures: Vec::new(),
                mail: None,
                webhook_subject: subject,
            },
            EventData::OrderCreated(change) | EventData::OrderUpdated(change) | EventData::OrderCancelled(change) => {
                Self {
                    timeline: timeline::of_order(event, change),
                    figures: statistics::of_order(change),
                    mail: mails::of_order(event, change),
                    webhook_subject: subject,
                }
            }
            EventData::TransactionCreated(change) | EventData::TransactionProcessed(change) => Self {
                timeline: timeline::of_transaction(event, change),
                figures: statistics::of_transaction(change),
                mail: mails::of_transaction(event, change),
                webhook_subject: change.transaction.order_id.to_string(),
            },
            EventData::ProductCreated(change) | EventData::ProductUpdated(change) => Self {
                timeline: timeline::of_product(event, change),
                figures: Vec::new(),
                mail: None,
                webhook_subject: subject,
            },
            // Changes of the settings are read in the journal.
            EventData::SettingsUpdated(_) => {
                Self { timeline: Vec::new(), figures: Vec::new(), mail: None, webhook_subject: subject }
            }
        }
    }
}
