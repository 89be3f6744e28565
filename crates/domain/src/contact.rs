//! Contacts: a person or an organisation that buys from us, might, or sells to us.

use serde::{Deserialize, Serialize};

use crate::{ContactId, Invalid, Timestamp};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    Person,
    #[default]
    Organisation,
}

/// The language in which we write to a contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    Fr,
    En,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }
}

impl std::str::FromStr for Language {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let language = Self::ALL.into_iter().find(|language| language.as_str() == text);
        language.ok_or_else(|| Invalid::new("language", "bad_name", "must be fr or en"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactState {
    Active,
    /// Out of the way, not gone: takes no new orders.
    Archived,
    /// Merged into another contact, which has its orders now.
    Merged,
    /// Nothing personal is left of it.
    Erased,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactEmail {
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 50, example = "commandes")]
    pub label: Option<String>,
    #[schema(min_length = 1, max_length = 254, example = "commandes@dupre.example")]
    pub address: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPhone {
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 50, example = "quai")]
    pub label: Option<String>,
    /// As people write it.
    #[schema(min_length = 1, max_length = 50, example = "+33 4 72 00 00 00")]
    pub number: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Address {
    /// What it is for.
    #[schema(max_length = 50, example = "livraison")]
    pub label: Option<String>,
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
    /// The person's name, or the organisation's trading name.
    #[schema(min_length = 1, max_length = 200, example = "Épicerie Dupré")]
    pub name: String,
    /// For an organisation: whom to ask for.
    #[serde(default)]
    #[schema(max_length = 200, example = "Claire Dupré")]
    pub contact_name: Option<String>,
    /// The first is the one to write to.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub emails: Vec<ContactEmail>,
    /// The first is the one to call.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub phones: Vec<ContactPhone>,
    /// The first is the one on invoices. One that says nothing is left out.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub addresses: Vec<Address>,
    #[serde(default)]
    pub language: Language,
    /// Does not want mail: nothing is sent by itself.
    #[serde(default)]
    pub mail_opt_out: bool,
    /// With its country in front; checked by that country's algorithm, kept without spaces and points.
    #[serde(default)]
    #[schema(max_length = 30, example = "FR40303265045")]
    pub vat_number: Option<String>,
    /// The nine digits of a French enterprise; spaces do not matter.
    #[serde(default)]
    #[schema(max_length = 30, example = "303 265 045")]
    pub siren: Option<String>,
    /// The fourteen digits of one of its establishments; begins with the SIREN, if that is given.
    #[serde(default)]
    #[schema(max_length = 30, example = "303 265 045 00011")]
    pub siret: Option<String>,
    /// Kept sorted, each once whatever its case.
    #[serde(default)]
    #[schema(value_type = Vec<crate::tags::Tag>, max_items = 50, example = json!(["épicerie", "livraison le mardi"]))]
    pub tags: Vec<String>,
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
    pub emails: Vec<ContactEmail>,
    pub phones: Vec<ContactPhone>,
    pub addresses: Vec<Address>,
    pub language: Language,
    /// Does not want mail.
    #[serde(default)]
    pub mail_opt_out: bool,
    #[schema(example = "FR40303265045")]
    pub vat_number: Option<String>,
    #[schema(example = "303265045")]
    pub siren: Option<String>,
    #[schema(example = "30326504500011")]
    pub siret: Option<String>,
    pub tags: Vec<String>,
    pub notes: Option<String>,
    pub external_id: Option<String>,
    /// The contact that has its orders now, where the state is `merged`.
    pub merged_into: Option<ContactId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Contact {
    /// A new contact, as it stands after its first event.
    pub fn create(id: ContactId, input: ContactInput, now: Timestamp) -> Result<Self, Invalid> {
        Ok(Self::from_input(id, 1, ContactState::Active, input.checked()?, now, now))
    }

    /// The contact after an edit: everything a caller may say of it is replaced.
    pub fn edited(&self, input: ContactInput, now: Timestamp) -> Result<Self, Invalid> {
        self.must_be_there()?;
        Ok(Self::from_input(self.id, self.version + 1, self.state, input.checked()?, self.created_at, now))
    }

    /// Out of the way, or back.
    pub fn archived(&self, archived: bool, now: Timestamp) -> Result<Self, Invalid> {
        self.must_be_there()?;
        let state = if archived { ContactState::Archived } else { ContactState::Active };
        Ok(Self { state, ..self.next(now) })
    }

    /// Active or archived: what was merged or erased is not changed any more.
    pub fn must_be_there(&self) -> Result<(), Invalid> {
        let why = match (self.state, self.merged_into) {
            (ContactState::Active | ContactState::Archived, _) => return Ok(()),
            (ContactState::Merged, Some(other)) => format!("this contact was merged into {other}"),
            (ContactState::Merged, None) => "this contact was merged into another".to_owned(),
            (ContactState::Erased, _) => "this contact was erased".to_owned(),
        };
        Err(Invalid::new("state", "bad_contact_state", why))
    }

    /// Whether it says nothing that is not already so.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        *self == Self { version: self.version, updated_at: self.updated_at, ..other.clone() }
    }

    /// What a caller would have to say to make it as it is.
    #[must_use]
    pub fn as_input(&self) -> ContactInput {
        let this = self.clone();
        ContactInput {
            kind: this.kind,
            name: this.name,
            contact_name: this.contact_name,
            emails: this.emails,
            phones: this.phones,
            addresses: this.addresses,
            language: this.language,
            mail_opt_out: this.mail_opt_out,
            vat_number: this.vat_number,
            siren: this.siren,
            siret: this.siret,
            tags: this.tags,
            notes: this.notes,
            external_id: this.external_id,
        }
    }

    /// The contact one version later.
    pub(crate) fn next(&self, now: Timestamp) -> Self {
        Self { version: self.version + 1, updated_at: now, ..self.clone() }
    }

    fn from_input(
        id: ContactId,
        version: i64,
        state: ContactState,
        input: ContactInput,
        created_at: Timestamp,
        updated_at: Timestamp,
    ) -> Self {
        Self {
            id,
            version,
            state,
            kind: input.kind,
            name: input.name,
            contact_name: input.contact_name,
            emails: input.emails,
            phones: input.phones,
            addresses: input.addresses,
            language: input.language,
            mail_opt_out: input.mail_opt_out,
            vat_number: input.vat_number,
            siren: input.siren,
            siret: input.siret,
            tags: input.tags,
            notes: input.notes,
            external_id: input.external_id,
            merged_into: None,
            created_at,
            updated_at,
        }
    }
}
