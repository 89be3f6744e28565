//! The store's contract, held on every engine: one file for each resource. Run by `make test`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "all of this is tests")]

extern crate comptoir_store as store;

mod api_keys;
mod columns;
mod contact_keys;
mod contact_lists;
mod contact_search;
mod contacts;
mod dead_letters;
mod deliveries;
mod documents;
mod erasure;
mod events;
mod idempotency;
mod imports;
mod invitations;
mod leases;
mod legal_copies;
mod logos;
mod mails;
mod money;
mod numbers;
mod order_filters;
mod order_labels;
mod order_lists;
mod order_revisions;
mod orders;
mod outbox;
mod processes;
mod products;
mod retention;
mod samples;
mod schema;
mod second_factors;
mod security_log;
mod sessions;
mod settings;
mod sign_in_throttles;
mod spans;
mod stats;
mod text;
mod timeline;
mod transactions;
mod users;
mod webhook_endpoints;
mod worker;
mod write;

use std::time::Duration;

use store::{Error, Page};

/// What each page of a list holds, from the first to the last; no list of a test has more than a hundred.
async fn pages<T>(mut page: impl AsyncFnMut(Option<String>) -> Result<Page<T>, Error>) -> Vec<Vec<T>> {
    let (mut all, mut after) = (Vec::new(), None);
    for _ in 0..100 {
        let Page { items, next } = page(after).await.unwrap();
        all.push(items);
        match next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
    panic!("the list has no end");
}

/// Whatever a test waits for, it does not wait for ever.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("this takes much too long")
}
