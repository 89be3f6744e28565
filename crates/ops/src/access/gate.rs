//! What signing in needs beside the database.

use std::sync::Arc;
use std::time::Duration;

use crate::Seal;
use crate::access::passwords::Hasher;

/// Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    pub passwords: Hasher,
    pub seal: Arc<Seal>,
    /// How long a session lasts, however much it is used.
    pub session_lifetime: Duration,
}

impl Gate {
    #[must_use]
    pub fn new(seal: Seal, session_lifetime: Duration) -> Self {
        Self { passwords: Hasher::default(), seal: Arc::new(seal), session_lifetime }
    }
}
