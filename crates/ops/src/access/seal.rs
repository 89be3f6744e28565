//! Secrets that we must be able to read again, unlike passwords: sealed with AES-256-GCM under a key derived from
//! `JWT_SECRET` (docs/decisions/0009-sign-in.md says why from that one, and what happens when it is rotated).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::{Ctx, Error};

/// The key that seals, and the one before it, which can still open.
pub struct Seal {
    current: LessSafeKey,
    previous: Option<LessSafeKey>,
    setup_token: String,
}

impl Seal {
    pub fn new(secret: &[u8], previous: Option<&[u8]>) -> Result<Self, Error> {
        let setup_token = BASE64_URL_SAFE_NO_PAD.encode(derived(secret, b"first administrator")?);
        Ok(Self { current: key(secret)?, previous: previous.map(key).transpose()?, setup_token })
    }

    /// What lets the first administrator in (see [`crate::people::setup`]): whoever knows it does not know the secret.
    #[must_use]
    pub fn setup_token(&self) -> &str {
        &self.setup_token
    }

    /// What is sealed for `owner` opens for nobody else.
    pub(crate) fn seal(&self, ctx: &Ctx, owner: &str, secret: &[u8]) -> Result<String, Error> {
        let mut nonce = [0; NONCE_LEN];
        ctx.secret(&mut nonce);
        let mut sealed = secret.to_vec();
        let aad = Aad::from(owner.as_bytes());
        self.current
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .map_err(|_| unexpected("a secret cannot be sealed"))?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// The secret, and whether the former key was needed for it.
    pub(crate) fn open(&self, owner: &str, sealed: &str) -> Result<(Vec<u8>, bool), Error> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).map_err(|_| unexpected("a sealed secret is damaged"))?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN).ok_or_else(|| unexpected("a sealed secret is cut"))?;
        let open = |key: &LessSafeKey| {
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let mut bytes = sealed.to_vec();
            let opened = key.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut bytes).ok()?.len();
            bytes.truncate(opened);
            Some(bytes)
        };
        let current = open(&self.current).map(|secret| (secret, false));
        let previous = || self.previous.as_ref().and_then(open).map(|secret| (secret, true));
        current.or_else(previous).ok_or_else(|| unexpected("a secret was sealed under another JWT_SECRET"))
    }
}

fn key(secret: &[u8]) -> Result<LessSafeKey, Error> {
    let derived = derived(secret, b"second factors")?;
    let key = UnboundKey::new(&AES_256_GCM, &derived).map_err(|_| unexpected("AES takes keys of 32 bytes"))?;
    Ok(LessSafeKey::new(key))
}

/// Bytes for one purpose, that tell nothing of the secret nor of those for another purpose.
fn derived(secret: &[u8], purpose: &[u8]) -> Result<[u8; 32], Error> {
    let bad = |_| unexpected("no key can be made of JWT_SECRET");
    let pseudo_random = Salt::new(HKDF_SHA256, b"comptoir").extract(secret);
    let mut bytes = [0; 32];
    pseudo_random.expand(&[purpose], HKDF_SHA256).map_err(bad)?.fill(&mut bytes).map_err(bad)?;
    Ok(bytes)
}

fn unexpected(why: &str) -> Error {
    Error::Store(store::Error::Unexpected(why.into()))
}

#[cfg(test)]
mod tests {
    use domain::Actor;
    use store::Context;

    use super::*;

    const OLD: &[u8] = b"an old secret of thirty-two bytes";
    const NEW: &[u8] = b"a new secret of thirty-two bytes.";

    #[test]
    fn what_is_sealed_opens_for_its_owner_under_this_key_and_the_one_before() {
        let ctx = Ctx::new(&Context::fake(domain::Timestamp::from_micros(0), 1), Actor::system("test"));
        let seal = |current, previous| Seal::new(current, previous).unwrap();
        let sealed = seal(OLD, None).seal(&ctx, "usr_1", b"secret").unwrap();
        assert_eq!(seal(OLD, None).open("usr_1", &sealed).unwrap(), (b"secret".to_vec(), false));
        assert_eq!(seal(NEW, Some(OLD)).open("usr_1", &sealed).unwrap(), (b"secret".to_vec(), true));
        assert!(seal(OLD, None).open("usr_2", &sealed).is_err());
        assert!(seal(NEW, None).open("usr_1", &sealed).is_err());
        assert!(seal(OLD, None).open("usr_1", "AAAA").is_err());
        assert_ne!(seal(OLD, None).seal(&ctx, "usr_1", b"secret").unwrap(), sealed);
    }
}
