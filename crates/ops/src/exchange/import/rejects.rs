//! Bad rows, as they were, with the reason beside each; harmless in a spreadsheet.

use std::io::Write;

use super::row::Row;
use super::table::Table;
use super::{Error, OpenRejects};
use crate::exchange::cell::{bare, guarded};

/// The added column. A file of rejects that was mended and comes in again has it already.
const REASON: &str = "reason";

/// The bad rows of one input file; the file for them is made when the first one comes.
#[derive(Default)]
pub(super) struct Rejects {
    writer: Option<csv::Writer<Box<dyn Write + Send>>>,
}

impl Rejects {
    pub(super) fn add(&mut self, open: &mut OpenRejects<'_>, table: &Table, row: &Row, why: &str) -> Result<(), Error> {
        let columns = table.headers.len() - usize::from(has_reason(table));
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(begin(open, table, columns)?),
        };
        // A row that is too short is filled up and one that is too long ends behind the reason: the reason keeps its column.
        let (own, surplus): (Vec<&str>, Vec<&str>) = {
            let mut fields = row.record.iter();
            let own = (0..columns).map(|_| fields.next().unwrap_or("")).collect();
            (own, fields.skip(usize::from(has_reason(table))).collect())
        };
        // A cell of our own export is guarded already.
        let guard = |cell| guarded(&bare(cell)).into_owned();
        let fields = own.into_iter().chain([why]).chain(surplus).map(guard);
        writer.write_record(fields).map_err(|e| failed(table, &e))
    }

    /// Writes what is still held back.
    pub(super) fn finish(self, table: &Table) -> Result<(), Error> {
        match self.writer {
            Some(mut writer) => writer.flush().map_err(|e| failed(table, &e)),
            None => Ok(()),
        }
    }
}

fn begin(
    open: &mut OpenRejects<'_>,
    table: &Table,
    columns: usize,
) -> Result<csv::Writer<Box<dyn Write + Send>>, Error> {
    let file = open(&table.path).map_err(|e| failed(table, &e))?;
    let mut writer = csv::WriterBuilder::new().delimiter(table.delimiter).flexible(true).from_writer(file);
    let headers = table.headers.iter().take(columns).chain([REASON]);
    writer.write_record(headers).map_err(|e| failed(table, &e))?;
    Ok(writer)
}

fn has_reason(table: &Table) -> bool {
    table.headers.iter().next_back() == Some(REASON)
}

fn failed(table: &Table, error: &dyn std::fmt::Display) -> Error {
    table.failed(&format!("its bad rows could not be written: {error}"))
}
