//! The crash test: never lost, never twice.
//!
//! Runs the real program, `serve` and `work` as two processes, under load; kills them with `kill -9` at random and at the
//! points of `store::faults`; starts them again; and checks afterwards that what was acknowledged is there with all its
//! effects, once. Built with the feature `faults`:
//!
//! ```text
//! scripts/test-servers cargo test -p comptoir --features faults --test crash -- --nocapture
//! ```
//!
//! `COMPTOIR_CRASH_KILLS` says how many processes die (30), over all topologies; `COMPTOIR_CRASH_SEED` repeats a run's kills
//! (the machine still decides what they hit). `COMPTOIR_TEST_ENGINES=sqlite` needs no server and tries SQLite with the embedded queue only.
#![expect(clippy::expect_used, reason = "a test may stop where it cannot go on")]

mod books;
mod check;
mod client;
mod desk;
mod killer;
mod load;
mod process;
mod real_input;
mod rolling;
mod run;
mod shutdown;
mod site;
mod sqs_server;
mod storm;

use std::time::{Duration, Instant};

use store::faults::Point;
use tokio::sync::Mutex;

use crate::killer::{Card, Deck};
use crate::process::Part;
use crate::run::{Outcome, Plan, run};
use crate::site::{Site, Topology};

/// One test at a time: each wants the whole machine.
static MACHINE: Mutex<()> = Mutex::const_new(());

/// Violations that are shown; the rest are counted.
const SHOWN: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_however_the_processes_die() {
    let _machine = MACHINE.lock().await;
    let (kills, seed) = (kills(), seed());
    println!("crash test: {kills} kills, COMPTOIR_CRASH_SEED={seed}");
    let (mut serve, mut work) = (Deck::of(Part::Serve, seed), Deck::of(Part::Work, seed));
    let topologies = Topology::all();
    let mut total = Outcome::default();
    for (n, topology) in topologies.iter().enumerate() {
        let began = Instant::now();
        let site = Site::prepare(*topology, None).await;
        // Each topology gets its share; the last takes what is left. Of each share, serve dies a little more often.
        let share = kills * (n + 1) / topologies.len() - kills * n / topologies.len();
        let of_serve = share.div_ceil(2);
        let plan = Plan {
            serve: (&mut serve, of_serve),
            work: (&mut work, share - of_serve),
            seed: seed.wrapping_add(n as u64 * 1000),
            quiet_within: Duration::from_mins(1),
        };
        let outcome = run(&site, plan).await;
        let (all, rest) = (began.elapsed().as_secs_f64(), outcome.rest_after.as_secs_f64());
        println!("{}: {outcome}, {all:.1} s, of which {rest:.1} s to come to rest", topology.name());
        demand_no_violation(site, &outcome, seed).await;
        total += outcome;
    }
    println!("{total}, seed {seed}");
    assert_eq!(total.tally.kills(), kills);
    for point in [
        Point::BeforeRelay,
        Point::AfterSend,
        Point::AfterEffect,
        Point::AfterWebhook,
        Point::AfterDocument,
        Point::AfterMail,
        Point::AfterAttempt,
        Point::InRedrive,
    ] {
        assert!(kills < 30 || total.tally.at(point) > 0, "nobody died at {}: {total}", point.name());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_relay_the_check_finds_what_is_lost() {
    let _machine = MACHINE.lock().await;
    let random = [Card::AtRandom];
    let outcome = broken("no_relay", Deck::new(&random, 1), 2, Deck::new(&random, 2), 2, Duration::from_secs(2)).await;
    let found = |text: &str| outcome.violations.iter().any(|violation| violation.contains(text));
    assert!(found("messages in the outbox"), "{:#?}", outcome.violations);
    assert!(found("lost: ORDER_CREATED evt_"), "{:#?}", outcome.violations);
    assert!(found("lost: figures of"), "{:#?}", outcome.violations);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_inbox_the_check_finds_what_is_doubled() {
    let _machine = MACHINE.lock().await;
    // A worker that dies after the effect and before the delete: the message comes again.
    let (serve, work) = (Deck::new(&[Card::AtRandom], 1), Deck::new(&[Card::At(Point::AfterEffect)], 2));
    let outcome = broken("no_inbox", serve, 0, work, 5, Duration::from_secs(30)).await;
    assert!(outcome.tally.at(Point::AfterEffect) >= 3, "{outcome}");
    let doubled = outcome.violations.iter().any(|violation| violation.starts_with("doubled: figures of"));
    assert!(doubled, "{:#?}", outcome.violations);
    let sent = |violation: &String| violation.contains("was to be sent");
    assert!(outcome.violations.iter().any(sent), "{:#?}", outcome.violations);
    let mails = |violation: &String| violation.starts_with("mails: ");
    assert!(outcome.violations.iter().any(mails), "{:#?}", outcome.violations);
    // All else is as it should be: the check does not cry wolf.
    let known = |violation: &String| violation.contains("figures") || sent(violation) || mails(violation);
    assert!(outcome.violations.iter().all(known), "{:#?}", outcome.violations);
}

/// A run with a safeguard switched off.
async fn broken(
    mutant: &'static str,
    mut serve: Deck,
    serve_kills: usize,
    mut work: Deck,
    work_kills: usize,
    quiet_within: Duration,
) -> Outcome {
    let site = Site::prepare(Topology::Sqlite, Some(mutant)).await;
    let plan = Plan { serve: (&mut serve, serve_kills), work: (&mut work, work_kills), seed: 7, quiet_within };
    let mut outcome = run(&site, plan).await;
    println!("{mutant}: {outcome}, {} violations", outcome.violations.len());
    // Enough to see what they are.
    outcome.violations.dedup_by_key(|violation| violation.chars().take(14).collect::<String>());
    outcome
}

async fn demand_no_violation(site: Site, outcome: &Outcome, seed: u64) {
    if outcome.violations.is_empty() {
        return site.clear().await;
    }
    let (topology, folder) = (site.topology.name(), site.keep());
    let shown: Vec<&str> = outcome.violations.iter().take(SHOWN).map(String::as_str).collect();
    panic!(
        "{topology}: {} violations with COMPTOIR_CRASH_SEED={seed}; logs and data are kept in {}\n{}",
        outcome.violations.len(),
        folder.display(),
        shown.join("\n")
    );
}

fn kills() -> usize {
    let given = std::env::var("COMPTOIR_CRASH_KILLS").ok();
    given.map_or(30, |text| text.parse().expect("COMPTOIR_CRASH_KILLS is a number"))
}

fn seed() -> u64 {
    if let Ok(text) = std::env::var("COMPTOIR_CRASH_SEED") {
        return text.parse().expect("COMPTOIR_CRASH_SEED is a number");
    }
    let mut bytes = [0; 4];
    store::Context::system().secret(&mut bytes);
    u32::from_le_bytes(bytes).into()
}
