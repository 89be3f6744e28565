//! What a document says: only that, so that nothing else makes a new one of it.

use domain::{
    Address, Company, Contact, Currency, Date, DocumentKind, Language, Order, OrderId, OrderLine, Settings, Timestamp,
    Transaction, TransactionId, TransactionKind, TransactionMethod, VatLine,
};
use serde::Serialize;

/// A document before it is set on pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    pub kind: DocumentKind,
    pub language: Language,
    /// Who sells.
    pub company: Company,
    pub recipient: Recipient,
    pub order: Terms,
    /// Of a receipt: the money that moved.
    pub payment: Option<Payment>,
    /// PNG or JPEG, as [`crate::check_logo`] has let it in. Left out of the serialised form.
    #[serde(skip)]
    pub logo: Option<Vec<u8>>,
}

/// Whom it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recipient {
    pub name: String,
    pub contact_name: Option<String>,
    pub address: Option<Address>,
    /// Where the goods go, if somewhere else.
    pub delivery: Option<Address>,
    pub vat_number: Option<String>,
    pub siren: Option<String>,
    pub siret: Option<String>,
}

/// The order, as far as it is printed. Amounts in minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Terms {
    pub id: OrderId,
    pub number: String,
    pub revision: i64,
    pub currency: Currency,
    pub reference: Option<String>,
    pub ordered_at: Timestamp,
    pub due_on: Option<Date>,
    /// Left out where there is none, so that documents made before it was known are found again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_date: Option<Date>,
    pub lines: Vec<OrderLine>,
    pub vat: Vec<VatLine>,
    pub net: i64,
    pub total: i64,
    pub received: i64,
    pub refunded: i64,
}

/// A succeeded transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payment {
    pub id: TransactionId,
    pub kind: TransactionKind,
    pub amount: i64,
    pub method: TransactionMethod,
    pub reference: Option<String>,
    pub value_date: Date,
}

impl Content {
    /// What a document of this kind says by the books as they stand. Of a delivery note, what was paid is left out: it is not
    /// printed, and must not make a new one.
    #[must_use]
    pub fn of(
        (kind, language): (DocumentKind, Language),
        settings: &Settings,
        contact: &Contact,
        order: Order,
        transaction: Option<&Transaction>,
        logo: Option<Vec<u8>>,
    ) -> Self {
        let prints_money = kind != DocumentKind::DeliveryNote;
        let money = |amount: i64| if prints_money { amount } else { 0 };
        let order = Terms {
            id: order.id,
            number: order.number,
            revision: order.revision,
            currency: order.currency,
            reference: order.reference,
            ordered_at: order.ordered_at,
            due_on: order.due_on,
            delivery_date: order.delivery_date,
            lines: order.lines,
            vat: order.vat,
            net: order.net,
            total: order.total,
            received: money(order.received),
            refunded: money(order.refunded),
        };
        let company = settings.company.clone();
        let payment = transaction.map(Payment::of);
        Self { kind, language, company, recipient: Recipient::of(contact), order, payment, logo }
    }
}

impl Recipient {
    fn of(contact: &Contact) -> Self {
        Self {
            name: contact.name.clone(),
            contact_name: contact.contact_name.clone(),
            address: contact.addresses.first().cloned(),
            delivery: contact.addresses.iter().skip(1).find(|address| is_for_delivery(address)).cloned(),
            vat_number: contact.vat_number.clone(),
            siren: contact.siren.clone(),
            siret: contact.siret.clone(),
        }
    }
}

/// By what people call it.
fn is_for_delivery(address: &Address) -> bool {
    let label = address.label.as_deref().unwrap_or_default().to_lowercase();
    ["livr", "deliver", "shipping", "expédition"].iter().any(|word| label.contains(word))
}

impl Payment {
    fn of(transaction: &Transaction) -> Self {
        Self {
            id: transaction.id,
            kind: transaction.kind,
            amount: transaction.amount,
            method: transaction.method,
            reference: transaction.reference.clone(),
            value_date: transaction.value_date,
        }
    }
}

impl Terms {
    /// What is still to be paid; nothing if more was received than asked for.
    #[must_use]
    pub fn remaining(&self) -> i64 {
        (self.total - self.received + self.refunded).max(0)
    }
}
