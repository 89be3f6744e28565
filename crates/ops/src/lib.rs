//! What can be done with the business: one file for each resource, one function for each thing that a person or a program
//! asks for, `fn(&mut Tx, &Ctx, input) -> Result<output, Error>`.
//!
//! A function decides by the rules of `domain`, saves through `store`, and writes the event that tells of the change into
//! the same transaction. Whoever calls (the API, the command line, an import) opens the transaction.
//!
//! Uses `store`, `domain` and `documents`; used by `api`, `worker` and `app`. Knows nothing of HTTP or of the queue.

pub mod access;
pub mod contacts;
pub mod dead_letters;
pub mod documents;
mod error;
pub mod exchange;
pub mod explain;
pub mod mail;
pub mod mail_templates;
pub mod mails;
pub mod orders;
pub mod people;
pub mod products;
pub mod sample;
pub mod settings;
pub mod transactions;
pub mod webhooks;

use std::net::IpAddr;

use domain::{Actor, Event, EventData, EventId, Timestamp};
use store::{Context, Tx, events};

pub use access::gate::Gate;
pub use access::seal::Seal;
pub use error::{Current, Error};

/// Who acts, and when; ids come from here too.
#[derive(Clone)]
pub struct Ctx {
    pub actor: Actor,
    /// The moment of the change; one value for everything that one request does.
    pub now: Timestamp,
    /// Where the request came from, where there was one.
    pub address: Option<IpAddr>,
    /// What is done now has happened before, in another system.
    pub imported: bool,
    /// The trace that all of this is part of, as `traceparent`, where traces are collected.
    pub traceparent: Option<String>,
    ids: Context,
}

impl Ctx {
    #[must_use]
    pub fn new(context: &Context, actor: Actor) -> Self {
        Self { actor, now: context.now(), address: None, imported: false, traceparent: None, ids: context.clone() }
    }

    /// The context as part of a trace.
    #[must_use]
    pub fn traced(self, traceparent: Option<String>) -> Self {
        Self { traceparent, ..self }
    }

    /// The context of a request from this address.
    #[must_use]
    pub fn from(self, address: Option<IpAddr>) -> Self {
        Self { address, ..self }
    }

    /// The context of records that are brought in from another system, where they happened before.
    #[must_use]
    pub fn importing(self) -> Self {
        Self { imported: true, ..self }
    }

    /// The context with another actor: a person who has just proved who they are.
    fn by(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// Bytes that nobody can guess.
    fn secret(&self, bytes: &mut [u8]) {
        self.ids.secret(bytes);
    }

    /// A new id of any kind: `ctx.id(OrderId::new)`.
    pub fn id<T>(&self, new: impl FnOnce(u64, u128) -> T) -> T {
        self.ids.id(new)
    }

    /// Writes the event of a change into the journal and the outbox.
    async fn record_event(
        &self,
        tx: &mut Tx<'_>,
        subject: &(impl std::fmt::Display + Sync),
        sequence: i64,
        data: EventData,
    ) -> Result<(), Error> {
        let id = self.id(EventId::new);
        let event = Event::new(id, subject, sequence, self.actor.clone(), self.now, data);
        let event = Event { imported: self.imported, traceparent: self.traceparent.clone(), ..event };
        Ok(events::append(tx, &event).await?)
    }
}
