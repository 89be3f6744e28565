use domain::{Date, Order, OrderInput, OrderState, PlacedAs, Timestamp};
use store::order_lists::{self, Filter};
use store::orders;
use store::{Error, contacts};
use testkit::{Bench, change, fixtures, for_each_engine, query};

use crate::pages;

async fn listed(bench: &Bench, filter: &Filter) -> Vec<Order> {
    let pages = pages_of(bench, filter, 50).await;
    assert_eq!(pages.len(), 1);
    pages.concat()
}

/// As it is on 22 November 2026.
async fn pages_of(bench: &Bench, filter: &Filter, limit: usize) -> Vec<Vec<Order>> {
    let (filter, today): (_, Date) = (filter.clone(), "2026-11-22".parse().unwrap());
    pages(async |after| {
        query!(bench.db, |tx, filter, today, after, limit| {
            order_lists::list(tx, filter, *today, after.as_deref(), *limit).await
        })
        .await
    })
    .await
}

async fn found(bench: &Bench, text: &str) -> Vec<Order> {
    listed(bench, &Filter { q: Some(text.to_owned()), ..Filter::default() }).await
}

fn day(text: &str) -> Timestamp {
    text.parse::<Date>().unwrap().start()
}

#[tokio::test]
async fn a_list_goes_by_day_newest_first_and_pages_pass_through_equal_days() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let days = ["2026-01-02", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-02", "2026-01-02", "1969-12-31"];
        let mut orders = Vec::new();
        for text in days {
            let input = OrderInput { ordered_at: Some(day(text)), ..fixtures::order(contact.id) };
            orders.push(bench.place_order(input).await.unwrap());
        }
        let sorted = [3, 5, 4, 2, 0, 1, 6].map(|i: usize| orders[i].clone());
        assert_eq!(listed(&bench, &Filter::default()).await, sorted);
        for limit in 1..=6 {
            let pages = pages_of(&bench, &Filter::default(), limit).await;
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{limit}");
            assert_eq!(pages.concat(), sorted, "{limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_can_be_of_one_contact_or_of_one_state() {
    for_each_engine(async |bench| {
        let (a, b) = (bench.add_contact("A").await, bench.add_contact("B").await);
        let draft = OrderInput { place_as: PlacedAs::Draft, ..fixtures::order(a.id) };
        let (draft, confirmed) = (bench.place_order(draft).await.unwrap(), bench.add_order(a.id).await);
        let other = bench.add_order(b.id).await;
        let of = |contact_id, state: Option<OrderState>| Filter {
            contact_id,
            state: state.into_iter().collect(),
            ..Filter::default()
        };
        assert_eq!(listed(&bench, &of(Some(a.id), None)).await, [confirmed.clone(), draft.clone()]);
        assert_eq!(listed(&bench, &of(None, Some(OrderState::Confirmed))).await, [other, confirmed]);
        assert_eq!(listed(&bench, &of(Some(a.id), Some(OrderState::Draft))).await, [draft]);
        assert_eq!(listed(&bench, &of(Some(b.id), Some(OrderState::Closed))).await, []);
    })
    .await;
}

#[tokio::test]
async fn late_is_what_was_due_before_the_day_and_is_not_paid() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let due = |text: &str| OrderInput { due_on: Some(text.parse().unwrap()), ..fixtures::order(contact.id) };
        let late = bench.place_order(due("2026-11-21")).await.unwrap();
        let partly = bench.place_order(due("2026-11-20")).await.unwrap();
        let paid = bench.place_order(due("2026-11-20")).await.unwrap();
        bench.place_order(due("2026-11-22")).await.unwrap();
        bench.place_order(OrderInput { due_on: None, ..due("2026-11-01") }).await.unwrap();
        bench.place_order(OrderInput { place_as: PlacedAs::Draft, ..due("2026-11-01") }).await.unwrap();
        bench.record(fixtures::payment(partly.id, partly.total - 1)).await.unwrap();
        bench.record(fixtures::payment(paid.id, paid.total)).await.unwrap();
        let filter = Filter { late: Some(true), ..Filter::default() };
        let ids: Vec<_> = listed(&bench, &filter).await.into_iter().map(|order| order.id).collect();
        assert_eq!(ids, [partly.id, late.id]);
    })
    .await;
}

#[tokio::test]
async fn an_order_is_found_by_number_reference_sku_and_the_name_of_its_contact() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let other = bench.add_contact("Garage Martin").await;
        let input = OrderInput { external_id: Some("10248".into()), ..fixtures::order(contact.id) };
        let order = bench.place_order(input).await.unwrap();
        let plain =
            OrderInput { reference: None, lines: vec![fixtures::line("Vis", "1", 1)], ..fixtures::order(other.id) };
        bench.place_order(plain).await.unwrap();
        let number = order.number.clone();
        for text in [number.as_str(), "bc-2026", "com-18", "dupre", "claire epi", "10248", "dup COM"] {
            assert_eq!(found(&bench, text).await, std::slice::from_ref(&order), "{text}");
        }
        assert_eq!(found(&bench, "vasseur").await.len(), 2);
        // A city is the contact's, not the order's.
        assert_eq!(found(&bench, "lyon").await, []);
    })
    .await;
}

#[tokio::test]
async fn an_order_is_found_by_the_new_name_of_its_contact() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré").await;
        let order = bench.add_order(contact.id).await;
        let renamed = contact.edited(fixtures::contact("Comptoir Moreau"), bench.context.now()).unwrap();
        change!(bench.db, |tx, contact, renamed| contacts::update(tx, contact, renamed).await).await.unwrap();
        assert_eq!(found(&bench, "moreau com-18").await, std::slice::from_ref(&order));
        assert_eq!(found(&bench, "dupre").await, []);
        let later = bench.add_order(contact.id).await;
        assert_eq!(found(&bench, "moreau").await.len(), 2);
        // An edit that gives the order to somebody else takes the name along.
        let other = bench.add_contact("Garage Martin").await;
        let moved = later.edited(fixtures::order(other.id), bench.context.now()).unwrap();
        change!(bench.db, |tx, later, moved| orders::update(tx, later, moved).await).await.unwrap();
        assert_eq!(found(&bench, "moreau").await, [order]);
        assert_eq!(found(&bench, "martin").await, [moved]);
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_search_hold_each_order_once() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("Épicerie Dupré Dupuis").await;
        for _ in 0..7 {
            bench.add_order(contact.id).await;
        }
        for limit in 1..=4 {
            let filter = Filter { q: Some("dup".into()), ..Filter::default() };
            let pages = pages_of(&bench, &filter, limit).await;
            let mut ids: Vec<String> = pages.concat().into_iter().map(|order| order.id.to_string()).collect();
            assert_eq!(ids.len(), 7, "{limit}");
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 7, "{limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_is_not_ours_is_refused() {
    for_each_engine(async |bench| {
        for bad in ["nonsense", "x ord_1", ""] {
            let (filter, today) = (Filter::default(), bench.context.now().date());
            let listed = query!(bench.db, |tx, filter, today, bad| {
                order_lists::list(tx, filter, *today, Some(bad), 5).await
            })
            .await;
            assert!(matches!(listed, Err(Error::BadCursor)), "{listed:?}");
        }
    })
    .await;
}
