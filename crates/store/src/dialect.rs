//! What the two engines say differently. Everything else is one text for both.

/// Which engine a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    MySql,
}

impl Dialect {
    /// Ends a `SELECT` of rows to be claimed: each claimant gets others. SQLite has one writer at a time anyway.
    pub(crate) const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            // Locks what it reads and steps over what others have locked: without SKIP it would only be slower.
            Self::MySql => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// Ends a `SELECT` of a row that must stay as it is until the transaction ends: whoever wants to change it waits, and who
    /// comes too late sees the change.
    pub(crate) const fn for_share(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            // `FOR SHARE` is not known to MariaDB, which in an INSERT … SELECT holds the rows without being asked; MySQL reads
            // them as they were (https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html).
            Self::MySql => " LOCK IN SHARE MODE",
        }
    }

    /// Ends a `SELECT` of rows that must stay as they are until the commit: others who ask for them wait. SQLite has one writer
    /// at a time anyway.
    pub(crate) const fn locking(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::MySql => " FOR UPDATE",
        }
    }

    /// Ends a `CREATE TABLE`: on MySQL, text compares byte by byte, as it does on SQLite. There, `narrow` tables lie in the
    /// order of their primary key, as all do on MySQL; wide rows would spill into a page each
    /// (<https://www.sqlite.org/withoutrowid.html>, section 4).
    pub(crate) const fn table_options(self, narrow: bool) -> &'static str {
        match self {
            Self::Sqlite if narrow => " WITHOUT ROWID",
            Self::Sqlite => "",
            Self::MySql => " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        }
    }
}

/// `?, ?, ?`: places for so many values.
pub(crate) fn list_of_places(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// `(?, ?, ?), (?, ?, ?)`: places for `rows` rows of `columns` values.
pub(crate) fn places(rows: usize, columns: usize) -> String {
    let row = format!("({})", list_of_places(columns));
    vec![row; rows].join(", ")
}

/// `?, ?, ?`: places for the values of an `IN (…)`. The count is rounded up, so that few different statements are
/// prepared; [`padded`] repeats the last value to match. `IN (NULL)`, for no values, finds nothing.
pub(crate) fn in_places(count: usize) -> String {
    if count == 0 {
        return "NULL".into();
    }
    vec!["?"; count.next_power_of_two()].join(", ")
}

/// The values for [`in_places`]: these, and the last of them again as often as there are places left.
pub(crate) fn padded<T: Clone>(values: &[T]) -> impl Iterator<Item = T> {
    let missing = values.len().next_power_of_two() - values.len();
    let last = values.last().cloned();
    values.iter().cloned().chain(last.into_iter().cycle().take(missing))
}
