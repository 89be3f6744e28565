//! The API as its callers meet it, on every engine: one file for each group of endpoints. Each answer is held to
//! `openapi.json`, and each refusal to having changed nothing. Run by `make test`.

// The futures of whole scenarios are nested deeply.
#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "all of this is tests")]

extern crate comptoir_api as api;

mod access;
mod api_keys;
mod backend;
mod bad_requests;
mod codes;
mod contact_duplicates;
mod contact_erasure;
mod contact_fields;
mod contact_lists;
mod contact_merges;
mod contacts;
mod contract;
mod csv;
mod dead_letter_batches;
mod dead_letter_edits;
mod dead_letters;
mod disconnect;
mod document;
mod documents;
mod editors;
mod engines;
mod events;
mod explain;
mod headers;
mod health;
mod holding;
mod idempotency;
mod imports;
mod invitations;
mod limits;
mod logo;
mod logs;
mod mail_templates;
mod mails;
mod me;
mod operations;
mod order_labels;
mod order_lines;
mod order_lists;
mod order_revisions;
mod order_states;
mod orders;
mod pages;
mod people;
mod products;
mod replay;
mod rotation;
mod scan;
mod second_factor;
mod security_log;
mod sessions;
mod settings;
mod setup;
mod sign_in;
mod stats;
mod stream;
mod throttle;
mod timeline;
mod transactions;
mod users;
mod webhook_attempts;
mod webhook_endpoints;
