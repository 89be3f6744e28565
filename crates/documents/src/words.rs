//! What documents say in each language, and how it writes amounts and days.

use domain::{Currency, Date, DocumentKind, Language, Money, Percent, Quantity, TransactionKind, TransactionMethod};

/// Between the digits of a large number in French, and before its signs: narrow, and no line ends there (U+202F, U+00A0).
const NARROW: char = '\u{202F}';
const FIRM: char = '\u{A0}';

pub(crate) struct Words {
    language: Language,
    pub(crate) tag: &'static str,
    pub(crate) to: &'static str,
    pub(crate) deliver_to: &'static str,
    pub(crate) attention: &'static str,
    pub(crate) vat_number: &'static str,
    pub(crate) number: &'static str,
    pub(crate) ordered: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) due: &'static str,
    pub(crate) delivery_date: &'static str,
    pub(crate) revision: &'static str,
    pub(crate) order: &'static str,
    pub(crate) date: &'static str,
    pub(crate) method: &'static str,
    pub(crate) payment_reference: &'static str,
    pub(crate) description: &'static str,
    pub(crate) sku: &'static str,
    pub(crate) quantity: &'static str,
    pub(crate) unit_price: &'static str,
    pub(crate) discount: &'static str,
    pub(crate) vat: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) rate: &'static str,
    pub(crate) base: &'static str,
    pub(crate) net: &'static str,
    pub(crate) total_vat: &'static str,
    pub(crate) total: &'static str,
    pub(crate) received: &'static str,
    pub(crate) refunded: &'static str,
    pub(crate) remaining: &'static str,
    pub(crate) pay: &'static str,
    pub(crate) scan: &'static str,
    pub(crate) code: &'static str,
    pub(crate) beneficiary: &'static str,
    pub(crate) mention: &'static str,
    pub(crate) lines: &'static str,
    pub(crate) vat_table: &'static str,
    pub(crate) received_on: &'static str,
    pub(crate) received_by: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) logo: &'static str,
    pub(crate) capital: &'static str,
    months: [&'static str; 12],
}

static FRENCH: Words = Words {
    language: Language::Fr,
    tag: "fr",
    to: "Client",
    deliver_to: "Livrer à",
    attention: "À l’attention de",
    vat_number: "N° TVA",
    number: "N°",
    ordered: "Date de commande",
    reference: "Votre référence",
    due: "À payer avant le",
    delivery_date: "Livraison souhaitée le",
    revision: "Révision",
    order: "Commande",
    date: "Date",
    method: "Moyen",
    payment_reference: "Référence",
    description: "Désignation",
    sku: "Réf.",
    quantity: "Quantité",
    unit_price: "Prix unit. HT",
    discount: "Remise",
    vat: "TVA",
    amount: "Montant HT",
    rate: "Taux",
    base: "Base HT",
    net: "Total HT",
    total_vat: "TVA",
    total: "Total TTC",
    received: "Déjà reçu",
    refunded: "Remboursé",
    remaining: "Reste à payer",
    pay: "Pour payer par virement",
    scan: "Scannez ce code avec l’application de votre banque : le virement est rempli.",
    code: "Code QR du virement SEPA de",
    beneficiary: "Bénéficiaire",
    mention: "À indiquer",
    lines: "Lignes de la commande",
    vat_table: "TVA par taux",
    received_on: "Reçu le",
    received_by: "Nom",
    signature: "Signature",
    logo: "Logo de",
    capital: "au capital de",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
};

static ENGLISH: Words = Words {
    language: Language::En,
    tag: "en",
    to: "Customer",
    deliver_to: "Deliver to",
    attention: "Attn.",
    vat_number: "VAT number",
    number: "No.",
    ordered: "Order date",
    reference: "Your reference",
    due: "Due by",
    delivery_date: "Delivery on",
    revision: "Revision",
    order: "Order",
    date: "Date",
    method: "Method",
    payment_reference: "Reference",
    description: "Description",
    sku: "SKU",
    quantity: "Quantity",
    unit_price: "Unit price",
    discount: "Discount",
    vat: "VAT",
    amount: "Net amount",
    rate: "Rate",
    base: "Net",
    net: "Total excl. VAT",
    total_vat: "VAT",
    total: "Total incl. VAT",
    received: "Received",
    refunded: "Refunded",
    remaining: "Amount due",
    pay: "To pay by bank transfer",
    scan: "Scan this code with your bank’s app: it fills in the transfer.",
    code: "QR code of the SEPA transfer of",
    beneficiary: "Beneficiary",
    mention: "Please quote",
    lines: "Lines of the order",
    vat_table: "VAT by rate",
    received_on: "Received on",
    received_by: "Name",
    signature: "Signature",
    logo: "Logo of",
    capital: "with a share capital of",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

/// What a document is called: «Confirmation de commande». `refund` says which way the money of a receipt went.
#[must_use]
pub const fn title(kind: DocumentKind, language: Language, refund: bool) -> &'static str {
    match (language, kind, refund) {
        (Language::Fr, DocumentKind::OrderConfirmation, _) => "Confirmation de commande",
        (Language::Fr, DocumentKind::Receipt, false) => "Reçu de paiement",
        (Language::Fr, DocumentKind::Receipt, true) => "Avis de remboursement",
        (Language::Fr, DocumentKind::DeliveryNote, _) => "Bon de livraison",
        (Language::En, DocumentKind::OrderConfirmation, _) => "Order confirmation",
        (Language::En, DocumentKind::Receipt, false) => "Payment receipt",
        (Language::En, DocumentKind::Receipt, true) => "Refund notice",
        (Language::En, DocumentKind::DeliveryNote, _) => "Delivery note",
    }
}

