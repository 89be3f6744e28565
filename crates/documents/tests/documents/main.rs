//! Documents as others read them: poppler for text, fonts, pages and tags; zbar for the code.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

mod archive;
mod code;
mod fixtures;
mod hostile;
mod layout;
mod logo;
mod readers;
mod said;
mod same;
