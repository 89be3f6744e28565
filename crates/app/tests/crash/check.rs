//! The check: what was acknowledged, what is in the database and what the API says must be one and the same. Gives a list of
//! what is not, each with the ids to look for.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::{Books, Told};
use crate::client::Client;
use crate::desk;
use crate::load::{Acknowledged, Done};
use crate::site::Site;

/// Orders that are also asked for over HTTP.
const SAMPLE: usize = 25;

/// What must be true after the run, beside what is in the database.
pub(crate) struct Expected {
    pub(crate) acknowledged: Acknowledged,
    /// Message ids that must lie on the desk.
    pub(crate) poison: BTreeSet<String>,
    /// Letters whose redrive was acknowledged.
    pub(crate) redriven: Vec<String>,
    /// Ids of the webhooks that came, each as often as it came.
    pub(crate) webhooks: Vec<String>,
    /// `Message-ID`s of the mails that came, likewise.
    pub(crate) mails: Vec<String>,
}

impl Expected {
    /// Where nobody died and nothing was poisoned: what was acknowledged, and what came of it.
    pub(crate) fn undisturbed(site: &Site, acknowledged: Acknowledged) -> Self {
        let (webhooks, mails) = (site.webhooks(), site.mails());
        Self { acknowledged, poison: BTreeSet::new(), redriven: Vec::new(), webhooks, mails }
    }
}

pub(crate) fn check(books: &Books, expected: &Expected) -> Vec<String> {
    let mut violations = Vec::new();
    let acknowledged = &expected.acknowledged;
    violations.extend(acknowledged.refused.iter().map(|why| format!("refused: {why}")));
    let orders = books.orders.iter().map(|order| (order.reference.as_str(), order.id.as_str()));
    once("order", &acknowledged.orders, orders, &mut violations);
    let transactions = books.transactions.iter().map(|made| (made.reference.as_str(), made.id.as_str()));
    once("transaction", &acknowledged.transactions, transactions, &mut violations);
    journal(books, &acknowledged.cancelled, &mut violations);
    timeline(books, &mut violations);
    figures(books, &mut violations);
    letters(books, expected, &mut violations);
    deliveries(books, expected, &mut violations);
    violations
}

/// Each acknowledged request made one row, and no row came from anything else: every client asked until it was answered.
fn once<'b>(
    what: &str,
    acknowledged: &[Done],
    rows: impl Iterator<Item = (&'b str, &'b str)>,
    violations: &mut Vec<String>,
) {
    let mut made: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, id) in rows {
        made.entry(key).or_default().push(id);
    }
    for Done { key, id } in acknowledged {
        match made.remove(key.as_str()).as_deref() {
            Some([only]) if only == id => {}
            None => violations.push(format!("lost: {what} {id} ({key}) was acknowledged and is not there")),
            Some(others) => {
                violations.push(format!("doubled: {what} {id} ({key}) was acknowledged, there are {others:?}"));
            }
        }
    }
    for (key, ids) in made {
        violations.push(format!("unasked: {what} {ids:?} ({key}) was never acknowledged"));
    }
}

/// One event for each thing that happened.
fn journal(books: &Books, cancelled: &[String], violations: &mut Vec<String>) {
    let mut told: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for event in &books.events {
        *told.entry((&event.subject, &event.event_type)).or_default() += 1;
    }
    let mut expect = |subject: &str, event_type: &str| match told.get(&(subject, event_type)).copied().unwrap_or(0) {
        1 => {}
        0 => violations.push(format!("lost: {subject} has no {event_type} in the journal")),
        n => violations.push(format!("doubled: {subject} has {n} {event_type} in the journal")),
    };
    for order in &books.orders {
        expect(&order.id, "ORDER_CREATED");
    }
    for transaction in &books.transactions {
        expect(&transaction.id, "TRANSACTION_PROCESSED");
    }
    for id in cancelled {
        expect(id, "ORDER_CANCELLED");
    }
    let mut received: BTreeMap<&str, i64> = BTreeMap::new();
    for payment in books.transactions.iter().filter(|made| made.kind == "payment") {
        *received.entry(&payment.order).or_default() += payment.amount;
    }
    for order in &books.orders {
        let sum = received.get(order.id.as_str()).copied().unwrap_or(0);
        if order.received != sum {
            violations.push(format!("money: order {} says {} received, its payments {sum}", order.id, order.received));
        }
        if cancelled.contains(&order.id) != (order.state == "cancelled") {
            violations.push(format!("state: order {} is {}", order.id, order.state));
        }
    }
}

/// One entry of each event on each timeline that it belongs to.
fn timeline(books: &Books, violations: &mut Vec<String>) {
    let mut unexplained = books.timeline.clone();
    for event in &books.events {
        for subject in subjects(event) {
            if !unexplained.remove(&(subject.clone(), event.id.clone())) {
                let Told { id, event_type, .. } = event;
                violations.push(format!("lost: {event_type} {id} is not on the timeline of {subject}"));
            }
        }
    }
    for (subject, event) in unexplained {
        violations.push(format!("unasked: the timeline of {subject} has an entry of {event}"));
    }
}

/// Whom an event is about, by the rules of the timeline.
fn subjects(event: &Told) -> Vec<String> {
    let text = |path: &str| event.body.pointer(path).and_then(|text| text.as_str()).unwrap_or("?").to_owned();
    match event.event_type.split('_').next() {
        Some("ORDER") => vec![event.subject.clone(), text("/data/order/contact_id")],
        Some("TRANSACTION") => vec![text("/data/transaction/order_id"), text("/data/contact_id")],
        // They are read in the journal.
        Some("SETTINGS") => Vec::new(),
        _ => vec![event.subject.clone()],
    }
}

