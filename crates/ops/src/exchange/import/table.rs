//! A CSV file, read row by row; any row can be gone back to.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs::File;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Position, StringRecord};
use serde::Serialize;

use super::Error;
use super::row::{Row, without_carriage_return};

/// The columns that a map names: for each field of ours the name of the column that holds it.
pub(super) type Columns<F> = BTreeMap<F, String>;

/// The name of a field as maps write it.
pub(super) fn key<F: Serialize + Debug>(field: &F) -> String {
    match serde_json::to_value(field) {
        Ok(serde_json::Value::String(name)) => name,
        _ => format!("{field:?}"),
    }
}

pub(super) struct Table {
    pub(super) path: PathBuf,
    /// The file's name without its folder, for people.
    pub(super) name: String,
    pub(super) delimiter: u8,
    pub(super) headers: StringRecord,
    reader: csv::Reader<File>,
}

impl Table {
    pub(super) fn open(path: &Path, delimiter: u8) -> Result<Self, Error> {
        let failed = |message: String| Error::File { file: path.display().to_string(), message };
        let file = File::open(path).map_err(|e| failed(e.to_string()))?;
        // Rows of another length are bad rows, not the end of the reading.
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(file);
        let mut headers = reader.byte_headers().map_err(|e| failed(e.to_string()))?.clone();
        without_carriage_return(&mut headers);
        let headers = StringRecord::from_byte_record(headers).map_err(|e| failed(format!("its header: {e}")))?;
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        Ok(Self { path: path.to_owned(), name, delimiter, headers, reader })
    }

    /// What separates the columns of a file, as far as its first row can tell, and what they are called.
    pub(super) fn peek(path: &Path) -> Result<(u8, Vec<String>), Error> {
        let mut best = (b',', Vec::new());
        for delimiter in [b',', b';', b'\t'] {
            let table = Self::open(path, delimiter)?;
            if table.headers.len() > best.1.len() {
                best = (delimiter, table.headers.iter().map(|header| header.trim().to_owned()).collect());
            }
        }
        Ok(best)
    }

    pub(super) fn failed(&self, message: &dyn std::fmt::Display) -> Error {
        Error::File { file: self.path.display().to_string(), message: message.to_string() }
    }

    /// Where a column stands that the map names under `key`.
    pub(super) fn column(&self, key: &str, name: &str) -> Result<usize, Error> {
        let mut found = self.headers.iter().enumerate().filter(|(_, header)| header.trim() == name).map(|(i, _)| i);
        match (found.next(), found.next()) {
            (Some(column), None) => Ok(column),
            (Some(_), Some(_)) => Err(self.failed(&format!("has more than one column {name:?} ({key})"))),
            (None, _) => {
                let there = self.headers.iter().map(str::trim).collect::<Vec<_>>().join(", ");
                Err(self.failed(&format!("has no column {name:?}, which the map names as {key}; it has: {there}")))
            }
        }
    }

    /// Where the columns of a table of the map stand.
    pub(super) fn columns<F: Copy + Ord + Serialize + std::fmt::Debug>(
        &self,
        table: &str,
        names: &Columns<F>,
    ) -> Result<Vec<(F, usize)>, Error> {
        names.iter().map(|(field, name)| Ok((*field, self.column(&format!("{table}.{}", key(field)), name)?))).collect()
    }

    /// The next row, good or bad.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Error> {
        let mut record = ByteRecord::new();
        while self.reader.read_byte_record(&mut record).map_err(|e| self.failed(&e))? {
            // The reader skips empty lines, but not those that end as on Windows.
            if record.as_slice() != b"\r" {
                return Ok(Some(Row::new(record, self.reader.position().line(), self.headers.len())));
            }
        }
        Ok(None)
    }

    /// Up to `limit` rows.
    pub(super) fn next_rows(&mut self, limit: usize) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::with_capacity(limit);
        while rows.len() < limit
            && let Some(row) = self.next()?
        {
            rows.push(row);
        }
        Ok(rows)
    }

    /// Goes to a row that was read before; costs nothing if it is the next.
    pub(super) fn go_to(&mut self, at: Position) -> Result<(), Error> {
        self.reader.seek(at).map_err(|e| self.failed(&e))
    }
}
