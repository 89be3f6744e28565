//! Brings a foreign CSV in as it is. A [`Map`] (TOML) says which column is which; `examples/northwind.toml` shows one.
//!
//! ```text
//! let map = Map::parse(&text)?;
//! let mut import = Import { db, ctx, map: &map, options, rejects: &mut open, progress: &mut show };
//! let outcome = import.contacts(&file).await?;
//! let outcome = import.orders(&Files { orders: &file, lines: Some(&lines) }).await?;
//! ```
//!
//! Two passes over the same rows. The first checks every one of them against the rules of `domain` and against what is in
//! the database; the second writes, some dozens of rows in one transaction, through [`crate::contacts`] and [`crate::orders`],
//! so that every row has its event. If the first finds a bad row there is no second, unless [`Options::skip_bad`] asks for
//! the good ones. The external id says what is there already: a contact is updated where the file says otherwise, an order
//! is left alone. Our own id will do as well, for what was taken out of this database. So the same file again changes nothing, and an import that was cut short is finished by running it again.
//!
//! Files are streamed. In memory are one batch of rows, the external ids of the file, and for orders an index of about 150
//! bytes for each; lines need not be sorted, but are read fastest when those of one order stand together.
//!
//! Times without an offset are read as UTC, so that a day stays the day it is. A file must be UTF-8, with or without a BOM.

mod contacts;
mod draft;
mod lines;
mod map;
mod orders;
mod rejects;
mod row;
mod table;
mod values;

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use store::Db;

use crate::Ctx;
pub use map::Map;

/// Contacts in one transaction.
const CONTACTS: usize = 128;

/// Orders in one transaction. Below the 64 order numbers that a process reserves at once on `MySQL`: a larger batch could
/// never get enough of them.
const ORDERS: usize = 32;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The map is wrong; the text names the key.
    #[error("{0}")]
    Map(String),
    /// A file cannot be read or written, or lacks a column that the map names.
    #[error("{file}: {message}")]
    File { file: String, message: String },
    /// A row that was good when it was checked no longer is. What was written before it stays; importing again goes on.
    #[error("changed while it was imported: {0}")]
    Changed(String),
    /// Whoever was told of the progress wanted no more. What was written before it stays; importing again goes on.
    #[error("stopped")]
    Stopped,
    #[error(transparent)]
    Ops(#[from] crate::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Ops(error.into())
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Stop after the check.
    pub dry_run: bool,
    /// Import the good rows even if others are bad.
    pub skip_bad: bool,
}

/// What became of the rows, or would become of them where `written` is false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// False after a dry run, and when bad rows stopped the import: then nothing has changed.
    pub written: bool,
    pub created: u64,
    pub updated: u64,
    /// There already, and left alone.
    pub unchanged: u64,
    /// Bad contacts; or bad orders, where lines that have no order count as one for each order that is missing.
    pub rejected: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Check,
    Write,
}

/// How far it has come, told after each batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub phase: Phase,
    /// Contacts or orders done in this phase.
    pub done: u64,
    /// Known once everything has been checked.
    pub total: Option<u64>,
    /// What became of them, or would become of them.
    pub outcome: Outcome,
}

/// The files of an import of orders.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    pub orders: &'a Path,
    /// Given if and only if the map has `orders.lines.join`; otherwise each row of `orders` is a line with its order's columns.
    pub lines: Option<&'a Path>,
}

/// Opens the file for the bad rows of an input file; called once for each input file that has any.
pub type OpenRejects<'a> = dyn FnMut(&Path) -> io::Result<Box<dyn Write + Send>> + Send + 'a;

/// One import, and all it needs.
pub struct Import<'a> {
    pub db: &'a Db,
    /// Who imports; every change bears this moment.
    pub ctx: &'a Ctx,
    pub map: &'a Map,
    pub options: Options,
    /// Gets the bad rows: the original columns and one more, `reason`. Mended, such a file can be imported by the same map.
    pub rejects: &'a mut OpenRejects<'a>,
    /// Told after each batch; decides whether there is to be another.
    pub progress: &'a mut (dyn FnMut(Progress) -> ControlFlow<()> + Send + 'a),
}

impl Import<'_> {
    /// Imports contacts by the `[contacts]` of the map.
    pub async fn contacts(&mut self, file: &Path) -> Result<Outcome, Error> {
        contacts::import(self, file).await
    }

    /// Imports orders by the `[orders]` of the map. Their contacts must be there already.
    pub async fn orders(&mut self, files: &Files<'_>) -> Result<Outcome, Error> {
        orders::import(self, files).await
    }

    fn tell(&mut self, progress: Progress) -> Result<(), Error> {
        if (self.progress)(progress).is_break() { Err(Error::Stopped) } else { Ok(()) }
    }

    /// Whether the second pass may follow a first one with this outcome.
    fn may_write(&self, checked: &Outcome) -> bool {
        !self.options.dry_run && (checked.rejected == 0 || self.options.skip_bad)
    }
}

/// Where the bad rows of a file go if nobody says otherwise: `orders.csv` has them in `orders.rejects.csv` beside it.
#[must_use]
pub fn rejects_beside(file: &Path) -> PathBuf {
    file.with_extension("rejects.csv")
}

/// Whether somebody else has just saved one of a batch's rows: run again, the batch will find it there.
fn somebody_was_faster(error: &crate::Error) -> bool {
    matches!(error, crate::Error::Conflict { code: "already_exists", .. } | crate::Error::Stale { .. })
}

/// Runs of a batch that keeps meeting another import's.
const ATTEMPTS: u32 = 3;
