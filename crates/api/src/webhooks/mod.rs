//! Webhooks: the endpoints that are told of events, and the deliveries to them.

pub(crate) mod deliveries;
pub(crate) mod endpoints;
