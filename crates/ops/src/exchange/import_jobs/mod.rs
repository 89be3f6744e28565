//! Imports that are sent to the API: taken in, run one after the other by the process that took them, told of in the database.
//!
//! ```text
//! let imports = Imports::start(db, context, &folder)?;
//! let upload = imports.receive()?;            // files are written to upload.place(…)
//! let import = imports.take(&ctx, upload, request).await?;
//! imports.stop().await;                       // after the batch in hand
//! ```
//!
//! The rows are [`crate::exchange::import`]'s business. What is written stays, whatever comes between; the same file sent again goes on
//! where the former import stopped.

mod folder;
mod rejects;
mod run;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::{Import, ImportCounts, ImportId, ImportKind, ImportState, ProcessId};
use store::{Context, Db, Tx, change, imports};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

pub use folder::Upload;

use crate::exchange::import::{Map, Options};
use crate::{Ctx, Error};
use folder::Folder;
use run::Job;

const WHAT: &str = "import";
/// Imports that wait in one process: more would be a mistake of somebody's program.
const WAITING: usize = 20;

/// What is to be imported, and how.
pub struct Request {
    pub kind: ImportKind,
    /// As its sender calls it.
    pub file_name: String,
    pub file: PathBuf,
    /// Of orders, where the map says that they are in a file of their own.
    pub lines: Option<PathBuf>,
    /// Without one, the columns are called as in our own exports.
    pub map: Option<Map>,
    pub options: Options,
}

/// The imports of one process. Cheap to clone.
#[derive(Clone)]
pub struct Imports(Arc<Shared>);

struct Shared {
    db: Db,
    context: Context,
    folder: Folder,
    /// The name of this process in the database.
    process: String,
    jobs: mpsc::Sender<Job>,
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Imports {
    /// Begins to wait for imports, whose files lie below `root` while they are needed. What dead processes have left there is
    /// removed.
    pub fn start(db: Db, context: Context, root: &Path) -> io::Result<Self> {
        let process = context.id(ProcessId::new).to_string();
        let folder = Folder::open(root, &process)?;
        let (jobs, waiting) = mpsc::channel(WAITING);
        let (stop, stopped) = watch::channel(false);
        let worker = run::Worker { db: db.clone(), context: context.clone(), process: process.clone(), stopped };
        let task = Mutex::new(Some(tokio::spawn(worker.run(waiting))));
        Ok(Self(Arc::new(Shared { db, context, folder, process, jobs, stop, task })))
    }

    /// Room for the files of one import.
    pub fn receive(&self) -> io::Result<Upload> {
        self.0.folder.upload(&self.0.context.id(ImportId::new).to_string())
    }

    /// Takes in an import, to be run when those before it are done.
    pub async fn take(&self, ctx: &Ctx, upload: Upload, request: Request) -> Result<Import, Error> {
        let full = || Error::conflict("imports_waiting", "too many imports are waiting; try again when some are done");
        let place = self.0.jobs.clone().try_reserve_owned().map_err(|_| full())?;
        let import = Import {
            id: ctx.id(ImportId::new),
            kind: request.kind,
            state: ImportState::Uploaded,
            file_name: request.file_name.clone(),
            dry_run: request.options.dry_run,
            skip_bad: request.options.skip_bad,
            counts: ImportCounts::default(),
            error: None,
            created_by: ctx.actor.clone(),
            created_at: ctx.now,
            updated_at: ctx.now,
            ended_at: None,
        };
        let process = self.0.process.clone();
        let saving = change!(self.0.db, |tx, import, process| imports::insert(tx, import, process).await);
        saving.await.map_err(|e: store::Error| Error::from(e))?;
        place.send(Job { import: import.clone(), ctx: ctx.clone(), request, _upload: upload });
        Ok(import)
    }

    /// Stops after the batch in hand; returns when that is written. What has not come to its end is told as interrupted.
    pub async fn stop(&self) {
        let _ = self.0.stop.send(true);
        let task = self.0.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(error)) = match task {
            Some(task) => Some(task.await),
            None => None,
        } {
            tracing::error!(%error, "the task of imports has ended before its time");
        }
    }
}

/// An import, as it stands now.
pub async fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: ImportId) -> Result<Import, Error> {
    let import = imports::get(tx, id).await?.ok_or(Error::NotFound { what: WHAT })?;
    Ok(import.as_of(ctx.now))
}

/// Asks for the end of an import that has not ended; its process sees it within a second.
pub async fn cancel(tx: &mut Tx<'_>, ctx: &Ctx, id: ImportId) -> Result<Import, Error> {
    let import = get(tx, ctx, id).await?;
    if import.state.has_ended() {
        return Err(Error::conflict("already_ended", "the import has ended already"));
    }
    imports::ask_to_cancel(tx, id).await?;
    Ok(import)
}
