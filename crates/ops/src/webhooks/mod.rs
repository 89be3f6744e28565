//! Webhooks: the endpoints that are told of events, and the deliveries to them.

pub mod deliveries;
pub mod endpoints;
