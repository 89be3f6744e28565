//! The storm: many orders, and much that goes wrong outside: one message in a hundred that nobody can understand, a mail server
//! that puts off one mail in five, a receiver of webhooks that answers 500 and one that does not answer at all. Whoever is well
//! must not notice; what failed must arrive in the end, or lie on the desk until a person has mended it.
//!
//! `COMPTOIR_STORM_ORDERS` says how many orders (200), `COMPTOIR_STORM_RATE` how many a second (100). `make storm` runs it with a
//! release build and 5,000 orders; the times that it prints mean something only there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, Instant};

use domain::{Event, EventType, Timestamp};
use serde::de::IgnoredAny;
use serde_json::json;
use testkit::{Mode, Receiver};
use tokio::task::JoinSet;

use crate::books::Books;
use crate::client::Client;
use crate::desk;
use crate::process::{Part, Process};
use crate::run::quiet;
use crate::site::{Site, Topology};

/// How long everything may take to come to rest.
const REST: Duration = Duration::from_mins(4);

struct Storm {
    topology: Topology,
    orders: usize,
    rate: usize,
    /// Without it, only those are there who are well.
    trouble: bool,
}

/// What came of it.
struct Outcome {
    /// From an event to the healthy receiver.
    webhooks: Latency,
    /// From an event to the mail server, of the mails that it took at once.
    mails: Latency,
    seconds: f64,
    mended: usize,
}

/// Milliseconds.
struct Latency {
    median: u128,
    p99: u128,
    worst: u128,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_well_does_not_notice_the_storm_and_nothing_is_lost_in_it() {
    let _machine = crate::MACHINE.lock().await;
    let number = |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"));
    let (orders, rate) = (number("COMPTOIR_STORM_ORDERS", 200), number("COMPTOIR_STORM_RATE", 100));
    for topology in Topology::all().into_iter().filter(|topology| *topology != Topology::MariaDb) {
        let calm = Storm { topology, orders, rate, trouble: false }.run().await;
        let storm = Storm { topology, orders, rate, trouble: true }.run().await;
        let name = topology.name();
        println!(
            "{name}: {orders} orders at {rate}/s, {:.1} s and {:.1} s until all was done",
            calm.seconds, storm.seconds
        );
        println!("{name}: {} messages mended on the desk", storm.mended);
        for (weather, Outcome { webhooks, mails, .. }) in [("calm", calm), ("storm", storm)] {
            println!("{name}: {weather}: event → healthy receiver: {webhooks}; → mail server: {mails}");
        }
    }
}

impl Storm {
    async fn run(&self) -> Outcome {
        let site = Site::prepare(self.topology, None).await;
        let db = site.open_database().await;
        let (failing, hanging) = (Receiver::start(Mode::Answer(500)).await, Receiver::start(Mode::Hang).await);
        if self.trouble {
            site.mailbox.refuse_one_in(5);
            site.add_endpoint(&failing).await;
            site.add_endpoint(&hanging).await;
        }
        let parts: &[Part] = if self.topology == Topology::Sqlite { &[Part::Up] } else { &[Part::Serve, Part::Work] };
        let running: Vec<Process> = parts.iter().map(|part| Process::start(&site, *part, None)).collect();
        let client = Client::sign_in(&site).await;
        let begun = Instant::now();
        let poison = if self.trouble { desk::poison(&site, &db, self.orders / 100).await } else { BTreeSet::new() };
        self.place(&client).await;
        failing.set(Mode::Answer(200));
        hanging.set(Mode::Answer(200));
        quiet(&site, &db, REST).await.expect("all comes to rest");
        let seconds = begun.elapsed().as_secs_f64();

        let open: BTreeSet<String> = desk::open_messages(&client).await.into_iter().collect();
        assert_eq!(open, poison, "on the desk lies what nobody can understand, and nothing else");
        let mended = desk::mend(&client, &site).await;
        quiet(&site, &db, REST).await.expect("what was mended comes to rest too");
        assert!(desk::open_messages(&client).await.is_empty());

        let books = Books::read(&db).await;
        let told: BTreeSet<String> = books.events.iter().map(|event| event.id.clone()).collect();
        assert!(told.is_superset(&poison), "what was mended is in the journal");
        let receivers = if self.trouble { vec![&site.receiver, &failing, &hanging] } else { vec![&site.receiver] };
        for receiver in receivers {
            assert_eq!(accepted(receiver), told, "each receiver has accepted each event");
        }
        let stuck: Vec<_> =
            books.deliveries.iter().filter(|delivery| delivery.state != "done").map(|d| &d.id).collect();
        assert!(stuck.is_empty(), "{stuck:?}");
        let (webhooks, mails) = (latency_of_webhooks(&site.receiver), latency_of_mails(&site, &books));
        drop(running);
        site.clear().await;
        Outcome { webhooks, mails, seconds, mended }
    }

