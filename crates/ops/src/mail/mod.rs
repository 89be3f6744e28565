//! Mails to contacts, from what is known to what is sent: [`view`] is what a template can see, [`render`] makes subject and
//! bodies of a template, [`message`] makes the message of RFC 5322 of these. No I/O here: the worker sends.

pub mod defaults;
pub mod message;
pub mod render;
pub(crate) mod sample;
pub mod view;

pub use message::{Attachment, Letter, Sender};
pub use render::Rendered;
pub use view::View;
