use domain::{Contact, Document, LegalCopy, Order, Product, Transaction};
use serde_json::{Value as Json, json};
use store::{contacts, documents, legal_copies, orders, products, transactions};
use testkit::{Bench, change, for_each_engine};

use super::{at, check, id, row, with};

fn contact() -> Json {
    json!({
        "id": id("con", 1), "version": 2, "state": "archived", "kind": "person", "name": "Name", "contact_name": "Contact",
        "emails": [{ "address": "a@example.com", "label": "a" }], "phones": [{ "number": "+33102030405", "label": "b" }],
        "addresses": [], "language": "en", "mail_opt_out": true, "vat_number": "FR40303265045", "siren": "303265045",
        "siret": "30326504500011", "tags": ["t"], "notes": "Notes", "external_id": "external", "merged_into": id("con", 3),
        "created_at": at(4), "updated_at": at(5),
    })
}

fn order() -> Json {
    json!({
        "id": id("ord", 1), "version": 2, "revision": 3, "number": "O-4", "contact_id": id("con", 1), "state": "fulfilled",
        "currency": "CHF", "reference": "reference", "notes": "notes", "tags": ["tag"], "external_id": "external",
        "ordered_at": at(5), "due_on": "2026-02-06", "delivery_date": "2026-02-07", "lines": [order_line()], "vat": [],
        "net": 700, "total": 800, "received": 900, "refunded": 950, "payment_status": "partially_paid",
        "created_at": at(10), "updated_at": at(11),
    })
}

fn order_line() -> Json {
    json!({
        "description": "Comté", "sku": "SKU", "quantity": "2.5", "unit_price": 310, "discount": { "amount": 17 },
        "vat_rate": "5.5", "net": 758,
    })
}

/// The contact and the order that other tables refer to.
async fn add_order(bench: &Bench) {
    let contact: Contact = row(&with(&contact(), json!({ "state": "active" })));
    change!(bench.db, |tx, contact| contacts::insert(tx, contact).await).await.unwrap();
    let order: Order = row(&order());
    assert!(change!(bench.db, |tx, order| orders::insert(tx, order).await).await.unwrap());
}

#[tokio::test]
async fn columns_of_contacts_orders_lines_and_transactions_hold_what_their_names_say() {
    for_each_engine(async |bench| {
        add_order(&bench).await;
        check(&bench, "orders", with(&order(), json!({ "refund_pending": 0 }))).await;
        let columns =
            json!({ "order_id": id("ord", 1), "position": 0, "discount_amount": 17, "discount_percent": null });
        check(&bench, "order_lines", with(&order_line(), columns)).await;
        let wanted = with(&contact(), json!({ "state": "active", "name_key": "name" }));
        check(&bench, "contacts", wanted).await;
        let fields = json!({
            "id": id("txn", 1), "version": 2, "order_id": id("ord", 1), "kind": "refund", "state": "pending", "amount": 30,
            "currency": "CHF", "method": "card", "reference": "reference", "value_date": "2026-02-04",
            "created_at": at(5), "updated_at": at(6),
        });
        let new: Transaction = row(&fields);
        change!(bench.db, |tx, new| transactions::insert(tx, new).await).await.unwrap();
        check(&bench, "transactions", fields).await;
    })
    .await;
}

#[tokio::test]
async fn a_changed_row_holds_in_each_column_what_its_name_says() {
    for_each_engine(async |bench| {
        add_order(&bench).await;
        let before: Order = row(&order());
        let changes = json!({
            "version": 3, "revision": 4, "currency": "EUR", "reference": "other", "notes": "more", "tags": ["one", "two"],
            "external_id": "elsewhere", "ordered_at": at(15), "due_on": "2026-02-16", "delivery_date": "2026-02-17", "net": 701, "total": 801,
            "updated_at": at(21),
        });
        let after: Order = row(&with(&order(), changes.clone()));
        change!(bench.db, |tx, before, after| orders::update(tx, before, after).await).await.unwrap();
        check(&bench, "orders", with(&with(&order(), changes), json!({ "refund_pending": 0 }))).await;
        let before: Contact = row(&with(&contact(), json!({ "state": "active" })));
        let changes = json!({
            "version": 3, "state": "archived", "name": "Other", "contact_name": "Somebody", "siren": "732829320",
            "siret": "73282932000074", "notes": "More", "external_id": "elsewhere", "updated_at": at(25),
        });
        let after: Contact = row(&with(&contact(), changes.clone()));
        change!(bench.db, |tx, before, after| contacts::update(tx, before, after).await).await.unwrap();
        check(&bench, "contacts", with(&with(&contact(), changes), json!({ "name_key": "other" }))).await;
    })
    .await;
}

#[tokio::test]
async fn columns_of_products_documents_and_legal_copies_hold_what_their_names_say() {
    for_each_engine(async |bench| {
        let fields = json!({
            "id": id("prd", 1), "version": 2, "sku": "SKU", "name": "Name", "price": 300, "currency": "CHF", "vat_rate": "5.5",
            "unit": "kg", "active": true, "external_id": "external", "created_at": at(4), "updated_at": at(5),
        });
        let new: Product = row(&fields);
        change!(bench.db, |tx, new| products::insert(tx, new).await).await.unwrap();
        check(&bench, "products", with(&fields, json!({ "name_key": "name" }))).await;
        add_order(&bench).await;
        let fields = json!({
            "id": id("doc", 1), "kind": "receipt", "language": "fr", "order_id": id("ord", 1), "contact_id": id("con", 1),
            "transaction_id": id("txn", 1), "order_version": 2, "revision": 3, "file_name": "a.pdf",
            "sha256": "ab".repeat(32), "size": 4, "created_at": at(5),
        });
        let new: Document = row(&fields);
        let saved = change!(bench.db, |tx, new| documents::insert(tx, new, "content", b"file").await).await.unwrap();
        assert!(saved);
        check(&bench, "documents", with(&fields, json!({ "content": "content", "file": "file" }))).await;
        let buyer = json!({ "name": "Buyer", "address": null, "vat_number": "v", "siren": "s", "siret": "t" });
        let fields = json!({
            "order_id": id("ord", 1), "contact_id": id("con", 1), "buyer": buyer, "keep_until": "2036-12-31", "created_at": at(1),
        });
        let new: Vec<LegalCopy> = vec![row(&fields)];
        change!(bench.db, |tx, new| legal_copies::insert(tx, new).await).await.unwrap();
        check(&bench, "legal_copies", fields).await;
    })
    .await;
}
