//! `comptoir dead-letters`

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use domain::{Actor, DeadLetterId};
use ops::Ctx;
use ops::dead_letters as desk;
use ops::dead_letters::batches::{self as batches, Decided, Selection};
use ops::dead_letters::detail::{Detail, MessageEffects, Record, record};
use serde_json::{Value, json};
use store::dead_letters::{self, DeadLetter, Filter};
use store::{Page, change, query};

use super::print_json;
use crate::cli::{DeadLettersCommand, WhichLetters};
use crate::failure::Failure;
use crate::run::Parts;

pub(crate) async fn run(parts: &Parts, command: DeadLettersCommand) -> Result<(), Failure> {
    match command {
        DeadLettersCommand::Groups { json } => groups(parts, json).await,
        DeadLettersCommand::List { all, group, json } => {
            let filter = if all { Filter::default() } else { Filter::open() };
            list(parts, Filter { fingerprint: group, ..filter }, json).await
        }
        DeadLettersCommand::Show { id, json } => show(parts, id, json).await,
        DeadLettersCommand::Preview { id, body, json } => preview(parts, id, &body, json).await,
        DeadLettersCommand::Redrive { which, rate, body: None } => redrive(parts, which, rate).await,
        DeadLettersCommand::Redrive { which, body: Some(body), .. } => redrive_edited(parts, which, &body).await,
        DeadLettersCommand::Discard { which, reason } => discard(parts, which, &reason).await,
    }
}

fn ctx(parts: &Parts) -> Ctx {
    Ctx::new(&parts.context, Actor::system("command-line"))
}

async fn groups(parts: &Parts, json: bool) -> Result<(), Failure> {
    let filter = Filter::open();
    let read = query!(parts.db, move |tx, filter| dead_letters::groups(tx, filter, 1000).await);
    let groups: Vec<dead_letters::Group> = read.await.map_err(|e: store::Error| Failure::from(e))?;
    if json {
        let of = |group: &dead_letters::Group| {
            json!({
                "fingerprint": group.fingerprint, "cause": group.cause, "message_type": group.message_type,
                "error": group.error, "count": group.count, "oldest": group.oldest, "newest": group.newest,
            })
        };
        return print_json(&groups.iter().map(of).collect::<Vec<_>>());
    }
    if groups.is_empty() {
        println!("no dead letters: every message has reached its effect");
    }
    for group in groups {
        let error = group.error.lines().next().unwrap_or("");
        println!("{}  {:>6}  {:?} {}  {error}", group.fingerprint, group.count, group.cause, group.message_type);
    }
    Ok(())
}

