//! The sample that a newcomer sees.

#![expect(clippy::unwrap_used, reason = "also in what the tests share")]

mod support;

use std::collections::BTreeMap;
use std::time::Instant;

use comptoir_ops::sample;
use domain::{Event, EventType, PaymentStatus};
use support::{ImportSite, import_sites, now};

async fn load(site: &ImportSite) -> Option<sample::SampleSummary> {
    sample::load(&site.db, &site.context, &mut |done, total| assert!(done <= total)).await.unwrap()
}

#[tokio::test]
async fn the_sample_has_something_of_everything() {
    for site in import_sites().await {
        let begun = Instant::now();
        let summary = load(&site).await.unwrap();
        println!("{}: {summary:?} in {:?}", site.db.describe(), begun.elapsed());
        assert_eq!((summary.contacts, summary.orders, summary.undeliverable), (41, 120, 2));
        let orders = site.all_orders().await;
        let mut states = BTreeMap::<&str, usize>::new();
        let mut payments = BTreeMap::<String, usize>::new();
        for order in &orders {
            *states.entry(order.state.as_str()).or_default() += 1;
            *payments.entry(format!("{:?}", order.payment_status)).or_default() += 1;
            assert!((1..=6).contains(&order.lines.len()) && order.ordered_at <= now());
        }
        let late = orders
            .iter()
            .filter(|order| order.due_on < Some(now().date()) && order.received < order.total && order.state.counts());
        let late = late.count();
        println!("{states:?} {payments:?} late: {late}, last: {}", orders[0].ordered_at);
        assert!(states.len() == 5 && states.values().all(|n| *n >= 3), "{states:?}");
        assert!((5..=25).contains(&late), "{late}");
        for status in [PaymentStatus::Overpaid, PaymentStatus::Refunded, PaymentStatus::PartiallyPaid] {
            assert!(payments.contains_key(&format!("{status:?}")), "{status:?}");
        }
    }
}

#[tokio::test]
async fn every_event_is_well_formed_and_stands_in_the_order_of_time_and_two_messages_are_not_events() {
    for site in import_sites().await {
        load(&site).await.unwrap();
        let now = site.context.now();
        let due = site.db.write(now, |tx, now| Box::pin(store::outbox::due(tx, *now, 5000)));
        let mut messages = due.await.unwrap();
        assert_eq!(messages.len(), usize::try_from(site.counts().await.2).unwrap() + 2);
        messages.sort_by(|a, b| a.id.cmp(&b.id));
        let mut last = None;
        let mut bad = Vec::new();
        for message in &messages {
            match Event::read(&message.body) {
                Ok(event) => {
                    assert!(last <= Some(event.time), "{}", message.body);
                    last = Some(event.time);
                }
                Err(_) => bad.push(message.message_type.as_str()),
            }
            let envelope: serde_json::Value = serde_json::from_str(&message.body).unwrap();
            assert_eq!(
                (&envelope["id"], &envelope["type"]),
                (&message.id.clone().into(), &message.message_type.clone().into())
            );
        }
        assert_eq!(bad, ["ORDER_SHIPPED", "ORDER_CREATED"]);
        for event_type in EventType::ALL {
            assert!(messages.iter().any(|message| message.message_type == event_type.as_str()), "{event_type}");
        }
    }
}

#[tokio::test]
async fn it_loads_once_and_only_into_an_empty_database() {
    for site in import_sites().await {
        load(&site).await.unwrap();
        let counts = site.counts().await;
        assert_eq!(load(&site).await, None);
        assert_eq!(site.counts().await, counts);
    }
}

#[tokio::test]
async fn it_loads_at_any_hour_of_any_day() {
    for now in ["2027-01-01T00:00:30Z", "2028-02-29T07:59:59Z", "2026-03-29T23:59:00Z"] {
        let mut site = import_sites().await.swap_remove(0);
        site.context = store::Context::fake(now.parse().unwrap(), 1);
        assert_eq!(load(&site).await.unwrap().orders, 120, "{now}");
        assert!(site.all_orders().await.iter().all(|order| order.ordered_at <= site.context.now()), "{now}");
    }
}

#[tokio::test]
async fn the_same_moment_gives_the_same_business() {
    let (one, two) = (import_sites().await.swap_remove(0), import_sites().await.swap_remove(0));
    assert_eq!(load(&one).await, load(&two).await);
    assert_eq!(one.all_orders().await, two.all_orders().await);
}
