//! Contacts as lists: filtered, sorted, searched.

use domain::{Contact, ContactId, ContactKind, ContactState, KeyKind, Language, Timestamp, sort_key};

use crate::contacts::{COLUMNS, by_ids, read};
use crate::search::{self, Kind};
use crate::value::{cursor, name};
use crate::{Error, Page, Tx, Value};

/// Which contacts a list shows. Values compare without accents and case.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// If not given: what was neither merged nor erased.
    pub state: Option<ContactState>,
    pub kind: Option<ContactKind>,
    pub tag: Option<String>,
    pub email: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub language: Option<Language>,
    pub updated_since: Option<Timestamp>,
}

/// In which order; then by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    Created,
    CreatedLast,
    Updated,
    UpdatedLast,
}

impl Sort {
    /// The column, and whether it goes down.
    const fn column(self) -> (&'static str, bool) {
        match self {
            Self::Name => ("name_key", false),
            Self::Created => ("created_at", false),
            Self::CreatedLast => ("created_at", true),
            Self::Updated => ("updated_at", false),
            Self::UpdatedLast => ("updated_at", true),
        }
    }

    /// How a cursor of this order begins: one of another order is not ours.
    const fn mark(self) -> &'static str {
        match self {
            Self::Name => "n",
            Self::Created => "c",
            Self::CreatedLast => "-c",
            Self::Updated => "u",
            Self::UpdatedLast => "-u",
        }
    }

    /// Where a contact stands in this order.
    fn place(self, contact: &Contact) -> String {
        match self {
            Self::Name => sort_key(&contact.name),
            Self::Created | Self::CreatedLast => contact.created_at.as_micros().to_string(),
            Self::Updated | Self::UpdatedLast => contact.updated_at.as_micros().to_string(),
        }
    }

    fn value(self, place: &str) -> Result<Value<'_>, Error> {
        match self {
            Self::Name => Ok(place.into()),
            _ => place.parse::<i64>().map(Value::from).map_err(|_| Error::BadCursor),
        }
    }
}

impl Filter {
    /// As conditions on the row `c`, each with `AND` before it.
    fn conditions(&self) -> Result<(String, Vec<Value<'static>>), Error> {
        let (mut sql, mut values) = (String::new(), Vec::new());
        if let Some(state) = self.state {
            sql.push_str(" AND c.state = ?");
            values.push(name(state)?);
        } else {
            sql.push_str(" AND c.state IN ('active', 'archived')");
        }
        if let Some(kind) = self.kind {
            sql.push_str(" AND c.kind = ?");
            values.push(name(kind)?);
        }
        if let Some(language) = self.language {
            sql.push_str(" AND c.language = ?");
            values.push(name(language)?);
        }
        if let Some(since) = self.updated_since {
            sql.push_str(" AND c.updated_at >= ?");
            values.push(since.into());
        }
        let keys = [
            (KeyKind::Tag, &self.tag),
            (KeyKind::Email, &self.email),
            (KeyKind::City, &self.city),
            (KeyKind::Country, &self.country),
        ];
        for (kind, value) in keys {
            let Some(value) = value.as_deref().and_then(|value| kind.comparable(value)) else { continue };
            sql.push_str(" AND c.id IN (SELECT contact_id FROM contact_keys WHERE kind = ? AND value = ?)");
            values.extend([kind.as_str().into(), Value::from(value)]);
        }
        Ok((sql, values))
    }
}

/// Contacts in one order, page by page.
pub async fn list(
    tx: &mut Tx<'_>,
    filter: &Filter,
    sort: Sort,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Contact>, Error> {
    let (conditions, mut values) = filter.conditions()?;
    let (column, down) = sort.column();
    let (direction, beyond) = if down { (" DESC", '<') } else { ("", '>') };
    let mut sql = format!("SELECT {COLUMNS} FROM contacts c WHERE 1 = 1{conditions}");
    if let Some(after) = after {
        let mut parts = after.splitn(3, ' ');
        let (Some(mark), Some(id), Some(place)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::BadCursor);
        };
        if mark != sort.mark() {
            return Err(Error::BadCursor);
        }
        let (id, place) = (cursor::<ContactId>(id)?, sort.value(place)?);
        sql.push_str(&format!(" AND {column} {beyond}= ? AND ({column} {beyond} ? OR id {beyond} ?)"));
        values.extend([owned(&place), owned(&place), id]);
    }
    sql.push_str(&format!(" ORDER BY {column}{direction}, id{direction} LIMIT ?"));
    values.push((limit + 1).into());
    let rows = tx.rows(sql, &values, read).await?;
    Ok(Page::of(rows, limit, |contact| format!("{} {} {}", sort.mark(), contact.id, sort.place(contact))))
}

fn owned(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Null => Value::Null,
        Value::Int(number) => Value::Int(*number),
        Value::Text(text) => Value::from(text.clone().into_owned()),
    }
}

/// Contacts that have, for each word of `text`, a word that begins with it, and that the filter lets through.
pub async fn search(
    tx: &mut Tx<'_>,
    text: &str,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Contact>, Error> {
    let (conditions, values) = filter.conditions()?;
    let only = format!(" AND EXISTS (SELECT 1 FROM contacts c WHERE c.id = t.id{conditions})");
    let found = search::find_where(tx, Kind::Contact, text, (&only, values), after, limit).await?;
    let mut contacts = by_ids(tx, &found.items).await?;
    let items = found.items.iter().filter_map(|id| {
        let at = contacts.iter().position(|contact| contact.id.to_string() == *id)?;
        Some(contacts.swap_remove(at))
    });
    Ok(Page { items: items.collect(), next: found.next })
}
