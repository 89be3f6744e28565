//! What a request must know of its sender, and the token does not say: whether the session or the key is still good, and
//! which role its owner has now. Asked of the database once in ten seconds for each, and forgotten at once where something
//! changes; another process notices ten seconds later at the most.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{ApiKey, Role, Session, SessionId, Timestamp};

/// How long an answer is good.
const LIFETIME: Duration = Duration::from_secs(10);
/// Answers kept at the most; then all are forgotten.
const MOST: usize = 10_000;

/// A session, and the role of its user; `None` where that one may not sign in.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) session: Session,
    pub(crate) role: Option<Role>,
}

#[derive(Default)]
pub struct Callers {
    pub(crate) sessions: Cache<SessionId, Known>,
    /// By the hash of the key.
    pub(crate) keys: Cache<String, ApiKey>,
}

impl Callers {
    /// Somebody's role, sessions or keys have changed. That is rare: all are asked for again.
    pub(crate) fn forget(&self) {
        self.sessions.forget();
        self.keys.forget();
    }
}

pub(crate) struct Cache<K, V>(Mutex<Entries<K, V>>);

struct Entries<K, V> {
    known: HashMap<K, (V, Timestamp)>,
    /// Counts how often all was forgotten.
    generation: u64,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Entries { known: HashMap::new(), generation: 0 }))
    }
}

/// What [`Cache::get`] gives, where nothing is known.
pub(crate) struct Unknown(u64);

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    fn entries(&self) -> MutexGuard<'_, Entries<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q, now: Timestamp) -> Result<V, Unknown>
    where
        K: std::borrow::Borrow<Q>,
    {
        let entries = self.entries();
        let found = entries.known.get(key).filter(|(_, since)| now < since.plus(LIFETIME));
        found.map(|(value, _)| value.clone()).ok_or(Unknown(entries.generation))
    }

    /// Keeps what was read from the database since `get` knew nothing; unless a change has come between.
    pub(crate) fn put(&self, key: K, value: V, now: Timestamp, Unknown(generation): Unknown) {
        let mut entries = self.entries();
        if entries.generation == generation {
            if entries.known.len() >= MOST {
                entries.known.clear();
            }
            entries.known.insert(key, (value, now));
        }
    }

    fn forget(&self) {
        let mut entries = self.entries();
        entries.known.clear();
        entries.generation += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_good_for_ten_seconds_and_until_something_changes() {
        let (cache, now) = (Cache::<&str, i32>::default(), Timestamp::from_micros(0));
        let Err(unknown) = cache.get("a", now) else { panic!("nothing is known") };
        cache.put("a", 7, now, unknown);
        assert!(cache.get("a", now.plus(Duration::from_millis(9_999))).is_ok_and(|seven| seven == 7));
        assert!(cache.get("a", now.plus(LIFETIME)).is_err());
        let Err(unknown) = cache.get("b", now) else { panic!("nothing is known") };
        cache.forget();
        cache.put("b", 8, now, unknown);
        assert!(cache.get("a", now).is_err() && cache.get("b", now).is_err(), "read before the change");
    }
}
