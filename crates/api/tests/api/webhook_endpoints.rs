//! Where webhooks are sent, and how they are signed.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::Role;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use testkit::{Hook, Mode, Receiver};

use crate::backend::{Backend, on_each_engine, settings};

/// Creates an endpoint; gives its path and its secret.
async fn create(backend: &Backend, receiver: &Receiver, event_types: &[&str]) -> (String, String) {
    let input = json!({ "url": receiver.url, "event_types": event_types });
    let created = backend.by(Role::Admin).create("/webhook-endpoints", input).await;
    let id = created["endpoint"]["id"].as_str().unwrap();
    (format!("/webhook-endpoints/{id}"), created["secret"].as_str().unwrap().to_owned())
}

/// Whether one of the signatures is what the specification's own library makes of it. (The clock of these tests stands still,
/// and `verify` looks at a real one: app/tests/app/webhooks.rs verifies.)
fn verified(hook: &Hook, secret: &str) -> bool {
    let timestamp = hook.header("webhook-timestamp").parse().unwrap();
    let right = Webhook::new(secret).unwrap().sign(hook.id(), timestamp, hook.body.as_bytes()).unwrap();
    hook.header("webhook-signature").split(' ').any(|signature| signature == right)
}

fn ids(hooks: &[Hook]) -> BTreeSet<String> {
    hooks.iter().map(|hook| hook.id().to_owned()).collect()
}

