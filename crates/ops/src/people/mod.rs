//! Users and all by which they and programs get in: invitations, sessions, second factors, API keys.

pub mod api_keys;
pub mod invitations;
mod made;
pub mod second_factor;
pub mod security;
pub mod sessions;
pub mod setup;
pub mod users;
