//! Templates are worked on in a thread of their own, never in one that others wait for: not the writer of SQLite, not one that
//! answers requests. Its stack has a known size, it ends by itself, and who waits for it waits only so long.

use std::thread;

use domain::Invalid;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::bounds::{Bound, STACK, WAIT};
use crate::Error;

/// The part that is named where none is known: the largest.
const WHOLE: &str = "html";

/// What the work gives, or that it could not be done: it took too long, or it ended in a fault of ours.
pub(crate) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Invalid> + Send + 'static,
) -> Result<T, Error> {
    let (tell, told) = oneshot::channel();
    let working = move || drop(tell.send(work()));
    let begun = thread::Builder::new().name("mail-template".into()).stack_size(STACK).spawn(working);
    begun.map_err(|e| store::Error::Unavailable(format!("no thread for a mail template: {e}")))?;
    match timeout(WAIT, told).await {
        Ok(Ok(done)) => Ok(done?),
        // The thread is gone without an answer: it panicked, and the log has said where.
        Ok(Err(_)) => Err(Invalid::new(WHOLE, "bad_template", "cannot be made: the work broke off").into()),
        Err(_) => Err(Bound::Wait.exceeded(WHOLE, None).into()),
    }
}
