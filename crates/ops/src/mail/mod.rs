//! Mails to contacts, from what is known to what is sent: [`view`] is what a template can see, [`render`] makes subject and
//! bodies of a template, [`message`] makes the message of RFC 5322 of these. No I/O here: the worker sends.
//!
//! A template is somebody's program. [`bounds`] has the numbers it is held to: [`shape`] before it is parsed, [`deadline`] and
//! [`output`] while it runs, on lists as in [`rows`]; and [`apart`] has it run where it holds up nobody.

pub(crate) mod apart;
mod bounds;
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
