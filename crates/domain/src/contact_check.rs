//! What a contact may say of itself: every text trimmed and checked.

use crate::Invalid;
use crate::contact::{Address, ContactEmail, ContactInput, ContactPhone};
use crate::error::{optional_text, required_text};
use crate::siren::{siren, siret};
use crate::tags::checked_tags;
use crate::vat_number::vat_number;

/// E-mails, phones and addresses, each.
pub(crate) const MAX_EACH: usize = 20;

impl ContactInput {
    /// The input with every text trimmed and checked; refuses what cannot be accepted.
    pub fn checked(self) -> Result<Self, Invalid> {
        let number = |field: &str, text: Option<String>| optional_text(field, text.as_deref(), 30);
        let siren = number("siren", self.siren)?.map(|text| siren("siren", &text)).transpose()?;
        Ok(Self {
            kind: self.kind,
            name: required_text("name", &self.name, 200)?,
            contact_name: optional_text("contact_name", self.contact_name.as_deref(), 200)?,
            emails: each("emails", self.emails, checked_email)?,
            phones: each("phones", self.phones, checked_phone)?,
            addresses: each("addresses", self.addresses, checked_address)?
                .into_iter()
                .filter(|address| Address { label: None, ..address.clone() } != Address::default())
                .collect(),
            language: self.language,
            mail_opt_out: self.mail_opt_out,
            vat_number: number("vat_number", self.vat_number)?
                .map(|text| vat_number("vat_number", &text))
                .transpose()?,
            siret: number("siret", self.siret)?.map(|text| siret("siret", &text, siren.as_deref())).transpose()?,
            siren,
            tags: checked_tags("tags", self.tags)?,
            notes: optional_text("notes", self.notes.as_deref(), 4000)?,
            external_id: optional_text("external_id", self.external_id.as_deref(), 100)?,
        })
    }
}

fn each<T>(field: &str, values: Vec<T>, check: impl Fn(T) -> Result<T, Invalid>) -> Result<Vec<T>, Invalid> {
    if values.len() > MAX_EACH {
        return Err(Invalid::new(field, "too_many", format!("must be at most {MAX_EACH}")));
    }
    let checked = values.into_iter().enumerate();
    checked.map(|(i, value)| check(value).map_err(|e| e.inside(&format!("{field}[{i}]")))).collect()
}

fn label(label: Option<&str>) -> Result<Option<String>, Invalid> {
    optional_text("label", label, 50)
}

fn checked_email(email: ContactEmail) -> Result<ContactEmail, Invalid> {
    let address = required_text("address", &email.address, 254)?;
    email_address("address", Some(&address))?;
    Ok(ContactEmail { label: label(email.label.as_deref())?, address })
}

fn checked_phone(phone: ContactPhone) -> Result<ContactPhone, Invalid> {
    Ok(ContactPhone { label: label(phone.label.as_deref())?, number: required_text("number", &phone.number, 50)? })
}

pub(crate) fn checked_address(address: Address) -> Result<Address, Invalid> {
    Ok(Address {
        label: label(address.label.as_deref())?,
        street: optional_text("street", address.street.as_deref(), 200)?,
        postal_code: optional_text("postal_code", address.postal_code.as_deref(), 20)?,
        city: optional_text("city", address.city.as_deref(), 100)?,
        region: optional_text("region", address.region.as_deref(), 100)?,
        country: optional_text("country", address.country.as_deref(), 100)?,
    })
}

/// One @ with something before it and a dotted host behind it. More than that, only a mail sent there can tell.
pub(crate) fn email_address(field: &str, value: Option<&str>) -> Result<Option<String>, Invalid> {
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

    fn named() -> ContactInput {
        ContactInput { name: "x".into(), ..ContactInput::default() }
    }

    fn mail(address: &str) -> ContactEmail {
        ContactEmail { label: None, address: address.into() }
    }

    #[test]
    fn texts_are_trimmed_and_what_says_nothing_is_left_out() {
        let input = ContactInput {
            name: "  Épicerie Dupré ".into(),
            siren: Some("  ".into()),
            addresses: vec![Address { label: Some("quai".into()), city: Some(" ".into()), ..Address::default() }],
            ..ContactInput::default()
        };
        let input = input.checked().unwrap();
        assert_eq!((input.name.as_str(), input.siren, input.addresses), ("Épicerie Dupré", None, vec![]));
    }

    #[test]
    fn a_bad_field_is_named() {
        let bad = |input: ContactInput| input.checked().unwrap_err().field;
        assert_eq!(bad(ContactInput::default()), "name");
        assert_eq!(bad(ContactInput { name: "x".repeat(201), ..ContactInput::default() }), "name");
        assert_eq!(bad(ContactInput { name: "a\0b".into(), ..ContactInput::default() }), "name");
        for email in ["", "a", "a@b", "@b.fr", "a@b..fr", "a b@c.fr", "a@b@c.fr", "<a@b.fr>"] {
            let emails = vec![mail("good@example.com"), mail(email)];
            assert_eq!(bad(ContactInput { emails, ..named() }), "emails[1].address", "{email}");
        }
        let phones = vec![ContactPhone { label: Some("x".repeat(51)), number: "1".into() }];
        assert_eq!(bad(ContactInput { phones, ..named() }), "phones[0].label");
        let addresses = vec![Address { city: Some("x".repeat(101)), ..Address::default() }];
        assert_eq!(bad(ContactInput { addresses, ..named() }), "addresses[0].city");
        assert_eq!(bad(ContactInput { emails: vec![mail("a@b.fr"); 21], ..named() }), "emails");
    }

    #[test]
    fn numbers_of_the_state_are_kept_without_their_spaces() {
        let input = ContactInput {
            vat_number: Some("fr 83 404 833 048".into()),
            siren: Some("732 829 320".into()),
            siret: Some("732 829 320 00074".into()),
            ..named()
        };
        let input = input.checked().unwrap();
        assert_eq!(input.vat_number.as_deref(), Some("FR83404833048"));
        assert_eq!((input.siren.as_deref(), input.siret.as_deref()), (Some("732829320"), Some("73282932000074")));
    }
}
