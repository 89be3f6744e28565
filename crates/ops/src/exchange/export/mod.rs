//! Lists as CSV files (RFC 4180): one file for each list says its columns, how a page of it is read, and what an item is in
//! them. Pages are the list's own, so that whoever writes them out holds one page in memory and no connection between two.
//!
//! ```text
//! let columns = Columns::of::<Contacts>(None)?;
//! let list = Arc::new(Contacts { q: None });
//! let mut text = columns.header()?;
//! let (more, next) = page(&db, &list, &columns, None).await?;
//! ```
//!
//! A list that changes meanwhile is not one moment's: a row that stays where it stands is there once, one that moves may be
//! there twice or not at all, as for somebody who turns the pages by hand.
//!
//! Amounts are decimal texts of the currency beside them; times are RFC 3339 in UTC; a cell that a spreadsheet would take
//! for a formula begins with a `'` ([`crate::exchange::cell`]).

mod api_keys;
mod contacts;
mod dead_letters;
mod events;
mod order_lines;
mod orders;
mod products;
mod security_log;
mod stats;
mod transactions;
mod users;

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;

use domain::{Currency, Invalid, Money, SecurityKind};
use serde::Serialize;
use serde_json::{Value, json};
use store::{BoxFuture, Db, Page, Tx};

pub use api_keys::ApiKeys;
pub use contacts::Contacts;
pub use dead_letters::DeadLetters;
pub use events::Events;
pub use order_lines::OrderLines;
pub use orders::Orders;
pub use products::Products;
pub use security_log::SecurityLog;
pub use stats::Stats;
pub use transactions::Transactions;
pub use users::Users;

use crate::exchange::cell;
use crate::people::security;
use crate::{Ctx, Error};

/// What a file begins with, so that Excel reads UTF-8 as what it is; other programs skip it, our import too.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// One cell of a row, before it is guarded and quoted.
pub type Cell<'a> = Cow<'a, str>;

/// A list that can be taken out whole, with what is to be on it.
pub trait Export: Send + Sync + 'static {
    type Item: Send + 'static;
    /// The name of the list and of its file: `order-lines`.
    const NAME: &'static str;
    /// Their names never change their meaning; new ones come last.
    const COLUMNS: &'static [&'static str];
    /// Those that an import takes back; none if the list cannot be imported.
    const IMPORTED: &'static [&'static str] = &[];

    /// The next page, of a size that is little to hold and much to ask for.
    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<Self::Item>, store::Error>>;

    /// The rows of an item, each with a cell for every one of [`Export::COLUMNS`].
    fn rows(item: &Self::Item) -> Result<Vec<Vec<Cell<'_>>>, Error>;
}

/// Which columns a file has, and in which order.
#[derive(Clone, Debug)]
pub struct Columns {
    names: Vec<&'static str>,
    places: Vec<usize>,
}

impl Columns {
    /// All of a list's columns; or those `asked` for, as in `name,email`; or `import`, those that an import takes back.
    pub fn of<E: Export>(asked: Option<&str>) -> Result<Self, Invalid> {
        let asked: Vec<&str> = match asked.map(str::trim) {
            None | Some("") => E::COLUMNS.to_vec(),
            Some("import") if !E::IMPORTED.is_empty() => E::IMPORTED.to_vec(),
            Some(names) => names.split(',').map(str::trim).collect(),
        };
        let unknown = || format!("must be names of columns with commas between them: {}", E::COLUMNS.join(", "));
        let place = |name: &&str| E::COLUMNS.iter().position(|column| column == name);
        let places: Option<Vec<usize>> = asked.iter().map(place).collect();
        let places = places.ok_or_else(|| Invalid::new("columns", "unknown_column", unknown()))?;
        Ok(Self { names: places.iter().map(|place| E::COLUMNS[*place]).collect(), places })
    }

    /// The first row.
    pub fn header(&self) -> Result<Vec<u8>, Error> {
        csv_text([self.names.iter().map(|name| Cow::Borrowed(*name))])
    }
}

