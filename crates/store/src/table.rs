//! Declares a table's columns once, and makes of it what is read (`SELECT`, [`Columns::read`]) and written (`INSERT`,
//! `UPDATE … SET`): see [`table!`].

use crate::{Error, Reader, Tx, Value, dialect};

/// Some columns, and the Rust value that is kept in them: a table's, or a part of one.
pub(crate) trait Columns {
    type Row;

    /// Adds the names, in the order in which [`Columns::read`] reads.
    fn names(names: &mut Vec<&'static str>);

    fn read(row: &mut Reader) -> Result<Self::Row, Error>;

    /// Adds each column with its value; also those that are written and never read.
    fn write<'r>(row: &'r Self::Row, to: &mut Assignments<'r>) -> Result<(), Error>;
}

/// All columns of one table.
pub(crate) trait Table: Columns {
    const NAME: &'static str;

    /// `id, version, …`, for a `SELECT` whose rows [`Columns::read`] reads.
    fn columns() -> &'static str;

    /// `SELECT id, version, … FROM orders` and what follows.
    fn select(rest: &str) -> String {
        ["SELECT ", Self::columns(), " FROM ", Self::NAME, " ", rest].concat()
    }

    /// `o.id, o.version, …`, for a join.
    fn columns_of(alias: &str) -> String {
        Self::columns().split(", ").map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
    }
}

/// A column of a row with its value there: `Orders::state` is one.
pub(crate) type Column<R> = for<'r> fn(&'r R) -> Result<(&'static str, Value<'r>), Error>;

/// Columns with the values that an `INSERT` or an `UPDATE` gives them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assignments<'v>(Vec<(&'static str, Value<'v>)>);

impl<'v> Assignments<'v> {
    /// Some columns of a row: `Assignments::of(order, &[Orders::state, Orders::version])`.
    pub(crate) fn of<R>(row: &'v R, columns: &[Column<R>]) -> Result<Self, Error> {
        columns.iter().map(|column| column(row)).collect::<Result<_, _>>().map(Self)
    }

    /// All columns of a row.
    pub(crate) fn all<C: Columns>(row: &'v C::Row) -> Result<Self, Error> {
        let mut all = Self::default();
        C::write(row, &mut all)?;
        Ok(all)
    }

    pub(crate) fn push(&mut self, column: &'static str, value: impl Into<Value<'v>>) {
        self.0.push((column, value.into()));
    }

    /// With one more column.
    #[must_use]
    pub(crate) fn and(mut self, column: &'static str, value: impl Into<Value<'v>>) -> Self {
        self.push(column, value);
        self
    }

    #[must_use]
    pub(crate) fn without(mut self, column: &str) -> Self {
        self.0.retain(|(name, _)| *name != column);
        self
    }

    /// `id, version, …`
    pub(crate) fn names(&self) -> String {
        self.0.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_values(self) -> Vec<Value<'v>> {
        self.0.into_iter().map(|(_, value)| value).collect()
    }

