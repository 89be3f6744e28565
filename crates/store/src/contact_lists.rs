//! Contacts as lists: filtered, sorted, searched.

use domain::{Contact, ContactId, ContactKind, ContactState, Invalid, KeyKind, Language, Timestamp, sort_key};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::contacts::{Contacts, by_ids};
use crate::list::{self, Key, Order, Where, several, sorts};
use crate::search::{self, Kind};
use crate::table::{Columns, Table};
use crate::value::name;
use crate::{Error, Page, Tx};

/// Which contacts a list shows, and in which order: query parameters of the API, which must all hold. Texts compare without
/// accents and case.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only contacts that have, for each of these words, a word that begins with it: name, e-mail, town, …; best matches first.
    #[param(example = "dupr lyon")]
    pub q: Option<String>,
    /// If not given: active and archived ones.
    pub state: Option<ContactState>,
    pub kind: Option<ContactKind>,
    #[param(example = "épicerie")]
    pub tag: Option<String>,
    /// One of the contact's addresses, whole.
    #[param(example = "commandes@dupre.example")]
    pub email: Option<String>,
    /// Of one of its addresses, whole.
    #[param(example = "Lyon")]
    pub city: Option<String>,
    /// Of one of its addresses, whole.
    #[param(example = "France")]
    pub country: Option<String>,
    pub language: Option<Language>,
    /// Only contacts that have changed at this moment or after it.
    pub updated_since: Option<Timestamp>,
    /// Only these, at most 200; in any state, if none is asked for.
    #[serde(default, deserialize_with = "several")]
    #[param(style = Form, explode = false, required = false, min_items = 1, max_items = 200)]
    pub ids: Vec<ContactId>,
    /// `name`, if not given. Not with `q`, which has an order of its own.
    #[param(inline)]
    pub sort: Option<Sort>,
}

/// More would not fit a page.
const MOST_IDS: usize = 200;

impl Filter {
    fn conditions(&self) -> Result<Where<'static>, Error> {
        let Self { q: _, state, kind, tag, email, city, country, language, updated_since, ids, sort: _ } = self;
        if ids.len() > MOST_IDS {
            return Err(Invalid::new("ids", "too_many", format!("at most {MOST_IDS}")).into());
        }
        let mut only = Where::default();
        match state {
            Some(state) => only.and("state = ?", [name(state)?]),
            None if ids.is_empty() => only.and("state IN ('active', 'archived')", []),
            None => {}
        }
        only.one_of("contacts.id", &ids.iter().map(|id| (*id).into()).collect::<Vec<_>>());
        only.given_name("kind = ?", *kind)?;
        only.given_name("language = ?", *language)?;
        only.given("updated_at >= ?", *updated_since);
        let keys = [(KeyKind::Tag, tag), (KeyKind::Email, email), (KeyKind::City, city), (KeyKind::Country, country)];
        for (kind, value) in keys {
            let Some(value) = value.as_deref().and_then(|value| kind.comparable(value)) else { continue };
            let condition = "contacts.id IN (SELECT contact_id FROM contact_keys WHERE kind = ? AND value = ?)";
            only.and(condition, [kind.as_str().into(), value.into()]);
        }
        Ok(only)
    }
}

const ID: Key<Contact> = Key::Text("id", |c| c.id.into());
const CREATED: Key<Contact> = Key::Int("created_at", |c| c.created_at.into());
const UPDATED: Key<Contact> = Key::Int("updated_at", |c| c.updated_at.into());

sorts! {
    /// In which order; with `-`, the latest first.
    ContactSort of Contact {
        #[default]
        Name = "name" [Key::Text("name_key", |c| sort_key(&c.name).into()), ID],
        Created = "created_at" [CREATED, ID],
        CreatedLast = "-created_at" [CREATED, ID],
        Updated = "updated_at" [UPDATED, ID],
        UpdatedLast = "-updated_at" [UPDATED, ID],
    }
}

/// Contacts in one order, page by page.
pub async fn list(tx: &mut Tx<'_>, filter: &Filter, after: Option<&str>, limit: usize) -> Result<Page<Contact>, Error> {
    let only = filter.conditions()?;
    if let Some(words) = list::words(filter.q.as_deref(), filter.sort)? {
        return search(tx, words, &only, after, limit).await;
    }
    let (select, order) = (Contacts::select(""), filter.sort.unwrap_or_default().order());
    // Cursors, which do not expire, have always said `created`.
    let order = Order { name: order.name.trim_end_matches("_at"), ..order };
    list::page(tx, &select, only, order, after, limit, Contacts::read).await
}

/// Contacts that have, for each word of `text`, a word that begins with it, and that the filter lets through.
async fn search(
    tx: &mut Tx<'_>,
    text: &str,
    only: &Where<'_>,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Contact>, Error> {
    let found = search::find_only(tx, Kind::Contact, text, only, after, limit).await?;
    let mut contacts = by_ids(tx, &found.items).await?;
    let items = found.items.iter().filter_map(|id| {
        let at = contacts.iter().position(|contact| contact.id.to_string() == *id)?;
        Some(contacts.swap_remove(at))
    });
    Ok(Page { items: items.collect(), next: found.next })
}
