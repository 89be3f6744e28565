//! A small, believable business to look at: a French wholesaler of cheese, groceries and wine, in its last 90 days.
//!
//! `sample::load(db, context, &mut |done, total| …)` plays a plan (`plan.rs`) through the same functions as everybody else,
//! each step at its own moment in the past, in the order of time: so every step has its event, the events flow to their
//! effects, and journals and timelines read as if it had happened. The same moment gives the same business.
//!
//! Two messages are left in the outbox that no worker can handle: they end as dead letters, on the way any message would.

mod catalogue;
mod dice;
mod house;
mod messages;
mod plan;

use std::collections::HashMap;
use std::sync::Arc;

use domain::{
    Actor, ContactId, Currency, OrderId, OrderInput, OrderLineInput, OrderState, Timestamp, TransactionId,
    TransactionInput, TransactionKind,
};
use store::{Context, Db, Tx, change, query};

use crate::contacts::Merge;
use crate::{Ctx, Error, contacts, orders, transactions};
use plan::{Action, Amount, Payment, Step};

/// Steps in one transaction; below the 64 order numbers that a process reserves at once on `MySQL`.
const BATCH: usize = 60;

/// How many records of each kind were loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleSummary {
    pub contacts: usize,
    pub orders: usize,
    pub transactions: usize,
    /// Messages that will end as dead letters.
    pub undeliverable: usize,
}

/// Loads the sample into an empty database; none, and nothing done, if there is any contact.
///
/// A load that is cut short is not continued: begin with an empty database again.
pub async fn load(
    db: &Db,
    context: &Context,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Option<SampleSummary>, Error> {
    let there: i64 = query!(db, |tx| store::contacts::count(tx).await).await?;
    if there > 0 {
        return Ok(None);
    }
    let ctx = Ctx::new(context, Actor::system("sample")).importing();
    let steps = plan::steps(ctx.now);
    let total = steps.len();
    let opened_at = steps.first().map_or(ctx.now, |step| step.at);
    house::open(db, Ctx { now: opened_at, ..ctx.clone() }).await?;
    let mut played = Played::default();
    let mut done = 0;
    for batch in steps.chunks(BATCH) {
        played = play_batch(db, ctx.clone(), batch.to_vec(), played).await?;
        done += batch.len();
        progress(done, total);
    }
    let undeliverable = messages::leave(db, ctx, played.orders.values().next_back().map(|placed| placed.id)).await?;
    let transactions = played.transactions;
    Ok(Some(SampleSummary {
        contacts: played.contacts.len(),
        orders: played.orders.len(),
        transactions,
        undeliverable,
    }))
}

/// What later steps need to know of earlier ones.
#[derive(Clone, Default)]
struct Played {
    contacts: Vec<ContactId>,
    /// By their number in the plan.
    orders: std::collections::BTreeMap<usize, Placed>,
    pending: HashMap<usize, TransactionId>,
    transactions: usize,
}

#[derive(Clone, Copy)]
struct Placed {
    id: OrderId,
    total: i64,
    /// Received and not given back.
    kept: i64,
}

/// One transaction: whole, or not at all.
async fn play_batch(db: &Db, ctx: Ctx, steps: Vec<Step>, played: Played) -> Result<Played, Error> {
    let (steps, before) = (Arc::new(steps), played);
    let playing = change!(db, move |tx, ctx, steps, before| {
        let mut played = before.clone();
        for step in steps.iter() {
            let ctx = Ctx { now: step.at, ..ctx.clone() };
            played.play(tx, &ctx, &step.action).await?;
        }
        Ok(played)
    });
    playing.await
}

impl Played {
    async fn play(&mut self, tx: &mut Tx<'_>, ctx: &Ctx, action: &Action) -> Result<(), Error> {
        match action {
            Action::Meet(input) => self.contacts.push(contacts::create(tx, ctx, input.clone()).await?.id),
            // A contact's first change finds it at version 1.
            Action::Edit(contact, input) => {
                contacts::edit(tx, ctx, self.contacts[*contact], 1, input.clone()).await?;
            }
            Action::Archive(contact) => {
                contacts::set_archived(tx, ctx, self.contacts[*contact], 1, true).await?;
            }
            Action::Merge(contact, twice) => {
                let merge = Merge { from: self.contacts[*twice], from_version: 1, result: None };
                contacts::merge(tx, ctx, self.contacts[*contact], 1, merge).await?;
            }
            Action::Place(plan) => {
                let order = orders::place(tx, ctx, self.order_input(plan, ctx.now)).await?;
                self.orders.insert(plan.number, Placed { id: order.id, total: order.total, kept: 0 });
            }
            Action::Move(number, state) => self.set_state(tx, ctx, *number, *state).await?,
            Action::Pay(number, payment) => self.pay(tx, ctx, *number, payment).await?,
            Action::Settle(number, state) => {
                if let Some(id) = self.pending.remove(number) {
                    transactions::settle(tx, ctx, id, 1, *state).await?;
                }
            }
        }
        Ok(())
    }

    fn order_input(&self, plan: &plan::Order, now: Timestamp) -> OrderInput {
        let line = |line: &plan::Line| OrderLineInput {
            description: Some(line.product.name.to_owned()),
            sku: Some(line.product.sku.to_owned()),
            quantity: line.quantity,
            unit_price: Some(line.product.price),
            discount: line.discount,
            vat_rate: Some(line.vat_rate),
        };
        OrderInput {
            contact_id: self.contacts[plan.contact],
            currency: Some(Currency::EUR),
            lines: plan.lines.iter().map(line).collect(),
            place_as: plan.place_as,
            reference: plan.reference.clone(),
            notes: None,
            tags: Vec::new(),
            ordered_at: Some(now),
            due_on: Some(now.date().plus_days(plan.terms)),
            delivery_date: None,
            external_id: None,
        }
    }

    async fn set_state(&self, tx: &mut Tx<'_>, ctx: &Ctx, number: usize, state: OrderState) -> Result<(), Error> {
        orders::set_state(tx, ctx, self.orders[&number].id, None, state).await.map(drop)
    }

    async fn pay(&mut self, tx: &mut Tx<'_>, ctx: &Ctx, number: usize, payment: &Payment) -> Result<(), Error> {
        let placed = self.orders[&number];
        let amount = match payment.amount {
            Amount::Rest => placed.total - placed.kept,
            Amount::Kept => placed.kept,
            Amount::Share(percent) => placed.total * percent / 100,
            Amount::RestAnd(more) => placed.total - placed.kept + more,
        };
        let input = TransactionInput {
            order_id: placed.id,
            kind: payment.kind,
            amount,
            currency: Currency::EUR,
            state: payment.state,
            method: payment.method,
            reference: payment.reference.clone(),
            value_date: None,
        };
        let transaction = transactions::record(tx, ctx, input).await?;
        self.transactions += 1;
        if payment.state == domain::TransactionState::Pending {
            self.pending.insert(number, transaction.id);
        } else if let Some(placed) = self.orders.get_mut(&number) {
            placed.kept += if payment.kind == TransactionKind::Payment { amount } else { -amount };
        }
        Ok(())
    }
}
