//! Contacts: a person or an organisation that buys from us, might, or sells to us.

use serde::{Deserialize, Serialize};

use crate::error::{optional_text, required_text};
use crate::{ContactId, Invalid, Timestamp};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    Person,
    #[default]
    Organisation,
}

/// The language in which we write to a contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    Fr,
    En,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactState {
    Active,
    /// Out of the way, not gone: takes no new orders.
    Archived,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Address {
    #[schema(max_length = 200, example = "12 rue des Halles")]
    pub street: Option<String>,
    #[schema(max_length = 20, example = "69002")]
    pub postal_code: Option<String>,
    #[schema(max_length = 100, example = "Lyon")]
    pub city: Option<String>,
    #[schema(max_length = 100)]
    pub region: Option<String>,
    /// As people write it; no list of countries is imposed.
    #[schema(max_length = 100, example = "France")]
    pub country: Option<String>,
}

/// What a caller may say of a contact; the rest is the system's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactInput {
    #[serde(default)]
    pub kind: ContactKind,
    /// Of the person, or the organisation's trading name.
    #[schema(min_length = 1, max_length = 200, example = "Épicerie Dupré")]
    pub name: String,
    /// For an organisation: whom to ask for.
    #[serde(default)]
    #[schema(max_length = 200, example = "Claire Dupré")]
    pub contact_name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 254, example = "commandes@dupre.example")]
    pub email: Option<String>,
    #[serde(default)]
    #[schema(max_length = 50, example = "+33 4 72 00 00 00")]
    pub phone: Option<String>,
    #[serde(default)]
    pub language: Language,
    #[serde(default)]
    #[schema(max_length = 20, example = "FR40303265045")]
    pub vat_number: Option<String>,
    #[serde(default)]
    pub address: Address,
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub notes: Option<String>,
    /// The id in the system this contact came from; unique.
    #[serde(default)]
    #[schema(max_length = 100, example = "ALFKI")]
    pub external_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contact {
    pub id: ContactId,
    /// Goes up by one with each change; the `ETag`.
    #[schema(minimum = 1)]
    pub version: i64,
    pub state: ContactState,
    pub kind: ContactKind,
    #[schema(example = "Épicerie Dupré")]
    pub name: String,
    pub contact_name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Language,
    pub vat_number: Option<String>,
    pub address: Address,
    pub notes: Option<String>,
    pub external_id: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl ContactInput {
    /// The same, with every text trimmed and checked.
    pub fn checked(self) -> Result<Self, Invalid> {
        let Address { street, postal_code, city, region, country } = self.address;
        Ok(Self {
            kind: self.kind,
            name: required_text("name", &self.name, 200)?,
            contact_name: optional_text("contact_name", self.contact_name.as_deref(), 200)?,
            email: email("email", self.email.as_deref())?,
            phone: optional_text("phone", self.phone.as_deref(), 50)?,
            language: self.language,
            vat_number: optional_text("vat_number", self.vat_number.as_deref(), 20)?,
            address: Address {
                street: optional_text("address.street", street.as_deref(), 200)?,
                postal_code: optional_text("address.postal_code", postal_code.as_deref(), 20)?,
                city: optional_text("address.city", city.as_deref(), 100)?,
                region: optional_text("address.region", region.as_deref(), 100)?,
                country: optional_text("address.country", country.as_deref(), 100)?,
            },
            notes: optional_text("notes", self.notes.as_deref(), 4000)?,
            external_id: optional_text("external_id", self.external_id.as_deref(), 100)?,
        })
    }
}

impl Contact {
    /// A new contact, as it stands after its first event.
    pub fn create(id: ContactId, input: ContactInput, now: Timestamp) -> Result<Self, Invalid> {
        Ok(Self::from_input(id, 1, ContactState::Active, input.checked()?, now, now))
    }

    /// The contact after an edit: everything a caller may say of it is replaced.
    pub fn edited(&self, input: ContactInput, now: Timestamp) -> Result<Self, Invalid> {
        Ok(Self::from_input(self.id, self.version + 1, self.state, input.checked()?, self.created_at, now))
    }

    /// Whether it says nothing that is not already so.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        *self == Self { version: self.version, updated_at: self.updated_at, ..other.clone() }
    }

    fn from_input(
        id: ContactId,
        version: i64,
        state: ContactState,
        input: ContactInput,
        created_at: Timestamp,
        updated_at: Timestamp,
    ) -> Self {
        let ContactInput { kind, name, contact_name, email, phone, language, vat_number, address, notes, external_id } =
            input;
        Self {
            id,
            version,
            state,
            kind,
            name,
            contact_name,
            email,
            phone,
            language,
            vat_number,
            address,
            notes,
            external_id,
            created_at,
            updated_at,
        }
    }

    /// Names, by which the contact's orders are found too.
    #[must_use]
    pub fn name_terms(&self) -> Vec<String> {
        crate::search::terms([self.name.as_str()].into_iter().chain(self.contact_name.as_deref()))
    }

    /// Everything else by which people look for a contact.
    #[must_use]
    pub fn other_terms(&self) -> Vec<String> {
        let texts = [
            &self.email,
            &self.phone,
            &self.vat_number,
            &self.external_id,
            &self.address.city,
            &self.address.postal_code,
        ];
        crate::search::terms(texts.into_iter().filter_map(Option::as_deref))
    }
}

/// One @ with something before it and a dotted host behind it. More than that, only a mail sent there can tell.
pub(crate) fn email(field: &str, value: Option<&str>) -> Result<Option<String>, Invalid> {
    let Some(email) = optional_text(field, value, 254)? else { return Ok(None) };
    let looks_right = email.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && host.split('.').all(|label| !label.is_empty())
            && !email.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"'))
    });
    if looks_right {
        Ok(Some(email))
    } else {
        Err(Invalid::new(field, "bad_email", "must be an address like name@example.com"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_and_empty_ones_become_none() {
        let input =
            ContactInput { name: "  Épicerie Dupré ".into(), phone: Some("  ".into()), ..ContactInput::default() };
        let input = input.checked().unwrap();
        assert_eq!((input.name.as_str(), input.phone), ("Épicerie Dupré", None));
    }

    #[test]
    fn a_bad_field_is_named() {
        let bad = |input: ContactInput| input.checked().unwrap_err().field;
        assert_eq!(bad(ContactInput::default()), "name");
        assert_eq!(bad(ContactInput { name: "x".repeat(201), ..ContactInput::default() }), "name");
        assert_eq!(bad(ContactInput { name: "a\0b".into(), ..ContactInput::default() }), "name");
        for email in ["a", "a@b", "@b.fr", "a@b..fr", "a b@c.fr", "a@b@c.fr", "<a@b.fr>"] {
            assert_eq!(
                bad(ContactInput { name: "x".into(), email: Some(email.into()), ..ContactInput::default() }),
                "email"
            );
        }
    }
}
