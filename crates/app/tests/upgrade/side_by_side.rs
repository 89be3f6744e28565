//! The former release's program and this one on the same tables.
//!
//! Where a release is rolled out, both serve and both work at once. On SQLite, whose file is one machine's, they take turns: the
//! former, this one, and the former again, as after a roll-back.

use std::fmt;

use serde_json::{Value, json};
use testkit::{Bench, Engine, Mode, Receiver};

use crate::api_client::ApiClient;
use crate::books::Totals;
use crate::place::Place;
use crate::program::Program;
use crate::release::Release;
use crate::secrets::point_webhooks_at;

/// Through each program.
const ORDERS: usize = 20;

/// The changes that were acknowledged to the client.
#[derive(Default)]
pub(crate) struct Done {
    orders: Vec<i64>,
    payments: Vec<i64>,
}

pub(crate) async fn work(former: &Program, release: &Release, bench: &Bench, place: &Place) -> Done {
    let present = Program::present();
    // What the release had left under way is done, so that the sums hold from here on.
    let receiver = Receiver::start(Mode::Answer(200)).await;
    let service = place.start(&present, "up").await;
    let admin = service.client().signed_in(release).await;
    point_webhooks_at(release, &admin, &receiver).await;
    place.quiet().await;
    service.stop().await;
    drop(receiver.take());
    let before = Totals::read(&bench.db).await;

    let done = match bench.engine {
        Engine::MySql => at_once(former, &present, release, place).await,
        Engine::Sqlite => in_turns([former, &present, former], release, place).await,
    };

    let after = Totals::read(&bench.db).await;
    assert_eq!(after, before + Totals::of(&done.orders, &done.payments), "what was acknowledged, and nothing else");
    told_once(&receiver, &done);
    for program in [former, &present] {
        place.finds_nothing_to_mend(program);
    }
    done
}

/// Two backends and two workers; each order is entered through one program and paid through the other.
async fn at_once(former: &Program, present: &Program, release: &Release, place: &Place) -> Done {
    let services = [
        place.start(former, "serve").await,
        place.start(present, "serve").await,
        place.start(former, "work").await,
        place.start(present, "work").await,
    ];
    let old = services[0].client().signed_in(release).await;
    let new = services[1].client().signed_in(release).await;
    let (mut done, more) = tokio::join!(trade("old", &old, &new, release), trade("new", &new, &old, release));
    done.add(more);
    place.quiet().await;
    for service in services {
        service.stop().await;
    }
    done
}

async fn in_turns(programs: [&Program; 3], release: &Release, place: &Place) -> Done {
    let mut done = Done::default();
    for (turn, program) in programs.iter().enumerate() {
        let service = place.start(program, "up").await;
        let client = service.client().signed_in(release).await;
        done.add(trade(&format!("turn-{turn}"), &client, &client, release).await);
        place.quiet().await;
        service.stop().await;
    }
    done
}

/// Orders through one client, their payments through another. What one program has answered, the other answers again to the same key.
async fn trade(name: &str, here: &ApiClient, there: &ApiClient, release: &Release) -> Done {
    let mut done = Done::default();
    for n in 0..ORDERS {
        let key = format!("{name}-{n}");
        let line =
            json!({ "description": "Comté 18 mois", "quantity": "2.5", "unit_price": 1290 + n, "vat_rate": "5.5" });
        let body = json!({ "contact_id": release.text("/contact"), "currency": "EUR", "reference": key, "lines": [line],
                           "ordered_at": "2026-11-21T10:00:00Z" });
        let order = here.made("/orders", &key, body.clone()).await;
        assert_eq!(order, there.made("/orders", &key, body).await, "the same key, the same order");
        let amount = 500 + i64::try_from(n).expect("few");
        let payment = json!({ "order_id": order["id"], "kind": "payment", "amount": amount, "currency": "EUR" });
        there.made("/transactions", &format!("{key}-payment"), payment).await;
        let seen = here.get(&format!("/orders/{}", id(&order))).await;
        assert_eq!(seen["received"], amount, "what is paid there is seen here");
        done.orders.push(order["total"].as_i64().expect("a total"));
        done.payments.push(amount);
    }
    done
}

fn id(made: &Value) -> &str {
    made["id"].as_str().expect("an id")
}

/// Each event left once: whichever worker took it, nobody died.
fn told_once(receiver: &Receiver, done: &Done) {
    let mut ids: Vec<String> = receiver.hooks().iter().map(|hook| hook.id().to_owned()).collect();
    let came = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!((came, ids.len()), (done.events(), done.events()), "webhooks that came, and different ones");
}

impl Done {
    fn add(&mut self, more: Self) {
        self.orders.extend(more.orders);
        self.payments.extend(more.payments);
    }

    fn events(&self) -> usize {
        self.orders.len() + self.payments.len()
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |of: &[i64]| of.iter().sum::<i64>();
        let (orders, payments) = (self.orders.len(), self.payments.len());
        let (total, paid) = (sum(&self.orders), sum(&self.payments));
        write!(f, "{orders} orders of {total} and {payments} payments of {paid} in cents, each told once")
    }
}
