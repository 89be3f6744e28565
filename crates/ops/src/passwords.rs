//! Passwords are kept as argon2id hashes, with the parameters that OWASP names first (19 MiB, 2 passes, 1 lane;
//! <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>). One costs about 20 ms of a core.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::Invalid;
use store::Context;
use tokio::sync::Semaphore;

use crate::Error;

/// Hashes at the same time: sign-ins must not take every core, or 19 MiB for each of a flood of them.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A hash to verify against when there is no such user: an unknown address must take as long as a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$VQMKOOWVjTRQYmxdQMcdLPYNLRyyhIUuvjVBHWWl7Kw";

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// The hash of a new password of 12 to 200 characters.
pub async fn hash(context: &Context, password: &str) -> Result<String, Error> {
    if !(12..=200).contains(&password.chars().count()) {
        return Err(Invalid::new("password", "bad_password", "must have 12 to 200 characters").into());
    }
    let mut salt = [0; 16];
    context.secret(&mut salt);
    let password = password.to_owned();
    blocking(move || hasher().hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string()).ok())
        .await?
        .ok_or_else(|| Error::Store(store::Error::Unexpected("argon2 refused the password".into())))
}

/// Whether the password is the one behind `hash`; takes as long when there is no hash at all.
pub async fn verify(hash: Option<String>, password: &str) -> Result<bool, Error> {
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
    let password = password.to_owned();
    let matches = blocking(move || {
        PasswordHash::new(&hash).is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
    });
    Ok(matches.await? && known)
}

/// A password for a person to read once and type: 20 letters and digits, 100 bits.
#[must_use]
pub fn generate(context: &Context) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 20];
    context.secret(&mut bytes);
    let letters: Vec<char> = bytes.iter().map(|byte| LETTERS[usize::from(byte % 32)].into()).collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let stopped = |e: &dyn std::fmt::Display| Error::Store(store::Error::Unavailable(e.to_string()));
    let _turn = TURNS.acquire().await.map_err(|e| stopped(&e))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| stopped(&e))
}
