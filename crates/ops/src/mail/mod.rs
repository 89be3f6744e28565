//! Mails to contacts, from what is known to what is sent: [`view`] is what a template can see, [`render`] makes subject and
//! bodies of a template, [`message`] makes the message of RFC 5322 of these. No I/O here: the worker sends.
//!
//! A template is somebody's program. [`shape`] says what it may look like before it is parsed, [`rows`] what its lists can do,
//! [`deadline`] how long it may take, [`output`] how much it may make, and [`apart`] has it run where it holds up nobody.

pub(crate) mod apart;
mod deadline;
pub mod defaults;
mod filters;
pub mod message;
mod output;
pub(crate) mod render;
mod rows;
pub(crate) mod sample;
mod shape;
pub mod view;

pub use message::{Attachment, Letter, Sender};
pub use render::Rendered;
pub use view::View;
