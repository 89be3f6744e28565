//! What happened, and when. Each order has a whole life ahead of it when it is planned; what lies in the future is left
//! out in the end. So young orders are drafts or confirmed, old ones are closed, and late are those who never paid.

use std::time::Duration;

use domain::{
    ContactInput, ContactKind, Discount, OrderState, Percent, PlacedAs, Quantity, Timestamp, TransactionKind,
    TransactionMethod, TransactionState,
};

use super::catalogue::{self, PRODUCTS, Product};
use super::dice::Dice;

const ORDERS: usize = 120;
const DAYS: u64 = 90;
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

#[derive(Clone)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    pub(super) action: Action,
}

/// Contacts and orders by their number in the plan.
#[derive(Clone)]
pub(super) enum Action {
    Meet(ContactInput),
    Edit(usize, ContactInput),
    Archive(usize),
    /// The second is the first, written down twice.
    Merge(usize, usize),
    Place(Order),
    Move(usize, OrderState),
    Pay(usize, Payment),
    /// The end of the order's pending payment.
    Settle(usize, TransactionState),
}

#[derive(Clone)]
pub(super) struct Order {
    pub(super) number: usize,
    pub(super) contact: usize,
    pub(super) place_as: PlacedAs,
    pub(super) reference: Option<String>,
    pub(super) lines: Vec<Line>,
    /// Days until payment is due.
    pub(super) terms: i32,
}

#[derive(Clone)]
pub(super) struct Line {
    pub(super) product: Product,
    pub(super) quantity: Quantity,
    pub(super) discount: Option<Discount>,
    pub(super) vat_rate: Percent,
}

#[derive(Clone)]
pub(super) struct Payment {
    pub(super) kind: TransactionKind,
    pub(super) state: TransactionState,
    pub(super) method: TransactionMethod,
    pub(super) amount: Amount,
    pub(super) reference: Option<String>,
}

#[derive(Clone, Copy)]
pub(super) enum Amount {
    /// What is missing.
    Rest,
    /// What is missing, and so many cents too much.
    RestAnd(i64),
    /// All that was received.
    Kept,
    /// So many per cent of the total.
    Share(i64),
}

/// Everything until `now`, the oldest first.
pub(super) fn steps(now: Timestamp) -> Vec<Step> {
    let mut dice = Dice::new(1789);
    let contacts = catalogue::contacts();
    let mut steps = meetings(now, &contacts, &mut dice);
    for number in 0..ORDERS {
        steps.extend(life(now, number, &contacts, &mut dice));
    }
    steps.retain(|step| step.at <= now);
    // Stable: what happens at the same moment stays in the order of the plan.
    steps.sort_by_key(|step| step.at);
    steps
}

fn before(now: Timestamp, seconds: u64) -> Timestamp {
    let micros = i64::try_from(seconds * 1_000_000).unwrap_or(0);
    Timestamp::from_micros(now.as_micros() - micros)
}

/// Everybody is known before the first order; one moves, and one closes down.
fn meetings(now: Timestamp, contacts: &[ContactInput], dice: &mut Dice) -> Vec<Step> {
    let mut age = (DAYS + 2 + contacts.len() as u64 * 4) * DAY;
    let mut steps: Vec<Step> = contacts
        .iter()
        .map(|contact| {
            age -= dice.between(2, 4) * DAY - dice.between(0, 6) * HOUR;
            Step { at: before(now, age), action: Action::Meet(contact.clone()) }
        })
        .collect();
    let mut moved = contacts[1].clone();
    if let Some(address) = moved.addresses.first_mut() {
        address.street = Some("25 rue Mercière".into());
    }
    moved.notes = Some("Livraison par la cour, avant 10 h.".into());
    steps.push(Step { at: before(now, 40 * DAY), action: Action::Edit(1, moved) });
    steps.push(Step { at: before(now, 12 * DAY), action: Action::Archive(CLOSED_DOWN) });
    let twice = ContactInput {
        name: contacts[TWICE].name.to_uppercase(),
        contact_name: None,
        emails: Vec::new(),
        addresses: Vec::new(),
        notes: Some("A rappelé pour un devis.".into()),
        ..contacts[TWICE].clone()
    };
    steps.push(Step { at: before(now, 31 * DAY), action: Action::Meet(twice) });
    steps.push(Step { at: before(now, 30 * DAY), action: Action::Merge(TWICE, contacts.len()) });
    steps
}

