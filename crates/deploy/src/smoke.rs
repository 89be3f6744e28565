//! The smoke test, through the public URL. A synthetic user signs in and places an order for a synthetic contact; a worker writes
//! its timeline; the order is cancelled and the contact archived. The contact has no address and wants no
//! mail, so nobody outside is written to. Webhooks tell of it; receivers know it by its tag.

use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::Secret;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::output::report;
use super::problem::{Outcome, Problem};

/// Name of the Secret with the synthetic user's EMAIL and PASSWORD.
const USER_SECRET: &str = "smoke-user";
/// The tag of the test's contact and orders.
const TAG: &str = "smoke-test";
/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a load balancer may take to find new pods, and a worker to apply an effect.
const SETTLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Pause between two attempts.
const STEP: Duration = Duration::from_millis(500);

/// The smoke test of one deployment.
pub(crate) struct SmokeTest {
    /// The public URL; without one (overlays/local) nothing is tested.
    url: Option<String>,
    /// The synthetic user; none before the first deployment: then only what needs no user is tested.
    user: Option<User>,
    client: Client,
}

struct User {
    email: String,
    password: String,
}

impl SmokeTest {
    /// Reads the synthetic user's credentials.
    ///
    /// # Errors
    ///
    /// When there is no synthetic user although this is not the first deployment.
    pub(crate) async fn prepare(cluster: &Cluster, url: Option<String>, first: bool) -> Outcome<Self> {
        let user = match cluster.secret(USER_SECRET).await? {
            Some(secret) => Some(User { email: value(&secret, "EMAIL")?, password: value(&secret, "PASSWORD")? }),
            None if first || url.is_none() => None,
            None => {
                return Err(Problem::Usage(format!(
                    "no synthetic user: the smoke test signs in as the one in Secret/{USER_SECRET} (EMAIL, PASSWORD); docs/operations.md, \
                 \"The synthetic user\", says how to make it"
                )));
            }
        };
        let client = Client::builder().timeout(REQUEST_TIMEOUT).redirect(reqwest::redirect::Policy::none()).build();
        let client = client.map_err(|error| Problem::Usage(format!("no HTTP client: {error}")))?;
        Ok(Self { url: url.map(|url| url.trim_end_matches('/').to_owned()), user, client })
    }

    pub(crate) async fn run(&self) -> Outcome<()> {
        let Some(url) = &self.url else {
            report("smoke test: NOT RUN, there is no public address (no Ingress, no --url)");
            return Ok(());
        };
        for path in ["/healthz", "/"] {
            self.answers(url, path).await?;
        }
        let Some(user) = &self.user else {
            // The one path of the API that is open to everybody.
            self.answers(url, "/api/v1/setup").await?;
            report(&format!(
                "smoke test: {url} answers; signing in was not tried, for want of Secret/{USER_SECRET}. Make it before the next deployment."
            ));
            return Ok(());
        };
        let begun = Instant::now();
        let session = Session::sign_in(&self.client, url, user).await?;
        let contact = session.find_or_create_contact().await?;
        let ordered = session.place_and_cancel_order(&contact).await;
        // Whatever came of the order: nothing stays in the way of people.
        let cleaned = session.clean_up(&contact).await;
        let seconds = ordered?;
        cleaned?;
        session.request(Method::DELETE, "/sessions/current", None, None).await?;
        report(&format!(
            "smoke test: signed in at {url}, placed an order, its effect was there after {seconds:.1} s, cleaned up; {:.1} s in all",
            begun.elapsed().as_secs_f32()
        ));
        Ok(())
    }

    /// Waits until a path answers: a load balancer may need a moment to find new pods.
    async fn answers(&self, url: &str, path: &str) -> Outcome<()> {
        let (address, begun) = (format!("{url}{path}"), Instant::now());
        loop {
            let why = match self.client.get(&address).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => format!("answers {}", answer.status()),
                Err(error) => format!("does not answer: {}", causes(&error)),
            };
            if begun.elapsed() > SETTLE_TIMEOUT {
                return Err(Problem::Failed(format!("smoke test: {address} {why}")));
            }
            tokio::time::sleep(STEP).await;
        }
    }
}

struct Session<'s> {
    client: &'s Client,
    url: &'s str,
    token: String,
}

/// A response's body and `ETag`.
struct Answer {
    body: Value,
    etag: Option<String>,
}

impl<'s> Session<'s> {
    async fn sign_in(client: &'s Client, url: &'s str, user: &User) -> Outcome<Self> {
        let mut session = Self { client, url, token: String::new() };
        let credentials = json!({"email": user.email, "password": user.password});
        let answer = session.request(Method::POST, "/sessions", Some(credentials), None).await?;
        session.token = text(&answer.body, "access_token")?;
        Ok(session)
    }

