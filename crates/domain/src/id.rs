//! Typed identifiers: 128 bits that sort by time of creation (the layout of a ULID), printed with a prefix that says
//! what they name, as in `ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB`.

use std::fmt;
use std::str::FromStr;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};

use crate::Invalid;

/// Crockford's base 32: no I, L, O or U, so that an id can be read out on the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS: usize = 26;

/// The bits of an id: 48 of milliseconds since 1970, 80 of randomness (<https://github.com/ulid/spec>).
#[must_use]
const fn bits(unix_millis: u64, random: u128) -> u128 {
    ((unix_millis as u128) << 80) | (random & ((1 << 80) - 1))
}

fn write_base32(bits: u128, out: &mut [u8; DIGITS]) {
    for (i, digit) in out.iter_mut().rev().enumerate() {
        *digit = ALPHABET[((bits >> (5 * i)) & 31) as usize];
    }
}

fn parse_base32(text: &str) -> Option<u128> {
    // 26 digits hold 130 bits: a first digit above 7 would overflow.
    if text.len() != DIGITS || text.as_bytes()[0] > b'7' {
        return None;
    }
    text.bytes().try_fold(0u128, |bits, byte| {
        let digit = ALPHABET.iter().position(|&a| a == byte)?;
        Some((bits << 5) | digit as u128)
    })
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal $example:literal)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u128);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// From the moment of creation and some randomness; only the low 80 bits of `random` are kept.
            #[must_use]
            pub const fn new(unix_millis: u64, random: u128) -> Self {
                Self(bits(unix_millis, random))
            }

            /// When it was made, in milliseconds since 1970 by the clock of whoever made it.
            #[must_use]
            pub const fn unix_millis(self) -> u64 {
                (self.0 >> 80) as u64
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut digits = [0; DIGITS];
                write_base32(self.0, &mut digits);
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(parse_base32)
                    .map(Self)
                    .ok_or_else(|| Invalid::new("", "bad_id", concat!("must look like ", $example)))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let pattern = concat!("^", $prefix, "_[0-7][0-9A-HJKMNP-TV-Z]{25}$");
                Object::builder().schema_type(Type::String).pattern(Some(pattern)).examples([$example]).build().into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(|e: Invalid| serde::de::Error::custom(e.message))
            }
        }
    )+};
}

ids! {
    /// A contact.
    ContactId "con" "con_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// An order.
    OrderId "ord" "ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// Something that is sold.
    ProductId "prd" "prd_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A payment or a refund.
    TransactionId "txn" "txn_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// An event, and the message that carries it.
    EventId "evt" "evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// Something that must leave the building, and the message that carries it.
    DeliveryId "dlv" "dlv_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// Where webhooks are sent.
    WebhookEndpointId "whk" "whk_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A message that was given up on.
    DeadLetterId "dlt" "dlt_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// An entry of the security log.
    SecurityEntryId "sec" "sec_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A file that was sent to be imported.
    ImportId "imp" "imp_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A document that was made.
    DocumentId "doc" "doc_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A request to the API, where the caller has not named it.
    RequestId "req" "req_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// Somebody who may sign in.
    UserId "usr" "usr_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A device on which a user is signed in.
    SessionId "ses" "ses_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A link by which a person chooses a password.
    InvitationId "inv" "inv_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A program that may call.
    ApiKeyId "key" "key_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A holder of a lease: of a job that one process does at a time, or of messages that are being sent.
    LeaseId "lea" "lea_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A receipt of the embedded queue, for messages that are taken together.
    ReceiptId "rcp" "rcp_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    // The next three print like events: release 0.1 gave them events' ids, and reads and sorts them as such beside this one.
    /// A process that runs.
    ProcessId "evt" "evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// An attempt at a message.
    AttemptId "evt" "evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
    /// A row of the embedded queue; a message that is sent twice has two.
    QueueRowId "evt" "evt_01JD8Z5Q0V3T9N4C7K2M6X8YRB"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_printing_and_parsing() {
        for bits in [0, 1, u128::MAX, 0x0193_5b4c_8f00_1234_5678_9abc_def0_1234] {
            let id = OrderId(bits);
            assert_eq!(id.to_string().parse::<OrderId>().unwrap(), id);
        }
    }

    #[test]
    fn an_id_of_another_kind_or_with_bad_digits_is_refused() {
        let order = OrderId::new(1_763_800_000_000, 7).to_string();
        assert!(order.parse::<ContactId>().is_err());
        for bad in [
            "",
            "ord_",
            "ord_81JD8Z5Q0V3T9N4C7K2M6X8YRB",
            "ord_01JD8Z5Q0V3T9N4C7K2M6X8YRU",
            "01JD8Z5Q0V3T9N4C7K2M6X8YRB",
        ] {
            assert!(bad.parse::<OrderId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_sort_by_time_as_numbers_and_as_text() {
        let (early, late) = (OrderId::new(1000, u128::MAX), OrderId::new(1001, 0));
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
    }
}
