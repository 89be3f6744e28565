//! A change or a query without its types, so that what runs it (retries, groups, threads) is compiled once and not for each
//! of its two hundred callers.

use std::any::Any;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::{Error, Tx};

/// A change or a query that can be run, and keeps its result until its caller takes it.
pub(crate) trait Job: Any + Send {
    /// Runs it, maybe not for the first time, and says whether it succeeded.
    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>) -> BoxFuture<'t, bool>;
}

/// What a caller of [`crate::Db`] gives: a closure together with its input.
pub(crate) trait Work<T, E>: Send + Sync {
    fn begin<'t>(&'t self, tx: &'t mut Tx<'_>) -> BoxFuture<'t, Result<T, E>>;
}

/// The only type here that each caller has one of its own of: keep it this small.
struct Given<I, F> {
    input: I,
    work: F,
}

impl<I, T, E, F> Work<T, E> for Given<I, F>
where
    I: Send + Sync,
    F: for<'t> Fn(&'t mut Tx<'_>, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync,
{
    fn begin<'t>(&'t self, tx: &'t mut Tx<'_>) -> BoxFuture<'t, Result<T, E>> {
        (self.work)(tx, &self.input)
    }
}

pub(crate) fn given<I, T, E, F>(input: I, work: F) -> Box<dyn Work<T, E>>
where
    I: Send + Sync + 'static,
    F: for<'t> Fn(&'t mut Tx<'_>, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
{
    Box::new(Given { input, work })
}

struct WithResult<T, E> {
    work: Box<dyn Work<T, E>>,
    /// The result of the last run.
    result: Option<Result<T, E>>,
}

impl<T: Send + 'static, E: Send + 'static> Job for WithResult<T, E> {
    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>) -> BoxFuture<'t, bool> {
        let Self { work, result } = self;
        Box::pin(work.begin(tx).map(|outcome| result.insert(outcome).is_ok()))
    }
}

pub(crate) fn job<T: Send + 'static, E: Send + 'static>(work: Box<dyn Work<T, E>>) -> Box<dyn Job> {
    Box::new(WithResult { work, result: None })
}

/// The result of the last run of what [`job`] made. `T` and `E` are those that it was made with.
pub(crate) fn result<T: 'static, E: From<Error> + 'static>(job: Box<dyn Job>) -> Result<T, E> {
    let job: Box<dyn Any> = job;
    let job = job.downcast::<WithResult<T, E>>().ok();
    job.and_then(|job| job.result).unwrap_or_else(|| Err(Error::Unexpected("a change has no result".into()).into()))
}
