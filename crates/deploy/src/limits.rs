//! Ends a deployment early: at its deadline, when its lease is lost, or on a signal.

use std::time::Duration;

use super::lease::Lease;
use super::problem::{Outcome, Problem};
use super::time::format_duration;

/// Runs `work` until it is done, the deadline has passed, the lease is lost, or SIGINT or SIGTERM comes.
pub(crate) async fn run_with_limits<T>(
    deadline: Duration,
    lease: &Lease,
    work: impl Future<Output = Outcome<T>>,
) -> Outcome<T> {
    tokio::select! {
        done = work => done,
        () = tokio::time::sleep(deadline) => Err(Problem::Deadline(format_duration(deadline))),
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