impl Words {
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Fr => &FRENCH,
            Language::En => &ENGLISH,
        }
    }

    /// `1 234,50 €` or `€1,234.50`; a currency without a sign of its own by its code.
    pub(crate) fn money(&self, minor: i64, currency: Currency) -> String {
        let major = Money { minor: minor.saturating_abs(), currency }.major();
        let number = self.decimal(&major);
        let sign = if minor < 0 { "−" } else { "" };
        match (self.language, currency.as_str()) {
            (Language::Fr, "EUR") => format!("{sign}{number}{FIRM}€"),
            (Language::Fr, code) => format!("{sign}{number}{FIRM}{code}"),
            (Language::En, "EUR") => format!("{sign}€{number}"),
            (Language::En, "GBP") => format!("{sign}£{number}"),
            (Language::En, "USD") => format!("{sign}${number}"),
            (Language::En, code) => format!("{sign}{code}{FIRM}{number}"),
        }
    }

    pub(crate) fn quantity(&self, quantity: Quantity) -> String {
        self.decimal(&quantity.to_string())
    }

    pub(crate) fn percent(&self, percent: Percent) -> String {
        let number = self.decimal(&percent.to_string());
        match self.language {
            Language::Fr => format!("{number}{FIRM}%"),
            Language::En => format!("{number}%"),
        }
    }

    /// From plain digits with a point.
    fn decimal(&self, plain: &str) -> String {
        let (group, point) = match self.language {
            Language::Fr => (NARROW, ','),
            Language::En => (',', '.'),
        };
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let mut text = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(point);
            text.push_str(fraction);
        }
        text
    }

    /// `22 novembre 2026`, `1er décembre 2026`, `22 November 2026`.
    pub(crate) fn day(&self, date: Date) -> String {
        let text = date.to_string();
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else { return text };
        let number = |part: &str| part.parse::<usize>().unwrap_or(0);
        let month = self.months.get(number(month).wrapping_sub(1)).copied().unwrap_or(month);
        let first = if self.language == Language::Fr && number(day) == 1 { "er" } else { "" };
        format!("{}{first}{FIRM}{month}{FIRM}{}", number(day), number(year))
    }

    pub(crate) const fn method(&self, method: TransactionMethod) -> &'static str {
        match (self.language, method) {
            (Language::Fr, TransactionMethod::Card) => "Carte bancaire",
            (Language::Fr, TransactionMethod::Transfer) => "Virement",
            (Language::Fr, TransactionMethod::Cash) => "Espèces",
            (Language::Fr, TransactionMethod::Cheque) => "Chèque",
            (Language::Fr, TransactionMethod::DirectDebit) => "Prélèvement",
            (Language::Fr, TransactionMethod::Other) => "Autre",
            (Language::En, TransactionMethod::Card) => "Card",
            (Language::En, TransactionMethod::Transfer) => "Bank transfer",
            (Language::En, TransactionMethod::Cash) => "Cash",
            (Language::En, TransactionMethod::Cheque) => "Cheque",
            (Language::En, TransactionMethod::DirectDebit) => "Direct debit",
            (Language::En, TransactionMethod::Other) => "Other",
        }
    }

    /// The sentence of a receipt.
    pub(crate) fn thanks(&self, kind: TransactionKind, amount: &str, day: &str) -> String {
        match (self.language, kind) {
            (Language::Fr, TransactionKind::Payment) => {
                format!("Nous avons bien reçu votre paiement de {amount} le {day}. Merci.")
            }
            (Language::Fr, TransactionKind::Refund) => format!("Nous vous avons remboursé {amount} le {day}."),
            (Language::En, TransactionKind::Payment) => {
                format!("We have received your payment of {amount} on {day}. Thank you.")
            }
            (Language::En, TransactionKind::Refund) => format!("We have refunded you {amount} on {day}."),
        }
    }

    /// Before a value: French sets a space before the colon.
    pub(crate) fn labelled(&self, label: &str, value: &str) -> String {
        match self.language {
            Language::Fr => format!("{label}{FIRM}: {value}"),
            Language::En => format!("{label}: {value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_each_language_does() {
        let (fr, en) = (Words::of(Language::Fr), Words::of(Language::En));
        let chf = "CHF".parse().unwrap();
        assert_eq!(fr.money(123_456_789, Currency::EUR), "1\u{202F}234\u{202F}567,89\u{A0}€");
        assert_eq!(en.money(123_456_789, Currency::EUR), "€1,234,567.89");
        assert_eq!((fr.money(5, chf), en.money(5, chf)), ("0,05\u{A0}CHF".into(), "CHF\u{A0}0.05".into()));
        assert_eq!(en.money(-100, Currency::EUR), "−€1.00");
        assert_eq!(fr.money(1200, "JPY".parse().unwrap()), "1\u{202F}200\u{A0}JPY");
        assert_eq!(fr.percent("5.5".parse().unwrap()), "5,5\u{A0}%");
    }

    #[test]
    fn days_are_written_as_each_language_does() {
        let first = "2026-12-01".parse().unwrap();
        assert_eq!(Words::of(Language::Fr).day(first), "1er\u{A0}décembre\u{A0}2026");
        assert_eq!(Words::of(Language::En).day(first), "1\u{A0}December\u{A0}2026");
    }
}