    /// `UPDATE table SET a = ?, b = ? WHERE condition`, and its values: those of the columns, then those of the condition.
    pub(crate) fn update<const N: usize>(
        self,
        table: &str,
        condition: &str,
        values: [Value<'v>; N],
    ) -> (String, Vec<Value<'v>>) {
        self.change(table, |name| format!("{name} = ?"), condition, values)
    }

    /// `UPDATE table SET a = a + ?, b = b + ? WHERE condition`, and its values.
    pub(crate) fn add_to<const N: usize>(
        self,
        table: &str,
        condition: &str,
        values: [Value<'v>; N],
    ) -> (String, Vec<Value<'v>>) {
        self.change(table, |name| format!("{name} = {name} + ?"), condition, values)
    }

    fn change<const N: usize>(
        self,
        table: &str,
        set: impl Fn(&str) -> String,
        condition: &str,
        values: [Value<'v>; N],
    ) -> (String, Vec<Value<'v>>) {
        let set = self.0.iter().map(|(name, _)| set(name)).collect::<Vec<_>>().join(", ");
        let mut all = self.into_values();
        all.extend(values);
        (format!("UPDATE {table} SET {set} WHERE {condition}"), all)
    }
}

/// Inserts one row.
pub(crate) async fn insert(tx: &mut Tx<'_>, table: &str, row: Assignments<'_>) -> Result<(), Error> {
    insert_all(tx, table, vec![row]).await
}

/// Inserts rows of the same columns, all with one statement; none is no statement.
pub(crate) async fn insert_all(tx: &mut Tx<'_>, table: &str, rows: Vec<Assignments<'_>>) -> Result<(), Error> {
    let Some(first) = rows.first() else { return Ok(()) };
    let sql = format!("INSERT INTO {table} ({}) VALUES {}", first.names(), dialect::places(rows.len(), first.len()));
    let values: Vec<Value<'_>> = rows.into_iter().flat_map(Assignments::into_values).collect();
    tx.execute(sql, &values).await.map(drop)
}

/// Declares the columns of a table once, for reading and for writing.
///
/// ```ignore
/// table! {
///     /// The table `contacts`.
///     pub(crate) Contacts("contacts") of Contact {
///         id,                       // the column `id`, the field `id`
///         note as "remark",         // the field `note`, in the column `remark`
///         emails via as_json,       // read and written by the functions of the module `as_json`
///         counts: Counts,           // the columns of another declaration, or of a `Columns` written by hand
///     }
///     derived { lines = Vec::new() }                            // fields that have no column; may use other fields
///     write_only |contact| { name_key = sort_key(&contact.name) } // columns that no field is read from
/// }
/// ```
///
/// That gives `Contacts::read`, `Contacts::columns()`, `Contacts::select("WHERE id = ?")`, `Assignments::all::<Contacts>(row)`
/// for an `INSERT`, and for each column with a field a function of its name for an `UPDATE`:
/// `Assignments::of(contact, &[Contacts::emails])`. Without `("contacts")` it declares a part of a table.
///
/// A type of one column says itself how it is kept: [`crate::FromValue`] and [`crate::value::ToValue`]. The order of the lines
/// does not matter.
macro_rules! table {
    (
        $(#[$doc:meta])*
        $vis:vis $Name:ident $(($table:literal))? of $Row:ident {
            $($field:ident $(as $column:literal)? $(via $codec:ident)? $(: $Part:ident)?),+ $(,)?
        }
        $(derived { $($derived:ident = $value:expr),+ $(,)? })?
        $(write_only |$row:pat_param| { $($extra:ident = $written:expr),+ $(,)? })?
    ) => {
        $(#[$doc])*
        $vis struct $Name;

        impl $crate::table::Columns for $Name {
            type Row = $Row;

            fn names(names: &mut Vec<&'static str>) {
                $($crate::table::column!(names names, $field $(as $column)? $(: $Part)?);)+
            }

            fn read(row: &mut $crate::Reader) -> Result<$Row, $crate::Error> {
                $(let $field = $crate::table::column!(read row $(via $codec)? $(: $Part)?);)+
                $($(let $derived = $value;)+)?
                Ok($Row { $($field,)+ $($($derived,)+)? })
            }

            fn write<'r>(row: &'r $Row, to: &mut $crate::table::Assignments<'r>) -> Result<(), $crate::Error> {
                $($crate::table::column!(write to, row, $field $(as $column)? $(via $codec)? $(: $Part)?);)+
                $(
                    let $row = row;
                    $(to.push(stringify!($extra), $written);)+
                )?
                Ok(())
            }
        }

        $(
            impl $crate::table::Table for $Name {
                const NAME: &'static str = $table;

                fn columns() -> &'static str {
                    static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
                        let mut names = Vec::new();
                        <$Name as $crate::table::Columns>::names(&mut names);
                        names.join(", ")
                    });
                    &TEXT
                }
            }
        )?

        #[allow(dead_code, reason = "no table changes each of its columns by name")]
        impl $Name {
            $($crate::table::column!(assign $Row, $field $(as $column)? $(via $codec)? $(: $Part)?);)+
        }
    };
}

/// One line of a [`table!`].
macro_rules! column {
    (names $names:ident, $field:ident) => { $names.push(stringify!($field)) };
    (names $names:ident, $field:ident as $column:literal) => { $names.push($column) };
    (names $names:ident, $field:ident : $Part:ident) => { <$Part as $crate::table::Columns>::names($names) };

    (read $row:ident) => { $row.next()? };
    (read $row:ident via $codec:ident) => { $codec::read($row)? };
    (read $row:ident : $Part:ident) => { <$Part as $crate::table::Columns>::read($row)? };

    (write $to:ident, $row:ident, $field:ident : $Part:ident) => {
        <$Part as $crate::table::Columns>::write(&$row.$field, $to)?
    };
    (write $to:ident, $row:ident, $field:ident $($how:tt)*) => {
        $to.push(
            $crate::table::column!(name $field $($how)*),
            $crate::table::column!(value &$row.$field, $($how)*),
        )
    };

    (assign $Row:ident, $field:ident : $Part:ident) => {};
    (assign $Row:ident, $field:ident $($how:tt)*) => {
        pub(crate) fn $field(row: &$Row) -> Result<(&'static str, $crate::Value<'_>), $crate::Error> {
            Ok(($crate::table::column!(name $field $($how)*), $crate::table::column!(value &row.$field, $($how)*)))
        }
    };

    (name $field:ident as $column:literal $($how:tt)*) => { $column };
    (name $field:ident $($how:tt)*) => { stringify!($field) };

    (value $value:expr, $(as $column:literal)? via $codec:ident) => { $codec::write($value)? };
    (value $value:expr, $(as $column:literal)?) => { $crate::value::ToValue::to_value($value)? };
}

pub(crate) use {column, table};