    /// So many a second, whether they are answered or not.
    async fn place(&self, client: &Client) {
        let made = client
            .post(
                "/contacts",
                Some("contact"),
                json!({ "name": "Épicerie Dupré", "emails": [{ "address": "achats@example.com" }] }),
            )
            .await;
        let contact = made.body["id"].as_str().expect("a contact").to_owned();
        let mut placing = JoinSet::new();
        let mut clock =
            tokio::time::interval(Duration::from_secs_f64(1.0 / f64::from(u32::try_from(self.rate).unwrap_or(1))));
        for n in 0..self.orders {
            clock.tick().await;
            let (client, order) = (client.clone(), order(&contact, n));
            placing.spawn(async move { client.post("/orders", Some(&format!("order-{n}")), order).await.status });
        }
        for status in placing.join_all().await {
            assert_eq!(status.as_u16(), 201);
        }
    }
}

fn order(contact: &str, n: usize) -> serde_json::Value {
    json!({
        "contact_id": contact,
        "currency": "EUR",
        "place_as": "confirmed",
        "reference": format!("order-{n}"),
        "lines": [
            { "description": "Comté 18 mois", "quantity": "2.5", "unit_price": 1290, "vat_rate": "5.5" },
            { "description": "Livraison", "quantity": "1", "unit_price": 990, "vat_rate": "20" },
        ],
    })
}

/// The events that a receiver has answered 200 to.
fn accepted(receiver: &Receiver) -> BTreeSet<String> {
    receiver.hooks().iter().filter(|hook| hook.status == 200).map(|hook| hook.id().to_owned()).collect()
}

/// From each event to its first arrival.
fn latency_of_webhooks(receiver: &Receiver) -> Latency {
    let mut seen = BTreeSet::new();
    let mut waits = Vec::new();
    for hook in receiver.hooks() {
        let event: Event<IgnoredAny> = serde_json::from_str(&hook.body).expect("an event");
        // What a person has mended came when the person did.
        if seen.insert(hook.id().to_owned()) && event.event_type == EventType::OrderCreated {
            waits.push(hook.at.since(event.time));
        }
    }
    Latency::of(waits)
}

fn latency_of_mails(site: &Site, books: &Books) -> Latency {
    let times: BTreeMap<&str, Timestamp> = books.events.iter().map(|event| (event.id.as_str(), event.at)).collect();
    let mails = books.deliveries.iter().filter_map(|delivery| Some((delivery.message_id.as_deref()?, &delivery.event)));
    let asked: BTreeMap<&str, Timestamp> = mails.map(|(id, event)| (id, times[event.as_str()])).collect();
    let mut waits = BTreeMap::new();
    let mut put_off = BTreeSet::new();
    for mail in site.mailbox.mails() {
        let id = mail.id.trim_matches(['<', '>']).to_owned();
        if mail.taken {
            waits.insert(id.clone(), mail.at.since(asked[id.as_str()]));
        } else {
            put_off.insert(id);
        }
    }
    Latency::of(waits.into_iter().filter(|(id, _)| !put_off.contains(id)).map(|(_, wait)| wait).collect())
}

impl Latency {
    fn of(mut waits: Vec<Duration>) -> Self {
        waits.sort_unstable();
        let at = |share: usize| waits[(waits.len() * share / 100).min(waits.len() - 1)].as_millis();
        Self { median: at(50), p99: at(99), worst: at(100) }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "median {} ms, p99 {} ms, worst {} ms", self.median, self.p99, self.worst)
    }
}
