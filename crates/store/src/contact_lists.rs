//! Contacts as lists: filtered, sorted, searched.

use domain::{Contact, ContactId, ContactKind, ContactState, KeyKind, Language, Timestamp, sort_key};

use crate::contacts::{Contacts, by_ids};
use crate::list::{self, Key, KeysOf, Order, Where};
use crate::search::{self, Kind};
use crate::table::{Columns, Table};
use crate::value::name;
use crate::{Error, Page, Tx};

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
    /// Only these, whatever their state unless one is asked for; all, if there are none.
    pub ids: Vec<ContactId>,
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
    fn order(self) -> Order<Contact> {
        let (name, keys, descending): (&str, &'static [Key], bool) = match self {
            Self::Name => ("name", &[Key::Text("name_key"), Key::Text("id")], false),
            Self::Created => ("created", &[Key::Int("created_at"), Key::Text("id")], false),
            Self::CreatedLast => ("-created", &[Key::Int("created_at"), Key::Text("id")], true),
            Self::Updated => ("updated", &[Key::Int("updated_at"), Key::Text("id")], false),
            Self::UpdatedLast => ("-updated", &[Key::Int("updated_at"), Key::Text("id")], true),
        };
        let of: KeysOf<Contact> = match self {
            Self::Name => |contact| vec![sort_key(&contact.name).into(), contact.id.into()],
            Self::Created | Self::CreatedLast => |contact| vec![contact.created_at.into(), contact.id.into()],
            Self::Updated | Self::UpdatedLast => |contact| vec![contact.updated_at.into(), contact.id.into()],
        };
        Order { name: name.into(), descending, keys, of }
    }
}

impl Filter {
    fn conditions(&self) -> Result<Where<'static>, Error> {
        let mut only = Where::default();
        match self.state {
            Some(state) => only.and("state = ?", [name(state)?]),
            None if self.ids.is_empty() => only.and("state IN ('active', 'archived')", []),
            None => {}
        }
        only.one_of("contacts.id", &self.ids.iter().map(|id| (*id).into()).collect::<Vec<_>>());
        only.given("kind = ?", self.kind.map(name).transpose()?);
        only.given("language = ?", self.language.map(name).transpose()?);
        only.given("updated_at >= ?", self.updated_since);
        let keys = [
            (KeyKind::Tag, &self.tag),
            (KeyKind::Email, &self.email),
            (KeyKind::City, &self.city),
            (KeyKind::Country, &self.country),
        ];
        for (kind, value) in keys {
            let Some(value) = value.as_deref().and_then(|value| kind.comparable(value)) else { continue };
            let condition = "contacts.id IN (SELECT contact_id FROM contact_keys WHERE kind = ? AND value = ?)";
            only.and(condition, [kind.as_str().into(), value.into()]);
        }
        Ok(only)
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
    let select = Contacts::select("");
    list::page(tx, &select, filter.conditions()?, sort.order(), after, limit, Contacts::read).await
}

/// Contacts that have, for each word of `text`, a word that begins with it, and that the filter lets through.
pub async fn search(
    tx: &mut Tx<'_>,
    text: &str,
    filter: &Filter,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<Contact>, Error> {
    let found = search::find_only(tx, Kind::Contact, text, &filter.conditions()?, after, limit).await?;
    let mut contacts = by_ids(tx, &found.items).await?;
    let items = found.items.iter().filter_map(|id| {
        let at = contacts.iter().position(|contact| contact.id.to_string() == *id)?;
        Some(contacts.swap_remove(at))
    });
    Ok(Page { items: items.collect(), next: found.next })
}
