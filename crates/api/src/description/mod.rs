//! The `OpenAPI` description, put together from what stands beside each handler.

pub(crate) mod openapi;
pub(crate) mod patterns;
pub(crate) mod responses;
