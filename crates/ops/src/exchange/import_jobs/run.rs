//! The task that runs imports, one at a time.

use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{Import, ImportCounts, ImportKind, ImportState};
use store::{Context, Db, change, imports};
use tokio::sync::{mpsc, watch};

use super::{Request, Upload, rejects};
use crate::Ctx;
use crate::exchange::import::{self, Files, Map, Outcome, Phase, Progress, rejects_beside};

/// How often the database is told that the process lives and how far it is.
const BEAT: Duration = Duration::from_millis(500);
/// How often the end of an import is tried to be told, a second apart, while the database is away.
const TRIES: u32 = 60;

pub(super) struct Job {
    pub(super) import: Import,
    pub(super) ctx: Ctx,
    pub(super) request: Request,
    /// The files go with the job.
    pub(super) _upload: Upload,
}

pub(super) struct Worker {
    pub(super) db: Db,
    pub(super) context: Context,
    pub(super) process: String,
    pub(super) stopped: watch::Receiver<bool>,
}

/// What the running import and the task that tells of it share.
#[derive(Default)]
struct Shared {
    now: Mutex<(Option<ImportState>, ImportCounts)>,
    stop: AtomicBool,
}

/// How an import has ended.
struct End {
    state: ImportState,
    error: Option<String>,
    /// The rejected rows of each part of the request that has any.
    rejects: Vec<(&'static str, String)>,
}

impl Worker {
    pub(super) async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(job) = self.next(&mut jobs).await {
            self.run_one(job).await;
        }
        // Stopped: whoever waits will not have a turn.
        jobs.close();
        while let Some(job) = jobs.recv().await {
            self.end(&job.import, &ImportCounts::default(), End::interrupted()).await;
        }
    }

    /// The next import; none once the process is stopping.
    async fn next(&mut self, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
        tokio::select! {
            biased;
            () = asked(&mut self.stopped) => None,
            job = jobs.recv() => job,
        }
    }

    async fn run_one(&self, job: Job) {
        let Job { import, ctx, request, _upload } = job;
        let shared = Arc::new(Shared::default());
        // Before it begins: it may have waited for long, and have been cancelled meanwhile.
        let mut cancelled = self.beat(&import, ImportState::Checking, &ImportCounts::default()).await;
        if cancelled {
            return self.end(&import, &ImportCounts::default(), End::of(ImportState::Cancelled, None)).await;
        }
        let running = {
            let (db, context, shared) = (self.db.clone(), self.context.clone(), shared.clone());
            // It reads files, and must not hold up those who serve requests.
            tokio::task::spawn_blocking(move || {
                let ctx = Ctx { now: context.now(), ..ctx }.importing();
                tokio::runtime::Handle::current().block_on(import_files(&db, &ctx, &request, &shared))
            })
        };
        tokio::pin!(running);
        let mut stopped = self.stopped.clone();
        let end = loop {
            tokio::select! {
                ended = &mut running => break ended.unwrap_or_else(|error| {
                    tracing::error!(%error, "an import has ended by a defect");
                    End::of(ImportState::Failed, Some("something went wrong on our side; it has been recorded".into()))
                }),
                () = asked(&mut stopped), if !shared.stop.load(Ordering::Relaxed) => {
                    shared.stop.store(true, Ordering::Relaxed);
                }
                () = tokio::time::sleep(BEAT) => {
                    let (state, counts) = shared.get();
                    cancelled |= self.beat(&import, state, &counts).await;
                    if cancelled {
                        shared.stop.store(true, Ordering::Relaxed);
                    }
                }
            }
        };
        let (_, counts) = shared.get();
        let end = if end.state == ImportState::Interrupted && cancelled {
            End::of(ImportState::Cancelled, None)
        } else {
            end
        };
        self.end(&import, &counts, end).await;
    }

    /// Tells how far an import is, and that the process lives; says whether its end is asked for.
    async fn beat(&self, import: &Import, state: ImportState, counts: &ImportCounts) -> bool {
        let (id, counts, process, now) = (import.id, *counts, self.process.clone(), self.context.now());
        let told = change!(self.db, move |tx, id, state, counts, process, now| {
            imports::hear(tx, process, *now).await?;
            imports::advance(tx, *id, *state, counts, *now).await
        });
        // The next beat tells more; the import itself will find out whether the database is there.
        told.await.unwrap_or_else(|error: store::Error| {
            tracing::warn!(%error, import = %import.id, "how far an import is could not be told");
            false
        })
    }

    async fn end(&self, import: &Import, counts: &ImportCounts, end: End) {
        tracing::info!(import = %import.id, state = ?end.state, created = counts.created, updated = counts.updated, "an import has ended");
        let input = Arc::new((import.id, *counts, end));
        for _ in 0..TRIES {
            let now = self.context.now();
            let told = change!(self.db, |tx, input, now| {
                let (id, counts, end) = &**input;
                imports::end(tx, *id, end.state, counts, end.error.as_deref(), *now).await?;
                for (part, body) in &end.rejects {
                    imports::insert_rejects(tx, *id, part, body, *now).await?;
                }
                Ok(())
            });
            match told.await {
                Ok(()) => return,
                Err(error @ store::Error::Unavailable(_)) => {
                    tracing::warn!(%error, import = %import.id, "the end of an import could not be told; trying again");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                Err(error) => return tracing::error!(%error, import = %import.id, "the end of an import is not told"),
            }
        }
    }
}

/// Waits until the process is to stop.
async fn asked(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stop| *stop).await);
}

