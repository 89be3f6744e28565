//! Passwords are kept as argon2id hashes, with the parameters that OWASP names first (19 MiB, 2 passes, 1 lane;
//! <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>). One costs about 20 ms of a core.

use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::Invalid;
use store::Context;
use tokio::sync::oneshot;

use crate::access::guessable;
use crate::{Ctx, Error};

/// Hashes that may wait for their turn: more would only time out.
const WAITING: usize = 100;

/// A hash to verify against when there is no such user: an unknown address must take as long as a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$VQMKOOWVjTRQYmxdQMcdLPYNLRyyhIUuvjVBHWWl7Kw";

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Hashes passwords, in threads of its own: half of the cores at the most (one, where there is one), which give way to all
/// others, so that a flood of sign-ins slows nobody down but itself. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    jobs: SyncSender<Job>,
    runs: Arc<AtomicU64>,
}

type Job = Box<dyn FnOnce() + Send>;

impl Default for Hasher {
    fn default() -> Self {
        let (jobs, waiting) = sync_channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        for _ in 0..(cores / 2).max(1) {
            let waiting = waiting.clone();
            let thread = std::thread::Builder::new().name("passwords".into());
            // Without a thread there is nobody to receive, which the first to ask is told.
            drop(thread.spawn(move || work(&waiting)));
        }
        Self { jobs, runs: Arc::default() }
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    // Of this thread alone, on Linux (setpriority(2), section C library/kernel differences). Elsewhere it would be the whole
    // process; and a refusal costs nothing but the priority.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 10);
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        job();
    }
}

impl Hasher {
    /// The hash of a new password of 12 to 200 characters that is not one of the first to be tried.
    pub async fn hash(&self, ctx: &Ctx, password: &str) -> Result<String, Error> {
        check(password)?;
        let mut salt = [0; 16];
        ctx.secret(&mut salt);
        let password = password.to_owned();
        self.run(move || argon2().hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string()).ok())
            .await?
            .ok_or_else(|| Error::Store(store::Error::Unexpected("argon2 refused the password".into())))
    }

    /// Whether the password is the one behind `hash`; takes as long when there is no hash at all.
    pub async fn verify(&self, hash: Option<String>, password: &str) -> Result<bool, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        // Longer than any that was accepted: its first part will do, and must, or it would be a way to keep us busy.
        let password: String = password.chars().take(201).collect();
        let matches = self.run(move || {
            PasswordHash::new(&hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(matches.await? && known)
    }

    /// How many passwords were hashed so far, to make or to check one.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// Runs work in one of the threads. [`Error::Busy`] when a hundred wait already.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let runs = self.runs.clone();
        let job = move || {
            // Who has gone away meanwhile gets no answer.
            if !reply.is_closed() {
                runs.fetch_add(1, Ordering::Relaxed);
                drop(reply.send(work()));
            }
        };
        let gone = || Error::Store(store::Error::Unavailable("no thread hashes passwords".into()));
        match self.jobs.try_send(Box::new(job)) {
            Ok(()) => answer.await.map_err(|_| gone()),
            Err(TrySendError::Full(_)) => Err(Error::Busy),
            Err(TrySendError::Disconnected(_)) => Err(gone()),
        }
    }
}

/// Refuses a new password that is too short, too long or easily guessed.
pub(crate) fn check(password: &str) -> Result<(), Invalid> {
    if !(12..=200).contains(&password.chars().count()) {
        return Err(Invalid::new("password", "bad_password", "must have 12 to 200 characters"));
    }
    if password.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) {
        return Err(Invalid::new("password", "control_character", "must not contain control characters"));
    }
    if guessable::is_guessable(password) {
        return Err(Invalid::new("password", "guessable_password", "is one of the first that somebody would try"));
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn more_than_a_hundred_waiting_is_too_busy() {
        let hasher = Hasher::default();
        let (release, until_released) = std::sync::mpsc::channel::<()>();
        let until_released = Arc::new(Mutex::new(until_released));
        let (started, starts) = std::sync::mpsc::channel();
        let threads = (std::thread::available_parallelism().map_or(1, NonZero::get) / 2).max(1);
        for _ in 0..threads {
            let (started, until_released) = (started.clone(), until_released.clone());
            let job = move || {
                started.send(()).unwrap();
                assert!(until_released.lock().unwrap().recv().is_err());
            };
            hasher.jobs.try_send(Box::new(job)).ok().unwrap();
            starts.recv().unwrap();
        }
        for _ in 0..WAITING {
            hasher.jobs.try_send(Box::new(|| ())).ok().unwrap();
        }
        let busy = hasher.run(|| ()).await;
        assert!(matches!(busy, Err(Error::Busy)), "{busy:?}");
        drop(release);
        let mut after = hasher.run(|| 7).await;
        while matches!(after, Err(Error::Busy)) {
            after = hasher.run(|| 7).await;
        }
        assert_eq!(after.ok(), Some(7));
    }

    #[test]
    fn a_password_is_neither_short_nor_common() {
        assert_eq!(check("elevenchars").unwrap_err().code, "bad_password");
        assert_eq!(check(&"é".repeat(201)).unwrap_err().code, "bad_password");
        assert_eq!(check("Password1234!").unwrap_err().code, "guessable_password");
        assert!(check("correct horse battery").is_ok());
    }
}
