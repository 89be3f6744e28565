//! What goes into a statement and comes out of it. Four types are all that both engines treat alike.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use domain::{Currency, Date, Percent, Quantity, Timestamp};

use crate::Error;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Null,
    /// Also moments (microseconds), truth (0, 1) and amounts (minor units).
    Int(i64),
    /// Also ids, days, JSON.
    Text(Cow<'a, str>),
    /// Files.
    Bytes(Cow<'a, [u8]>),
}

pub type Row = Vec<Value<'static>>;

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(moment: Timestamp) -> Self {
        Value::Int(moment.as_micros())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().into()
    }
}

/// A value that is kept as the text it prints.
pub(crate) fn text(value: impl Display) -> Value<'static> {
    Value::Text(Cow::Owned(value.to_string()))
}

/// A unit-like enum is kept as the name it has in JSON.
pub(crate) fn name<T: serde::Serialize>(value: T) -> Result<Value<'static>, Error> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name.into()),
        other => Err(Error::Unexpected(format!("not a name: {other:?}"))),
    }
}

/// Some values that are kept as their names.
pub(crate) fn names<T: Copy + serde::Serialize>(values: &[T]) -> Result<Vec<Value<'static>>, Error> {
    values.iter().map(|value| name(*value)).collect()
}

/// The id at which a page ends, as a cursor says it.
pub(crate) fn cursor<T: FromStr + Display>(after: &str) -> Result<Value<'static>, Error> {
    after.parse::<T>().map(text).map_err(|_| Error::BadCursor)
}

/// A list or an object is kept as JSON.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<Value<'static>, Error> {
    serde_json::to_string(value).map(Value::from).map_err(|e| Error::Unexpected(e.to_string()))
}

macro_rules! values_as_text {
    ($($name:ty),+) => {$(
        impl From<$name> for Value<'_> {
            fn from(value: $name) -> Self {
                text(value)
            }
        }

        impl FromValue for $name {
            fn from_value(value: Value<'static>) -> Result<Self, Error> {
                parsed(value)
            }
        }

        impl ToValue for $name {
            fn to_value(&self) -> Result<Value<'_>, Error> {
                Ok(text(self))
            }
        }
    )+};
}

values_as_text!(
    domain::ContactId,
    domain::OrderId,
    domain::ProductId,
    domain::TransactionId,
    domain::EventId,
    domain::ProcessId,
    domain::DeadLetterId,
    domain::DocumentId,
    domain::DeliveryId,
    domain::WebhookEndpointId,
    domain::SecurityEntryId,
    domain::ImportId,
    domain::UserId,
    domain::SessionId,
    domain::InvitationId,
    domain::ApiKeyId,
    Currency,
    Date,
    domain::NumberFormat,
    domain::Role
);

/// Unit-like enums, which are kept as the names that they have in JSON.
macro_rules! values_as_names {
    ($($name:ty),+ $(,)?) => {$(
        impl FromValue for $name {
            fn from_value(value: Value<'static>) -> Result<Self, Error> {
                named(String::from_value(value)?)
            }
        }

        impl ToValue for $name {
            fn to_value(&self) -> Result<Value<'_>, Error> {
                name(self)
            }
        }
    )+};
}

values_as_names!(
    domain::ContactKind,
    domain::ContactState,
    domain::DeliveryKind,
    domain::DeliveryState,
    domain::DocumentKind,
    domain::ImportKind,
    domain::ImportState,
    domain::Language,
    domain::MailKind,
    domain::ProcessKind,
    domain::SecurityKind,
    domain::SessionEnd,
    domain::TransactionKind,
    domain::TransactionMethod,
    domain::TransactionState,
    domain::WebhookEndpointState,
    crate::dead_letters::Cause,
    crate::dead_letters::State,
);

fn named<T: serde::de::DeserializeOwned>(name: String) -> Result<T, Error> {
    serde_json::from_value(serde_json::Value::String(name)).map_err(|e| Error::Unexpected(e.to_string()))
}

