//! `comptoir dead-letters`

use domain::{Actor, DeadLetterId};
use ops::Ctx;
use serde_json::{Value, json};
use store::dead_letters::{self, DeadLetter, State};
use store::{Page, attempts};

use super::print_json;
use crate::cli::DeadLettersCommand;
use crate::failure::Failure;
use crate::run::Parts;

pub(crate) async fn run(parts: &Parts, command: DeadLettersCommand) -> Result<(), Failure> {
    match command {
        DeadLettersCommand::List { all, json } => list(parts, all, json).await,
        DeadLettersCommand::Show { id, json } => show(parts, id, json).await,
        DeadLettersCommand::Redrive { ids, all } => {
            let ids = if all {
                every(parts, Some(State::Open)).await?.into_iter().map(|letter| letter.id).collect()
            } else {
                ids
            };
            redrive(parts, ids).await
        }
        DeadLettersCommand::Discard { id, reason } => {
            let input = (ctx(parts), id, reason);
            let done = parts
                .db
                .write(input, |tx, (ctx, id, reason)| Box::pin(ops::dead_letters::discard(tx, ctx, *id, reason)));
            let letter = done.await?;
            println!("{} discarded", letter.id);
            Ok(())
        }
    }
}

fn ctx(parts: &Parts) -> Ctx {
    Ctx::new(&parts.context, Actor::system("command-line"))
}

async fn every(parts: &Parts, state: Option<State>) -> Result<Vec<DeadLetter>, Failure> {
    let mut letters = Vec::new();
    let mut after = None;
    loop {
        let read = parts.db.read((state, after), |tx, (state, after): &(Option<State>, Option<String>)| {
            Box::pin(dead_letters::list(tx, *state, after.as_deref(), 200))
        });
        let page: Result<Page<DeadLetter>, store::Error> = read.await;
        let page = page?;
        letters.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(letters);
        }
    }
}

fn as_json(letter: &DeadLetter) -> Value {
    json!({
        "id": letter.id, "message_id": letter.message_id, "message_type": letter.message_type, "subject": letter.subject,
        "cause": letter.cause, "error": letter.error, "receive_count": letter.receive_count, "state": letter.state,
        "reason": letter.reason, "created_at": letter.created_at, "closed_at": letter.closed_at, "closed_by": letter.closed_by,
    })
}

async fn list(parts: &Parts, all: bool, json: bool) -> Result<(), Failure> {
    let letters = every(parts, (!all).then_some(State::Open)).await?;
    if json {
        return print_json(&letters.iter().map(as_json).collect::<Vec<_>>());
    }
    if letters.is_empty() {
        println!("no dead letters: every message has reached its effect");
    }
    for letter in letters {
        let error = letter.error.lines().next().unwrap_or("");
        println!("{}  {}  {:?} {}  {error}", letter.id, letter.created_at, letter.state, letter.message_type);
    }
    Ok(())
}

async fn show(parts: &Parts, id: DeadLetterId, json: bool) -> Result<(), Failure> {
    let read = parts.db.read(id, |tx, id| {
        Box::pin(async move {
            let Some(letter) = dead_letters::get(tx, *id).await? else { return Ok(None) };
            let attempts = attempts::of(tx, &letter.message_id).await?;
            Ok::<_, store::Error>(Some((letter, attempts)))
        })
    });
    let (letter, attempts) = read.await?.ok_or_else(|| Failure::Refused(format!("there is no dead letter {id}")))?;
    let body: Value = serde_json::from_str(&letter.body).unwrap_or_else(|_| json!(letter.body));
    if json {
        let attempts: Vec<Value> =
            attempts.iter().map(|a| json!({ "at": a.at, "error": a.error, "status": a.status })).collect();
        let mut all = as_json(&letter);
        all["attempts"] = json!(attempts);
        all["body"] = body;
        return print_json(&all);
    }
    println!("{}  {:?}", letter.id, letter.state);
    println!("message   {} {}, received {} times", letter.message_type, letter.message_id, letter.receive_count);
    println!("subject   {}", letter.subject.as_deref().unwrap_or("unknown"));
    println!("cause     {:?}: {}", letter.cause, letter.error);
    for attempt in attempts {
        println!("attempt   {}  {}", attempt.at, attempt.error.unwrap_or_default());
    }
    println!("body");
    print_json(&body)
}

/// Each in a transaction of its own: one that was decided meanwhile does not hold up the others.
async fn redrive(parts: &Parts, ids: Vec<DeadLetterId>) -> Result<(), Failure> {
    let mut refused = 0;
    for id in ids {
        match parts.db.write((ctx(parts), id), |tx, (ctx, id)| Box::pin(ops::dead_letters::redrive(tx, ctx, *id))).await
        {
            Ok(letter) => println!("{} redriven", letter.id),
            Err(ops::Error::Store(error)) => return Err(error.into()),
            Err(error) => {
                eprintln!("{id}: {error}");
                refused += 1;
            }
        }
    }
    if refused == 0 { Ok(()) } else { Err(Failure::Refused(format!("{refused} not redriven"))) }
}
