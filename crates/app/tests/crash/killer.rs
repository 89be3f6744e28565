//! The killer: one for each part of the program, with a deck of fates that is shuffled by the seed.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;
use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use store::faults::Point;

use crate::process::{Part, Process};
use crate::site::Site;

/// A process that has not come to its point by then is killed where it is.
const LATEST: Duration = Duration::from_secs(5);

/// How a process will end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Card {
    /// At any moment, its start included.
    AtRandom,
    At(Point),
}

/// Every card comes equally often, in an order that only the seed knows.
pub(crate) struct Deck {
    cards: Vec<Card>,
    left: Vec<Card>,
    rng: StdRng,
}

impl Deck {
    pub(crate) fn new(cards: &[Card], seed: u64) -> Self {
        Self { cards: cards.to_vec(), left: Vec::new(), rng: StdRng::seed_from_u64(seed) }
    }

    pub(crate) fn of(part: Part, seed: u64) -> Self {
        use Card::{At, AtRandom};
        let at = [At(Point::BeforeRelay), At(Point::AfterSend), At(Point::InRedrive)];
        match part {
            Part::Serve => Self::new(&[AtRandom, at[0], AtRandom, at[1], at[2]], seed),
            Part::Work | Part::Up => {
                let points = [
                    Point::AfterEffect,
                    Point::AfterWebhook,
                    Point::AfterDocument,
                    Point::AfterMail,
                    Point::AfterAttempt,
                ];
                let cards: Vec<Card> = points.into_iter().map(At).chain([AtRandom, AtRandom]).collect();
                Self::new(&cards, seed.wrapping_add(1))
            }
        }
    }

    fn draw(&mut self) -> Card {
        if self.left.is_empty() {
            self.left.clone_from(&self.cards);
            self.left.shuffle(&mut self.rng);
        }
        self.left.pop().unwrap_or(Card::AtRandom)
    }

    /// The first moments are the start; after half a second all that can happen happens again and again.
    fn delay(&mut self) -> Duration {
        Duration::from_millis(self.rng.random_range(5..500))
    }

    fn times(&mut self, point: Point) -> u32 {
        let most = match point {
            Point::InRedrive => 3,
            _ => 12,
        };
        self.rng.random_range(1..=most)
    }
}

/// How many processes ended, and where.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) by: BTreeMap<&'static str, usize>,
    /// Processes that ended by themselves: there is no reason to.
    pub(crate) unasked: Vec<String>,
}

impl Tally {
    pub(crate) fn kills(&self) -> usize {
        self.by.values().sum()
    }

    pub(crate) fn at(&self, point: Point) -> usize {
        self.by.get(point.name()).copied().unwrap_or(0)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        for (name, count) in other.by {
            *self.by.entry(name).or_default() += count;
        }
        self.unasked.extend(other.unasked);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by: Vec<String> = self.by.iter().map(|(name, count)| format!("{name} {count}")).collect();
        write!(f, "kills: {} ({})", self.kills(), by.join(", "))
    }
}

/// Kills a part so many times, and leaves it running at the end.
pub(crate) async fn torment(site: &Site, first: Process, deck: &mut Deck, kills: usize) -> (Process, Tally) {
    let part = first.part();
    let mut tally = Tally::default();
    // It was started without a fate, to get the run going.
    let mut running = Some(first);
    for _ in 0..kills {
        let card = deck.draw();
        let name = match card {
            Card::AtRandom => {
                let process = running.take().unwrap_or_else(|| Process::start(site, part, None));
                kill_after(process, deck.delay(), &mut tally).await
            }
            Card::At(point) => {
                // Gives way to one that is doomed.
                if let Some(mut idle) = running.take() {
                    idle.kill();
                }
                let fault = format!("{}:{}", point.name(), deck.times(point));
                let process = Process::start(site, part, Some(&fault));
                kill_at(process, point, &mut tally).await
            }
        };
        *tally.by.entry(name).or_default() += 1;
    }
    (running.unwrap_or_else(|| Process::start(site, part, None)), tally)
}

async fn kill_after(mut process: Process, delay: Duration, tally: &mut Tally) -> &'static str {
    if let Some(status) = process.ended_within(delay).await {
        tally.unasked.push(format!("{} ended by itself: {status}", process.part().name()));
    }
    process.kill();
    "random"
}

async fn kill_at(mut process: Process, point: Point, tally: &mut Tally) -> &'static str {
    match process.ended_within(LATEST).await {
        Some(status) if status.signal() == Some(9) => return point.name(),
        Some(status) => tally.unasked.push(format!("{} ended by itself: {status}", process.part().name())),
        None => {}
    }
    process.kill();
    "random"
}
