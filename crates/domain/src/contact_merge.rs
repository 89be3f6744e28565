//! Two contacts that are one; and a contact of which nothing personal stays.

use std::collections::HashSet;
use std::hash::Hash;

use crate::contact::{Contact, ContactInput, ContactState};
use crate::contact_check::MAX_EACH;
use crate::contact_keys::KeyKind;
use crate::tags::{MAX_TAGS, tag_key};
use crate::{ContactId, Invalid, Timestamp};

/// The name of a contact that was erased.
pub const ERASED: &str = "(erased)";

impl Contact {
    /// What both say together: its own fields, the empty ones filled from `other`, the lists united.
    ///
    /// A list that would become too long keeps what comes first: `other` stays readable.
    #[must_use]
    pub fn united_with(&self, other: &Self) -> ContactInput {
        let (own, theirs) = (self.as_input(), other.as_input());
        let siren = own.siren.or(theirs.siren);
        let fits = |siret: &String| siren.as_ref().is_none_or(|siren| siret.starts_with(siren.as_str()));
        let establishment = own.siret.or(theirs.siret).filter(fits);
        ContactInput {
            kind: own.kind,
            name: own.name,
            contact_name: own.contact_name.or(theirs.contact_name),
            emails: united(MAX_EACH, own.emails, theirs.emails, |email| KeyKind::Email.comparable(&email.address)),
            phones: united(MAX_EACH, own.phones, theirs.phones, |phone| {
                KeyKind::Phone.comparable(&phone.number).or_else(|| Some(phone.number.clone()))
            }),
            addresses: united(MAX_EACH, own.addresses, theirs.addresses, |address| format!("{address:?}")),
            language: own.language,
            // A wish that was made once holds for both.
            mail_opt_out: own.mail_opt_out || theirs.mail_opt_out,
            vat_number: own.vat_number.or(theirs.vat_number),
            siren,
            siret: establishment,
            tags: united(MAX_TAGS, own.tags, theirs.tags, |tag| tag_key(tag)),
            notes: own.notes.or(theirs.notes),
            external_id: own.external_id.or(theirs.external_id),
        }
    }

    /// The contact after it was found to be the same as another. It stays as it is, but for an external id that the other
    /// takes over.
    pub fn merged(&self, into: ContactId, external_id: Option<&str>, now: Timestamp) -> Result<Self, Invalid> {
        self.must_be_there()?;
        if self.id == into {
            return Err(Invalid::new("from", "same_contact", "must be another contact"));
        }
        let kept = self.external_id.clone().filter(|own| Some(own.as_str()) != external_id);
        Ok(Self { state: ContactState::Merged, merged_into: Some(into), external_id: kept, ..self.next(now) })
    }

    /// The contact with nothing personal left, one version later.
    #[must_use]
    pub fn erased(&self, now: Timestamp) -> Self {
        Self { state: ContactState::Erased, ..self.next(now).blank() }
    }

    /// The contact with its version and state but without anything personal: as it stands in the journal after it was erased.
    #[must_use]
    pub fn blank(self) -> Self {
        Self {
            name: ERASED.into(),
            contact_name: None,
            emails: Vec::new(),
            phones: Vec::new(),
            addresses: Vec::new(),
            vat_number: None,
            siren: None,
            siret: None,
            tags: Vec::new(),
            notes: None,
            external_id: None,
            ..self
        }
    }
}

fn united<T, K: Eq + Hash>(max: usize, own: Vec<T>, theirs: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut seen: HashSet<K> = own.iter().map(&key).collect();
    let new: Vec<T> = theirs.into_iter().filter(|value| seen.insert(key(value))).collect();
    own.into_iter().chain(new).take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{ContactEmail, ContactPhone};

    fn contact(seed: u128, input: ContactInput) -> Contact {
        let now = Timestamp::from_micros(0);
        Contact::create(ContactId::new(0, seed), ContactInput { name: format!("n{seed}"), ..input }, now).unwrap()
    }

    fn mail(address: &str) -> ContactEmail {
        ContactEmail { label: None, address: address.into() }
    }

    #[test]
    fn the_survivor_keeps_its_own_and_gains_what_it_lacks() {
        let one =
            ContactInput { emails: vec![mail("a@b.fr")], siren: Some("732829320".into()), ..ContactInput::default() };
        let two = ContactInput {
            emails: vec![mail("A@b.fr"), mail("c@d.fr")],
            phones: vec![ContactPhone { label: None, number: "1".into() }],
            siren: Some("552049447".into()),
            siret: Some("55204944776279".into()),
            notes: Some("two".into()),
            tags: vec!["t".into()],
            ..ContactInput::default()
        };
        let (one, two) = (contact(1, one), contact(2, two));
        let both = one.united_with(&two);
        assert_eq!((both.name.as_str(), both.notes.as_deref()), ("n1", Some("two")));
        assert_eq!(both.emails, [mail("a@b.fr"), mail("c@d.fr")]);
        assert_eq!((both.phones.len(), both.tags.len()), (1, 1));
        // An establishment of another enterprise is not taken over.
        assert_eq!((both.siren.as_deref(), both.siret.as_deref()), (Some("732829320"), None));
        assert!(both.checked().is_ok());
    }

    #[test]
    fn what_was_merged_or_erased_is_changed_no_more() {
        let now = Timestamp::from_micros(1);
        let one = contact(1, ContactInput { external_id: Some("X".into()), ..ContactInput::default() });
        let merged = one.merged(ContactId::new(0, 2), Some("X"), now).unwrap();
        assert_eq!((merged.state, merged.version, merged.external_id.as_deref()), (ContactState::Merged, 2, None));
        assert_eq!(one.merged(one.id, None, now).unwrap_err().code, "same_contact");
        for gone in [merged, one.erased(now)] {
            assert_eq!(gone.edited(one.as_input(), now).unwrap_err().code, "bad_contact_state");
            assert_eq!(gone.archived(false, now).unwrap_err().code, "bad_contact_state");
            assert_eq!(gone.merged(ContactId::new(0, 3), None, now).unwrap_err().code, "bad_contact_state");
        }
    }

    #[test]
    fn nothing_personal_is_left_of_an_erased_contact() {
        let full = ContactInput {
            contact_name: Some("canary".into()),
            emails: vec![mail("canary@example.com")],
            phones: vec![ContactPhone { label: Some("canary".into()), number: "canary".into() }],
            addresses: vec![crate::Address { city: Some("canary".into()), ..crate::Address::default() }],
            tags: vec!["canary".into()],
            notes: Some("canary".into()),
            external_id: Some("canary".into()),
            ..ContactInput::default()
        };
        let erased = contact(1, full).erased(Timestamp::from_micros(1));
        assert!(!format!("{erased:?}").contains("canary"));
        assert_eq!((erased.name.as_str(), erased.state), (ERASED, ContactState::Erased));
    }
}
