use domain::{Order, OrderId, TransactionInput, TransactionKind, TransactionState};
use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::fixtures::{payment, refund};

use crate::backend::{Backend, on_each_engine, path_of};

async fn order(backend: &Backend) -> Order {
    let contact = backend.bench.add_contact("Épicerie Dupré").await;
    backend.bench.add_order(contact.id).await
}

async fn money(backend: &Backend, order: OrderId) -> (i64, i64, String) {
    let order = backend.clerk().read(&format!("/orders/{order}")).await;
    let status = order["payment_status"].as_str().unwrap().to_owned();
    (order["received"].as_i64().unwrap(), order["refunded"].as_i64().unwrap(), status)
}

fn pending(input: TransactionInput) -> TransactionInput {
    TransactionInput { state: TransactionState::Pending, ..input }
}

#[tokio::test]
async fn payments_and_refunds_make_the_payment_status() {
    on_each_engine(async |backend| {
        let order = order(&backend).await;
        let steps = [
            (TransactionKind::Payment, 9_000, "partially_paid"),
            (TransactionKind::Payment, 895, "paid"),
            (TransactionKind::Payment, 1, "overpaid"),
            (TransactionKind::Refund, 1, "paid"),
            (TransactionKind::Refund, 5_000, "partially_paid"),
            (TransactionKind::Refund, 4_895, "refunded"),
        ];
        for (kind, amount, status) in steps {
            let input = TransactionInput { kind, ..payment(order.id, amount) };
            let recorded = backend.manager().post("/transactions", input).gives(201).await;
            let path = path_of("transactions", &recorded.body);
            assert_eq!(recorded.header("location"), Some(&*format!("/api/v1{path}")));
            assert_eq!((recorded.header("etag"), &recorded.body["state"]), (Some("\"1\""), &json!("succeeded")));
            assert_eq!(recorded.body["value_date"], "2026-11-22");
            assert_eq!(backend.clerk().read(&path).await, recorded.body);
            assert_eq!(money(&backend, order.id).await.2, status);
        }
        let after = backend.clerk().get(&format!("/orders/{}", order.id)).gives(200).await;
        assert_eq!(after.header("etag"), Some("\"7\""));
    })
    .await;
}

