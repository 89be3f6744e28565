//! One row of a CSV file, and what is wrong with it.

use std::borrow::Cow;

use csv::{ByteRecord, Position, StringRecord};
use domain::Invalid;

use crate::exchange::cell;

pub(super) struct Row {
    /// Where to go to read it again.
    pub(super) at: Position,
    /// The line of the file on which it begins, for people; the header is on line 1.
    pub(super) line: u64,
    pub(super) record: StringRecord,
    /// The record without the quotes that keep a spreadsheet from calculating it, where it has any.
    unguarded: Option<StringRecord>,
    /// What is wrong with the row as such, whatever its columns say.
    pub(super) problem: Option<String>,
}

impl Row {
    /// `after` is the line on which the reader stands behind the row.
    pub(super) fn new(mut bytes: ByteRecord, after: u64, columns: usize) -> Self {
        let at = bytes.position().cloned().unwrap_or_else(Position::new);
        // Counted from the end, because the reader places a row before the empty lines that it skips. A last row without
        // a line end is counted one too low that way: never before where the reader places it.
        let inside = bytes.as_slice().split(|byte| *byte == b'\n').skip(1).count() as u64;
        let line = at.line().max(after.saturating_sub(1 + inside));
        without_carriage_return(&mut bytes);
        let (record, problem) = match StringRecord::from_byte_record(bytes) {
            Ok(record) if record.len() == columns => (record, None),
            Ok(record) => {
                let problem = format!("has {} fields instead of {columns}", record.len());
                (record, Some(problem))
            }
            Err(e) => {
                let lossy = StringRecord::from_byte_record_lossy(e.into_byte_record());
                (lossy, Some("is not UTF-8; save the file as UTF-8 first".to_owned()))
            }
        };
        let is_guarded = |cell: &str| matches!(cell::bare(cell.trim()), Cow::Owned(_));
        let unguarded =
            record.iter().any(is_guarded).then(|| record.iter().map(|cell| cell::bare(cell.trim())).collect());
        Self { at, line, record, unguarded, problem }
    }

    /// A column's text, trimmed, and without the quote that keeps a spreadsheet from calculating it.
    pub(super) fn text(&self, column: usize) -> &str {
        self.unguarded.as_ref().unwrap_or(&self.record).get(column).unwrap_or("").trim()
    }
}

/// The reader ends rows at the line feed, of which it knows the line; what stands before it on Windows goes here.
pub(super) fn without_carriage_return(record: &mut ByteRecord) {
    if let Some(last) = record.iter().next_back().and_then(|field| field.strip_suffix(b"\r")).map(<[u8]>::to_vec) {
        record.truncate(record.len() - 1);
        record.push_field(&last);
    }
}

/// What is wrong with a contact or an order, each as `orders.csv line 12, Quantity: must be …`.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<String>);

impl Problems {
    pub(super) fn add(&mut self, file: &str, line: u64, what: &str) {
        self.0.push(format!("{file} line {line}: {what}"));
    }

    pub(super) fn add_at(&mut self, file: &str, line: u64, column: &str, what: &str) {
        self.0.push(format!("{file} line {line}, {column}: {what}"));
    }

    /// The value; or none, and a problem at its column.
    pub(super) fn keep<T>(&mut self, read: Result<T, Invalid>, file: &str, line: u64, column: &str) -> Option<T> {
        read.map_err(|e| self.add_at(file, line, column, &e.message)).ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn text(&self) -> String {
        self.0.join("; ")
    }
}
