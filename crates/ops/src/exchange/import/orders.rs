//! Orders: the two passes. What a row means is in `draft.rs`.

use domain::{ContactId, ContactState, Order, OrderInput, OrderState};
use store::{Db, Tx, change, contacts, orders, query};

use super::draft::{Draft, Source};
use super::rejects::Rejects;
use super::{ATTEMPTS, Error, Files, Import, Outcome, Phase, Progress, somebody_was_faster};
use crate::Ctx;
use crate::orders::{place, set_state};

pub(super) async fn import(import: &mut Import<'_>, files: &Files<'_>) -> Result<Outcome, Error> {
    let mut source = Source::open(import.map.orders()?, files)?;
    let checked = check(import, &mut source).await?;
    if !import.may_write(&checked) {
        return Ok(checked);
    }
    source.rewind(files)?;
    write(import, &mut source, checked).await
}

/// The first pass: every order and every line, against the rules and against what is there.
async fn check(import: &mut Import<'_>, source: &mut Source<'_>) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    let mut bad = BadOrders::default();
    loop {
        let drafts = source.next_batch()?;
        if drafts.is_empty() {
            break;
        }
        for (mut draft, known) in with_known(import.db, drafts).await? {
            match judge(&mut draft, &known, source, import.ctx) {
                Verdict::Good(_) => outcome.created += 1,
                Verdict::There => outcome.unchanged += 1,
                Verdict::Bad => {
                    outcome.rejected += 1;
                    bad.add(import, source, &draft)?;
                }
            }
        }
        let done = outcome.created + outcome.unchanged + outcome.rejected;
        import.tell(Progress { phase: Phase::Check, done, total: None, outcome })?;
    }
    outcome.rejected += bad.add_orphans(import, source)?;
    bad.finish(source)?;
    Ok(outcome)
}

/// The second pass: the good orders, batch by batch.
async fn write(import: &mut Import<'_>, source: &mut Source<'_>, checked: Outcome) -> Result<Outcome, Error> {
    let mut outcome = Outcome { written: true, rejected: checked.rejected, ..Outcome::default() };
    let total = checked.created + checked.unchanged + checked.rejected;
    let mut done = 0;
    loop {
        let drafts = source.next_batch()?;
        if drafts.is_empty() {
            return Ok(outcome);
        }
        done += drafts.len() as u64;
        let mut batch = Vec::with_capacity(drafts.len());
        for (mut draft, known) in with_known(import.db, drafts).await? {
            match judge(&mut draft, &known, source, import.ctx) {
                Verdict::Good(input) => batch.push(input),
                Verdict::There => outcome.unchanged += 1,
                Verdict::Bad if import.options.skip_bad => {}
                Verdict::Bad => return Err(Error::Changed(draft.problems.text())),
            }
        }
        let wanted = batch.len() as u64;
        let created = if batch.is_empty() { 0 } else { save(import.db, import.ctx, batch).await? };
        outcome.created += created;
        outcome.unchanged += wanted - created;
        import.tell(Progress { phase: Phase::Write, done, total: Some(total), outcome })?;
    }
}

/// An order as it is to be.
struct Wanted {
    input: OrderInput,
    /// The state that it gets once it is placed.
    then: Option<OrderState>,
}

enum Verdict {
    /// May be placed.
    Good(Wanted),
    /// Is there already, and stays as it is.
    There,
    /// `draft.problems` says why.
    Bad,
}

/// What the database knows of an order and its contact.
struct Known {
    there: bool,
    contact: Option<ContactId>,
}

fn judge(draft: &mut Draft, known: &Known, source: &Source<'_>, ctx: &Ctx) -> Verdict {
    // The contact of an order that is there may have been archived or renumbered since.
    if known.contact.is_none() && !known.there && !draft.contact.is_empty() {
        source.add_contact_problem(draft);
    }
    if let Some(input) = &mut draft.input {
        if let Some(contact) = known.contact {
            input.contact_id = contact;
        }
        if let Err(e) = Order::place(input.clone(), ctx.now) {
            source.add_domain_problem(draft, &e);
        }
    }
    match draft.input.take() {
        Some(input) if draft.problems.is_empty() => {
            if known.there {
                Verdict::There
            } else {
                Verdict::Good(Wanted { input, then: draft.then })
            }
        }
        _ => Verdict::Bad,
    }
}

