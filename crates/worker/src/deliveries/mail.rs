//! How a mail is attempted.

use std::time::Duration;

use domain::Actor;
use ops::Ctx;
use ops::mails::{self, Composed};
use store::faults::{self, Point};
use store::mails::Content;

use super::mailer::Refusal;
use super::outcome::{Answer, Outcome};
use super::work::Work;
use crate::Worker;

/// All mails go to one server.
const RECEIVER: &str = "mail";
/// When to come back to a database that could not be read.
const SOON: Duration = Duration::from_secs(2);

pub(super) async fn attempt(worker: &Worker, work: &Work) -> Outcome {
    let parts = &worker.deliveries.parts;
    let mailer = &parts.mailer;
    let slot = match parts.limits.acquire(RECEIVER, mailer.settings.connections).await {
        Ok(slot) => slot,
        Err(wait) => return Outcome::Later(wait),
    };
    let begun = worker.context.elapsed();
    let (letter, content) = match compose(worker, work).await {
        Ok(Composed::Send { letter, content, .. }) => (letter, content),
        Ok(Composed::Not(why)) => return Outcome::Skipped(why.into()),
        Err(ops::Error::Store(store::Error::Unavailable(_) | store::Error::Contended(_))) => {
            return Outcome::Later(SOON);
        }
        Err(error) => return Outcome::Refused { answer: Answer::default(), error: error.to_string() },
    };
    let sent = match letter.message() {
        Ok((envelope, message)) => mailer.send(&letter.id, &envelope, &message).await,
        Err(error) => Err(Refusal { for_good: true, status: None, error: error.to_string() }),
    };
    let took = worker.context.elapsed().saturating_sub(begun);
    drop(slot);
    faults::reach(Point::AfterMail);
    outcome(sent, took, content)
}

async fn compose(worker: &Worker, work: &Work) -> Result<Composed, ops::Error> {
    let sender = &worker.deliveries.parts.mailer.settings.sender;
    let mut composed = mails::compose(&worker.db, &work.delivery, &work.event, sender).await?;
    if let Composed::Send { letter, content, document: Some(request) } = &mut composed {
        let ctx = Ctx::new(&worker.context, Actor::system("mail"));
        mails::attach(&worker.db, &ctx, *request, letter, content).await?;
        faults::reach(Point::AfterDocument);
    }
    Ok(composed)
}

fn outcome(sent: Result<Option<i64>, Refusal>, took: Duration, content: Box<Content>) -> Outcome {
    match sent {
        Ok(status) => Outcome::Done(Answer { status, took, mail: Some(content), ..Answer::default() }),
        Err(Refusal { for_good, status, error }) => {
            let answer = Answer { status, took, ..Answer::default() };
            if for_good { Outcome::Refused { answer, error } } else { Outcome::Failed { answer, error, asked: None } }
        }
    }
}