/// A type that one column can keep: how it is written. [`FromValue`] is how it is read.
pub(crate) trait ToValue {
    fn to_value(&self) -> Result<Value<'_>, Error>;
}

impl ToValue for i64 {
    fn to_value(&self) -> Result<Value<'_>, Error> {
        Ok((*self).into())
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Result<Value<'_>, Error> {
        Ok(i64::from(*self).into())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Result<Value<'_>, Error> {
        Ok(self.into())
    }
}

impl ToValue for Timestamp {
    fn to_value(&self) -> Result<Value<'_>, Error> {
        Ok((*self).into())
    }
}

impl ToValue for Quantity {
    fn to_value(&self) -> Result<Value<'_>, Error> {
        Ok(self.thousandths().into())
    }
}

impl ToValue for Percent {
    fn to_value(&self) -> Result<Value<'_>, Error> {
        Ok(self.basis_points().into())
    }
}

impl ToValue for domain::Actor {
    fn to_value(&self) -> Result<Value<'_>, Error> {
        Ok(self.as_str().into())
    }
}

impl ToValue for domain::OrderState {
    fn to_value(&self) -> Result<Value<'_>, Error> {
        Ok(self.as_str().into())
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Result<Value<'_>, Error> {
        self.as_ref().map_or(Ok(Value::Null), ToValue::to_value)
    }
}

/// A list or an object, kept as JSON: `emails via as_json` in a [`crate::table::table!`].
pub(crate) mod as_json {
    use crate::{Error, Reader, Value};

    pub(crate) fn read<T: serde::de::DeserializeOwned>(row: &mut Reader) -> Result<T, Error> {
        let text: String = row.next()?;
        serde_json::from_str(&text).map_err(|e| Error::Unexpected(e.to_string()))
    }

    pub(crate) fn write<T: serde::Serialize>(value: &T) -> Result<Value<'static>, Error> {
        super::json(value)
    }
}

/// What a column can be read as.
pub trait FromValue: Sized {
    fn from_value(value: Value<'static>) -> Result<Self, Error>;
}

fn parsed<T: FromStr>(value: Value<'static>) -> Result<T, Error> {
    let text = String::from_value(value)?;
    text.parse().map_err(|_| Error::Unexpected(format!("{text:?} is not a {}", std::any::type_name::<T>())))
}

impl FromValue for i64 {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        match value {
            Value::Int(number) => Ok(number),
            other => Err(Error::Unexpected(format!("{other:?} is not a number"))),
        }
    }
}

impl FromValue for bool {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        Ok(i64::from_value(value)? != 0)
    }
}

impl FromValue for String {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        match value {
            Value::Text(text) => Ok(text.into_owned()),
            other => Err(Error::Unexpected(format!("{other:?} is not a text"))),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        match value {
            Value::Bytes(bytes) => Ok(bytes.into_owned()),
            other => Err(Error::Unexpected(format!("{other:?} is not bytes"))),
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        i64::from_value(value).map(Self::from_micros)
    }
}

impl FromValue for Quantity {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        Self::from_thousandths(i64::from_value(value)?).map_err(|e| Error::Unexpected(e.to_string()))
    }
}

impl FromValue for Percent {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        Self::from_basis_points(i64::from_value(value)?).map_err(|e| Error::Unexpected(e.to_string()))
    }
}

impl FromValue for domain::Actor {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        named(String::from_value(value)?)
    }
}

impl FromValue for domain::OrderState {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        named(String::from_value(value)?)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'static>) -> Result<Self, Error> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

/// Reads a row from left to right, in the order of the columns in the statement.
pub struct Reader(std::vec::IntoIter<Value<'static>>);

impl Reader {
    #[must_use]
    pub fn new(row: Row) -> Self {
        Self(row.into_iter())
    }

    /// The next column.
    #[expect(clippy::should_implement_trait, reason = "each column has a type of its own")]
    pub fn next<T: FromValue>(&mut self) -> Result<T, Error> {
        T::from_value(self.0.next().ok_or_else(|| Error::Unexpected("too few columns".into()))?)
    }
}