fn figures(books: &Books, violations: &mut Vec<String>) {
    let days: BTreeSet<_> = books.kept.keys().chain(books.recomputed.keys()).collect();
    for day in days {
        let (kept, recomputed) = (books.kept.get(day).copied(), books.recomputed.get(day).copied());
        let (kept, recomputed) = (kept.unwrap_or_default(), recomputed.unwrap_or_default());
        if kept == recomputed {
            continue;
        }
        let counts = |figures: [i64; 6]| [figures[0], figures[2], figures[4]];
        let more = counts(kept).iter().zip(counts(recomputed)).any(|(kept, right)| *kept > right);
        let kind = if more { "doubled" } else { "lost" };
        violations.push(format!("{kind}: figures of {day:?} are {kept:?}, recomputed {recomputed:?}"));
    }
}

/// On the desk lies what cannot be understood, once each, and nothing else.
fn letters(books: &Books, expected: &Expected, violations: &mut Vec<String>) {
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for letter in &books.letters {
        *open.entry(&letter.message).or_default() += usize::from(letter.open);
        if letter.open && expected.redriven.contains(&letter.id) {
            violations.push(format!("desk: {} was redriven and is {} and open", letter.id, letter.state));
        }
    }
    for message in &expected.poison {
        match open.remove(message.as_str()).unwrap_or(0) {
            1 => {}
            n => violations.push(format!("desk: {n} open letters for message {message}")),
        }
    }
    violations.extend(open.keys().map(|message| format!("desk: a letter for message {message}, which is sound")));
}

/// Each event was to leave the building once for each receiver, all of it did, and nothing else.
fn deliveries(books: &Books, expected: &Expected, violations: &mut Vec<String>) {
    let mut planned: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for delivery in &books.deliveries {
        *planned.entry((&delivery.event, &delivery.target)).or_default() += 1;
        if delivery.state != "done" {
            violations.push(format!("stuck: delivery {} of {} is {}", delivery.id, delivery.event, delivery.state));
        }
    }
    for ((event, target), times) in planned.iter().filter(|(_, times)| **times > 1) {
        violations.push(format!("doubled: {event} was to be sent to {target} {times} times"));
    }
    let came: BTreeSet<&str> = expected.webhooks.iter().map(String::as_str).collect();
    let told: BTreeSet<&str> = books.events.iter().map(|event| event.id.as_str()).collect();
    violations.extend(told.difference(&came).map(|event| format!("lost: the receiver never got {event}")));
    violations.extend(came.difference(&told).map(|event| format!("unasked: the receiver got {event}")));
    mails(books, expected, violations);
}

/// Each order that was confirmed and all money that moved was told to the customer, by mails with an id of their own.
fn mails(books: &Books, expected: &Expected, violations: &mut Vec<String>) {
    let written: Vec<&str> = books.deliveries.iter().filter_map(|delivery| delivery.message_id.as_deref()).collect();
    let asked = books.events.iter().filter(|event| asks_for_mail(event)).count();
    if written.len() != asked {
        violations.push(format!("mails: {asked} events ask for one, {} were written", written.len()));
    }
    let written: BTreeSet<&str> = written.into_iter().collect();
    let came: BTreeSet<&str> = expected.mails.iter().map(|id| id.trim_matches(['<', '>'])).collect();
    violations.extend(written.difference(&came).map(|id| format!("lost: mail {id} never came")));
    violations.extend(came.difference(&written).map(|id| format!("unasked: mail {id}")));
}

/// By the rules of the mails: an order becomes confirmed, a transaction succeeds; nobody is written to because of an import.
fn asks_for_mail(event: &Told) -> bool {
    if event.body["imported"] == true {
        return false;
    }
    let state = |path: &str| event.body.pointer(path).and_then(|state| state.as_str());
    match event.event_type.split('_').next() {
        Some("ORDER") => {
            let confirmed = |state: Option<&str>| matches!(state, Some("confirmed" | "fulfilled"));
            let before = state("/data/before/state");
            confirmed(state("/data/order/state")) && (before.is_none() || before == Some("draft"))
        }
        Some("TRANSACTION") => {
            let succeeded = Some("succeeded");
            state("/data/transaction/state") == succeeded && state("/data/before/state") != succeeded
        }
        _ => false,
    }
}

/// Compares what the API shows with what was acknowledged; the violations, one a line.
pub(crate) async fn check_api(client: &Client, books: &Books, expected: &Expected) -> Vec<String> {
    let mut violations = Vec::new();
    let step = expected.acknowledged.orders.len().div_ceil(SAMPLE).max(1);
    for Done { key, id } in expected.acknowledged.orders.iter().step_by(step) {
        let answer = client.get(&format!("/orders/{id}")).await;
        if answer.body["reference"] != key.as_str() {
            violations.push(format!("lost: GET of order {id} ({key}) answers {} {}", answer.status, answer.body));
        }
    }
    let open = desk::open_messages(client).await;
    let messages: BTreeSet<String> = open.iter().cloned().collect();
    if messages != expected.poison || open.len() != messages.len() {
        violations.push(format!("desk: the API lists {open:?}, not {:?}", expected.poison));
    }
    let stats = client.get("/stats?from=2026-11-01&to=2026-11-30").await.body;
    let orders: i64 = stats["days"].as_array().into_iter().flatten().filter_map(|day| day["orders"].as_i64()).sum();
    let right: i64 = books.recomputed.values().map(|figures| figures[0]).sum();
    if orders != right {
        violations.push(format!("figures: the API counts {orders} orders, there are {right}"));
    }
    violations
}