/// Somebody on the telephone did not see that this one was there already.
const TWICE: usize = 4;

/// Orders nothing in the sample, so that it can be archived.
const CLOSED_DOWN: usize = 23;

/// How an order goes.
#[derive(Clone, Copy)]
enum Fate {
    Transfer,
    /// At once.
    Card,
    TwoParts,
    /// Delivered, and not a word since.
    Silence,
    /// A first part, then silence.
    HalfSilence,
    Cancelled,
    /// Paid, then cancelled, and the money given back.
    CancelledPaid,
    Overpaid,
    /// Part of it came back.
    Returned,
    /// The money is under way.
    UnderWay,
    /// The cheque was refused by the bank.
    BadCheque,
}

/// One of each rare case, at a place where it has happened by now; the others by chance.
fn fate(number: usize, person: bool, dice: &mut Dice) -> Fate {
    use Fate::{Cancelled, Card, HalfSilence, Silence, Transfer, TwoParts};
    const COMMON: [Fate; 14] = [
        Transfer,
        Transfer,
        Transfer,
        Transfer,
        Transfer,
        Transfer,
        Card,
        Card,
        Card,
        TwoParts,
        TwoParts,
        Silence,
        HalfSilence,
        Cancelled,
    ];
    let common = dice.pick(&COMMON);
    match number {
        18 => Fate::Overpaid,
        33 => Fate::BadCheque,
        47 => Fate::Returned,
        62 => Fate::CancelledPaid,
        105 => Fate::UnderWay,
        _ if person => Card,
        _ => common,
    }
}

fn life(now: Timestamp, number: usize, contacts: &[ContactInput], dice: &mut Dice) -> Vec<Step> {
    let contact = loop {
        let contact = usize::try_from(dice.between(0, contacts.len() as u64 - 1)).unwrap_or(0);
        if contact != CLOSED_DOWN {
            break contact;
        }
    };
    let person = contacts[contact].kind == ContactKind::Person;
    let placed = placed_at(now, number, dice);
    let stays_draft = number >= ORDERS - 14 && number.is_multiple_of(4);
    let begins_as_draft = stays_draft || dice.between(1, 4) == 1;
    let terms = if person { 0 } else { dice.pick(&[30, 30, 30, 15, 45]) };
    let order = Order {
        number,
        contact,
        place_as: if begins_as_draft { PlacedAs::Draft } else { PlacedAs::Confirmed },
        reference: (!person && dice.between(1, 3) == 1).then(|| format!("BC-{}", 1180 + number * 3)),
        lines: lines(person, dice),
        terms,
    };
    let mut life = Life { number, steps: Vec::new(), at: placed };
    life.then(0, Action::Place(order));
    if stays_draft {
        return life.steps;
    }
    if begins_as_draft {
        life.then(dice.between(2, 30) * HOUR, Action::Move(number, OrderState::Confirmed));
    }
    let fate = fate(number, person, dice);
    life.go_on(fate, u64::from(terms.unsigned_abs()) * DAY, dice);
    life.steps
}

/// Between eight and six by UTC, and never ahead of now.
fn placed_at(now: Timestamp, number: usize, dice: &mut Dice) -> Timestamp {
    let age = (ORDERS - 1 - number) as u64 * DAYS * DAY / ORDERS as u64;
    let day = before(now, age).date().start();
    let at = day.plus(Duration::from_secs(8 * HOUR + dice.between(0, 10 * HOUR)));
    if at > now { before(now, dice.between(600, 5 * HOUR)) } else { at }
}

