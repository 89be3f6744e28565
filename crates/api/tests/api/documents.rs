//! What a document says is tested where it is made (crates/documents); here, that it is made of the right data, once.

use domain::{OrderInput, PlacedAs, Role, TransactionState};
use serde_json::{Value, json};
use testkit::{change, fixtures};

use crate::backend::{Backend, Reply, on_each_engine, path_of};

const CONFIRMATION: &str = "order_confirmation";

fn id<T: std::str::FromStr>(resource: &Value) -> T
where
    T::Err: std::fmt::Debug,
{
    resource["id"].as_str().unwrap().parse().unwrap()
}

async fn order(backend: &Backend) -> Value {
    let contact = backend.bench.add_contact("Épicerie Dupré").await;
    backend.clerk().create("/orders", fixtures::order(contact.id)).await
}

async fn make(backend: &Backend, order: &Value, body: Value, status: u16) -> Value {
    let made = backend.clerk().post(&(path_of("orders", order) + "/documents"), body).gives(status).await;
    assert_eq!(made.header("location"), Some(&*format!("/api/v1{}", path_of("documents", &made.body))));
    made.body
}

async fn file(backend: &Backend, document: &Value) -> Reply {
    backend.by(Role::Viewer).get(&(path_of("documents", document) + "/file")).gives(200).await
}

#[tokio::test]
async fn a_document_is_made_once_of_the_same_data_and_served_as_it_was_kept() {
    on_each_engine(async |backend| {
        let order = order(&backend).await;
        let made = make(&backend, &order, json!({ "kind": CONFIRMATION }), 201).await;
        assert_eq!((&made["language"], &made["order_id"]), (&json!("fr"), &order["id"]));
        assert_eq!((&made["order_version"], &made["revision"]), (&json!(1), &json!(1)));
        assert_eq!(made["file_name"], format!("Confirmation de commande {}.pdf", order["number"].as_str().unwrap()));
        assert_eq!(backend.by(Role::Viewer).read(&path_of("documents", &made)).await, made);

        let served = file(&backend, &made).await;
        assert!(served.bytes.starts_with(b"%PDF-1.7") && served.content_type() == Some("application/pdf"));
        assert_eq!(json!(served.bytes.len()), made["size"]);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &served.bytes);
        let digits = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
        let sha256 = digits.concat();
        assert_eq!((served.header("etag"), &made["sha256"]), (Some(&*format!("\"{sha256}\"")), &json!(sha256)));
        assert_eq!(served.header("cache-control"), Some("private, max-age=86400"));
        let name = format!("attachment; filename=\"{}\"", made["file_name"].as_str().unwrap());
        assert_eq!(served.header("content-disposition"), Some(&*name));
        // A copy that is known is not sent again.
        let path = path_of("documents", &made) + "/file";
        let known = backend.clerk().get(&path).header("if-none-match", format!("\"x\", \"{sha256}\"")).gives(304).await;
        assert!(known.bytes.is_empty() && known.header("etag").is_some());

        // Later, what is printed being the same.
        backend.pass_time(std::time::Duration::from_mins(5));
        backend.clerk().put(&(path_of("orders", &order) + "/tags"), 1, json!({ "tags": ["urgent"] })).gives(200).await;
        assert_eq!(make(&backend, &order, json!({ "kind": CONFIRMATION }), 200).await, made);
        let english = make(&backend, &order, json!({ "kind": CONFIRMATION, "language": "en" }), 201).await;
        assert!(english["file_name"].as_str().unwrap().starts_with("Order confirmation"));
        assert_ne!(file(&backend, &english).await.bytes, served.bytes);
    })
    .await;
}

