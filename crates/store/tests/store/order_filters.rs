//! Every filter and every order of the list of orders, held to what they say in plain code.

use std::cmp::Ordering;
use std::time::Duration;

use domain::{Currency, Date, Order, OrderInput, OrderState, PaymentStatus, PlacedAs};
use store::order_lists::{self, Filter, Sort};
use testkit::{Bench, change, fixtures, for_each_engine, query};

use crate::pages;

const TODAY: &str = "2026-11-22";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

async fn listed(bench: &Bench, filter: &Filter, sort: Sort, limit: usize) -> Vec<Order> {
    let (filter, today) = (Filter { sort: Some(sort), ..filter.clone() }, day(TODAY));
    let pages = pages(async |after| {
        query!(bench.db, |tx, filter, today, after, limit| {
            order_lists::list(tx, filter, *today, after.as_deref(), *limit).await
        })
        .await
    })
    .await;
    assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{sort:?} {limit}");
    pages.concat()
}

async fn found(bench: &Bench, text: &str, filter: &Filter, limit: usize) -> Vec<String> {
    let (filter, today) = (Filter { q: Some(text.to_owned()), ..filter.clone() }, day(TODAY));
    let pages = pages(async |after| {
        let search = query!(bench.db, |tx, filter, today, after, limit| {
            order_lists::list(tx, filter, *today, after.as_deref(), *limit).await
        });
        Ok(search.await?.map(|order| order.number))
    })
    .await;
    assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{limit}");
    let mut numbers = pages.concat();
    numbers.sort();
    numbers
}

/// Orders of two contacts in every payment status and some states, none like another.
async fn orders(bench: &Bench) -> Vec<Order> {
    let (a, b) = (bench.add_contact("Épicerie Dupré").await.id, bench.add_contact("Garage Martin").await.id);
    let mut ids = Vec::new();
    // (total, received, refunded)
    let money = [(100, 0, 0), (100, 40, 0), (100, 100, 0), (100, 130, 0), (100, 130, 130), (200, 130, 30), (0, 0, 0)];
    for (i, (total, received, refunded)) in money.into_iter().chain(money).enumerate() {
        let mut line = fixtures::line("Vis", "1", total);
        line.sku = (i % 3 == 0).then(|| "VIS-1".to_owned());
        let n = i64::try_from(i).unwrap();
        let input = OrderInput {
            lines: vec![line, fixtures::line("Port", "1", 0)],
            currency: if i % 4 == 0 { "CHF".parse().ok() } else { Some(Currency::EUR) },
            reference: Some(format!("R{}", i % 5)),
            tags: ["Urgent", "été"].iter().take(i % 3).map(|&tag| tag.to_owned()).collect(),
            place_as: [PlacedAs::Draft, PlacedAs::Confirmed, PlacedAs::Fulfilled][i % 3],
            ordered_at: Some(day("2026-11-01").plus_days(i32::try_from(n / 2).unwrap()).start()),
            due_on: (i % 4 != 1).then(|| day("2026-11-20").plus_days(i32::try_from(n % 5).unwrap())),
            delivery_date: (i % 3 != 1).then(|| day("2026-12-01").plus_days(i32::try_from((n * 3) % 7).unwrap())),
            ..fixtures::order(if i % 2 == 0 { a } else { b })
        };
        let order = bench.place_order(input).await.unwrap();
        ids.push(order.id);
        bench.context.advance(Duration::from_secs(1));
        for (kind, amount) in
            [(domain::TransactionKind::Payment, received), (domain::TransactionKind::Refund, refunded)]
        {
            if amount > 0 {
                let input =
                    domain::TransactionInput { kind, currency: order.currency, ..fixtures::payment(order.id, amount) };
                bench.record(input).await.unwrap();
            }
        }
    }
    let mut orders = Vec::new();
    for id in ids {
        orders.push(query!(bench.db, |tx, id| store::orders::get(tx, *id).await).await.unwrap().unwrap());
    }
    orders
}

type Rule = Box<dyn Fn(&Order) -> bool>;

