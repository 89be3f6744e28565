//! The lines of orders, found by their order's external id: an index of where they stand, never the lines themselves.

use std::collections::HashMap;

use csv::Position;

use super::Error;
use super::row::Row;
use super::table::Table;

pub(super) struct Lines {
    pub(super) table: Table,
    key: usize,
    index: HashMap<String, Entry>,
}

#[derive(Default)]
struct Entry {
    runs: Vec<Run>,
    /// Whether an order of this id has come up in this pass.
    taken: bool,
}

/// Rows of one order that follow each other.
struct Run {
    at: Position,
    rows: usize,
}

impl Lines {
    /// Reads through the file once. Lines that stand together cost one entry.
    pub(super) fn index(mut table: Table, key: usize) -> Result<Self, Error> {
        let mut index: HashMap<String, Entry> = HashMap::new();
        let mut last = String::new();
        while let Some(row) = table.next()? {
            let id = row.text(key);
            let runs = &mut index.entry(id.to_owned()).or_default().runs;
            match runs.last_mut() {
                Some(run) if last == id => run.rows += 1,
                _ => runs.push(Run { at: row.at.clone(), rows: 1 }),
            }
            id.clone_into(&mut last);
        }
        Ok(Self { table, key, index })
    }

    /// Marks that the order has come up; false if it had before.
    pub(super) fn take(&mut self, id: &str) -> bool {
        let entry = self.index.entry(id.to_owned()).or_default();
        !std::mem::replace(&mut entry.taken, true)
    }

    pub(super) fn count(&self, id: &str) -> usize {
        self.index.get(id).map_or(0, |entry| entry.runs.iter().map(|run| run.rows).sum())
    }

    /// Hands an order's lines to `each`, in the order of the file.
    pub(super) fn each(
        &mut self,
        id: &str,
        mut each: impl FnMut(&Table, Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(entry) = self.index.get(id) else { return Ok(()) };
        for run in &entry.runs {
            self.table.go_to(run.at.clone())?;
            for _ in 0..run.rows {
                let row = self.table.next()?.filter(|row| row.text(self.key) == id);
                each(&self.table, row.ok_or_else(|| Error::Changed(self.table.name.clone()))?)?;
            }
        }
        Ok(())
    }

    /// Ids that lines have and no order has had, by where they stand.
    pub(super) fn orphans(&self) -> Vec<String> {
        let mut ids: Vec<(u64, &String)> = self
            .index
            .iter()
            .filter(|(_, entry)| !entry.taken)
            .filter_map(|(id, entry)| Some((entry.runs.first()?.at.byte(), id)))
            .collect();
        ids.sort_unstable();
        ids.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// Before another pass: no order has come up.
    pub(super) fn forget_taken(&mut self) {
        for entry in self.index.values_mut() {
            entry.taken = false;
        }
    }
}