#[tokio::test]
async fn whatever_is_printed_makes_another_document_and_the_former_stays() {
    on_each_engine(async |backend| {
        let (clerk, admin) = (backend.clerk(), backend.by(Role::Admin));
        let order = order(&backend).await;
        let path = path_of("orders", &order);
        let first = make(&backend, &order, json!({ "kind": CONFIRMATION }), 201).await;
        let before = file(&backend, &first).await.bytes;
        let mut known = vec![first.clone()];
        // The lines, the money, the business, the contact, the logo.
        let contact = id(&json!({ "id": order["contact_id"] }));
        let cheaper = OrderInput { lines: vec![fixtures::line("Comté", "1", 100)], ..fixtures::order(contact) };
        clerk.put(&path, 1, cheaper).gives(200).await;
        known.push(make(&backend, &order, json!({ "kind": CONFIRMATION }), 201).await);
        clerk.create("/transactions", fixtures::payment(id(&order), 50)).await;
        known.push(make(&backend, &order, json!({ "kind": CONFIRMATION }), 201).await);
        let mut settings = serde_json::to_value(domain::SettingsInput::default()).unwrap();
        settings["company"]["name"] = json!("Comptoir Moreau");
        admin.put("/settings", 1, settings).gives(200).await;
        known.push(make(&backend, &order, json!({ "kind": CONFIRMATION }), 201).await);
        let renamed = fixtures::contact("Épicerie Dupond");
        clerk.put(&format!("/contacts/{contact}"), 1, renamed).gives(200).await;
        known.push(make(&backend, &order, json!({ "kind": CONFIRMATION }), 201).await);
        let logo = include_bytes!("../../../documents/tests/documents/logo.png").to_vec();
        admin.call(axum::http::Method::PUT, "/settings/logo").text("image/png", logo).gives(200).await;
        known.push(make(&backend, &order, json!({ "kind": CONFIRMATION }), 201).await);

        known.reverse();
        for limit in [1, 4, 200] {
            let pages = backend.by(Role::Viewer).pages(&format!("{path}/documents?limit={limit}")).await;
            assert_eq!(pages.concat(), known, "{limit}");
        }
        assert_eq!((&known[4]["revision"], &known[3]["order_version"]), (&json!(2), &json!(3)));
        assert_eq!(file(&backend, &first).await.bytes, before);
    })
    .await;
}

#[tokio::test]
async fn a_receipt_is_of_one_succeeded_transaction_of_the_order() {
    on_each_engine(async |backend| {
        let (clerk, manager) = (backend.clerk(), backend.manager());
        let (first, other) = (order(&backend).await, order(&backend).await);
        let paid = clerk.create("/transactions", fixtures::payment(id(&first), 9_000)).await;
        let pending =
            domain::TransactionInput { state: TransactionState::Pending, ..fixtures::payment(id(&first), 100) };
        let pending = clerk.create("/transactions", pending).await;
        let refunded = manager.create("/transactions", fixtures::refund(id(&first), 1_000)).await;
        let receipt = |transaction: &Value| json!({ "kind": "receipt", "transaction_id": transaction["id"] });
        let made = make(&backend, &first, receipt(&paid), 201).await;
        assert_eq!(made["transaction_id"], paid["id"]);
        let name = file(&backend, &made).await.header("content-disposition").unwrap().to_owned();
        assert!(
            name.contains("filename=\"Re_u de paiement") && name.contains("filename*=UTF-8''Re%C3%A7u%20de"),
            "{name}"
        );
        let notice = make(&backend, &first, receipt(&refunded), 201).await;
        assert!(notice["file_name"].as_str().unwrap().starts_with("Avis de remboursement"));

        let path = |order: &Value| path_of("orders", order) + "/documents";
        clerk.post(&path(&first), receipt(&pending)).refused(409, "bad_transaction_state").await;
        clerk.post(&path(&other), receipt(&paid)).invalid("transaction_id", "unknown_transaction").await;
        let nothing = json!({ "id": "txn_01JD8Z5Q0V3T9N4C7K2M6X8YRB" });
        clerk.post(&path(&first), receipt(&nothing)).invalid("transaction_id", "unknown_transaction").await;
        clerk.post(&path(&first), json!({ "kind": "receipt" })).invalid("transaction_id", "required").await;
        let odd = json!({ "kind": CONFIRMATION, "transaction_id": paid["id"] });
        clerk.post(&path(&first), odd).invalid("transaction_id", "bad_value").await;
    })
    .await;
}