impl Shared {
    fn get(&self) -> (ImportState, ImportCounts) {
        let (state, counts) = *self.now.lock().unwrap_or_else(PoisonError::into_inner);
        (state.unwrap_or(ImportState::Checking), counts)
    }

    fn set(&self, state: ImportState, counts: ImportCounts) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = (Some(state), counts);
    }
}

impl End {
    fn of(state: ImportState, error: Option<String>) -> Self {
        Self { state, error, rejects: Vec::new() }
    }

    fn interrupted() -> Self {
        Self::of(ImportState::Interrupted, Some(Import::GO_ON.into()))
    }
}

/// Runs the two passes over the files, and says how that ended.
async fn import_files(db: &Db, ctx: &Ctx, request: &Request, shared: &Shared) -> End {
    let mut rejected: Vec<PathBuf> = Vec::new();
    let mut open = |file: &Path| {
        let path = rejects_beside(file);
        let opened = File::create(&path)?;
        rejected.push(path);
        Ok(Box::new(opened) as Box<dyn Write + Send>)
    };
    let mut progress = |progress: Progress| {
        let state = if progress.phase == Phase::Check { ImportState::Checking } else { ImportState::Writing };
        shared.set(state, counts(&progress));
        if shared.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let map = own_or(request);
    let delimiter = map.as_ref().map_or(b',', |map| map.delimiter(request.kind));
    let outcome = match map {
        Ok(map) => {
            let (rejects, progress, options) = (&mut open, &mut progress, request.options);
            let mut import = import::Import { db, ctx, map: &map, options, rejects, progress };
            match request.kind {
                ImportKind::Contacts => import.contacts(&request.file).await,
                ImportKind::Orders => {
                    import.orders(&Files { orders: &request.file, lines: request.lines.as_deref() }).await
                }
            }
        }
        Err(e) => Err(e),
    };
    let rejects = || rejected.iter().map(|path| kept(path, request, delimiter)).collect();
    ended(outcome, request, shared, rejects)
}

fn own_or(request: &Request) -> Result<Map, import::Error> {
    match &request.map {
        Some(map) => Ok(map.clone()),
        None if request.lines.is_some() => {
            Err(import::Error::Map("a file of lines needs a map that says how it belongs to the orders".into()))
        }
        None => Map::own(request.kind, &request.file),
    }
}

/// The rejected rows that were written beside a file, and beside which.
fn kept(path: &Path, request: &Request, delimiter: u8) -> std::io::Result<(&'static str, String)> {
    let of_lines = request.lines.as_ref().is_some_and(|lines| rejects_beside(lines) == path);
    Ok((if of_lines { "lines" } else { "file" }, rejects::kept(path, delimiter)?))
}

fn ended(
    outcome: Result<Outcome, import::Error>,
    request: &Request,
    shared: &Shared,
    rejects: impl FnOnce() -> std::io::Result<Vec<(&'static str, String)>>,
) -> End {
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(import::Error::Stopped) => return End::interrupted(),
        Err(e) => return End::of(ImportState::Failed, Some(reason(e))),
    };
    let all = outcome.created + outcome.updated + outcome.unchanged + outcome.rejected;
    let all = Progress { phase: Phase::Write, done: all, total: Some(all), outcome };
    let good = outcome.rejected == 0 || request.options.skip_bad;
    let state = if good { ImportState::Done } else { ImportState::Rejected };
    shared.set(state, counts(&all));
    match rejects() {
        Ok(rejects) => End { state, error: None, rejects },
        Err(error) => {
            tracing::error!(%error, "the rejected rows of an import could not be kept");
            End::of(state, Some("the rejected rows could not be kept".into()))
        }
    }
}

/// For the person who sent the file; nothing of where it lies here.
fn reason(error: import::Error) -> String {
    match error {
        import::Error::File { file, message } => {
            let name = Path::new(&file).file_name().map(|name| name.to_string_lossy().into_owned());
            format!("{}: {message}", name.unwrap_or_default())
        }
        import::Error::Ops(crate::Error::Store(store::Error::Unavailable(why))) => {
            tracing::warn!(%why, "an import has lost the database");
            "the database is not available; send the same file again, and it goes on where this one stopped".into()
        }
        import::Error::Ops(crate::Error::Store(error)) => {
            tracing::error!(%error, "an import has failed on our side");
            "something went wrong on our side; it has been recorded".into()
        }
        error => error.to_string(),
    }
}

fn counts(progress: &Progress) -> ImportCounts {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let Outcome { created, updated, unchanged, rejected, .. } = progress.outcome;
    ImportCounts {
        done: number(progress.done),
        total: progress.total.map(number),
        created: number(created),
        updated: number(updated),
        unchanged: number(unchanged),
        rejected: number(rejected),
    }
}
