//! How long a rendering may take.

use std::time::Instant;

use minijinja::{Error, ErrorKind};

use super::bounds::TIME;

/// The moment at which a rendering ends, whatever it has made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Instant);

impl Deadline {
    pub(super) fn new() -> Self {
        Self(Instant::now() + TIME)
    }

    #[cfg(test)]
    pub(super) fn over() -> Self {
        Self(Instant::now())
    }

    /// An error of the engine once time is up, of the kind that a template cannot catch.
    pub(super) fn check(self) -> Result<(), Error> {
        if Instant::now() < self.0 {
            return Ok(());
        }
        Err(Error::new(ErrorKind::OutOfFuel, LATE))
    }
}

/// How the engine's error tells that it was time, not steps.
pub(super) const LATE: &str = "takes too long";
