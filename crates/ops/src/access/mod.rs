//! The machinery of signing in: hashing and judging passwords, sealing secrets, slowing down guesses.

pub(crate) mod gate;
pub(crate) mod guessable;
pub mod passwords;
pub(crate) mod seal;
pub(crate) mod throttle;
pub mod tokens;