/// The ids of all events in the journal, of some types.
async fn journal(backend: &Backend, types: &[&str]) -> BTreeSet<String> {
    let events = backend.clerk().pages("/events?limit=200").await.concat();
    let wanted = events.iter().filter(|event| types.is_empty() || types.contains(&event["type"].as_str().unwrap()));
    wanted.map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_endpoint_gets_the_events_that_it_wants_signed_with_its_secret() {
    on_each_engine(async |backend| {
        let (all, orders) = (Receiver::start(Mode::Answer(200)).await, Receiver::start(Mode::Answer(204)).await);
        let (_, secret_of_all) = create(&backend, &all, &[]).await;
        let (_, secret_of_orders) = create(&backend, &orders, &["ORDER_CREATED", "ORDER_CREATED"]).await;
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        for _ in 0..12 {
            backend.bench.add_order(contact.id).await;
        }
        backend.do_effects().await;
        let (of_all, of_orders) = (all.take(), orders.take());
        assert_eq!((of_all.len(), of_orders.len()), (13, 12));
        assert_eq!(ids(&of_all), journal(&backend, &[]).await);
        assert_eq!(ids(&of_orders), journal(&backend, &["ORDER_CREATED"]).await);
        assert!(of_all.iter().all(|hook| verified(hook, &secret_of_all) && !verified(hook, &secret_of_orders)));
        assert!(of_orders.iter().all(|hook| verified(hook, &secret_of_orders)));
        // The body is the event as it stands in the journal.
        let hook = &of_orders[0];
        let event: Value = serde_json::from_str(&hook.body).unwrap();
        assert_eq!(event, backend.clerk().read(&format!("/events/{}", hook.id())).await);
        assert_eq!(hook.header("content-type"), "application/json");
        assert!(hook.header("user-agent").starts_with("Comptoir/"));
        let seconds = backend.bench.context.now().unix_millis() / 1000;
        assert_eq!(hook.header("webhook-timestamp"), seconds.to_string());
    })
    .await;
}

#[tokio::test]
async fn for_a_while_after_a_rotation_both_secrets_sign() {
    on_each_engine(async |backend| {
        let receiver = Receiver::start(Mode::Answer(200)).await;
        let (path, first) = create(&backend, &receiver, &[]).await;
        let rotate = format!("{path}/rotate-secret");
        let rotated = backend.by(Role::Admin).post(&rotate, json!({ "overlap_hours": 2 })).gives(200).await.body;
        let second = rotated["secret"].as_str().unwrap();
        assert_eq!(rotated["endpoint"]["previous_secret_until"], "2026-11-22T11:00:00.000000Z");
        let sign = async || {
            backend.bench.add_contact("Épicerie Dupré").await;
            backend.do_effects().await;
            receiver.take().remove(0)
        };
        let both = sign().await;
        assert_eq!(both.header("webhook-signature").split(' ').count(), 2);
        assert!(verified(&both, &first) && verified(&both, second));
        backend.pass_time(Duration::from_hours(2));
        let one = sign().await;
        assert!(!verified(&one, &first) && verified(&one, second));
        // At once, where the former secret is known to somebody else.
        let rotated = backend.by(Role::Admin).post(&rotate, json!({ "overlap_hours": 0 })).gives(200).await.body;
        let one = sign().await;
        assert!(!verified(&one, second) && verified(&one, rotated["secret"].as_str().unwrap()));
        backend
            .by(Role::Admin)
            .post(&rotate, json!({ "overlap_hours": 721 }))
            .invalid("overlap_hours", "bad_limit")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_test_and_a_replay_go_the_same_way() {
    on_each_engine(async |backend| {
        for _ in 0..3 {
            backend.bench.add_contact("Avant").await;
        }
        backend.pass_time(Duration::from_mins(1));
        let since = backend.bench.context.now();
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        for _ in 0..250 {
            backend.bench.add_order(contact.id).await;
        }
        backend.do_effects().await;
        backend.pass_time(Duration::from_mins(1));
        let receiver = Receiver::start(Mode::Answer(200)).await;
        let (path, secret) = create(&backend, &receiver, &["ORDER_CREATED", "CONTACT_CREATED"]).await;

        let sent = backend.manager().act(&format!("{path}/test")).gives(202).await.body;
        backend.do_effects().await;
        let hooks = receiver.take();
        let event: Value = serde_json::from_str(&hooks[0].body).unwrap();
        assert_eq!((hooks.len(), &event["type"], hooks[0].id()), (1, &json!("TEST"), event["id"].as_str().unwrap()));
        assert!(verified(&hooks[0], &secret));
        let detail = backend.clerk().read(&format!("/webhook-deliveries/{}", sent["id"].as_str().unwrap())).await;
        assert_eq!((&detail["state"], &detail["made"][0]["status"]), (&json!("done"), &json!(200)));

        let replay =
            backend.by(Role::Admin).post(&format!("{path}/replay"), json!({ "since": since })).gives(202).await.body;
        backend.do_effects().await;
        let hooks = receiver.take();
        let mut wanted = journal(&backend, &["ORDER_CREATED", "CONTACT_CREATED"]).await;
        wanted.retain(|id| id.as_str() >= domain::EventId::new(since.unix_millis(), 0).to_string().as_str());
        assert_eq!((hooks.len(), wanted.len()), (251, 251));
        assert_eq!(ids(&hooks), wanted);
        let detail = backend.clerk().read(&format!("/webhook-deliveries/{}", replay["id"].as_str().unwrap())).await;
        assert_eq!((&detail["state"], &detail["kind"]), (&json!("done"), &json!("replay")));
        let later = json!({ "since": "2027-01-01T00:00:00Z" });
        backend.by(Role::Admin).post(&format!("{path}/replay"), later).invalid("since", "in_the_future").await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_in_a_private_network_is_refused() {
    on_each_engine(async |backend| {
        let backend = backend
            .with_settings(api::Settings { internal_hosts: domain::InternalHosts::default(), ..settings() })
            .await;
        for (url, code) in [
            ("https://127.0.0.1/", "private_address"),
            ("https://10.0.0.7:8443/hook", "private_address"),
            ("https://[::1]/", "private_address"),
            ("https://169.254.169.254/latest/meta-data", "private_address"),
            // A name, which leads there.
            ("https://localhost/hook", "private_address"),
            ("https://no-such-host.invalid/hook", "unknown_host"),
            ("http://example.com/hook", "bad_url"),
            ("https://user:pass@example.com/hook", "bad_url"),
            ("erp", "bad_url"),
        ] {
            backend.by(Role::Admin).post("/webhook-endpoints", json!({ "url": url })).invalid("url", code).await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_is_edited_by_whoever_has_seen_its_last_version_and_its_secret_is_never_told_again() {
    on_each_engine(async |backend| {
        let receiver = Receiver::start(Mode::Answer(200)).await;
        let (path, secret) = create(&backend, &receiver, &["ORDER_CREATED"]).await;
        let input = json!({ "url": receiver.url, "description": "ERP", "active": false });
        let edited = backend.by(Role::Admin).put(&path, 1, &input).gives(200).await.body;
        assert_eq!(
            (&edited["state"], &edited["version"], &edited["event_types"]),
            (&json!("disabled"), &json!(2), &json!([]))
        );
        backend.by(Role::Admin).put(&path, 1, &input).refused(412, "stale").await;
        assert_eq!(backend.manager().read(&path).await, edited);
        assert_eq!(backend.manager().read("/webhook-endpoints").await["items"], json!([edited]));
        let kept = format!("{:?}", backend.everything().await);
        let raw = secret.strip_prefix("whsec_").unwrap();
        assert!(!kept.contains(raw), "the secret lies in the database as it is");
        backend.by(Role::Admin).delete(&path).gives(204).await;
        backend.manager().get(&path).refused(404, "not_found").await;
        let log = backend.by(Role::Admin).read("/security-log").await;
        let kinds: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|entry| &entry["kind"]).take(3).collect();
        assert_eq!(kinds, ["webhook_endpoint_deleted", "webhook_endpoint_changed", "webhook_endpoint_added"]);
    })
    .await;
}
