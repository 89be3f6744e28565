//! The worker as the database shows what it has done, on every engine: without HTTP. What the API tells of it is tested there.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

mod retention;
mod site;
