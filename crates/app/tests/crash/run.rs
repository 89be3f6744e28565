//! One run: load, kills, quiet, check.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

use queue::Queue;
use store::{Db, Error, outbox};

use crate::books::Books;
use crate::check::{Expected, check, check_api};
use crate::client::Client;
use crate::desk::{self, Person};
use crate::killer::{Deck, Tally, torment};
use crate::load::Load;
use crate::process::{Part, Process};
use crate::site::Site;

/// Messages that nobody can understand.
const POISON: usize = 4;

/// Who is killed how often, and how long everything may take to come to rest afterwards.
pub(crate) struct Plan<'d> {
    pub(crate) serve: (&'d mut Deck, usize),
    pub(crate) work: (&'d mut Deck, usize),
    pub(crate) seed: u64,
    pub(crate) quiet_within: Duration,
}

#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) tally: Tally,
    pub(crate) orders: usize,
    pub(crate) transactions: usize,
    pub(crate) events: usize,
    /// Letters that were ever written.
    pub(crate) letters: usize,
    pub(crate) redriven: usize,
    pub(crate) answers_lost: usize,
    /// Webhooks that came, and how many of them came again.
    pub(crate) webhooks: usize,
    pub(crate) webhooks_again: usize,
    pub(crate) mails: usize,
    pub(crate) mails_again: usize,
    /// From the last kill until nothing was on its way any more.
    pub(crate) rest_after: Duration,
    pub(crate) violations: Vec<String>,
}

pub(crate) async fn run(site: &Site, plan: Plan<'_>) -> Outcome {
    let db = site.open_database().await;
    site.attach_documents().await;
    let poison = desk::poison(site, &db, POISON).await;
    let serve = Process::start(site, Part::Serve, None);
    let work = Process::start(site, Part::Work, None);
    let client = Client::sign_in(site).await;
    let load = Load::start(&client, plan.seed).await;
    let person = Person::start(client.clone());

    let (serve_deck, serve_kills) = plan.serve;
    let (work_deck, work_kills) = plan.work;
    let tormented =
        tokio::join!(torment(site, serve, serve_deck, serve_kills), torment(site, work, work_deck, work_kills));
    let ((_serve, mut tally), (_work, of_work)) = tormented;
    tally += of_work;

    let last_kill = Instant::now();
    let redriven = person.stop().await;
    let acknowledged = load.stop().await;
    let mut violations = std::mem::take(&mut tally.unasked);
    violations.extend(quiet(site, &db, plan.quiet_within).await.err());
    let rest_after = last_kill.elapsed();
    let expected = Expected { acknowledged, poison, redriven, webhooks: site.webhooks(), mails: site.mails() };
    let books = Books::read(&db).await;
    violations.extend(check(&books, &expected));
    violations.extend(check_api(&client, &books, &expected).await);
    Outcome {
        tally,
        orders: expected.acknowledged.orders.len(),
        transactions: expected.acknowledged.transactions.len(),
        events: books.events.len(),
        letters: books.letters.len(),
        redriven: expected.redriven.len(),
        answers_lost: client.answers_lost(),
        webhooks: expected.webhooks.len(),
        webhooks_again: again(&expected.webhooks),
        mails: expected.mails.len(),
        mails_again: again(&expected.mails),
        rest_after,
        violations,
    }
}

/// Waits until nothing is on its way any more. Looked at in the direction in which messages go: none slips past.
pub(crate) async fn quiet(site: &Site, db: &Db, within: Duration) -> Result<(), String> {
    let queue = site.queue(db).await;
    let dead = queue.dead_letters().await.map_err(|e| e.to_string())?;
    let deadline = Instant::now() + within;
    loop {
        let waiting = waiting(db, &queue, &dead).await?;
        if waiting == [0; 3] {
            return Ok(());
        }
        if Instant::now() >= deadline {
            let [outbox, queue, dead] = waiting;
            return Err(format!(
                "stuck: after {within:?} there are {outbox} messages in the outbox, {queue} in the queue, {dead} in its \
                 dead letters"
            ));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What waits, in the order of its way. A message that is put back goes from the queue to the outbox, behind our back if only
/// one look is taken at each: so the outbox is looked at again in the end.
async fn waiting(db: &Db, queue: &Queue, dead: &Queue) -> Result<[i64; 3], String> {
    let before = in_outbox(db).await?;
    let queue = queue.depth().await.map_err(|e| e.to_string())?;
    let dead = dead.depth().await.map_err(|e| e.to_string())?;
    let after = in_outbox(db).await?;
    Ok([before.max(after), queue.waiting + queue.held, dead.waiting + dead.held])
}

async fn in_outbox(db: &Db) -> Result<i64, String> {
    let depth = db.read((), |tx, ()| Box::pin(outbox::depth(tx))).await.map_err(|e: Error| e.to_string())?;
    Ok(depth.waiting)
}

impl std::ops::AddAssign for Outcome {
    fn add_assign(&mut self, other: Self) {
        self.tally += other.tally;
        self.orders += other.orders;
        self.transactions += other.transactions;
        self.events += other.events;
        self.letters += other.letters;
        self.redriven += other.redriven;
        self.answers_lost += other.answers_lost;
        self.webhooks += other.webhooks;
        self.webhooks_again += other.webhooks_again;
        self.mails += other.mails;
        self.mails_again += other.mails_again;
        self.violations.extend(other.violations);
    }
}

/// How many came that had come before.
fn again(ids: &[String]) -> usize {
    ids.len() - ids.iter().collect::<BTreeSet<_>>().len()
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tally, orders, transactions, events, letters, redriven, answers_lost, .. } = self;
        let Self { webhooks, webhooks_again, mails, mails_again, .. } = self;
        write!(
            f,
            "{tally}, orders acknowledged: {orders}, transactions: {transactions}, events: {events}, answers lost: \
             {answers_lost}, dead letters: {letters} ({redriven} redriven), webhooks: {webhooks} ({webhooks_again} again), \
             mails: {mails} ({mails_again} again)"
        )
    }
}