    /// Returns the test's contact, restored or created. It is the same each time, so that lists do not fill with them.
    async fn find_or_create_contact(&self) -> Outcome<String> {
        let found = self.request(Method::GET, &format!("/contacts?tag={TAG}&limit=1"), None, None).await?;
        let Some(contact) = found.body.pointer("/items/0") else {
            let contact = json!({"name": "Deployment smoke test", "tags": [TAG], "mail_opt_out": true});
            return text(&self.request(Method::POST, "/contacts", Some(contact), None).await?.body, "id");
        };
        let id = text(contact, "id")?;
        if contact["state"] == "archived" {
            self.contact_action(&id, "restore").await?;
        }
        Ok(id)
    }

    /// Places an order, cancels it, and returns the seconds until the first effect was there.
    async fn place_and_cancel_order(&self, contact: &str) -> Outcome<f32> {
        let line = json!({"description": "Smoke test", "quantity": "1", "unit_price": 100, "vat_rate": "20"});
        let order = json!({"contact_id": contact, "tags": [TAG], "lines": [line]});
        let begun = Instant::now();
        let id = text(&self.request(Method::POST, "/orders", Some(order), None).await?.body, "id")?;
        self.wait_for_effect(&id, "ORDER_CREATED").await?;
        let seconds = begun.elapsed().as_secs_f32();
        self.cancel(&id).await?;
        self.wait_for_effect(&id, "ORDER_CANCELLED").await?;
        Ok(seconds)
    }

    /// Waits until a worker has written an event to the order's timeline.
    async fn wait_for_effect(&self, order: &str, event: &str) -> Outcome<()> {
        let begun = Instant::now();
        while begun.elapsed() < SETTLE_TIMEOUT {
            let page = self.request(Method::GET, &format!("/orders/{order}/timeline"), None, None).await?;
            let entries = page.body["items"].as_array().into_iter().flatten();
            if entries.into_iter().any(|entry| entry["event_type"] == event) {
                return Ok(());
            }
            tokio::time::sleep(STEP).await;
        }
        let seconds = SETTLE_TIMEOUT.as_secs();
        Err(Problem::Failed(format!(
            "smoke test: no effect of {event} after {seconds} s: do the workers run? (order {order})"
        )))
    }

    /// Cancels open orders, also those of an earlier test that was killed, and archives the contact.
    async fn clean_up(&self, contact: &str) -> Outcome<()> {
        let open = format!("/orders?contact_id={contact}&state=draft,confirmed&limit=200");
        let open = self.request(Method::GET, &open, None, None).await?;
        for order in open.body["items"].as_array().into_iter().flatten() {
            self.cancel(&text(order, "id")?).await?;
        }
        self.contact_action(contact, "archive").await
    }

    async fn cancel(&self, order: &str) -> Outcome<()> {
        self.request(Method::POST, &format!("/orders/{order}/cancel"), None, None).await.map(drop)
    }

    async fn contact_action(&self, id: &str, action: &str) -> Outcome<()> {
        let read = self.request(Method::GET, &format!("/contacts/{id}"), None, None).await?;
        self.request(Method::POST, &format!("/contacts/{id}/{action}"), None, read.etag.as_deref()).await.map(drop)
    }

    async fn request(&self, method: Method, path: &str, body: Option<Value>, etag: Option<&str>) -> Outcome<Answer> {
        let failed = |why: String| Problem::Failed(format!("smoke test: {method} {path} {why}"));
        let mut request = self.client.request(method.clone(), format!("{}/api/v1{path}", self.url));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(etag) = etag {
            request = request.header("If-Match", etag);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|error| failed(format!("has no answer: {}", causes(&error))))?;
        let (status, etag) = (answer.status(), answer.headers().get("etag").and_then(|etag| etag.to_str().ok()));
        let etag = etag.map(str::to_owned);
        let text = answer.text().await.map_err(|error| failed(format!("breaks off: {}", causes(&error))))?;
        if !status.is_success() {
            let text: String = text.chars().take(300).collect();
            return Err(failed(format!("answers {status}: {text}")));
        }
        let body = if status == StatusCode::NO_CONTENT { Ok(Value::Null) } else { serde_json::from_str(&text) };
        Ok(Answer { body: body.map_err(|error| failed(format!("answers no JSON: {error}")))?, etag })
    }
}

fn text(body: &Value, field: &str) -> Outcome<String> {
    let found = body.get(field).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| Problem::Failed(format!("smoke test: an answer has no {field}")))
}

fn value(secret: &Secret, key: &str) -> Outcome<String> {
    let found = secret.data.as_ref().and_then(|data| data.get(key)).map(|bytes| bytes.0.clone());
    let text = found.and_then(|bytes| String::from_utf8(bytes).ok()).map(|text| text.trim().to_owned());
    text.filter(|text| !text.is_empty()).ok_or_else(|| Problem::Usage(format!("Secret/{USER_SECRET} has no {key}")))
}

/// An error with its chain of causes: "error sending request" alone helps nobody.
fn causes(error: &reqwest::Error) -> String {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    message
}
