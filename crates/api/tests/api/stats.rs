use std::time::Duration;

use domain::{OrderInput, PlacedAs};
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{Backend, on_each_engine};

async fn days(backend: &Backend, query: &str) -> Value {
    backend.do_effects().await;
    backend.clerk().read(&format!("/stats{query}")).await["days"].clone()
}

fn day(day: &str, orders: (i64, i64), payments: (i64, i64), refunds: (i64, i64)) -> Value {
    json!({
        "day": day, "currency": "EUR", "orders": orders.0, "orders_total": orders.1,
        "payments": payments.0, "payments_total": payments.1, "refunds": refunds.0, "refunds_total": refunds.1,
    })
}

#[tokio::test]
async fn the_figures_follow_orders_and_money() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let order = backend.bench.add_order(contact.id).await;
        let draft = OrderInput { place_as: PlacedAs::Draft, ..fixtures::order(contact.id) };
        let draft = backend.bench.place_order(draft).await.unwrap();
        assert_eq!(days(&backend, "").await, json!([day("2026-11-22", (1, 9_895), (0, 0), (0, 0))]));
        backend.clerk().create("/transactions", fixtures::payment(order.id, 9_895)).await;
        backend.manager().create("/transactions", fixtures::refund(order.id, 95)).await;
        backend.clerk().act(&format!("/orders/{}/confirm", draft.id)).gives(200).await;
        assert_eq!(days(&backend, "").await, json!([day("2026-11-22", (2, 19_790), (1, 9_895), (1, 95))]));
        backend.manager().act(&format!("/orders/{}/cancel", draft.id)).gives(200).await;
        let cheaper = OrderInput { lines: vec![fixtures::line("Comté", "1", 100)], ..fixtures::order(contact.id) };
        backend.clerk().put(&format!("/orders/{}", order.id), 3, cheaper).gives(200).await;
        assert_eq!(days(&backend, "").await, json!([day("2026-11-22", (1, 100), (1, 9_895), (1, 95))]));
    })
    .await;
}

#[tokio::test]
async fn figures_are_asked_for_by_day() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        for _ in 0..3 {
            backend.bench.add_order(contact.id).await;
            backend.pass_time(Duration::from_hours(24));
        }
        let of = |days: Value| days.as_array().unwrap().iter().map(|d| d["day"].clone()).collect::<Vec<_>>();
        assert_eq!(of(days(&backend, "").await), ["2026-11-22", "2026-11-23", "2026-11-24"]);
        assert_eq!(of(days(&backend, "?from=2026-11-23").await), ["2026-11-23", "2026-11-24"]);
        assert_eq!(of(days(&backend, "?from=2026-11-23&to=2026-11-23").await), ["2026-11-23"]);
        assert!(of(days(&backend, "?from=2026-11-24&to=2026-11-22").await).is_empty());
        backend.clerk().get("/stats?from=yesterday").refused(400, "bad_query").await;
    })
    .await;
}
