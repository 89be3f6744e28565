//! Contacts, orders and money to begin with. A test changes the one field that it is about: `OrderInput { due_on, ..order(id) }`.

use domain::{
    Address, Contact, ContactEmail, ContactId, ContactInput, ContactPhone, Currency, Discount, Order, OrderId,
    OrderInput, OrderLineInput, Product, ProductInput, Transaction, TransactionInput, TransactionKind,
};
use store::Db;

use crate::{Bench, change};

/// An organisation in Lyon, with every field that a search looks at.
#[must_use]
pub fn contact(name: &str) -> ContactInput {
    ContactInput {
        name: name.into(),
        contact_name: Some("Claire Vasseur".into()),
        emails: vec![email("commandes@example.com")],
        phones: vec![phone("+33 4 72 00 00 00")],
        addresses: vec![Address {
            street: Some("12 rue des Halles".into()),
            postal_code: Some("69002".into()),
            city: Some("Lyon".into()),
            country: Some("France".into()),
            ..Address::default()
        }],
        ..ContactInput::default()
    }
}

#[must_use]
pub fn email(address: &str) -> ContactEmail {
    ContactEmail { label: None, address: address.into() }
}

#[must_use]
pub fn phone(number: &str) -> ContactPhone {
    ContactPhone { label: None, number: number.into() }
}

/// Something to sell, in euros at 5.5 %.
#[must_use]
pub fn product(sku: &str, name: &str, price: i64) -> ProductInput {
    ProductInput {
        sku: sku.into(),
        name: name.into(),
        price,
        currency: Currency::EUR,
        vat_rate: "5.5".parse().expect("a rate"),
        unit: Some("kg".into()),
        external_id: None,
    }
}

/// One line, without VAT.
#[must_use]
pub fn line(description: &str, quantity: &str, unit_price: i64) -> OrderLineInput {
    OrderLineInput {
        description: Some(description.into()),
        sku: None,
        quantity: quantity.parse().expect("a quantity"),
        unit_price: Some(unit_price),
        discount: None,
        vat_rate: Some("0".parse().expect("a rate")),
    }
}

/// Three lines at two VAT rates, one with a discount: net 91.13 EUR, total 98.95 EUR.
#[must_use]
pub fn order(contact_id: ContactId) -> OrderInput {
    let rate = |text: &str| Some(text.parse().expect("a rate"));
    let lines = vec![
        OrderLineInput { sku: Some("COM-18".into()), vat_rate: rate("5.5"), ..line("Comté 18 mois", "2.5", 2_190) },
        OrderLineInput {
            discount: rate("10").map(Discount::Percent),
            vat_rate: rate("5.5"),
            ..line("Beurre demi-sel", "6", 315)
        },
        OrderLineInput { vat_rate: rate("20"), ..line("Livraison", "1", 1_937) },
    ];
    OrderInput {
        contact_id,
        currency: Some(Currency::EUR),
        lines,
        place_as: domain::PlacedAs::default(),
        reference: Some("BC-2026-118".into()),
        notes: None,
        tags: Vec::new(),
        ordered_at: None,
        due_on: Some("2026-12-22".parse().expect("a day")),
        delivery_date: None,
        external_id: None,
    }
}

/// Money that came in, in euros, done.
#[must_use]
pub fn payment(order_id: OrderId, amount: i64) -> TransactionInput {
    TransactionInput {
        order_id,
        kind: TransactionKind::Payment,
        amount,
        currency: Currency::EUR,
        state: domain::TransactionState::Succeeded,
        method: domain::TransactionMethod::Transfer,
        reference: Some("VIR 20261122-77".into()),
        value_date: None,
    }
}

/// Money given back, in euros, done.
#[must_use]
pub fn refund(order_id: OrderId, amount: i64) -> TransactionInput {
    TransactionInput { kind: TransactionKind::Refund, ..payment(order_id, amount) }
}

/// Contacts, orders and payments made through `ops`, with their events.
impl Bench {
    pub async fn add_contact(&self, name: &str) -> Contact {
        self.create_contact(contact(name)).await.expect("a contact is created")
    }

    pub async fn create_contact(&self, input: ContactInput) -> Result<Contact, ops::Error> {
        let ctx = self.ctx();
        change!(self.db, |tx, ctx, input| ops::contacts::create(tx, ctx, input.clone()).await).await
    }

    pub async fn add_product(&self, sku: &str, name: &str, price: i64) -> Product {
        self.create_product(product(sku, name, price)).await.expect("a product is created")
    }

    pub async fn create_product(&self, input: ProductInput) -> Result<Product, ops::Error> {
        let ctx = self.ctx();
        change!(self.db, |tx, ctx, input| ops::products::create(tx, ctx, input.clone()).await).await
    }

    pub async fn add_order(&self, contact_id: ContactId) -> Order {
        self.place_order(order(contact_id)).await.expect("an order is placed")
    }

    pub async fn place_order(&self, input: OrderInput) -> Result<Order, ops::Error> {
        self.place_order_on(&self.db, input).await
    }

    /// On another handle of the same database: see [`Bench::another_db`].
    pub async fn place_order_on(&self, db: &Db, input: OrderInput) -> Result<Order, ops::Error> {
        let ctx = self.ctx();
        change!(db, |tx, ctx, input| ops::orders::place(tx, ctx, input.clone()).await).await
    }

    pub async fn record(&self, input: TransactionInput) -> Result<Transaction, ops::Error> {
        let ctx = self.ctx();
        change!(self.db, |tx, ctx, input| ops::transactions::record(tx, ctx, input.clone()).await).await
    }
}
