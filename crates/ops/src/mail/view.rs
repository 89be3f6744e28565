//! What a template can see. Notes and tags are not in it: they are ours, not the customer's.

use domain::{
    Address, Company, Contact, ContactKind, Currency, Discount, Language, Money, Order, Transaction, TransactionMethod,
    written,
};
use serde::Serialize;

/// All of it. Amounts are whole numbers in minor units: the filter `money` writes them.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    pub language: Language,
    pub company: Company,
    pub contact: ContactView,
    pub order: OrderView,
    /// Of receipts and refund notices; templates of other mails do not know the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<TransactionView>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ContactView {
    pub kind: ContactKind,
    pub name: String,
    pub contact_name: Option<String>,
    pub email: Option<String>,
    pub address: Address,
    pub vat_number: Option<String>,
    pub siren: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct OrderView {
    pub number: String,
    pub reference: Option<String>,
    pub ordered_on: String,
    pub due_on: Option<String>,
    pub delivery_date: Option<String>,
    pub currency: Currency,
    pub lines: Vec<LineView>,
    pub vat: Vec<VatView>,
    pub net: i64,
    /// All VAT together.
    pub vat_total: i64,
    pub total: i64,
    pub received: i64,
    pub refunded: i64,
    /// Still to be paid; never below zero.
    pub remaining: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct LineView {
    pub description: String,
    pub sku: Option<String>,
    pub quantity: String,
    pub unit_price: i64,
    /// Written already, `10 %` or an amount.
    pub discount: Option<String>,
    pub vat_rate: String,
    pub net: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct VatView {
    pub rate: String,
    pub base: i64,
    pub vat: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct TransactionView {
    pub amount: i64,
    pub method: TransactionMethod,
    pub reference: Option<String>,
    pub value_date: String,
}

impl View {
    /// Of an order and, for a receipt or a refund notice, its transaction; in the contact's language.
    #[must_use]
    pub fn of(company: Company, contact: &Contact, order: &Order, transaction: Option<&Transaction>) -> Self {
        Self {
            language: contact.language,
            company,
            contact: ContactView::of(contact),
            order: OrderView::of(order, contact.language),
            transaction: transaction.map(TransactionView::of),
        }
    }
}

impl ContactView {
    fn of(contact: &Contact) -> Self {
        Self {
            kind: contact.kind,
            name: contact.name.clone(),
            contact_name: contact.contact_name.clone(),
            email: contact.emails.first().map(|email| email.address.clone()),
            address: contact.addresses.first().cloned().unwrap_or_default(),
            vat_number: contact.vat_number.clone(),
            siren: contact.siren.clone(),
        }
    }
}

impl OrderView {
    fn of(order: &Order, language: Language) -> Self {
        let discount = |discount: Discount| match discount {
            Discount::Percent(percent) => written::percent(percent, language),
            Discount::Amount(minor) => written::money(Money { minor, currency: order.currency }, language),
        };
        let lines = order.lines.iter().map(|line| LineView {
            description: line.description.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity.to_string(),
            unit_price: line.unit_price,
            discount: line.discount.map(discount),
            vat_rate: line.vat_rate.to_string(),
            net: line.net,
        });
        let vat = order.vat.iter().map(|vat| VatView { rate: vat.rate.to_string(), base: vat.base, vat: vat.vat });
        Self {
            number: order.number.clone(),
            reference: order.reference.clone(),
            ordered_on: order.ordered_at.date().to_string(),
            due_on: order.due_on.map(|day| day.to_string()),
            delivery_date: order.delivery_date.map(|day| day.to_string()),
            currency: order.currency,
            lines: lines.collect(),
            vat: vat.collect(),
            net: order.net,
            vat_total: order.total - order.net,
            total: order.total,
            received: order.received,
            refunded: order.refunded,
            remaining: remaining(order.total, order.received, order.refunded),
        }
    }

    /// The view with the order's sums as they are after these payments and refunds.
    #[must_use]
    pub fn paid(self, received: i64, refunded: i64) -> Self {
        Self { received, refunded, remaining: remaining(self.total, received, refunded), ..self }
    }
}

impl TransactionView {
    fn of(transaction: &Transaction) -> Self {
        Self {
            amount: transaction.amount,
            method: transaction.method,
            reference: transaction.reference.clone(),
            value_date: transaction.value_date.to_string(),
        }
    }
}

fn remaining(total: i64, received: i64, refunded: i64) -> i64 {
    (total - received + refunded).max(0)
}
