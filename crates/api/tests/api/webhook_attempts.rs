//! What happens to a webhook until it has arrived, or a person must decide.

use std::time::Duration;

use domain::{InternalHosts, Role};
use queue::Outgoing;
use serde_json::{Value, json};
use testkit::{Mode, Receiver, change};
use worker::deliveries::webhook;
use worker::{consumer, relay};

use crate::backend::{Backend, on_each_engine, path_of};

/// An endpoint for new orders only; its id.
async fn endpoint(backend: &Backend, receiver: &Receiver) -> String {
    let input = json!({ "url": receiver.url, "event_types": ["ORDER_CREATED"] });
    let created = backend.by(Role::Admin).create("/webhook-endpoints", input).await;
    created["endpoint"]["id"].as_str().unwrap().to_owned()
}

async fn order(backend: &Backend) {
    let contact = backend.bench.add_contact("Épicerie Dupré").await;
    backend.bench.add_order(contact.id).await;
    backend.do_effects().await;
}

/// The newest, with its attempts.
async fn delivery(backend: &Backend) -> Value {
    let listed = backend.clerk().read("/webhook-deliveries?limit=1").await;
    backend.clerk().read(&path_of("webhook-deliveries", &listed["items"][0])).await
}

async fn wait(backend: &Backend, seconds: u64) {
    backend.pass_time(Duration::from_secs(seconds));
    backend.do_effects().await;
}

#[tokio::test]
async fn a_webhook_is_attempted_ten_times_and_then_a_person_decides() {
    on_each_engine(async |backend| {
        let receiver = Receiver::start(Mode::Answer(500)).await;
        endpoint(&backend, &receiver).await;
        order(&backend).await;
        for (made, seconds) in [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].into_iter().enumerate() {
            assert_eq!(receiver.hooks().len(), made + 1);
            wait(&backend, seconds - 1).await;
            assert_eq!(receiver.hooks().len(), made + 1, "not before {seconds} s");
            // Lengthened by up to a fifth.
            wait(&backend, seconds / 5 + 2).await;
        }
        let hooks = receiver.take();
        assert_eq!(hooks.len(), 10);
        assert!(hooks.iter().all(|hook| hook.id() == hooks[0].id() && hook.body == hooks[0].body));
        let given_up = delivery(&backend).await;
        assert_eq!((&given_up["state"], &given_up["attempts"]), (&json!("dead"), &json!(10)));
        assert_eq!(given_up["made"].as_array().unwrap().len(), 10);
        assert!(given_up["made"].as_array().unwrap().iter().all(|made| made["status"] == 500));

        let letter = backend.clerk().read("/dead-letters?state=open").await["items"][0].clone();
        assert_eq!((&letter["cause"], &letter["message_id"]), (&json!("undelivered"), &given_up["id"]));
        receiver.set(Mode::Answer(204));
        backend.manager().act(&(path_of("dead-letters", &letter) + "/redrive")).gives(200).await;
        backend.do_effects().await;
        assert_eq!(receiver.take().iter().map(|hook| hook.id().to_owned()).collect::<Vec<_>>(), [hooks[0].id()]);
        let done = delivery(&backend).await;
        assert_eq!((&done["state"], &done["error"]), (&json!("done"), &Value::Null));
        wait(&backend, 200_000).await;
        assert!(receiver.take().is_empty(), "it has arrived");
    })
    .await;
}

