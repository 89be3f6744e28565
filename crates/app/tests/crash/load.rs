//! The load: clients that place, pay, give back and cancel, all the time, and remember what was acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::client::Client;

const CLIENTS: u64 = 12;
const CONTACTS: usize = 5;
/// Between two things that one client does.
const BREATH: Duration = Duration::from_millis(5);

/// What the server has said is done.
#[derive(Default)]
pub(crate) struct Acknowledged {
    pub(crate) orders: Vec<Done>,
    pub(crate) transactions: Vec<Done>,
    /// Ids of orders.
    pub(crate) cancelled: Vec<String>,
    /// Requests that were refused although nothing was wrong with them.
    pub(crate) refused: Vec<String>,
}

/// A request that was answered with 201.
pub(crate) struct Done {
    /// Its Idempotency-Key, which it also carries as its reference.
    pub(crate) key: String,
    pub(crate) id: String,
}

pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    clients: JoinSet<Acknowledged>,
}

impl Load {
    pub(crate) async fn start(client: &Client, seed: u64) -> Self {
        let mut contacts = Vec::new();
        for n in 0..CONTACTS {
            let name = format!("Épicerie {n}");
            let made = client
                .post(
                    "/contacts",
                    Some(&format!("contact-{n}")),
                    json!({ "name": name, "emails": [{ "address": format!("achats{n}@example.com") }] }),
                )
                .await;
            contacts.push(made.body["id"].as_str().expect("a contact").to_owned());
        }
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        for n in 0..CLIENTS {
            let mut buyer = Buyer {
                name: format!("client-{n}"),
                client: client.clone(),
                contacts: contacts.clone(),
                rng: StdRng::seed_from_u64(seed.wrapping_add(n)),
                done: Acknowledged::default(),
            };
            let stop = stop.clone();
            clients.spawn(async move {
                for n in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    buyer.buy(n).await;
                    tokio::time::sleep(BREATH).await;
                }
                buyer.done
            });
        }
        Self { stop, clients }
    }

    /// Each client finishes what it is at.
    pub(crate) async fn stop(self) -> Acknowledged {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Acknowledged::default();
        for one in self.clients.join_all().await {
            all.orders.extend(one.orders);
            all.transactions.extend(one.transactions);
            all.cancelled.extend(one.cancelled);
            all.refused.extend(one.refused);
        }
        all
    }
}

struct Buyer {
    name: String,
    client: Client,
    contacts: Vec<String>,
    rng: StdRng,
    done: Acknowledged,
}

impl Buyer {
    /// An order, and mostly something that follows it.
    async fn buy(&mut self, n: u32) {
        let key = format!("{}-{n}", self.name);
        let currency = if self.rng.random_bool(0.8) { "EUR" } else { "CHF" };
        let draft = self.rng.random_bool(0.1);
        let order = self.order(&key, currency, draft);
        let Some(id) = self.ask("/orders", &key, order).await else { return };
        self.done.orders.push(Done { key: key.clone(), id: id.clone() });
        if draft {
            self.move_to(&id, "confirm", "confirmed").await;
        }
        match self.rng.random_range(0..10) {
            0..=4 => self.pay(&key, &id, currency).await,
            5 => self.move_to(&id, "cancel", "cancelled").await,
            _ => {}
        }
    }

    fn order(&mut self, key: &str, currency: &str, draft: bool) -> Value {
        let contact = &self.contacts[self.rng.random_range(0..self.contacts.len())];
        json!({
            "contact_id": contact,
            "currency": currency,
            "place_as": if draft { "draft" } else { "confirmed" },
            "reference": key,
            "ordered_at": format!("2026-11-{:02}T10:00:00Z", self.rng.random_range(1..=3)),
            "lines": [
                { "description": "Comté 18 mois", "quantity": "2.5", "unit_price": self.rng.random_range(100..5000), "vat_rate": "5.5" },
                { "description": "Livraison", "quantity": "1", "unit_price": 990, "vat_rate": "20" },
            ],
        })
    }

    /// A payment, and now and then a part of it back.
    async fn pay(&mut self, key: &str, order: &str, currency: &str) {
        let amount = self.rng.random_range(100..5000);
        let day = format!("2026-11-{:02}", self.rng.random_range(1..=3));
        let mut moves = vec![("payment", amount)];
        if self.rng.random_bool(0.2) {
            moves.push(("refund", amount / 2));
        }
        for (kind, amount) in moves {
            let key = format!("{key}-{kind}");
            let transaction = json!({ "order_id": order, "kind": kind, "amount": amount, "currency": currency,
                                      "reference": key, "value_date": day });
            let Some(id) = self.ask("/transactions", &key, transaction).await else { return };
            self.done.transactions.push(Done { key, id });
        }
    }

    /// The id of what was made.
    async fn ask(&mut self, path: &str, key: &str, body: Value) -> Option<String> {
        let answer = self.client.post(path, Some(key), body).await;
        if answer.status != StatusCode::CREATED {
            self.done.refused.push(format!("{path} {key}: {} {}", answer.status, answer.body));
            return None;
        }
        Some(answer.body["id"].as_str().expect("what is made has an id").to_owned())
    }

    /// These have no key: where an answer was lost, the second one may say that the order is there already.
    async fn move_to(&mut self, order: &str, action: &str, state: &str) {
        let answer = self.client.post(&format!("/orders/{order}/{action}"), None, json!({})).await;
        let moved = answer.status == StatusCode::OK
            || answer.repeated && self.client.get(&format!("/orders/{order}")).await.body["state"] == state;
        if !moved {
            self.done.refused.push(format!("{action} {order}: {} {}", answer.status, answer.body));
        } else if state == "cancelled" {
            self.done.cancelled.push(order.to_owned());
        }
    }
}
