use axum::http::Method;
use domain::{DeliveryId, DeliveryKind, EventId};
use serde_json::{Value, json};
use store::attempts::{self, Attempt};
use store::{deliveries, outbox};
use testkit::change;
use testkit::fixtures::payment;

use crate::backend::{Backend, on_each_engine, path_of};

/// `(kind, message type)` of each step.
fn told(story: &Value) -> Vec<(&str, &str)> {
    let text = |step: &'_ Value, name: &str| step[name].as_str().unwrap().to_owned();
    let steps = story["steps"].as_array().unwrap();
    assert!(steps.windows(2).all(|two| text(&two[0], "at") <= text(&two[1], "at")), "{story}");
    steps.iter().map(|step| (step["kind"].as_str().unwrap(), step["message_type"].as_str().unwrap())).collect()
}

/// A mail about an order, with one failed attempt, to be sent again in five minutes.
async fn failed_mail(backend: &Backend, order: &domain::Order, event: EventId) {
    let now = backend.bench.context.now();
    let id = backend.bench.context.id(DeliveryId::new);
    let mut new =
        domain::Delivery::new(id, DeliveryKind::Mail, event, order.id.to_string(), order.contact_id.to_string(), now);
    new.attempts = 1;
    new.next_attempt_at = Some(now.plus(std::time::Duration::from_mins(5)));
    new.error = Some("451 greylisted".into());
    let (new, own) = (vec![(new, None)], backend.bench.context.id(EventId::new).to_string());
    let attempt = Attempt { status: Some(451), duration_ms: Some(12), ..Attempt::failed(now, "451 greylisted") };
    let put = change!(backend.bench.db, |tx, new, own, attempt, id| {
        deliveries::insert(tx, new).await?;
        attempts::insert(tx, &id.to_string(), own, attempt).await
    });
    put.await.unwrap();
}

#[tokio::test]
async fn an_order_tells_its_events_its_money_its_mails_and_what_got_stuck() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let order = backend.bench.add_order(contact.id).await;
        backend.do_effects().await;
        backend.pass_time(std::time::Duration::from_secs(1));
        let paid = backend.bench.record(payment(order.id, 1_500)).await.unwrap();
        let event = backend.clerk().read(&format!("/events?subject={}", paid.id)).await["items"][0].clone();
        let (id, now) = (event["id"].as_str().unwrap().to_owned(), backend.bench.context.now());
        let spoilt = change!(backend.bench.db, |tx, id, now| {
            outbox::put_back(tx, id, "TRANSACTION_PROCESSED", Some("{}"), *now, *now).await
        });
        spoilt.await.unwrap();
        backend.do_effects().await;
        failed_mail(&backend, &order, id.parse().unwrap()).await;
        let letter = backend.clerk().read("/dead-letters?state=open").await["items"][0].clone();
        backend.pass_time(std::time::Duration::from_secs(1));
        backend.manager().act(&(path_of("dead-letters", &letter) + "/redrive")).gives(200).await;
        let viewer = backend.by(domain::Role::Viewer);
        let story = viewer.read(&format!("/explain/{}", order.number)).await;
        assert_eq!(story, viewer.read(&format!("/explain/{}", order.id)).await);
        assert_eq!(story["about"], json!({ "type": "order", "id": order.id, "label": order.number }));
        assert_eq!(
            told(&story),
            [
                ("event", "ORDER_CREATED"),
                ("handled", "ORDER_CREATED"),
                ("planned", "MAIL"),
                ("attempt", "MAIL"),
                ("delivered", "MAIL"),
                ("event", "TRANSACTION_PROCESSED"),
                ("planned", "MAIL"),
                ("attempt", "MAIL"),
                ("dead_letter", "TRANSACTION_PROCESSED"),
                ("redriven", "TRANSACTION_PROCESSED"),
                ("due", "TRANSACTION_PROCESSED"),
                ("due", "MAIL"),
            ]
        );
        let attempt = &story["steps"][7];
        assert_eq!((&attempt["detail"], &attempt["status"]), (&json!("451 greylisted"), &json!(451)));
        assert_eq!(story["steps"][9]["actor"], json!(backend.user(domain::Role::Manager).id));
        let of_money = viewer.read(&format!("/explain/{}", paid.id)).await;
        assert_eq!(of_money["about"]["label"], json!(order.number));
        let kinds: Vec<&str> = told(&of_money).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["event", "planned", "attempt", "dead_letter", "redriven", "due", "due"]);
        let of_contact = viewer.read(&format!("/explain/{}", contact.id)).await;
        let told = told(&of_contact);
        assert_eq!(told[..2], [("event", "CONTACT_CREATED"), ("handled", "CONTACT_CREATED")]);
        assert!(told.contains(&("attempt", "MAIL")), "{told:?}");
        // It has come to the queue, and then to its effects.
        while worker::relay::pass(&backend.worker()).await.unwrap() > 0 {}
        let story = viewer.read(&format!("/explain/{}", order.id)).await;
        assert!(story["steps"].as_array().unwrap().iter().any(|step| step["kind"] == "in_queue"));
    })
    .await;
}

#[tokio::test]
async fn what_names_nothing_has_no_story() {
    on_each_engine(async |backend| {
        for id in ["ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB", "O-1", "evt_x", "ord_", "x".repeat(300).as_str()] {
            backend.clerk().call(Method::GET, &format!("/explain/{id}")).refused(404, "not_found").await;
        }
    })
    .await;
}
