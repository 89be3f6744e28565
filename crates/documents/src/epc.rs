//! The QR code that fills in a SEPA credit transfer: EPC069-12, version 3.0, "Quick Response Code: Guidelines to Enable Data
//! Capture for the Initiation of an SEPA Credit Transfer" of the European Payments Council.

use domain::{Currency, Money};
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::Content;

/// The guidelines' bounds: bytes in all, characters of the beneficiary's name, cents of the amount, the symbol's version.
const MAX_BYTES: usize = 331;
const MAX_NAME: usize = 70;
const MAX_CENTS: i64 = 99_999_999_999;
const MAX_VERSION: i16 = 13;

/// What the code says: pay what remains of the order to us, and name the order. None where nothing remains, in another
/// currency than euros, or if we have not said who we are and our IBAN.
#[must_use]
pub fn epc_code(content: &Content) -> Option<String> {
    let (company, order) = (&content.company, &content.order);
    let (name, iban) = (company.name.as_deref()?, company.iban.as_deref()?);
    let remaining = order.remaining();
    if order.currency != Currency::EUR || !(1..=MAX_CENTS).contains(&remaining) {
        return None;
    }
    let name: String = name.chars().take(MAX_NAME).collect();
    let bic = company.bic.as_deref().unwrap_or_default();
    let amount = Money { minor: remaining, currency: Currency::EUR }.major();
    // Tag, version, character set (1: UTF-8), credit transfer; at the end no purpose and no structured reference.
    let text = format!("BCD\n002\n1\nSCT\n{bic}\n{name}\n{iban}\nEUR{amount}\n\n\n{}", order.number);
    (text.len() <= MAX_BYTES).then_some(text)
}

/// The modules of a code, row by row, true where dark. Bytes at error correction level M, as the guidelines want it.
pub(crate) fn modules(text: &str) -> Option<Vec<Vec<bool>>> {
    let code = (1..=MAX_VERSION).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(text.as_bytes()).ok()?;
        bits.push_terminator(EcLevel::M).ok()?;
        QrCode::with_bits(bits, EcLevel::M).ok()
    })?;
    let width = code.width();
    let modules: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    Some(modules.chunks(width).map(<[bool]>::to_vec).collect())
}
