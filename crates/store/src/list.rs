//! Lists of a resource: conditions put together from fixed parts, and pages that go on behind the last key, in each of the
//! orders that a resource knows.

use serde_json::Value as Json;

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

/// A column, or an expression, that a list is sorted by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    Int(&'static str),
    Text(&'static str),
}

impl Key {
    const fn column(self) -> &'static str {
        match self {
            Self::Int(column) | Self::Text(column) => column,
        }
    }
}

/// One way to sort a list. The keys together must be unique.
pub(crate) struct Order<T> {
    /// As a cursor names it: one of another order is refused.
    pub(crate) name: Value<'static>,
    pub(crate) descending: bool,
    pub(crate) keys: &'static [Key],
    pub(crate) of: KeysOf<T>,
}

/// The keys' values of a row.
pub(crate) type KeysOf<T> = fn(&T) -> Vec<Value<'static>>;

impl<T> Order<T> {
    fn cursor(&self, row: &T) -> String {
        let keys = (self.of)(row);
        let parts = std::iter::once(&self.name).chain(&keys).map(|value| match value {
            // No list is sorted by a file.
            Value::Null | Value::Bytes(_) => Json::Null,
            Value::Int(number) => Json::from(*number),
            Value::Text(text) => Json::from(text.as_ref()),
        });
        Json::Array(parts.collect()).to_string()
    }

    fn parse(&self, cursor: &str) -> Result<Vec<Value<'static>>, Error> {
        let parts: Vec<Json> = serde_json::from_str(cursor).map_err(|_| Error::BadCursor)?;
        let Some((name, keys)) = parts.split_first() else { return Err(Error::BadCursor) };
        let same_order = matches!(&self.name, Value::Text(own) if name == own.as_ref());
        if !same_order || keys.len() != self.keys.len() {
            return Err(Error::BadCursor);
        }
        let value = |(key, part): (&Key, &Json)| match key {
            Key::Int(_) => part.as_i64().map(Value::Int),
            Key::Text(_) => part.as_str().map(|text| Value::from(text.to_owned())),
        };
        self.keys.iter().zip(keys).map(|pair| value(pair).ok_or(Error::BadCursor)).collect()
    }

    /// `a >= ? AND (a > ? OR (b > ?))`: the first key bounds a range of its index.
    fn behind(&self, mut after: &[Value<'static>], only: &mut Where<'_>) {
        let than = if self.descending { "<" } else { ">" };
        let (mut sql, mut values, mut open) = (Vec::new(), Vec::new(), 0);
        for key in self.keys {
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
    let direction = if order.descending { " DESC" } else { "" };
    let by: Vec<String> = order.keys.iter().map(|key| format!("{}{direction}", key.column())).collect();
    let sql = format!("{select} WHERE 1 = 1{} ORDER BY {} LIMIT ?", only.sql(), by.join(", "));
    let mut values = only.values;
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |row| order.cursor(row)))
}