/// The next rows as CSV, and after what to go on; none at the end.
pub async fn page<E: Export>(
    db: &Db,
    list: &Arc<E>,
    columns: &Columns,
    after: Option<String>,
) -> Result<(Vec<u8>, Option<String>), Error> {
    let found = db.read((list.clone(), after), |tx, (list, after)| list.page(tx, after.as_deref()));
    let Page { items, next } = found.await.map_err(|e: store::Error| Error::from(e))?;
    let mut rows = Vec::with_capacity(items.len());
    for item in &items {
        rows.extend(E::rows(item)?);
    }
    let chosen = rows.iter().map(|row| columns.places.iter().map(|place| Cow::Borrowed(row[*place].as_ref())));
    Ok((csv_text(chosen)?, next))
}

fn csv_text<'a>(rows: impl IntoIterator<Item = impl Iterator<Item = Cell<'a>>>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        for text in row {
            writer.write_field(cell::guarded(&text).as_bytes()).map_err(|e| unexpected(&e))?;
        }
        writer.write_record(None::<&[u8]>).map_err(|e| unexpected(&e))?;
    }
    writer.into_inner().map_err(|e| unexpected(&e))
}

/// Notes in the security log that a list is taken out, and what was asked of it.
pub async fn record<E: Export>(tx: &mut Tx<'_>, ctx: &Ctx, filters: &Value) -> Result<(), Error> {
    let detail = json!({ "list": E::NAME, "filters": filters });
    security::record(tx, ctx, SecurityKind::DataExported, None, detail).await
}

fn unexpected(error: &dyn Display) -> Error {
    Error::Store(store::Error::Unexpected(error.to_string()))
}

fn text<'a>(value: impl Display) -> Cell<'a> {
    Cow::Owned(value.to_string())
}

fn maybe(value: Option<&str>) -> Cell<'_> {
    Cow::Borrowed(value.unwrap_or_default())
}

fn maybe_text<'a>(value: Option<impl Display>) -> Cell<'a> {
    value.map_or(Cow::Borrowed(""), text)
}

/// As it is called in JSON.
fn named<'a>(value: impl Serialize) -> Result<Cell<'a>, Error> {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => Ok(Cow::Owned(name)),
        other => Err(unexpected(&format!("not a name: {other:?}"))),
    }
}

fn amount<'a>(minor: i64, currency: Currency) -> Cell<'a> {
    Cow::Owned(Money { minor, currency }.major())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_all_or_those_asked_for_or_those_that_come_back() {
        let names = |asked| Columns::of::<Contacts>(asked).map(|columns| columns.names);
        assert_eq!(names(None).unwrap(), Contacts::COLUMNS);
        assert_eq!(names(Some("name, id")).unwrap(), ["name", "id"]);
        assert_eq!(names(Some("import")).unwrap(), Contacts::IMPORTED);
        assert_eq!(names(Some("name,nothing")).unwrap_err().code, "unknown_column");
        assert!(Columns::of::<Events>(Some("import")).is_err());
    }

    #[test]
    fn every_column_that_comes_back_is_one() {
        for name in Contacts::IMPORTED {
            assert!(Contacts::COLUMNS.contains(name), "{name}");
        }
        for name in OrderLines::IMPORTED {
            assert!(OrderLines::COLUMNS.contains(name), "{name}");
        }
    }

    #[test]
    fn a_row_is_written_as_rfc_4180_has_it() {
        let row = ["a\"b", "c,d", "e\r\nf", "", "=1", "-12.50"].map(Cow::Borrowed).into_iter();
        let written = String::from_utf8(csv_text([row]).unwrap()).unwrap();
        assert_eq!(written, "\"a\"\"b\",\"c,d\",\"e\r\nf\",,'=1,-12.50\r\n");
        // One empty cell is not an empty line.
        assert_eq!(csv_text([[Cow::Borrowed("")].into_iter()]).unwrap(), b"\"\"\r\n");
    }
}
