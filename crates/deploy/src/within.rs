//! What may end a deployment before it has ended itself.

use std::time::Duration;

use super::lease::Lease;
use super::problem::{Outcome, Problem};
use super::progress::spoken;

/// Until it is done, its time is over, the lease is lost, or somebody interrupts.
pub(crate) async fn within<T>(deadline: Duration, lease: &Lease, work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::select! {
        done = work => done,
        () = tokio::time::sleep(deadline) => Err(Problem::Deadline(spoken(deadline))),
        () = lease.lost() => Err(Problem::LeaseLost),
        () = interrupted() => Err(Problem::Interrupted),
    }
}

async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = async |kind| match signal(kind) {
        Ok(mut signals) => drop(signals.recv().await),
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => (),
        () = wait(SignalKind::terminate()) => (),
    }
}
