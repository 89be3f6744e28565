//! `contacts.csv`

use std::borrow::Cow;

use domain::{Address, Contact};
use store::contact_lists::{self as lists, Filter};
use store::{BoxFuture, Page, Tx};

use super::{Cell, Export, maybe, named, text};
use crate::Error;
use crate::exchange::cell::joined;

/// The contacts of a list, or those that a search finds. Of several addresses of a kind, a row has the primary one.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    pub filter: Filter,
}

impl Export for Contacts {
    type Item = Contact;
    const NAME: &'static str = "contacts";
    const COLUMNS: &'static [&'static str] = &[
        "external_id",
        "kind",
        "name",
        "contact_name",
        "email",
        "phone",
        "street",
        "postal_code",
        "city",
        "region",
        "country",
        "language",
        "mail_opt_out",
        "vat_number",
        "siren",
        "siret",
        "tags",
        "notes",
        "id",
        "state",
        "created_at",
        "updated_at",
    ];
    const IMPORTED: &'static [&'static str] = Self::COLUMNS.split_at(18).0;

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<Contact>, store::Error>> {
        Box::pin(lists::list(tx, &self.filter, after, 500))
    }

    fn rows(contact: &Contact) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        let (email, phone, address) = (contact.emails.first(), contact.phones.first(), contact.addresses.first());
        let place = |part: fn(&Address) -> &Option<String>| {
            address.map_or(Cow::Borrowed(""), |address| maybe(part(address).as_deref()))
        };
        Ok(vec![vec![
            // Without one, ours: it is what an import here knows the contact by, and elsewhere the id that it came with.
            contact.external_id.as_deref().map_or_else(|| text(contact.id), Cell::Borrowed),
            named(contact.kind)?,
            Cell::Borrowed(&contact.name),
            maybe(contact.contact_name.as_deref()),
            email.map_or(Cow::Borrowed(""), |email| Cow::Borrowed(&email.address)),
            phone.map_or(Cow::Borrowed(""), |phone| Cow::Borrowed(&phone.number)),
            place(|address| &address.street),
            place(|address| &address.postal_code),
            place(|address| &address.city),
            place(|address| &address.region),
            place(|address| &address.country),
            named(contact.language)?,
            text(contact.mail_opt_out),
            maybe(contact.vat_number.as_deref()),
            maybe(contact.siren.as_deref()),
            maybe(contact.siret.as_deref()),
            Cell::Owned(joined(&contact.tags)),
            maybe(contact.notes.as_deref()),
            text(contact.id),
            named(contact.state)?,
            text(contact.created_at),
            text(contact.updated_at),
        ]])
    }
}