#[tokio::test]
async fn only_an_order_that_counts_is_confirmed_or_delivered_on_paper() {
    on_each_engine(async |backend| {
        let (clerk, manager) = (backend.clerk(), backend.manager());
        let contact = backend.bench.add_contact("Épicerie Dupré").await.id;
        let draft = OrderInput { place_as: PlacedAs::Draft, ..fixtures::order(contact) };
        let order = clerk.create("/orders", draft).await;
        let path = path_of("orders", &order);
        let documents = path.clone() + "/documents";
        let refused = async || {
            for kind in [CONFIRMATION, "delivery_note"] {
                clerk.post(&documents, json!({ "kind": kind })).refused(409, "bad_order_state").await;
            }
        };
        refused().await;
        clerk.act(&(path.clone() + "/confirm")).gives(200).await;
        make(&backend, &order, json!({ "kind": "delivery_note" }), 201).await;
        // Money is not printed on it.
        clerk.create("/transactions", fixtures::payment(id(&order), 50)).await;
        make(&backend, &order, json!({ "kind": "delivery_note" }), 200).await;
        manager.act(&(path + "/cancel")).gives(200).await;
        refused().await;
        assert_eq!(clerk.read(&documents).await["items"].as_array().unwrap().len(), 1);

        clerk.post(&documents, json!({ "kind": "invoice" })).refused(422, "invalid").await;
        clerk.post(&documents, json!({ "kind": CONFIRMATION, "language": "de" })).refused(422, "invalid").await;
        clerk.post(&documents, json!({ "kind": CONFIRMATION, "colour": 1 })).refused(422, "invalid").await;
        let nothing = "ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB";
        clerk.get(&format!("/orders/{nothing}/documents")).refused(404, "not_found").await;
        let post = clerk.post(&format!("/orders/{nothing}/documents"), json!({ "kind": CONFIRMATION }));
        post.refused(404, "not_found").await;
        for nothing in ["/documents/doc_01JD8Z5Q0V3T9N4C7K2M6X8YRB", "/documents/x"] {
            clerk.get(nothing).refused(404, "not_found").await;
            clerk.get(&format!("{nothing}/file")).refused(404, "not_found").await;
        }
    })
    .await;
}

#[tokio::test]
async fn two_who_ask_at_once_get_the_same_document() {
    on_each_engine(async |backend| {
        let order = order(&backend).await;
        let path = path_of("orders", &order) + "/documents";
        let clerk = backend.clerk();
        let asked = (0..8).map(|_| clerk.post(&path, json!({ "kind": CONFIRMATION })).send());
        let answers = futures_util::future::join_all(asked).await;
        assert!(answers.iter().all(|answer| answer.body == answers[0].body));
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!((made, clerk.read(&path).await["items"].as_array().unwrap().len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_was_set_before_an_erasure_is_not_kept_after_it() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let input = OrderInput { place_as: PlacedAs::Fulfilled, ..fixtures::order(contact.id) };
        let order = backend.bench.place_order(input).await.unwrap();
        let request = ops::documents::Request {
            order_id: order.id,
            kind: domain::DocumentKind::OrderConfirmation,
            transaction_id: None,
            language: None,
        };
        let (db, ctx) = (&backend.bench.db, backend.bench.ctx());
        let reading = db.read(request, |tx, request| Box::pin(ops::documents::snapshot(tx, *request)));
        let snapshot = reading.await.unwrap();
        let made = ops::documents::make(&snapshot).unwrap();
        let erase = format!("/contacts/{}/erase", contact.id);
        backend.by(Role::Admin).post(&erase, json!({ "reason": "asked" })).version(1).gives(200).await;
        let kept = change!(db, |tx, ctx, snapshot, made| ops::documents::keep(tx, ctx, snapshot, made).await).await;
        assert!(matches!(kept, Err(ops::Error::Conflict { code: "bad_contact_state", .. })), "{kept:?}");
        let path = format!("/orders/{}/documents", order.id);
        backend.clerk().post(&path, json!({ "kind": CONFIRMATION })).refused(409, "bad_contact_state").await;
        assert_eq!(backend.clerk().read(&path).await["items"], json!([]));
    })
    .await;
}
