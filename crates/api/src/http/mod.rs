//! The HTTP machinery that all endpoints share: reading requests, writing answers, pages, files, limits and headers.

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod cookie;
pub(crate) mod cors;
pub(crate) mod csv;
pub(crate) mod file;
pub(crate) mod idempotency;
pub(crate) mod limits;
pub(crate) mod origin;
pub(crate) mod page;
pub(crate) mod parameters;
pub(crate) mod problem;
pub(crate) mod request_id;
pub(crate) mod security_headers;
pub(crate) mod upload;
