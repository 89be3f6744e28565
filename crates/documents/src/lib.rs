//! What goes out on paper: order confirmations, receipts and delivery notes as PDF.
//!
//! [`Content`] is what a document says, taken from the books at one moment; [`render`] sets it on pages. The result is tagged
//! PDF/A-2a and PDF/UA-1 with its fonts inside, and **the same bytes for the same content**, wherever and whenever it is made:
//! there is no clock and no chance in here, dates come from the content. [`check_logo`] says whether a picture can stand on
//! it.
//!
//! Pure: no I/O, no async. Used by `ops`; uses `domain`. docs/decisions/0010 says why krilla.

mod content;
mod epc;
mod fonts;
mod letter;
mod logo;
mod parts;
mod sheet;
mod table;
mod text;
mod words;

pub use content::{Content, Payment, Recipient, Terms};
pub use epc::epc_code;
pub use letter::render;
pub use logo::{MAX_LOGO_BYTES, MAX_LOGO_SIDE, check_logo};
pub use words::title;

/// Goes up with each change of what documents look like: what was made before stays as it was, and what is asked for anew is
/// made anew.
pub const EDITION: u32 = 1;

/// Why there is no document. All but a bad logo is a defect in here.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The logo is no picture that can be embedded; the text says why.
    #[error("{0}")]
    Logo(String),
    #[error("the document could not be made: {0}")]
    Pdf(String),
}
