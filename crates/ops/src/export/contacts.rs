//! `contacts.csv`

use domain::Contact;
use store::{BoxFuture, Page, Tx, contacts};

use super::{Cell, Export, maybe, named, text};
use crate::Error;

/// Contacts by name, or those that a search finds.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    pub q: Option<String>,
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
        "vat_number",
        "notes",
        "id",
        "state",
        "created_at",
        "updated_at",
    ];
    const IMPORTED: &'static [&'static str] = Self::COLUMNS.split_at(14).0;

    fn page<'t>(
        &'t self,
        tx: &'t mut Tx<'_>,
        after: Option<&'t str>,
    ) -> BoxFuture<'t, Result<Page<Contact>, store::Error>> {
        Box::pin(async move {
            match &self.q {
                Some(q) => contacts::search(tx, q, after, 500).await,
                None => contacts::list(tx, after, 500).await,
            }
        })
    }

    fn rows(contact: &Contact) -> Result<Vec<Vec<Cell<'_>>>, Error> {
        let address = &contact.address;
        Ok(vec![vec![
            // Without one, ours: it is what an import here knows the contact by, and elsewhere the id that it came with.
            contact.external_id.as_deref().map_or_else(|| text(contact.id), Cell::Borrowed),
            named(contact.kind)?,
            Cell::Borrowed(&contact.name),
            maybe(&contact.contact_name),
            maybe(&contact.email),
            maybe(&contact.phone),
            maybe(&address.street),
            maybe(&address.postal_code),
            maybe(&address.city),
            maybe(&address.region),
            maybe(&address.country),
            named(contact.language)?,
            maybe(&contact.vat_number),
            maybe(&contact.notes),
            text(contact.id),
            named(contact.state)?,
            text(contact.created_at),
            text(contact.updated_at),
        ]])
    }
}