#[tokio::test]
async fn a_refund_needs_a_manager_and_never_exceeds_what_was_received() {
    on_each_engine(async |backend| {
        let order = order(&backend).await;
        backend.manager().post("/transactions", refund(order.id, 1)).refused(409, "refund_above_received").await;
        backend.clerk().create("/transactions", payment(order.id, 1_000)).await;
        backend.clerk().post("/transactions", refund(order.id, 1)).refused(403, "forbidden").await;
        backend.manager().post("/transactions", refund(order.id, 1_001)).refused(409, "refund_above_received").await;
        backend.manager().create("/transactions", refund(order.id, 1_000)).await;
        backend.manager().post("/transactions", refund(order.id, 1)).refused(409, "refund_above_received").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_refunds_at_once_never_exceed_what_was_received() {
    on_each_engine(async |backend| {
        let order = order(&backend).await;
        backend.clerk().create("/transactions", payment(order.id, 1_000)).await;
        let manager = backend.manager();
        let answers = join_all((0..50).map(|_| manager.post("/transactions", refund(order.id, 300)).send())).await;
        let done = answers.iter().filter(|reply| reply.status == 201).count();
        let refused = answers.iter().filter(|reply| reply.body["code"] == "refund_above_received").count();
        assert_eq!((done, refused), (3, 47));
        assert_eq!(money(&backend, order.id).await, (1_000, 900, "partially_paid".into()));
        let recorded = backend.clerk().read(&format!("/transactions?order_id={}", order.id)).await;
        assert_eq!(recorded["items"].as_array().unwrap().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn what_no_transaction_can_be_is_refused() {
    on_each_engine(async |backend| {
        let (clerk, order) = (backend.clerk(), order(&backend).await);
        let usd = TransactionInput { currency: "USD".parse().unwrap(), ..payment(order.id, 100) };
        clerk.post("/transactions", usd).invalid("currency", "currency_mismatch").await;
        for amount in [0, -1, domain::MAX_MINOR + 1] {
            clerk.post("/transactions", payment(order.id, amount)).invalid("amount", "bad_amount").await;
        }
        let over = TransactionInput { state: TransactionState::Failed, ..payment(order.id, 100) };
        clerk.post("/transactions", over).invalid("state", "bad_transaction_state").await;
        let nowhere = payment("ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB".parse().unwrap(), 100);
        clerk.post("/transactions", nowhere).invalid("order_id", "unknown_order").await;
        clerk.get("/transactions/txn_01JD8Z5Q0V3T9N4C7K2M6X8YRB").refused(404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn the_sum_of_payments_cannot_overflow() {
    on_each_engine(async |backend| {
        let order = order(&backend).await;
        backend.clerk().create("/transactions", payment(order.id, domain::MAX_MINOR)).await;
        backend.clerk().post("/transactions", payment(order.id, 1)).refused(409, "received_too_large").await;
        assert_eq!(money(&backend, order.id).await.0, domain::MAX_MINOR);
    })
    .await;
}

#[tokio::test]
async fn a_pending_transaction_is_settled_once() {
    on_each_engine(async |backend| {
        let (clerk, order) = (backend.clerk(), order(&backend).await);
        for (state, received) in [("failed", 0), ("cancelled", 0), ("succeeded", 700)] {
            let begun = clerk.create("/transactions", pending(payment(order.id, 700))).await;
            assert_eq!(money(&backend, order.id).await.0, 0);
            let path = path_of("transactions", &begun);
            let settle = format!("{path}/settle");
            clerk.post(&settle, json!({ "state": state })).refused(428, "if_match_required").await;
            clerk.post(&settle, json!({ "state": state })).version(2).refused(412, "stale").await;
            clerk.post(&settle, json!({ "state": "pending" })).version(1).refused(409, "bad_transaction_state").await;
            let settled = clerk.post(&settle, json!({ "state": state })).version(1).gives(200).await;
            assert_eq!((&settled.body["state"], settled.header("etag")), (&json!(state), Some("\"2\"")));
            assert_eq!(clerk.read(&path).await, settled.body);
            assert_eq!(money(&backend, order.id).await.0, received);
            let again = clerk.post(&settle, json!({ "state": "succeeded" })).version(2);
            again.refused(409, "bad_transaction_state").await;
        }
        let nothing = "/transactions/txn_01JD8Z5Q0V3T9N4C7K2M6X8YRB/settle";
        clerk.post(nothing, json!({ "state": "failed" })).version(1).refused(404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn a_pending_refund_holds_its_money_until_it_fails() {
    on_each_engine(async |backend| {
        let (manager, order) = (backend.manager(), order(&backend).await);
        manager.create("/transactions", payment(order.id, 1_000)).await;
        let begun = manager.create("/transactions", pending(refund(order.id, 800))).await;
        assert_eq!(money(&backend, order.id).await, (1_000, 0, "partially_paid".into()));
        manager.post("/transactions", refund(order.id, 201)).refused(409, "refund_above_received").await;
        let settle = path_of("transactions", &begun) + "/settle";
        manager.post(&settle, json!({ "state": "failed" })).version(1).gives(200).await;
        manager.create("/transactions", refund(order.id, 1_000)).await;
        assert_eq!(money(&backend, order.id).await, (1_000, 1_000, "refunded".into()));
    })
    .await;
}

#[tokio::test]
async fn transactions_are_listed_as_filtered_and_sorted() {
    on_each_engine(async |backend| {
        let (manager, first, second) = (backend.manager(), order(&backend).await, order(&backend).await);
        let day = |text: &str| Some(text.parse().unwrap());
        let card = TransactionInput {
            method: domain::TransactionMethod::Card,
            value_date: day("2026-11-01"),
            reference: Some("CB 7".into()),
            ..payment(first.id, 30)
        };
        let later = TransactionInput { value_date: day("2026-12-01"), ..pending(payment(second.id, 20)) };
        for input in [card, later, refund(first.id, 10), payment(first.id, 40)] {
            manager.create("/transactions", input).await;
        }
        let amounts = async |filter: &str| {
            let all = manager.pages(&format!("/transactions?limit=1&{filter}")).await.concat();
            all.iter().map(|transaction: &Value| transaction["amount"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        for (filter, wanted) in [
            ("sort=-created_at".to_owned(), vec![40, 10, 20, 30]),
            (format!("order_id={}", first.id), vec![40, 10, 30]),
            (format!("contact_id={}", second.contact_id), vec![20]),
            ("kind=refund".into(), vec![10]),
            ("state=pending".into(), vec![20]),
            ("state=pending,succeeded&kind=payment".into(), vec![40, 20, 30]),
            ("method=card".into(), vec![30]),
            ("currency=CHF".into(), vec![]),
            ("reference=CB%207".into(), vec![30]),
            ("value_from=2026-11-22&value_to=2026-11-30".into(), vec![40, 10]),
            ("value_to=2026-11-01".into(), vec![30]),
            ("min_amount=30".into(), vec![40, 30]),
            ("min_amount=20&max_amount=30".into(), vec![20, 30]),
            ("sort=created_at".into(), vec![30, 20, 10, 40]),
            ("sort=-value_date".into(), vec![20, 40, 10, 30]),
            ("sort=value_date".into(), vec![30, 10, 40, 20]),
            ("sort=-amount".into(), vec![40, 30, 20, 10]),
            ("sort=amount&kind=payment".into(), vec![20, 30, 40]),
        ] {
            assert_eq!(amounts(&filter).await, wanted, "{filter}");
        }
        manager.get("/transactions?sort=state").refused(400, "bad_query").await;
        let cursor = manager.read("/transactions?limit=1").await["next_cursor"].as_str().unwrap().to_owned();
        manager.get(&format!("/transactions?sort=amount&cursor={cursor}")).invalid("cursor", "bad_cursor").await;
        manager.get(&format!("/transactions?sort=created_at&cursor={cursor}")).invalid("cursor", "bad_cursor").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_settles_too_late_is_shown_how_it_ended() {
    on_each_engine(async |backend| {
        let (clerk, order) = (backend.clerk(), order(&backend).await);
        let begun = clerk.create("/transactions", pending(payment(order.id, 700))).await;
        let settle = path_of("transactions", &begun) + "/settle";
        let settled = clerk.post(&settle, json!({ "state": "failed" })).version(1).gives(200).await.body;
        let late = clerk.post(&settle, json!({ "state": "succeeded" })).version(1).refused(412, "stale").await;
        assert_eq!((&late.body["current"], late.header("etag")), (&settled, Some("\"2\"")));
        let events = clerk.read(&format!("/events?subject={}", begun["id"].as_str().unwrap())).await["items"].clone();
        assert_eq!((&events[0]["data"]["transaction"], &events[0]["data"]["before"]), (&settled, &begun));
        assert_eq!(events[1]["data"]["before"], Value::Null);
    })
    .await;
}
