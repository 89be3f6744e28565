//! How a contact is found: by words for a search, by whole values for filters and to notice a duplicate.

use crate::contact::{Contact, ContactInput};
use crate::search::{fold, terms, terms_up_to};
use crate::vat_number::siren_of;

/// What kind of value a key holds. The names are those of the table `contact_keys`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    Email,
    Phone,
    VatNumber,
    Siren,
    Name,
    Tag,
    City,
    Country,
}

impl KeyKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::VatNumber => "vat_number",
            Self::Siren => "siren",
            Self::Name => "name",
            Self::Tag => "tag",
            Self::City => "city",
            Self::Country => "country",
        }
    }

    /// A value as it is compared: without accents and case. A phone by its last nine digits, so that `+33 4 72 00 00 00` and
    /// `04 72 00 00 00` are one; none if it has fewer than six.
    #[must_use]
    pub fn comparable(self, value: &str) -> Option<String> {
        let key = match self {
            Self::Phone => {
                let digits: Vec<char> = value.chars().filter(char::is_ascii_digit).collect();
                let start = digits.len().saturating_sub(9);
                if digits.len() < 6 { String::new() } else { digits[start..].iter().collect() }
            }
            Self::Name => sort_key(value),
            _ => squeezed(value, 254),
        };
        Some(key).filter(|key| !key.is_empty())
    }
}

/// The name as it sorts: without accents and case, one space between words, at most 100 characters, no space at the end.
///
/// MySQL fills the shorter of two texts up with spaces: whatever sorts before a space (a tab, a line end), and a space at
/// the end, would stand elsewhere there than on SQLite.
#[must_use]
pub fn sort_key(name: &str) -> String {
    squeezed(name, 100)
}

fn squeezed(text: &str, max: usize) -> String {
    let words: Vec<String> = fold(text).split_whitespace().map(str::to_owned).collect();
    let key: String = words.join(" ").chars().take(max).collect();
    key.trim_end().to_owned()
}

impl ContactInput {
    /// Every key of the contact, each once, in the order of their kinds.
    #[must_use]
    pub fn keys(&self) -> Vec<(KeyKind, String)> {
        let mut keys: Vec<(KeyKind, String)> = Vec::new();
        let mut add = |kind: KeyKind, value: Option<&str>| {
            keys.extend(value.and_then(|value| kind.comparable(value)).map(|value| (kind, value)));
        };
        self.emails.iter().for_each(|email| add(KeyKind::Email, Some(&email.address)));
        self.phones.iter().for_each(|phone| add(KeyKind::Phone, Some(&phone.number)));
        add(KeyKind::VatNumber, self.vat_number.as_deref());
        add(KeyKind::Siren, self.siren.as_deref());
        add(KeyKind::Siren, self.siret.as_deref().and_then(|siret| siret.get(..9)));
        add(KeyKind::Siren, self.vat_number.as_deref().and_then(siren_of));
        add(KeyKind::Name, Some(&self.name));
        self.tags.iter().for_each(|tag| add(KeyKind::Tag, Some(tag)));
        for address in &self.addresses {
            add(KeyKind::City, address.city.as_deref());
            add(KeyKind::Country, address.country.as_deref());
        }
        keys.sort();
        keys.dedup();
        keys
    }
}

impl Contact {
    /// Every key of the contact, each once, in the order of their kinds.
    #[must_use]
    pub fn keys(&self) -> Vec<(KeyKind, String)> {
        self.as_input().keys()
    }

    /// Names, by which the contact's orders are found too.
    #[must_use]
    pub fn name_terms(&self) -> Vec<String> {
        terms([self.name.as_str()].into_iter().chain(self.contact_name.as_deref()))
    }

    /// Everything else by which people look for a contact.
    #[must_use]
    pub fn other_terms(&self) -> Vec<String> {
        let numbers = [&self.vat_number, &self.siren, &self.siret, &self.external_id];
        let places = self.addresses.iter().flat_map(|address| [&address.city, &address.postal_code]);
        let texts = numbers.into_iter().chain(places).filter_map(Option::as_deref);
        let emails = self.emails.iter().map(|email| email.address.as_str());
        let phones = self.phones.iter().map(|phone| phone.number.as_str());
        // Twenty e-mails, phones and addresses have more words than a name.
        terms_up_to(200, texts.chain(emails).chain(phones).chain(self.tags.iter().map(String::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{Address, ContactEmail, ContactPhone};

    #[test]
    fn a_phone_is_the_same_with_and_without_its_country() {
        let key = |number| KeyKind::Phone.comparable(number);
        assert_eq!(key("+33 4 72 00 00 01"), key("04.72.00.00.01"));
        assert_eq!(key("0033472000001").as_deref(), Some("472000001"));
        assert_eq!((key("12345"), key("ask Claire")), (None, None));
    }

    #[test]
    fn a_contact_has_a_key_for_each_of_its_values_once() {
        let input = ContactInput {
            name: "Épicerie  DUPRÉ".into(),
            emails: ["A@B.fr", "a@b.fr"].map(|a| ContactEmail { label: None, address: a.into() }).into(),
            phones: vec![ContactPhone { label: None, number: "12".into() }],
            addresses: vec![Address { city: Some("Lyon".into()), ..Address::default() }],
            vat_number: Some("FR40303265045".into()),
            siret: Some("30326504500011".into()),
            tags: vec!["Épicerie".into()],
            ..ContactInput::default()
        };
        let keys: Vec<String> = input.keys().iter().map(|(kind, value)| format!("{} {value}", kind.as_str())).collect();
        let expected = [
            "email a@b.fr",
            "vat_number fr40303265045",
            "siren 303265045",
            "name epicerie dupre",
            "tag epicerie",
            "city lyon",
        ];
        assert_eq!(keys, expected);
    }
}
