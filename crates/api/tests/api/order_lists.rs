//! What each filter and sort means is held in the store's tests (`order_filters.rs`); here, that each arrives there.

use domain::{OrderInput, PlacedAs};
use serde_json::Value;
use testkit::fixtures;

use crate::backend::{Backend, on_each_engine};

/// Three orders, each found by something that the others have not; oldest first.
async fn stock(backend: &Backend) -> Vec<Value> {
    let mut placed = Vec::new();
    for (i, name) in ["Épicerie Dupré", "Garage Martin", "Comptoir Moreau"].into_iter().enumerate() {
        let contact = backend.bench.add_contact(name).await;
        let n = i64::try_from(i).unwrap();
        let mut line = fixtures::line("Vis", "1", 1_000 * (n + 1));
        line.sku = Some(format!("VIS-{i}"));
        let input = OrderInput {
            lines: vec![line],
            currency: ["EUR", "CHF", "USD"][i].parse().ok(),
            reference: Some(format!("R{i}")),
            tags: vec![format!("tag{i}")],
            place_as: [PlacedAs::Draft, PlacedAs::Confirmed, PlacedAs::Fulfilled][i],
            ordered_at: Some(format!("2026-11-1{i}T12:00:00Z").parse().unwrap()),
            due_on: Some(format!("2026-12-1{i}").parse().unwrap()),
            ..fixtures::order(contact.id)
        };
        let order = backend.bench.place_order(input).await.unwrap();
        if i == 1 {
            let payment = domain::TransactionInput { currency: order.currency, ..fixtures::payment(order.id, 500) };
            backend.bench.record(payment).await.unwrap();
        }
        placed.push(backend.clerk().read(&format!("/orders/{}", order.id)).await);
        backend.pass_time(std::time::Duration::from_secs(1));
    }
    placed
}

#[tokio::test]
async fn every_filter_and_sort_of_the_list_of_orders_works() {
    on_each_engine(async |backend| {
        let orders = stock(&backend).await;
        let field = |i: usize, name: &str| orders[i][name].as_str().unwrap().to_owned();
        let changed = field(2, "updated_at");
        let filters = [
            (format!("contact_id={}", field(1, "contact_id")), vec![1]),
            ("state=draft,fulfilled".into(), vec![2, 0]),
            ("state=confirmed".into(), vec![1]),
            ("payment_status=partially_paid".into(), vec![1]),
            ("payment_status=unpaid,paid".into(), vec![2, 0]),
            ("currency=USD".into(), vec![2]),
            ("tag=TAG1".into(), vec![1]),
            ("sku=VIS-0".into(), vec![0]),
            (format!("number={}", field(2, "number")), vec![2]),
            ("reference=R1".into(), vec![1]),
            ("ordered_from=2026-11-11&ordered_to=2026-11-11".into(), vec![1]),
            ("due_from=2026-12-11".into(), vec![2, 1]),
            ("due_to=2026-12-10".into(), vec![0]),
            ("min_total=2000".into(), vec![2, 1]),
            ("max_total=2000".into(), vec![1, 0]),
            (format!("updated_since={changed}"), vec![2]),
            ("late=true".into(), vec![]),
            ("late=false".into(), vec![2, 1, 0]),
            ("currency=CHF&state=draft".into(), vec![]),
            ("sort=-ordered_at".into(), vec![2, 1, 0]),
            ("sort=ordered_at".into(), vec![0, 1, 2]),
            ("sort=number".into(), vec![0, 1, 2]),
            ("sort=-total".into(), vec![2, 1, 0]),
            ("sort=total".into(), vec![0, 1, 2]),
            ("sort=due_on&state=confirmed,fulfilled".into(), vec![1, 2]),
            ("sort=-updated_at".into(), vec![2, 1, 0]),
            ("q=vis&state=confirmed,fulfilled".into(), vec![1, 2]),
            ("q=martin&currency=EUR".into(), vec![]),
        ];
        for (filter, wanted) in filters {
            let listed = backend.clerk().pages(&format!("/orders?limit=1&{filter}")).await.concat();
            let wanted: Vec<Value> = wanted.into_iter().map(|i: usize| orders[i].clone()).collect();
            assert_eq!(listed, wanted, "{filter}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_list_of_orders_cannot_do_is_refused_and_never_ignored() {
    on_each_engine(async |backend| {
        stock(&backend).await;
        let clerk = backend.clerk();
        clerk.get("/orders?q=vis&sort=total").invalid("sort", "filters_with_search").await;
        let misspelt = clerk.get("/orders?limit=1&min_totla=5").refused(422, "invalid").await;
        assert_eq!(misspelt.body["detail"], "min_totla: there is no such parameter; did you mean min_total?");
        for bad in [
            "state=late",
            "state=",
            "state=draft,late",
            "payment_status=x",
            "sort=contact_id",
            "currency=eur",
            "min_total=x",
        ] {
            clerk.get(&format!("/orders?{bad}")).refused(400, "bad_query").await;
        }
        let next = async |query: &str| {
            let page = clerk.read(&format!("/orders?limit=1{query}")).await;
            page["next_cursor"].as_str().unwrap().to_owned()
        };
        let (newest, search) = (next("").await, next("&q=vis").await);
        for (query, cursor) in [("&sort=total", &newest), ("&q=vis", &newest), ("", &search), ("", &"eA".to_owned())] {
            clerk.get(&format!("/orders?limit=1{query}&cursor={cursor}")).invalid("cursor", "bad_cursor").await;
        }
    })
    .await;
}
