//! Searching by the beginnings of words, as a range of an index: as fast on a million rows as on a thousand.

use domain::search::{prefix_end, query};
use domain::{ContactId, OrderId, ProductId};

use crate::list::Where;
use crate::value::cursor;
use crate::{Error, Page, Tx, Value, dialect};

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Contact,
    Order,
    Product,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Order => "order",
            Self::Product => "product",
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Order => "orders",
            Self::Product => "products",
        }
    }
}

/// Why a row is found by a term. An order found by its contact's name has `c`, written in the statements below.
pub(crate) mod via {
    pub(crate) const NAME: &str = "n";
    pub(crate) const OTHER: &str = "";
}

/// Adds terms of one row.
pub(crate) async fn add(tx: &mut Tx<'_>, kind: Kind, id: &str, terms: &[(String, &'static str)]) -> Result<(), Error> {
    if terms.is_empty() {
        return Ok(());
    }
    let sql = format!("INSERT INTO search_terms (kind, term, id, via) VALUES {}", dialect::places(terms.len(), 4));
    let values: Vec<Value<'_>> =
        terms.iter().flat_map(|(term, via)| [kind.as_str().into(), term.into(), id.into(), (*via).into()]).collect();
    tx.execute(sql, &values).await.map(drop)
}

/// Adds an order's own terms and its contact's names, in one statement.
pub(crate) async fn add_order(tx: &mut Tx<'_>, id: &str, contact_id: &str, own: &[String]) -> Result<(), Error> {
    let mut sql = String::from(
        "INSERT INTO search_terms (kind, term, id, via) \
         SELECT 'order', term, ?, 'c' FROM search_terms WHERE id = ? AND via = 'n'",
    );
    let mut values: Vec<Value<'_>> = vec![id.into(), contact_id.into()];
    for term in own {
        sql.push_str(" UNION ALL SELECT 'order', ?, ?, ''");
        values.extend([term.into(), id.into()]);
    }
    tx.execute(sql, &values).await.map(drop)
}

/// After a contact's name has changed: its orders are found by the new one.
pub(crate) async fn rename_contact(tx: &mut Tx<'_>, contact_id: &str) -> Result<(), Error> {
    let forget = "DELETE FROM search_terms WHERE kind = 'order' AND via = 'c' \
                  AND id IN (SELECT id FROM orders WHERE contact_id = ?)";
    tx.execute(forget, &[contact_id.into()]).await?;
    let learn = "INSERT INTO search_terms (kind, term, id, via) \
                 SELECT 'order', t.term, o.id, 'c' FROM orders o JOIN search_terms t ON t.id = o.contact_id AND t.via = 'n' \
                 WHERE o.contact_id = ?";
    tx.execute(learn, &[contact_id.into()]).await.map(drop)
}

pub(crate) async fn forget(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    tx.execute("DELETE FROM search_terms WHERE id = ?", &[id.into()]).await.map(drop)
}

/// Ids of rows that have, for each word of `text`, a term that begins with it; best matches (the shortest terms) first.
///
/// Empty when `text` has no word. The longest word leads, and the others are looked up for each of its rows.
pub async fn find(
    tx: &mut Tx<'_>,
    kind: Kind,
    text: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<String>, Error> {
    find_only(tx, kind, text, &Where::default(), after, limit).await
}

/// Searches only among the rows that meet some conditions. Each match is looked up by its id until the page is full.
pub(crate) async fn find_only(
    tx: &mut Tx<'_>,
    kind: Kind,
    text: &str,
    only: &Where<'_>,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<String>, Error> {
    let words = query(text);
    let Some((lead, others)) = words.split_first() else { return Ok(Page { items: Vec::new(), next: None }) };
    let lead_end = prefix_end(lead);
    // A row may have several terms that begin with the word: it counts at the first of them.
    let mut sql = String::from(
        "SELECT t.term, t.id FROM search_terms t WHERE t.kind = ? AND t.term >= ? AND t.term < ? \
         AND NOT EXISTS (SELECT 1 FROM search_terms e WHERE e.id = t.id AND e.term >= ? AND e.term < t.term)",
    );
    let mut values: Vec<Value<'_>> = vec![kind.as_str().into(), lead.into(), Value::from(&lead_end), lead.into()];
    if let Some(after) = after {
        let (term, id) = after.split_once(' ').ok_or(Error::BadCursor)?;
        sql.push_str(" AND t.term >= ? AND (t.term > ? OR t.id > ?)");
        let id = match kind {
            Kind::Contact => cursor::<ContactId>(id)?,
            Kind::Order => cursor::<OrderId>(id)?,
            Kind::Product => cursor::<ProductId>(id)?,
        };
        values.extend([term.into(), term.into(), id]);
    }
    for word in others {
        sql.push_str(" AND EXISTS (SELECT 1 FROM search_terms w WHERE w.id = t.id AND w.term >= ? AND w.term < ?)");
        values.extend([word.into(), prefix_end(word).into()]);
    }
    if !only.is_empty() {
        let table = kind.table();
        for part in [" AND EXISTS (SELECT 1 FROM ", table, " WHERE ", table, ".id = t.id", only.sql(), ")"] {
            sql.push_str(part);
        }
        values.extend_from_slice(only.values());
    }
    // The same term may stand twice, by name and by e-mail address.
    sql.push_str(" GROUP BY t.term, t.id ORDER BY t.term, t.id LIMIT ?");
    values.push((limit + 1).into());
    let found = tx.rows(sql, &values, |row| Ok((row.next::<String>()?, row.next::<String>()?))).await?;
    Ok(Page::of(found, limit, |(term, id)| format!("{term} {id}")).map(|(_, id)| id))
}
