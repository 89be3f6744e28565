//! What became of the messages of a story.

use std::collections::{BTreeMap, HashSet};

use domain::{DeliveryId, EventId};
use store::dead_letters::{self, DeadLetter, State};
use store::{Tx, attempts, inbox, outbox, queue_messages};

use super::{Known, Step, StepKind};
use crate::Error;

/// Letters of one subject at the most.
const LETTERS: usize = 200;
/// Messages asked for at a time.
const AT_ONCE: usize = 200;

pub(super) async fn tell(
    tx: &mut Tx<'_>,
    subjects: &[String],
    known: Vec<Known>,
    steps: &mut Vec<Step>,
) -> Result<(), Error> {
    let mut all: BTreeMap<String, Known> = known.into_iter().map(|one| (one.id.clone(), one)).collect();
    // Letters about the subject may be of messages that the journal does not know.
    for subject in subjects {
        let filter = dead_letters::Filter { subject: Some(subject.clone()), ..dead_letters::Filter::default() };
        for letter in dead_letters::list(tx, &filter, None, LETTERS).await?.items {
            let is_ours =
                letter.message_id.parse::<EventId>().is_ok() || letter.message_id.parse::<DeliveryId>().is_ok();
            // One of ours that is not in the story belongs to another, as an order's to its transaction.
            if all.contains_key(&letter.message_id) || (is_ours && subject != &subjects[0]) {
                continue;
            }
            let one =
                Known { id: letter.message_id.clone(), message_type: letter.message_type, subject: subject.clone() };
            all.insert(letter.message_id, one);
        }
    }
    let ids: Vec<String> = all.keys().cloned().collect();
    for some in ids.chunks(AT_ONCE) {
        of_some(tx, some, &all, steps).await?;
    }
    Ok(())
}

async fn of_some(
    tx: &mut Tx<'_>,
    ids: &[String],
    all: &BTreeMap<String, Known>,
    steps: &mut Vec<Step>,
) -> Result<(), Error> {
    for (id, at) in inbox::handled(tx, ids).await? {
        steps.extend(all.get(&id).map(|one| one.step(at, StepKind::Handled)));
    }
    for (id, made) in attempts::of_some(tx, ids).await? {
        let attempts::Attempt { at, error, status, duration_ms } = made;
        let step = |one: &Known| Step { detail: error, status, duration_ms, ..one.step(at, StepKind::Attempt) };
        steps.extend(all.get(&id).map(step));
    }
    for letter in dead_letters::of_messages(tx, ids).await? {
        if let Some(one) = all.get(&letter.message_id) {
            decide(&letter, one, steps);
        }
    }
    // A delivery says itself when it is due.
    let due: HashSet<String> =
        steps.iter().filter(|step| step.kind == StepKind::Due).map(|step| step.message_id.clone()).collect();
    for waiting in outbox::some(tx, ids).await? {
        let one = all.get(&waiting.id).filter(|one| !due.contains(&one.id));
        steps.extend(one.map(|one| one.step(waiting.available_at, StepKind::Due)));
    }
    for held in queue_messages::of_messages(tx, ids).await? {
        let detail = Some(format!("received {} times; visible from {}", held.receive_count, held.visible_at));
        let step = |one: &Known| Step { detail, ..one.step(held.sent_at, StepKind::InQueue) };
        steps.extend(all.get(&held.message_id).map(step));
    }
    Ok(())
}

fn decide(letter: &DeadLetter, one: &Known, steps: &mut Vec<Step>) {
    let put = one.step(letter.created_at, StepKind::DeadLetter);
    steps.push(Step { detail: Some(format!("{}: {}", letter.id, letter.error)), ..put });
    let Some(at) = letter.closed_at else { return };
    let (kind, detail) = match letter.state {
        State::Redriven => {
            (StepKind::Redriven, letter.edited_body.as_ref().map(|_| "with an edited message".to_owned()))
        }
        State::Discarded => (StepKind::Discarded, letter.reason.clone()),
        State::Open => return,
    };
    steps.push(Step { actor: letter.closed_by.clone(), detail, ..one.step(at, kind) });
}
