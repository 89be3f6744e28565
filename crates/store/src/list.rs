//! Lists of a resource: conditions put together from fixed parts, and pages that go on behind the last key, in each of the
//! orders that a resource knows.
//!
//! A list declares what it can be asked in one place: `struct Filter`, whose fields are the query parameters of the API with
//! their descriptions, and [`sorts!`]. `Filter::conditions` makes SQL of the fields; it takes the struct apart without `..`,
//! so that a filter without SQL does not compile.

use domain::Invalid;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use crate::value::name;
use crate::{Error, Page, Reader, Tx, Value, dialect};

/// Conditions on the rows of one table, to stand behind `WHERE 1 = 1`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Where<'v> {
    sql: String,
    values: Vec<Value<'v>>,
}

impl<'v> Where<'v> {
    pub(crate) fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value<'v>>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.values.extend(values);
    }

    /// A condition with one place, if there is a value for it.
    pub(crate) fn given(&mut self, condition: &str, value: Option<impl Into<Value<'v>>>) {
        if let Some(value) = value {
            self.and(condition, [value.into()]);
        }
    }

    /// A condition with one place, if there is a value for it; the value is kept as its name.
    pub(crate) fn given_name(&mut self, condition: &str, value: Option<impl Serialize>) -> Result<(), Error> {
        self.given(condition, value.map(name).transpose()?);
        Ok(())
    }

    /// That the expression is one of some values; none at all is no condition.
    pub(crate) fn one_of(&mut self, expression: &str, values: &[Value<'v>]) {
        if !values.is_empty() {
            let condition = format!("{expression} IN ({})", dialect::in_places(values.len()));
            self.and(&condition, dialect::padded(values));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sql.is_empty()
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn values(&self) -> &[Value<'v>] {
        &self.values
    }
}

/// Several values of one query parameter, with commas between them: `state=draft,confirmed`.
pub(crate) fn several<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let text = String::deserialize(deserializer)?;
    text.split(',').map(|name| T::deserialize(name.into_deserializer())).collect()
}

/// The words of a search, if there are any; [`Error::Invalid`] if they come with a sort.
pub(crate) fn words<S>(q: Option<&str>, sort: Option<S>) -> Result<Option<&str>, Error> {
    let words = q.filter(|q| !q.trim().is_empty());
    if words.is_some() && sort.is_some() {
        let message = "a search has its best matches first and cannot be sorted: leave out q or sort";
        return Err(Invalid::new("sort", "filters_with_search", message).into());
    }
    Ok(words)
}

/// A column, or an expression, that a list is sorted by, and its value in a row.
pub(crate) enum Key<T> {
    Int(&'static str, fn(&T) -> Value<'static>),
    Text(&'static str, fn(&T) -> Value<'static>),
}

impl<T> Key<T> {
    const fn column(&self) -> &'static str {
        match self {
            Self::Int(column, _) | Self::Text(column, _) => column,
        }
    }

    fn value(&self, row: &T) -> Value<'static> {
        match self {
            Self::Int(_, of) | Self::Text(_, of) => of(row),
        }
    }
}

/// One way to sort a list. The keys together must be unique.
pub(crate) struct Order<T> {
    /// As the query parameter `sort` and cursors name it: with `-` before it, the largest first.
    pub(crate) name: &'static str,
    pub(crate) keys: Vec<Key<T>>,
}

/// Declares the ways to sort a list, each with its name in the API and its keys: the enum `Sort`, described under a name
/// of its own, and its `order()`.
///
/// ```text
/// sorts! {
///     /// In which order.
///     OrderSort of Order {
///         #[default]
///         Largest = "-total" [Key::Int("total", |o| o.total.into()), ID],
///     }
/// }
/// ```
// A name is taken as a token (`tt`): utoipa does not see through the group that `literal` puts around it.
macro_rules! sorts {
    ($(#[$meta:meta])* $schema:ident of $row:ty { $($(#[$on_sort:meta])* $sort:ident = $name:tt [$($key:expr),+],)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[schema(as = $schema)]
        pub enum Sort {
            $($(#[$on_sort])* #[serde(rename = $name)] $sort,)+
        }

        impl Sort {
            pub const ALL: &'static [Self] = &[$(Self::$sort),+];

            fn order(self) -> $crate::list::Order<$row> {
                match self {
                    $(Self::$sort => $crate::list::Order { name: $name, keys: vec![$($key),+] },)+
                }
            }
        }
    };
}
pub(crate) use sorts;

impl<T> Order<T> {
    fn descending(&self) -> bool {
        self.name.starts_with('-')
    }

    fn cursor(&self, row: &T) -> String {
        let keys = self.keys.iter().map(|key| match key.value(row) {
            // No list is sorted by a file.
            Value::Null | Value::Bytes(_) => Json::Null,
            Value::Int(number) => Json::from(number),
            Value::Text(text) => Json::from(text.as_ref()),
        });
        Json::Array(std::iter::once(Json::from(self.name)).chain(keys).collect()).to_string()
    }

    fn parse(&self, cursor: &str) -> Result<Vec<Value<'static>>, Error> {
        let parts: Vec<Json> = serde_json::from_str(cursor).map_err(|_| Error::BadCursor)?;
        let Some((name, keys)) = parts.split_first() else { return Err(Error::BadCursor) };
        if name != self.name || keys.len() != self.keys.len() {
            return Err(Error::BadCursor);
        }
        let value = |(key, part): (&Key<T>, &Json)| match key {
            Key::Int(..) => part.as_i64().map(Value::Int),
            Key::Text(..) => part.as_str().map(|text| Value::from(text.to_owned())),
        };
        self.keys.iter().zip(keys).map(|pair| value(pair).ok_or(Error::BadCursor)).collect()
    }

    /// `a >= ? AND (a > ? OR (b > ?))`: the first key bounds a range of its index.
    fn behind(&self, mut after: &[Value<'static>], only: &mut Where<'_>) {
        let than = if self.descending() { "<" } else { ">" };
        let (mut sql, mut values, mut open) = (Vec::new(), Vec::new(), 0);
        for key in &self.keys {
            let Some((value, rest)) = after.split_first() else { break };
            let column = key.column();
            if rest.is_empty() {
                sql.push(format!("{column} {than} ?"));
                values.push(value.clone());
            } else {
                sql.push(format!("{column} {than}= ? AND ({column} {than} ? OR ("));
                values.extend([value.clone(), value.clone()]);
                open += 2;
            }
            after = rest;
        }
        sql.push(")".repeat(open));
        only.and(&sql.concat(), values);
    }
}

/// One page of `select` (which ends before `WHERE`), sorted.
pub(crate) async fn page<T>(
    tx: &mut Tx<'_>,
    select: &str,
    mut only: Where<'_>,
    order: Order<T>,
    after: Option<&str>,
    limit: usize,
    read: impl Fn(&mut Reader) -> Result<T, Error> + Send,
) -> Result<Page<T>, Error> {
    if let Some(after) = after {
        order.behind(&order.parse(after)?, &mut only);
    }
    let direction = if order.descending() { " DESC" } else { "" };
    let by: Vec<String> = order.keys.iter().map(|key| format!("{}{direction}", key.column())).collect();
    let sql = format!("{select} WHERE 1 = 1{} ORDER BY {} LIMIT ?", only.sql(), by.join(", "));
    let mut values = only.values;
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |row| order.cursor(row)))
}
