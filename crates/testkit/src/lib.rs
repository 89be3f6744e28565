//! What tests need: databases to throw away, a clock that stands still, contacts and orders to begin with.
//!
//! For tests only; no crate depends on it outside `dev-dependencies`.