fn filters(orders: &[Order]) -> Vec<(Filter, Rule)> {
    use OrderState::{Confirmed, Draft, Fulfilled};
    use PaymentStatus::{Overpaid, Paid, PartiallyPaid, Refunded, Unpaid};
    let mut all: Vec<(Filter, Rule)> = Vec::new();
    let mut add = |filter: Filter, rule: Rule| all.push((filter, rule));
    let none = Filter::default;
    for status in [Unpaid, PartiallyPaid, Paid, Overpaid, Refunded] {
        add(Filter { payment_status: vec![status], ..none() }, Box::new(move |o| o.payment_status == status));
    }
    let some = vec![Unpaid, Overpaid, Refunded];
    add(Filter { payment_status: some.clone(), ..none() }, Box::new(move |o| some.contains(&o.payment_status)));
    add(Filter { state: vec![Draft, Fulfilled], ..none() }, Box::new(|o| o.state != Confirmed));
    let contact = orders[0].contact_id;
    add(Filter { contact_id: Some(contact), ..none() }, Box::new(move |o| o.contact_id == contact));
    add(Filter { currency: "CHF".parse().ok(), ..none() }, Box::new(|o| o.currency.as_str() == "CHF"));
    add(Filter { tag: Some("URGENT".into()), ..none() }, Box::new(|o| o.tags.contains(&"Urgent".to_owned())));
    add(Filter { tag: Some("Été".into()), ..none() }, Box::new(|o| o.tags.contains(&"été".to_owned())));
    add(Filter { tag: Some("urg".into()), ..none() }, Box::new(|_| false));
    let names_it = |o: &Order| o.lines.iter().any(|line| line.sku.as_deref() == Some("VIS-1"));
    add(Filter { sku: Some("VIS-1".into()), ..none() }, Box::new(names_it));
    let number = orders[3].number.clone();
    add(Filter { number: Some(number.clone()), ..none() }, Box::new(move |o| o.number == number));
    add(Filter { reference: Some("R2".into()), ..none() }, Box::new(|o| o.reference.as_deref() == Some("R2")));
    let (from, to) = (day("2026-11-02"), day("2026-11-04"));
    let between = move |day: Date| from <= day && day <= to;
    add(
        Filter { ordered_from: Some(from), ordered_to: Some(to), ..none() },
        Box::new(move |o| between(o.ordered_at.date())),
    );
    let (from, to) = (day("2026-11-21"), day("2026-11-23"));
    let due = move |o: &Order| o.due_on.is_some_and(|due| from <= due && due <= to);
    add(Filter { due_from: Some(from), due_to: Some(to), ..none() }, Box::new(due));
    let (from, to) = (day("2026-12-02"), day("2026-12-04"));
    let wanted = move |o: &Order| o.delivery_date.is_some_and(|date| from <= date && date <= to);
    add(Filter { delivery_from: Some(from), delivery_to: Some(to), ..none() }, Box::new(wanted));
    add(Filter { min_total: Some(1), max_total: Some(100), ..none() }, Box::new(|o| o.total == 100));
    let since = orders[6].updated_at;
    add(Filter { updated_since: Some(since), ..none() }, Box::new(move |o| o.updated_at >= since));
    let today = day(TODAY);
    let late = move |o: &Order| {
        o.due_on.is_some_and(|due| due < today) && o.received - o.refunded < o.total && o.state != Draft
    };
    add(Filter { late: Some(true), ..none() }, Box::new(late));
    add(
        Filter { state: vec![Confirmed], tag: Some("urgent".into()), max_total: Some(150), ..none() },
        Box::new(|o| o.state == Confirmed && !o.tags.is_empty() && o.total <= 150),
    );
    all
}

#[tokio::test]
async fn each_filter_shows_the_orders_that_it_says_in_a_list_and_in_a_search() {
    for_each_engine(async |bench| {
        let orders = orders(&bench).await;
        for (filter, rule) in filters(&orders) {
            let mut wanted: Vec<Order> = orders.iter().filter(|order| rule(order)).cloned().collect();
            assert!(wanted.len() < orders.len(), "{filter:?} leaves nothing out");
            let numbers: Vec<String> = wanted.iter().map(|order| order.number.clone()).collect();
            assert_eq!(found(&bench, "o", &filter, 2).await, numbers, "{filter:?}");
            wanted.sort_by_key(|order| std::cmp::Reverse((order.ordered_at, order.id)));
            assert_eq!(listed(&bench, &filter, Sort::Newest, 3).await, wanted, "{filter:?}");
        }
    })
    .await;
}

fn compare(sort: Sort, a: &Order, b: &Order) -> Ordering {
    let never = day("9999-12-31");
    match sort {
        Sort::Newest => (b.ordered_at, b.id).cmp(&(a.ordered_at, a.id)),
        Sort::Oldest => (a.ordered_at, a.id).cmp(&(b.ordered_at, b.id)),
        Sort::Number => a.id.cmp(&b.id),
        Sort::Smallest => (a.total, a.id).cmp(&(b.total, b.id)),
        Sort::Largest => (b.total, b.id).cmp(&(a.total, a.id)),
        Sort::DueFirst => (a.due_on.unwrap_or(never), a.id).cmp(&(b.due_on.unwrap_or(never), b.id)),
        Sort::DeliveryFirst => (a.delivery_date.unwrap_or(never), a.id).cmp(&(b.delivery_date.unwrap_or(never), b.id)),
        Sort::LastChanged => (b.updated_at, b.id).cmp(&(a.updated_at, a.id)),
    }
}

#[tokio::test]
async fn each_order_of_the_list_is_that_order_whatever_the_length_of_a_page() {
    for_each_engine(async |bench| {
        // From O-9993 on: the numbers grow by a digit in the middle.
        let next = 9_993_i64;
        change!(bench.db, |tx, next| store::numbers::raise(tx, *next).await).await.unwrap();
        let mut orders = orders(&bench).await;
        assert!(orders.iter().any(|order| order.number == "O-10000"));
        for sort in Sort::ALL.iter().copied() {
            orders.sort_by(|a, b| compare(sort, a, b));
            for limit in [1, 2, 3, 5, 50] {
                assert_eq!(listed(&bench, &Filter::default(), sort, limit).await, orders, "{sort:?} {limit}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_good_for_the_order_that_gave_it_only() {
    for_each_engine(async |bench| {
        orders(&bench).await;
        let mut cursors = Vec::new();
        for sort in Sort::ALL.iter().copied() {
            let (filter, today) = (Filter { sort: Some(sort), ..Filter::default() }, day(TODAY));
            let page = query!(bench.db, |tx, filter, today| order_lists::list(tx, filter, *today, None, 2).await).await;
            cursors.push((sort, page.unwrap().next.unwrap()));
        }
        for (of, cursor) in &cursors {
            for sort in Sort::ALL.iter().copied() {
                let (filter, today) = (Filter { sort: Some(sort), ..Filter::default() }, day(TODAY));
                let list = query!(bench.db, |tx, filter, today, cursor| {
                    order_lists::list(tx, filter, *today, Some(cursor), 2).await
                });
                let list = list.await;
                assert_eq!(list.is_ok(), *of == sort, "{of:?} in {sort:?}");
                assert!(*of == sort || matches!(list, Err(store::Error::BadCursor)));
            }
        }
    })
    .await;
}
