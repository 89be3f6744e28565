//! What the former release has hashed, sealed or left half done is still good: passwords, keys, a second factor, the secret of a
//! webhook, orders whose effects were under way.

use serde_json::{Value, json};
use standardwebhooks::Webhook;
use testkit::{Mode, Receiver};
use totp_rs::{Builder, Secret};

use crate::api_client::ApiClient;
use crate::place::{Place, until};
use crate::program::Program;
use crate::release::Release;

pub(crate) async fn can_be_read(release: &Release, place: &Place) {
    let receiver = Receiver::start(Mode::Answer(200)).await;
    let service = place.start(&Program::present(), "up").await;
    let admin = service.client().signed_in(release).await;
    let machine = service.client().with_token(release.text("/api_key"));
    assert!(machine.get("/orders").await["items"].as_array().is_some_and(|orders| !orders.is_empty()));
    second_factor(release, &service.client()).await;
    webhook(release, &admin, &receiver).await;
    under_way(release, &admin, place).await;
    service.stop().await;
}

/// By a code of the sealed secret, then by a code for emergencies.
async fn second_factor(release: &Release, client: &ApiClient) {
    let secret = Secret::try_from_base32(release.text("/second_factor/secret")).expect("a secret");
    let app = Builder::new().with_secret(secret).build().expect("an authenticator");
    let now = store::Context::system().now().as_micros() / 1_000_000;
    let code = app.generate(u64::try_from(now).expect("after 1970")).to_string();
    for code in [code.as_str(), release.text("/second_factor/recovery_code")] {
        let email = release.text("/second_factor/email");
        let credentials = json!({ "email": email, "password": release.text("/password"), "code": code });
        client.made("/sessions", "", credentials).await;
    }
}

/// The endpoint gets a new address, and signs by the secret that its owner was told then.
async fn webhook(release: &Release, admin: &ApiClient, receiver: &Receiver) {
    point_webhooks_at(release, admin, receiver).await;
    let name = "Né après la mise à jour";
    let contact = admin.made("/contacts", "", json!({ "name": name })).await;
    let id = contact["id"].as_str().expect("an id").to_owned();
    let of_contact = || receiver.hooks().into_iter().find(|hook| hook.body.contains(&id));
    until("the webhook comes", async || of_contact().is_some()).await;
    let hook = of_contact().expect("it came");
    let verifier = Webhook::new(release.text("/webhook/secret")).expect("a secret");
    verifier.verify(hook.body.as_bytes(), &hook.headers).expect("signed by the secret of then");
}

/// From now on.
pub(crate) async fn point_webhooks_at(release: &Release, admin: &ApiClient, receiver: &Receiver) {
    let path = format!("/webhook-endpoints/{}", release.text("/webhook/endpoint"));
    let version = &admin.get(&path).await["version"];
    admin.put(&path, version, json!({ "url": receiver.url, "active": true })).await;
}

/// What the former release had not yet told anybody is told now.
async fn under_way(release: &Release, admin: &ApiClient, place: &Place) {
    place.quiet().await;
    let orders = release.known["under_way"].as_array().expect("orders");
    assert!(!orders.is_empty());
    for order in orders.iter().filter_map(Value::as_str) {
        let timeline = admin.get(&format!("/orders/{order}/timeline")).await;
        assert_eq!(timeline["items"].as_array().map(Vec::len), Some(1), "{timeline}");
    }
}