async fn every(parts: &Parts, filter: Filter) -> Result<Vec<DeadLetter>, Failure> {
    let mut letters = Vec::new();
    let mut after = None;
    loop {
        let read = parts.db.read((filter.clone(), after), |tx, (filter, after): &(Filter, Option<String>)| {
            Box::pin(dead_letters::list(tx, filter, after.as_deref(), 200))
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

async fn list(parts: &Parts, filter: Filter, json: bool) -> Result<(), Failure> {
    let letters = every(parts, filter).await?;
    if json {
        return print_json(&json!(letters));
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
    let found = query!(parts.db, move |tx, id| record(tx, *id).await).await;
    let Record { detail, event, about, effects, journal } = match found {
        Err(ops::Error::NotFound { .. }) => return Err(Failure::Refused(format!("there is no dead letter {id}"))),
        found => found?,
    };
    let Detail { letter, body, edited_body, attempts } = detail;
    let MessageEffects { handled_at, timeline, deliveries } = effects;
    let body = event.unwrap_or_else(|| json!(body));
    if json {
        let attempts: Vec<Value> =
            attempts.iter().map(|a| json!({ "at": a.at, "error": a.error, "status": a.status })).collect();
        let mut all = json!(letter);
        all["attempts"] = json!(attempts);
        all["body"] = body;
        all["edited_body"] = json!(edited_body);
        all["about"] = json!(about);
        let lines: Vec<Value> =
            timeline.iter().map(|entry| json!({ "subject": entry.subject, "summary": entry.summary })).collect();
        all["effects"] = json!({ "handled_at": handled_at, "timeline": lines, "deliveries": deliveries });
        all["journal"] = json!(journal);
        return print_json(&all);
    }
    println!("{}  {:?}", letter.id, letter.state);
    println!("message   {} {}, received {} times", letter.message_type, letter.message_id, letter.receive_count);
    let about = about.map(|about| format!(" ({} {})", about.kind, about.label)).unwrap_or_default();
    println!("subject   {}{about}", letter.subject.as_deref().unwrap_or("unknown"));
    println!("cause     {:?}: {}", letter.cause, letter.error);
    for attempt in attempts {
        println!("attempt   {}  {}", attempt.at, attempt.error.unwrap_or_default());
    }
    println!("effects   {}", handled_at.map_or_else(|| "none".to_owned(), |at| format!("done at {at}")));
    for entry in timeline {
        println!("timeline  {}  {}", entry.subject, entry.summary);
    }
    for delivery in deliveries {
        println!("{:<9} to {}, {:?}", delivery.kind.message_type().to_lowercase(), delivery.target, delivery.state);
    }
    println!("body");
    print_json(&body)?;
    if let Some(journal) = journal {
        println!("the journal has another, which a redrive sends:");
        print_json(&journal)?;
    }
    Ok(())
}

/// A file, or standard input, as JSON.
fn json_of(path: &Path) -> Result<Value, Failure> {
    let explain = |why: &dyn std::fmt::Display| Failure::Usage(format!("{}: {why}", path.display()));
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|e| explain(&e))?;
    serde_json::from_str(&text).map_err(|e| explain(&e))
}

async fn preview(parts: &Parts, id: DeadLetterId, file: &Path, json: bool) -> Result<(), Failure> {
    let body = json_of(file)?;
    let preview = query!(parts.db, move |tx, id, body| desk::preview(tx, *id, body).await).await?;
    if json {
        let changes: Vec<Value> = preview
            .changes
            .iter()
            .map(|one| json!({ "path": one.path, "before": one.before, "after": one.after }))
            .collect();
        let mut all = json!(preview);
        // Here, what is not there is null.
        all["changes"] = json!(changes);
        print_json(&all)?;
    } else {
        let shown = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
        for one in &preview.changes {
            println!("{}  {} → {}", one.path, shown(&one.before), shown(&one.after));
        }
        for fault in &preview.errors {
            println!("not valid  {}  {}", fault.pointer, fault.message);
        }
    }
    match (preview.valid, preview.already_done) {
        (true, _) => Ok(()),
        (false, true) => Err(Failure::Refused("the effects of this message are done: it cannot be changed".into())),
        (false, false) => Err(Failure::Refused("this is not a valid event".into())),
    }
}

fn selection(which: WhichLetters) -> Result<Selection, Vec<DeadLetterId>> {
    match which {
        WhichLetters { group: Some(group), .. } => Ok(Selection::Group(group)),
        WhichLetters { all: true, .. } => Ok(Selection::All),
        WhichLetters { ids, .. } => Err(ids),
    }
}

async fn redrive(parts: &Parts, which: WhichLetters, rate: Option<u32>) -> Result<(), Failure> {
    let ctx = ctx(parts);
    let ids = match selection(which) {
        Ok(selection) => {
            let Decided { letters, last_at, .. } = batches::redrive_many(&parts.db, &ctx, selection, rate).await?;
            let last = last_at.map(|at| format!(", the last is sent at {at}")).unwrap_or_default();
            println!("{letters} redriven{last}");
            return Ok(());
        }
        Err(ids) => ids,
    };
    let apart = rate.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate);
    let mut at = ctx.now;
    let change = async |id: DeadLetterId| {
        change!(parts.db, |tx, ctx, id, at| desk::redrive_at(tx, ctx, *id, *at).await).await?;
        at = at.plus(apart);
        Ok(())
    };
    each(ids, "redriven", change).await
}

async fn discard(parts: &Parts, which: WhichLetters, reason: &str) -> Result<(), Failure> {
    let ctx = ctx(parts);
    let ids = match selection(which) {
        Ok(selection) => {
            let done = batches::discard_many(&parts.db, &ctx, selection, reason).await?;
            println!("{} discarded", done.letters);
            return Ok(());
        }
        Err(ids) => ids,
    };
    let change = async |id: DeadLetterId| {
        let reason = reason.to_owned();
        let done = change!(parts.db, |tx, ctx, id, reason| desk::discard(tx, ctx, *id, reason).await);
        done.await.map(drop)
    };
    each(ids, "discarded", change).await
}

/// Each in a transaction of its own: one that was decided meanwhile does not hold up the others.
async fn each(
    ids: Vec<DeadLetterId>,
    done: &str,
    mut change: impl AsyncFnMut(DeadLetterId) -> Result<(), ops::Error>,
) -> Result<(), Failure> {
    let mut refused = 0;
    for id in ids {
        match change(id).await {
            Ok(()) => println!("{id} {done}"),
            Err(ops::Error::Store(error)) => return Err(error.into()),
            Err(error) => {
                eprintln!("{id}: {error}");
                refused += 1;
            }
        }
    }
    if refused == 0 { Ok(()) } else { Err(Failure::Refused(format!("{refused} not {done}"))) }
}

async fn redrive_edited(parts: &Parts, which: WhichLetters, file: &Path) -> Result<(), Failure> {
    let Err(ids) = selection(which) else { return Err(Failure::Usage("--body goes with one letter".into())) };
    let [id] = ids[..] else { return Err(Failure::Usage("--body goes with one letter".into())) };
    let (ctx, body) = (ctx(parts), json_of(file)?);
    let done = change!(parts.db, move |tx, ctx, id, body| desk::redrive_edited(tx, ctx, *id, body).await);
    println!("{} redriven as edited", done.await?.id);
    Ok(())
}