fn lines(person: bool, dice: &mut Dice) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for _ in 0..dice.between(1, 6) {
        let product = dice.pick(&PRODUCTS);
        if lines.iter().any(|line| line.product.sku == product.sku) {
            continue;
        }
        let most = if person { 3 } else { 24 };
        let pieces = i64::try_from(dice.between(1, most)).unwrap_or(1);
        // Cheese comes in pieces of some 100 g, as it is cut.
        let thousandths = if product.by_weight { pieces * 450 + 320 } else { pieces * 1000 };
        let discount = (!person && dice.between(1, 6) == 1).then(|| percent(500)).flatten().map(Discount::Percent);
        if let (Ok(quantity), Ok(vat_rate)) = (Quantity::from_thousandths(thousandths), product.vat.parse()) {
            lines.push(Line { product, quantity, discount, vat_rate });
        }
    }
    lines
}

fn percent(points: i64) -> Option<Percent> {
    Percent::from_basis_points(points).ok()
}

struct Life {
    number: usize,
    steps: Vec<Step>,
    /// When the last step happens.
    at: Timestamp,
}

impl Life {
    fn then(&mut self, seconds: u64, action: Action) {
        self.at = self.at.plus(Duration::from_secs(seconds));
        self.steps.push(Step { at: self.at, action });
    }

    fn move_to(&mut self, seconds: u64, state: OrderState) {
        self.then(seconds, Action::Move(self.number, state));
    }

    fn pay(&mut self, seconds: u64, method: TransactionMethod, amount: Amount) {
        self.money(seconds, TransactionKind::Payment, TransactionState::Succeeded, method, amount);
    }

    fn money(
        &mut self,
        seconds: u64,
        kind: TransactionKind,
        state: TransactionState,
        method: TransactionMethod,
        amount: Amount,
    ) {
        let reference =
            (method == TransactionMethod::Transfer).then(|| format!("VIR {:05}", 40_211 + self.number * 17));
        self.then(seconds, Action::Pay(self.number, Payment { kind, state, method, amount, reference }));
    }

    /// From a confirmed order to its end; `terms` in seconds.
    fn go_on(&mut self, fate: Fate, terms: u64, dice: &mut Dice) {
        use OrderState::{Cancelled, Closed, Fulfilled};
        use TransactionMethod::{Card, Cheque, Transfer};
        let delivery = dice.between(20, 120) * HOUR;
        // Some pay early, some a little late.
        let payment = (terms + 2 * DAY).saturating_sub(dice.between(0, 12) * DAY).max(DAY);
        match fate {
            Fate::Cancelled => return self.move_to(dice.between(2, 20) * HOUR, Cancelled),
            Fate::CancelledPaid => {
                self.pay(HOUR / 4, Card, Amount::Rest);
                self.move_to(20 * HOUR, Cancelled);
                let (kind, state) = (TransactionKind::Refund, TransactionState::Succeeded);
                return self.money(HOUR, kind, state, Card, Amount::Kept);
            }
            Fate::Card => {
                self.pay(HOUR / 6, Card, Amount::Rest);
                self.move_to(delivery, Fulfilled);
            }
            _ => self.move_to(delivery, Fulfilled),
        }
        match fate {
            Fate::Silence => return,
            Fate::HalfSilence => return self.pay(payment, Transfer, Amount::Share(40)),
            Fate::UnderWay => {
                let (kind, state) = (TransactionKind::Payment, TransactionState::Pending);
                return self.money(DAY, kind, state, Transfer, Amount::Rest);
            }
            Fate::BadCheque => {
                self.money(payment, TransactionKind::Payment, TransactionState::Pending, Cheque, Amount::Rest);
                return self.then(4 * DAY, Action::Settle(self.number, TransactionState::Failed));
            }
            Fate::Overpaid => return self.pay(payment, Transfer, Amount::RestAnd(2000)),
            Fate::TwoParts => {
                self.pay(payment / 2, Transfer, Amount::Share(50));
                self.pay(payment / 2, Transfer, Amount::Rest);
            }
            Fate::Returned => {
                self.pay(payment, Transfer, Amount::Rest);
                let (kind, state) = (TransactionKind::Refund, TransactionState::Succeeded);
                self.money(3 * DAY, kind, state, Transfer, Amount::Share(20));
            }
            Fate::Transfer => self.pay(payment, Transfer, Amount::Rest),
            Fate::Card | Fate::Cancelled | Fate::CancelledPaid => {}
        }
        self.move_to(DAY, Closed);
    }
}
