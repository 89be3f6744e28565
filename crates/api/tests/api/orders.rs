use std::time::Duration;

use domain::{ContactId, OrderInput, PlacedAs};
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{Backend, on_each_engine, path_of};

const DAY: Duration = Duration::from_hours(24);

async fn contact(backend: &Backend, name: &str) -> ContactId {
    backend.bench.add_contact(name).await.id
}

fn numbers(items: &[Value]) -> Vec<&str> {
    items.iter().map(|order| order["number"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_order_is_placed_with_its_totals_and_vat_and_reads_back_the_same() {
    on_each_engine(async |backend| {
        let contact = contact(&backend, "Épicerie Dupré").await;
        let placed = backend.clerk().post("/orders", fixtures::order(contact)).gives(201).await;
        let order = &placed.body;
        let nets: Vec<&Value> = order["lines"].as_array().unwrap().iter().map(|line| &line["net"]).collect();
        assert_eq!(nets, [5_475, 1_701, 1_937]);
        let vat = json!([{ "rate": "5.5", "base": 7_176, "vat": 395 }, { "rate": "20", "base": 1_937, "vat": 387 }]);
        assert_eq!((&order["vat"], &order["net"], &order["total"]), (&vat, &json!(9_113), &json!(9_895)));
        assert_eq!((&order["state"], &order["payment_status"]), (&json!("confirmed"), &json!("unpaid")));
        assert_eq!((placed.header("etag"), &order["revision"]), (Some("\"1\""), &json!(1)));
        assert_eq!(placed.header("location"), Some(&*format!("/api/v1{}", path_of("orders", order))));
        let read = backend.clerk().get(&path_of("orders", order)).gives(200).await;
        assert_eq!((&read.body, read.header("etag")), (order, Some("\"1\"")));
    })
    .await;
}

#[tokio::test]
async fn a_list_shows_the_newest_first_page_by_page_and_as_filtered() {
    on_each_engine(async |backend| {
        let (dupre, martin) = (contact(&backend, "Épicerie Dupré").await, contact(&backend, "Garage Martin").await);
        let clerk = backend.clerk();
        let mut placed = Vec::new();
        for (contact_id, place_as) in
            [(dupre, PlacedAs::Draft), (dupre, PlacedAs::Confirmed), (martin, PlacedAs::Confirmed)]
        {
            let order = OrderInput { place_as, ..fixtures::order(contact_id) };
            placed.push(clerk.create("/orders", order).await);
        }
        placed.reverse();
        let pages = clerk.pages("/orders?limit=2").await;
        assert_eq!((pages.len(), pages.concat()), (2, placed.clone()));
        let filtered = async |filter: &str| clerk.pages(&format!("/orders?limit=1&{filter}")).await.concat();
        assert_eq!(filtered(&format!("contact_id={dupre}")).await, placed[1..]);
        assert_eq!(filtered("state=draft").await, placed[2..]);
        assert_eq!(filtered(&format!("contact_id={dupre}&state=confirmed")).await, placed[1..2]);
        clerk.get("/orders?state=late").refused(400, "bad_query").await;
    })
    .await;
}

#[tokio::test]
async fn an_order_is_late_from_the_day_after_it_was_due_until_it_is_paid() {
    on_each_engine(async |backend| {
        let dupre = contact(&backend, "Épicerie Dupré").await;
        let due_on = Some("2026-11-23".parse().unwrap());
        let order = backend.clerk().create("/orders", OrderInput { due_on, ..fixtures::order(dupre) }).await;
        let draft = OrderInput { due_on, place_as: PlacedAs::Draft, ..fixtures::order(dupre) };
        backend.clerk().create("/orders", draft).await;
        let late = async || numbers(&backend.clerk().pages("/orders?late=true&limit=5").await.concat()).join(" ");
        assert_eq!(late().await, "");
        backend.pass_time(DAY);
        assert_eq!(late().await, "");
        backend.pass_time(DAY);
        assert_eq!(late().await, order["number"].as_str().unwrap());
        assert_eq!(backend.clerk().pages("/orders?late=false&limit=5").await.concat().len(), 2);
        let id = order["id"].as_str().unwrap().parse().unwrap();
        backend.clerk().create("/transactions", fixtures::payment(id, 9_895)).await;
        assert_eq!(late().await, "");
    })
    .await;
}

#[tokio::test]
async fn orders_are_found_by_number_reference_article_and_contact() {
    on_each_engine(async |backend| {
        let (dupre, martin) = (contact(&backend, "Épicerie Dupré").await, contact(&backend, "Garage Martin").await);
        let first = backend.clerk().create("/orders", fixtures::order(dupre)).await;
        let plain = OrderInput { reference: Some("K 7".into()), ..fixtures::order(martin) };
        let second = backend.clerk().create("/orders", plain).await;
        let found = async |q: &str| backend.clerk().pages(&format!("/orders?limit=1&q={q}")).await.concat();
        let placed = [first, second];
        let number = placed[1]["number"].as_str().unwrap();
        assert_eq!(found("dupre").await, placed[..1]);
        assert_eq!(found(&number.replace('-', "%20")).await, placed[1..]);
        assert_eq!(found("k7").await.len(), 0);
        assert_eq!(found("k%207").await, placed[1..]);
        assert_eq!(found("com-18").await.len(), 2);
        assert_eq!(found("com%20mart").await, placed[1..]);
    })
    .await;
}

#[tokio::test]
async fn an_edit_of_a_confirmed_order_makes_a_revision_and_of_a_draft_does_not() {
    on_each_engine(async |backend| {
        let dupre = contact(&backend, "Épicerie Dupré").await;
        let clerk = backend.clerk();
        for (place_as, revision) in [(PlacedAs::Confirmed, 2), (PlacedAs::Draft, 1)] {
            let input = OrderInput { place_as, ..fixtures::order(dupre) };
            let path = path_of("orders", &clerk.create("/orders", &input).await);
            let changed = OrderInput { lines: vec![fixtures::line("Comté", "1", 100)], ..input };
            clerk.call(axum::http::Method::PUT, &path).json(&changed).refused(428, "if_match_required").await;
            let edited = clerk.put(&path, 1, &changed).gives(200).await;
            assert_eq!((&edited.body["revision"], edited.header("etag")), (&json!(revision), Some("\"2\"")));
            assert_eq!((&edited.body["total"], &edited.body["lines"][0]["net"]), (&json!(100), &json!(100)));
            clerk.put(&path, 1, &changed).refused(412, "stale").await;
            assert_eq!(clerk.read(&path).await, edited.body);
        }
    })
    .await;
}

#[tokio::test]
async fn an_order_needs_an_active_contact() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let nobody: ContactId = "con_01JD8Z5Q0V3T9N4C7K2M6X8YRB".parse().unwrap();
        clerk.post("/orders", fixtures::order(nobody)).invalid("contact_id", "unknown_contact").await;
        let archived = clerk.create("/contacts", fixtures::contact("Garage Martin")).await;
        clerk.act(&(path_of("contacts", &archived) + "/archive")).version(1).gives(200).await;
        let archived: ContactId = archived["id"].as_str().unwrap().parse().unwrap();
        clerk.post("/orders", fixtures::order(archived)).invalid("contact_id", "unknown_contact").await;
        let dupre = contact(&backend, "Épicerie Dupré").await;
        let path = path_of("orders", &clerk.create("/orders", fixtures::order(dupre)).await);
        for other in [nobody, archived] {
            clerk.put(&path, 1, fixtures::order(other)).invalid("contact_id", "unknown_contact").await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_order_that_has_received_money_keeps_its_contact_and_its_currency() {
    on_each_engine(async |backend| {
        let (dupre, martin) = (contact(&backend, "Épicerie Dupré").await, contact(&backend, "Garage Martin").await);
        let order = backend.bench.add_order(dupre).await;
        backend.clerk().create("/transactions", fixtures::payment(order.id, 100)).await;
        let path = format!("/orders/{}", order.id);
        let usd = OrderInput { currency: "USD".parse().ok(), ..fixtures::order(dupre) };
        backend.clerk().put(&path, 2, usd).invalid("currency", "currency_fixed").await;
        backend.clerk().put(&path, 2, fixtures::order(martin)).invalid("contact_id", "contact_fixed").await;
    })
    .await;
}

#[tokio::test]
async fn an_external_id_belongs_to_one_order_and_an_unknown_order_is_not_found() {
    on_each_engine(async |backend| {
        let (clerk, dupre) = (backend.clerk(), contact(&backend, "Épicerie Dupré").await);
        let input = OrderInput { external_id: Some("10248".into()), ..fixtures::order(dupre) };
        clerk.create("/orders", &input).await;
        clerk.post("/orders", &input).refused(409, "already_exists").await;
        let other = clerk.create("/orders", fixtures::order(dupre)).await;
        clerk.put(&path_of("orders", &other), 1, &input).refused(409, "already_exists").await;
        let unknown = "/orders/ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB";
        clerk.get(unknown).refused(404, "not_found").await;
        clerk.put(unknown, 1, &input).refused(404, "not_found").await;
        clerk.act(&format!("{unknown}/confirm")).refused(404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn quantities_and_amounts_that_no_order_can_have_are_refused_where_they_stand() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let good = json!(fixtures::order(contact(&backend, "Épicerie Dupré").await));
        let bad = async |pointer: &str, value: Value| {
            let mut input = good.clone();
            *input.pointer_mut(pointer).unwrap() = value;
            clerk.post("/orders", input)
        };
        for quantity in [json!("-1"), json!("0"), json!("1.2345"), json!("1e3"), json!(-1)] {
            bad("/lines/1/quantity", quantity).await.invalid("lines[1].quantity", "bad_value").await;
        }
        bad("/lines/0/unit_price", json!(-1)).await.invalid("lines[0].unit_price", "bad_amount").await;
        bad("/lines/0/unit_price", json!(9.5)).await.invalid("lines[0].unit_price", "bad_value").await;
        bad("/lines/0/unit_price", json!(u64::MAX)).await.invalid("lines[0].unit_price", "bad_value").await;
        bad("/lines/0/unit_price", json!(domain::MAX_MINOR)).await.invalid("lines[0]", "amount_too_large").await;
        bad("/lines/2/unit_price", json!(domain::MAX_MINOR)).await.invalid("lines", "amount_too_large").await;
        bad("/lines/2/vat_rate", json!("100.01")).await.invalid("lines[2].vat_rate", "bad_value").await;
        let dear = bad("/lines/2/discount", json!({ "amount": 1_938 })).await;
        dear.invalid("lines[2].discount", "discount_above_price").await;
        bad("/currency", json!("eur")).await.invalid("currency", "bad_value").await;
        bad("/due_on", json!("2026-02-30")).await.invalid("due_on", "bad_value").await;
        bad("/contact_id", json!("ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB")).await.invalid("contact_id", "bad_value").await;
        bad("/lines", json!([])).await.invalid("lines", "required").await;
        let many = vec![good["lines"][0].clone(); domain::MAX_LINES + 1];
        bad("/lines", json!(many)).await.invalid("lines", "too_long").await;
    })
    .await;
}
