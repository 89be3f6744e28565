use super::*;
use crate::MAX_MINOR;

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn input() -> OrderInput {
    serde_json::from_value(serde_json::json!({
        "contact_id": ContactId::new(1, 1),
        "currency": "EUR",
        "lines": [
            {"description": "Comté 18 mois", "sku": "COM-18", "quantity": "2.5", "unit_price": 1290, "vat_rate": "5.5"},
            {"description": "Caisse bois", "quantity": "3", "unit_price": 450, "vat_rate": "20", "discount": {"percent": "10"}}
        ]
    }))
    .unwrap()
}

fn placed() -> Order {
    Order::place(input(), now()).unwrap().numbered(OrderId::new(1, 1), "O-1".into(), None)
}

#[test]
fn a_placed_order_has_its_totals() {
    let order = placed();
    assert_eq!(order.lines.iter().map(|l| l.net).collect::<Vec<_>>(), [3225, 1215]);
    assert_eq!(order.vat.iter().map(|v| v.vat).collect::<Vec<_>>(), [177, 243]);
    assert_eq!((order.net, order.total), (4440, 4860));
    assert_eq!((order.version, order.revision, order.payment_status), (1, 1, PaymentStatus::Unpaid));
}

#[test]
fn an_order_without_a_due_date_is_due_after_the_payment_terms() {
    let due = |due_on: Option<&str>, terms| {
        let input = OrderInput { due_on: due_on.map(|day| day.parse().unwrap()), ..input() };
        let order = Order::place(input, now()).unwrap().numbered(OrderId::new(1, 1), "O-1".into(), terms);
        order.due_on.map(|day| day.to_string())
    };
    assert_eq!(due(None, None), None);
    assert_eq!(due(None, Some(30)).as_deref(), Some("2026-12-22"));
    assert_eq!(due(Some("2026-11-23"), Some(30)).as_deref(), Some("2026-11-23"));
}

#[test]
fn a_bad_line_is_named_by_its_place() {
    let mut bad = input();
    bad.lines[1].unit_price = Some(-1);
    let error = Order::place(bad, now()).unwrap_err();
    assert_eq!((error.field.as_str(), error.code), ("lines[1].unit_price", "bad_amount"));
}

#[test]
fn a_total_too_large_is_refused() {
    let mut big = input();
    for line in &mut big.lines {
        line.unit_price = Some(MAX_MINOR);
        line.quantity = "1".parse().unwrap();
        line.discount = None;
    }
    let error = Order::place(big, now()).unwrap_err();
    assert_eq!(error.code, "amount_too_large");
}

#[test]
fn only_an_edit_of_a_confirmed_order_makes_a_revision() {
    let confirmed = placed().edited(input(), now()).unwrap();
    assert_eq!((confirmed.version, confirmed.revision), (2, 2));
    let draft = Order { state: OrderState::Draft, ..placed() }.edited(input(), now()).unwrap();
    assert_eq!((draft.version, draft.revision), (2, 1));
}

#[test]
fn a_fulfilled_order_is_not_edited_and_money_received_fixes_the_currency() {
    let fulfilled = placed().moved_to(OrderState::Fulfilled, now()).unwrap();
    assert_eq!(fulfilled.edited(input(), now()).unwrap_err().code, "order_not_editable");
    let paid = Order { received: 100, ..placed() };
    let usd = OrderInput { currency: "USD".parse().ok(), ..input() };
    assert_eq!(paid.edited(usd, now()).unwrap_err().code, "currency_fixed");
}

#[test]
fn states_follow_the_drawn_order_only() {
    use OrderState::{Cancelled, Closed, Confirmed, Draft, Fulfilled};
    let allowed =
        [(Draft, Confirmed), (Draft, Cancelled), (Confirmed, Fulfilled), (Confirmed, Cancelled), (Fulfilled, Closed)];
    for from in [Draft, Confirmed, Fulfilled, Closed, Cancelled] {
        for to in [Draft, Confirmed, Fulfilled, Closed, Cancelled] {
            let moved = Order { state: from, ..placed() }.moved_to(to, now());
            assert_eq!(moved.is_ok(), allowed.contains(&(from, to)), "{from:?} → {to:?}");
        }
    }
}

#[test]
fn the_payment_status_follows_from_the_amounts() {
    use PaymentStatus::{Overpaid, Paid, PartiallyPaid, Refunded, Unpaid};
    for (total, received, refunded, status) in [
        (100, 0, 0, Unpaid),
        (100, 40, 0, PartiallyPaid),
        (100, 100, 0, Paid),
        (100, 130, 0, Overpaid),
        (100, 130, 30, Paid),
        (100, 100, 100, Refunded),
        (100, 100, 50, PartiallyPaid),
        (0, 0, 0, Paid),
    ] {
        assert_eq!(PaymentStatus::of(total, received, refunded), status, "{total} {received} {refunded}");
    }
}
