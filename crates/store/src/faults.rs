//! For the crash test, behind the feature `faults`: ends the process at a named point, as a pulled plug would, or
//! switches a safeguard off, to prove that the test notices.
//!
//! `COMPTOIR_FAULT=before_relay:17` ends the process the 17th time that the point is passed.
//! `COMPTOIR_MUTANT=no_relay` (or `no_inbox`) breaks the program on purpose.

/// The places where a crash is most likely to lose or double something.
#[derive(Clone, Copy, Debug)]
pub enum Point {
    /// An order is committed; nobody has relayed its event.
    BeforeRelay,
    /// Messages are sent; their outbox rows are not marked yet.
    AfterSend,
    /// An effect is committed; its message is not deleted yet.
    AfterEffect,
    /// A mail was accepted; nobody has written that down.
    AfterMail,
    /// A webhook was accepted; nobody has written that down.
    AfterWebhook,
    /// The document that a mail brings is kept; the mail is not sent yet.
    AfterDocument,
    /// The outcomes of attempts are committed; their messages are not deleted yet.
    AfterAttempt,
    /// A dead letter is put back into the outbox, not yet committed.
    InRedrive,
}

impl Point {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeRelay => "before_relay",
            Self::AfterSend => "after_send",
            Self::AfterEffect => "after_effect",
            Self::AfterMail => "after_mail",
            Self::AfterWebhook => "after_webhook",
            Self::AfterDocument => "after_document",
            Self::AfterAttempt => "after_attempt",
            Self::InRedrive => "in_redrive",
        }
    }
}

#[cfg(not(feature = "faults"))]
pub const fn reach(_: Point) {}

#[cfg(not(feature = "faults"))]
#[must_use]
pub const fn mutant(_: &str) -> bool {
    false
}

#[cfg(feature = "faults")]
pub fn reach(point: Point) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicI64, Ordering};
    static FAULT: OnceLock<Option<(String, AtomicI64)>> = OnceLock::new();
    let fault = FAULT.get_or_init(|| {
        let text = std::env::var("COMPTOIR_FAULT").ok()?;
        let (name, times) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), AtomicI64::new(times.parse().unwrap_or(1))))
    });
    if let Some((name, left)) = fault
        && name == point.name()
        && left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        // SIGKILL to itself: no destructor, no flush, no goodbye.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort();
    }
}

#[cfg(feature = "faults")]
#[must_use]
pub fn mutant(name: &str) -> bool {
    std::env::var("COMPTOIR_MUTANT").is_ok_and(|mutant| mutant == name)
}
