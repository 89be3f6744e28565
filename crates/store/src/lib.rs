//! Where everything is kept: SQL on SQLite and on MySQL or MariaDB, the same text for both.
//!
//! [`Db`] is opened from a URL and gives transactions: `change!(db, |tx, …| …)` and `query!(db, |tx, …| …)`. A [`Tx`] runs
//! SQL with `?` parameters; each resource has one file of functions that take a `Tx` ([`orders::insert`],
//! [`outbox::lease`], …). What differs between the engines is in `dialect.rs`, `sqlite.rs` and `mysql.rs`, nowhere else.
//!
//! Used by `ops`, `queue` and the crates above them. Uses `domain` only. This crate and `queue` are the only ones that
//! may know of SQL.

pub mod api_keys;
pub mod attempts;
pub mod contact_keys;
pub mod contact_lists;
pub mod contacts;
mod context;
mod db;
pub mod dead_letters;
pub mod deliveries;
mod dialect;
pub mod documents;
pub mod erasure;
mod error;
pub mod events;
pub mod faults;
pub mod idempotency;
pub mod imports;
pub mod inbox;
pub mod invitations;
mod job;
pub mod leases;
pub mod legal_copies;
mod list;
pub mod logos;
mod macros;
pub mod mail_templates;
pub mod mails;
mod migrate;
mod mysql;
pub mod numbers;
pub mod order_lists;
pub mod order_revisions;
pub mod orders;
pub mod outbox;
pub mod processes;
pub mod products;
pub mod queue_messages;
pub mod retention;
pub mod samples;
pub mod search;
pub mod second_factors;
pub mod security_log;
pub mod sessions;
pub mod settings;
pub mod sign_in_throttles;
mod sqlite;
pub mod stats;
mod table;
#[cfg(feature = "testing")]
pub mod testing;
pub mod timeline;
pub mod transactions;
mod tx;
pub mod users;
mod value;
pub mod webhook_endpoints;

pub use context::Context;
pub use db::{Db, Options};
pub use error::Error;
pub use futures_util::future::BoxFuture;
pub use migrate::Schema;
pub use tx::{Sql, Tx};
pub use value::{FromValue, Reader, Row, Value};

/// Part of a list: rows, and where the next page begins, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Opaque to everyone but the function that made it.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// From up to `limit + 1` rows: one more than asked for tells that there is a next page.
    pub(crate) fn of(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}
