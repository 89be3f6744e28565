//! Who calls and what they may do: tokens, sessions and keys, and the role that each route asks for.

pub mod auth;
pub(crate) mod callers;
pub(crate) mod guard;
