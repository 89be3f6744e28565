//! Secrets that are shown once. What is kept is their SHA-256: they are random, so nothing slower is needed.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::Ctx;

/// 32 random bytes, as text.
pub(crate) fn new(ctx: &Ctx) -> String {
    let mut bytes = [0; 32];
    ctx.secret(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Random characters of an alphabet of at most 256, each as likely as the others.
pub(crate) fn letters(ctx: &Ctx, alphabet: &[u8], count: usize) -> String {
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(count);
    while text.len() < count {
        let mut byte = [0];
        ctx.secret(&mut byte);
        let at = usize::from(byte[0]);
        if at < fair {
            text.push(alphabet[at % alphabet.len()].into());
        }
    }
    text
}

/// What is kept of a token.
#[must_use]
pub fn hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()))
}