#[tokio::test]
async fn a_receiver_can_ask_for_time_redirects_are_not_followed_and_410_ends_it() {
    on_each_engine(async |backend| {
        let (receiver, elsewhere) =
            (Receiver::start(Mode::Answer(200)).await, Receiver::start(Mode::Answer(200)).await);
        let id = endpoint(&backend, &receiver).await;
        receiver.set(Mode::With(429, "retry-after", "3600".into()));
        order(&backend).await;
        wait(&backend, 3599).await;
        assert_eq!(receiver.take().len(), 1);
        receiver.set(Mode::With(307, "location", elsewhere.url.clone()));
        wait(&backend, 2).await;
        assert_eq!((receiver.take().len(), elsewhere.take().len()), (1, 0));
        assert!(delivery(&backend).await["error"].as_str().unwrap().contains("redirects are not followed"));

        receiver.set(Mode::Answer(410));
        wait(&backend, 400).await;
        let path = format!("/webhook-endpoints/{id}");
        assert_eq!(backend.manager().read(&path).await["state"], "gone");
        assert_eq!(delivery(&backend).await["state"], "dead", "somebody learns of it");
        order(&backend).await;
        assert_eq!(receiver.take().len(), 1, "nothing more is sent");
        backend.manager().act(&format!("{path}/test")).refused(409, "endpoint_off").await;
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_hangs_or_is_not_there_is_given_up_in_time() {
    on_each_engine(async |mut backend| {
        backend.webhooks.timeout = Duration::from_millis(300);
        let receiver = Receiver::start(Mode::Hang).await;
        endpoint(&backend, &receiver).await;
        order(&backend).await;
        assert_eq!(delivery(&backend).await["error"], "no answer in time");
        drop(receiver);
        wait(&backend, 10).await;
        let failed = delivery(&backend).await;
        assert!(failed["error"].as_str().unwrap().starts_with("cannot connect"), "{failed}");
        assert_eq!((&failed["state"], &failed["attempts"]), (&json!("pending"), &json!(2)));
    })
    .await;
}

#[tokio::test]
async fn two_copies_of_a_message_make_one_attempt_of_it_and_the_next_one_comes() {
    on_each_engine(async |mut backend| {
        backend.webhooks.timeout = Duration::from_millis(300);
        let receiver = Receiver::start(Mode::Hang).await;
        endpoint(&backend, &receiver).await;
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        backend.bench.add_order(contact.id).await;
        let worker = backend.worker();
        let one = async || worker.queue.receive(10, Duration::ZERO).await.unwrap();
        let relay = async || while relay::pass(&worker).await.unwrap() > 0 {};
        loop {
            relay().await;
            let batch = one().await;
            let webhook = batch.iter().find(|message| message.message_type == "WEBHOOK");
            let copy = webhook.map(|m| Outgoing {
                id: m.id.clone(),
                message_type: m.message_type.clone(),
                body: m.body.clone(),
            });
            if let Some(copy) = copy {
                // As SQS may, and a relay whose lease ran out.
                worker.queue.send(std::slice::from_ref(&copy)).await.unwrap();
                let first = Box::pin(consumer::handle(&worker, batch));
                let second = Box::pin(consumer::handle(&worker, one().await));
                let (first, second) = tokio::join!(first, second);
                first.and(second).unwrap();
                break;
            }
            consumer::handle(&worker, batch).await.unwrap();
        }
        worker.deliveries.idle().await;
        let failed = delivery(&backend).await;
        assert_eq!((&failed["state"], &failed["attempts"]), (&json!("pending"), &json!(1)));
        assert_eq!(failed["made"].as_array().unwrap().len(), 2, "both are told: {failed}");
        receiver.set(Mode::Answer(200));
        wait(&backend, 10).await;
        assert_eq!(delivery(&backend).await["state"], "done");
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_hangs_holds_up_nobody_else() {
    on_each_engine(async |mut backend| {
        (backend.webhooks.timeout, backend.webhooks.concurrency) = (Duration::from_secs(3), 2);
        let (hanging, well) = (Receiver::start(Mode::Hang).await, Receiver::start(Mode::Answer(204)).await);
        endpoint(&backend, &hanging).await;
        endpoint(&backend, &well).await;
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        for _ in 0..10 {
            backend.bench.add_order(contact.id).await;
        }
        backend.do_effects().await;
        // Without a place of its own it would have been sent away, and would come back later.
        assert_eq!(well.hooks().len(), 10);
        // Two at a time, while it lasts.
        assert!((2..10).contains(&hanging.hooks().len()), "{}", hanging.hooks().len());
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_an_endpoint_that_is_off_is_not_sent() {
    on_each_engine(async |backend| {
        let receiver = Receiver::start(Mode::Answer(503)).await;
        let path = format!("/webhook-endpoints/{}", endpoint(&backend, &receiver).await);
        order(&backend).await;
        let off = json!({ "url": receiver.url, "active": false });
        backend.by(Role::Admin).put(&path, 1, off).gives(200).await;
        order(&backend).await;
        wait(&backend, 10).await;
        assert_eq!(receiver.hooks().len(), 1);
        let skipped = delivery(&backend).await;
        assert_eq!((&skipped["state"], &skipped["attempts"]), (&json!("skipped"), &json!(1)));
        // Sent again by a person, once the endpoint is on.
        receiver.set(Mode::Answer(200));
        backend.by(Role::Admin).put(&path, 2, json!({ "url": receiver.url })).gives(200).await;
        backend.manager().act(&(path_of("webhook-deliveries", &skipped) + "/resend")).gives(200).await;
        backend.do_effects().await;
        assert_eq!((receiver.hooks().len(), &delivery(&backend).await["state"]), (2, &json!("done")));
        backend.by(Role::Admin).delete(&path).gives(204).await;
        backend.manager().act(&(path_of("webhook-deliveries", &skipped) + "/resend")).gives(200).await;
        backend.do_effects().await;
        assert_eq!(delivery(&backend).await["error"], "the endpoint was deleted");
    })
    .await;
}

#[tokio::test]
async fn a_name_that_leads_into_a_private_network_later_is_not_followed() {
    on_each_engine(async |mut backend| {
        let receiver = Receiver::start(Mode::Answer(200)).await;
        endpoint(&backend, &receiver).await;
        // As if the name had led elsewhere when it was typed in.
        let port = receiver.url.rsplit_once(':').unwrap().1.to_owned();
        for url in
            [format!("http://localhost:{port}"), receiver.url.clone(), format!("http://[::ffff:127.0.0.1]:{port}")]
        {
            let changed = change!(backend.bench.db, |tx, url| {
                tx.execute("UPDATE webhook_endpoints SET url = ?", &[url.into()]).await
            });
            changed.await.unwrap();
            backend.webhooks.internal = InternalHosts::default();
            order(&backend).await;
            let failed = delivery(&backend).await;
            assert!(failed["error"].as_str().unwrap().contains("private network"), "{failed}");
        }
        assert!(receiver.hooks().is_empty());
        backend.webhooks = webhook::Settings {
            internal: InternalHosts::parse(&["localhost".into(), "127.0.0.1".into()]).unwrap(),
            ..backend.webhooks
        };
        wait(&backend, 10).await;
        assert_eq!(receiver.hooks().len(), 3);
    })
    .await;
}
