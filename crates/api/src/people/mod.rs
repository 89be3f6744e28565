//! Users and all by which they and programs get in: invitations, sessions, API keys, the security log.

pub(crate) mod api_keys;
pub(crate) mod invitations;
pub(crate) mod me;
pub(crate) mod security_log;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod users;
