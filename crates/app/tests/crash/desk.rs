//! The desk of dead letters: messages that nobody can understand, and a person who sends them again and again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::EventId;
use reqwest::StatusCode;
use serde_json::{Value, json};
use store::{Db, outbox};
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::site::Site;

const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Puts messages on their way that can only end on the desk; their ids.
pub(crate) async fn poison(site: &Site, db: &Db, many: usize) -> BTreeSet<String> {
    let ids: BTreeSet<String> = (0..many).map(|_| site.context.id(EventId::new).to_string()).collect();
    let input = (ids.clone(), site.context.now());
    let written = db.write(input, |tx, (ids, now)| {
        Box::pin(async move {
            for id in ids {
                outbox::insert(tx, id, "ORDER_CREATED", Some("{ not JSON"), *now).await?;
            }
            Ok::<_, store::Error>(())
        })
    });
    written.await.expect("the outbox takes messages");
    ids
}

/// Somebody who redrives whatever lies on the desk.
pub(crate) struct Person {
    stop: Arc<AtomicBool>,
    at_work: JoinHandle<Vec<String>>,
}

impl Person {
    pub(crate) fn start(client: Client) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let at_work = tokio::spawn({
            let stop = stop.clone();
            async move {
                let mut redriven = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    for id in open_letters(&client).await {
                        let answer = client.post(&format!("/dead-letters/{id}/redrive"), None, json!({})).await;
                        // Otherwise it was redriven before, and the answer was lost.
                        if answer.status == StatusCode::OK {
                            redriven.push(id);
                        }
                    }
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                redriven
            }
        });
        Self { stop, at_work }
    }

    /// Ids of the letters whose redrive was acknowledged.
    pub(crate) async fn stop(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.at_work.await.expect("the person stays well")
    }
}

async fn open_letters(client: &Client) -> Vec<String> {
    let page = client.get("/dead-letters?state=open").await.body;
    let items = page["items"].as_array().cloned().unwrap_or_default();
    items.iter().filter_map(|letter| letter["id"].as_str()).map(str::to_owned).collect()
}

/// Somebody who finds out what each letter was meant to say, and redrives it so: that a contact was looked at again. Says how
/// many.
pub(crate) async fn mend(client: &Client, site: &Site) -> usize {
    let letters = client.get("/dead-letters?state=open&limit=200").await.body["items"].as_array().cloned();
    let letters = letters.unwrap_or_default();
    for (n, letter) in letters.iter().enumerate() {
        let made = client.post("/contacts", None, json!({ "name": format!("Mended {n}") })).await.body;
        let event = json!({
            "specversion": "1.0",
            "id": letter["message_id"],
            "source": "/comptoir",
            "type": "CONTACT_UPDATED",
            "subject": made["id"],
            "time": site.context.now(),
            "datacontenttype": "application/json",
            "sequence": 2,
            "actor": "system:test",
            "data": { "contact": made, "before": made },
        });
        let path = format!("/dead-letters/{}/redrive", letter["id"].as_str().unwrap_or_default());
        let nonsense = client.post(&path, None, json!({ "body": { "type": "CONTACT_UPDATED" } })).await;
        assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nonsense.body);
        let answer = client.post(&path, None, json!({ "body": event })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
    letters.len()
}

/// The messages whose letters are open, as the API tells it.
pub(crate) async fn open_messages(client: &Client) -> Vec<String> {
    let page = client.get("/dead-letters?state=open&limit=200").await.body;
    let message = |letter: &Value| letter["message_id"].as_str().unwrap_or("").to_owned();
    page["items"].as_array().map(|items| items.iter().map(message).collect()).unwrap_or_default()
}