async fn with_known(db: &Db, drafts: Vec<Draft>) -> Result<Vec<(Draft, Known)>, Error> {
    let ids: Vec<_> = drafts.iter().map(|draft| draft.id.clone()).collect();
    let of: Vec<_> = drafts.iter().map(|draft| draft.contact.clone()).collect();
    let look_up = query!(db, move |tx, ids, of| {
        let mut contacts = contacts::by_keys(tx, of).await?;
        for contact in contacts.iter_mut().flatten().filter(|contact| contact.state == ContactState::Merged) {
            *contact = contacts::survivor(tx, contact.clone()).await?;
        }
        Ok::<_, store::Error>((orders::by_keys(tx, ids).await?, contacts))
    });
    let (there, contacts) = look_up.await?;
    let known = there.into_iter().zip(contacts).map(|(there, contact)| {
        let contact = contact.filter(|c| c.state == ContactState::Active).map(|c| c.id);
        Known { there: there.is_some(), contact }
    });
    Ok(drafts.into_iter().zip(known).collect())
}

/// Saves a batch in one transaction, whole or not at all; says how many were not there yet.
async fn save(db: &Db, ctx: &Ctx, batch: Vec<Wanted>) -> Result<u64, Error> {
    let batch = std::sync::Arc::new(batch);
    let mut attempt = 1;
    loop {
        let saving = change!(db, |tx, ctx, batch| {
            let ids: Vec<_> = batch.iter().filter_map(|wanted| wanted.input.external_id.clone()).collect();
            let there = orders::by_keys(tx, &ids).await?;
            let mut created = 0;
            for (wanted, there) in batch.iter().zip(there) {
                if there.is_none() {
                    save_one(tx, ctx, wanted).await?;
                    created += 1;
                }
            }
            Ok(created)
        });
        match saving.await {
            Err(e) if somebody_was_faster(&e) && attempt < ATTEMPTS => attempt += 1,
            saved => return Ok(saved?),
        }
    }
}

async fn save_one(tx: &mut Tx<'_>, ctx: &Ctx, wanted: &Wanted) -> Result<(), crate::Error> {
    let order = place(tx, ctx, wanted.input.clone()).await?;
    if let Some(state) = wanted.then {
        set_state(tx, ctx, order.id, Some(order.version), state).await?;
    }
    Ok(())
}

/// Bad orders go whole, with all their lines: mended, the files can be imported by themselves.
#[derive(Default)]
struct BadOrders {
    orders: Rejects,
    lines: Rejects,
}

impl BadOrders {
    fn add(&mut self, import: &mut Import<'_>, source: &mut Source<'_>, draft: &Draft) -> Result<(), Error> {
        let why = draft.problems.text();
        if source.joined {
            self.orders.add(import.rejects, &source.table, &draft.row, &why)?;
        }
        if draft.repeats {
            return Ok(());
        }
        let lines = &mut self.lines;
        source.lines.each(&draft.id, |table, row| lines.add(import.rejects, table, &row, &why))
    }

    /// Lines whose order is not in the file.
    fn add_orphans(&mut self, import: &mut Import<'_>, source: &mut Source<'_>) -> Result<u64, Error> {
        let orphans = source.lines.orphans();
        for id in &orphans {
            let lines = &mut self.lines;
            let (orders, column) = (&source.table.name, source.id_column());
            source.lines.each(id, |table, row| {
                let own = row.problem.as_ref().map_or_else(String::new, |problem| format!("; the row {problem}"));
                let why = format!("{} line {}: {orders} has no {column} {id:?}{own}", table.name, row.line);
                lines.add(import.rejects, table, &row, &why)
            })?;
        }
        Ok(orphans.len() as u64)
    }

    fn finish(self, source: &Source<'_>) -> Result<(), Error> {
        self.orders.finish(&source.table)?;
        self.lines.finish(&source.lines.table)
    }
}
