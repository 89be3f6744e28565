//! `comptoir up`: everything in one process.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use std::time::Duration;

use domain::Role as UserRole;
use indicatif::ProgressBar;

use super::status::Status;
use super::user;
use crate::data_folder;
use crate::failure::Failure;
use crate::run::{Parts, Role};
use store::query;

const FIRST_EMAIL: &str = "admin@comptoir.example";

pub(crate) async fn run(parts: Parts, sample: bool) -> Result<(), Failure> {
    let _alone = data_folder::claim(&parts.settings.data.folder)?;
    parts.db.schema().migrate().await?;
    let users =
        query!(parts.db, |tx| store::users::count(tx).await).await.map_err(|e: store::Error| Failure::from(e))?;
    let address = parts.settings.http.listen;
    println!("Comptoir on http://{address}  (API to try: http://{address}/api/docs)");
    println!("data in {}", parts.db.describe());
    if users == 0 {
        first_administrator(&parts, sample).await?;
    }
    if sample {
        load_sample(&parts).await?;
    }
    parts.run(Role::Everything).await
}

/// Into an empty database only; then shows its events flowing to their effects.
async fn load_sample(parts: &Parts) -> Result<(), Failure> {
    let bar = ProgressBar::new(0).with_message("loading a sample business");
    let mut show = |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let Some(loaded) = ops::sample::load(&parts.db, &parts.context, &mut show).await? else { return Ok(()) };
    bar.finish_and_clear();
    println!(
        "sample: {} contacts, {} orders, {} payments and refunds",
        loaded.contacts, loaded.orders, loaded.transactions
    );
    tokio::spawn(show_flow(parts.clone()));
    Ok(())
}

/// Prints where the events are, until all have reached their effects.
async fn show_flow(parts: Parts) {
    loop {
        // A question that fails is the services' to report; this only tells.
        let (Ok(status), Ok(events)) = (Status::read(&parts).await, count_events(&parts).await) else { return };
        let (outbox, queue) = (status.outbox_waiting, status.queue_waiting + status.queue_held);
        let (dead, done) = (status.dead_letters_open, (events - outbox - queue).max(0));
        println!("{events} events: {outbox} in the outbox → {queue} in the queue → {done} with their effects done");
        if outbox + queue == 0 {
            println!("{dead} dead letters wait for you: comptoir dead-letters list");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn count_events(parts: &Parts) -> Result<i64, store::Error> {
    query!(parts.db, |tx| store::events::count(tx).await).await
}

/// With a sample: somebody with a generated password, shown this once. Without: asks, where there is somebody to ask.
async fn first_administrator(parts: &Parts, sample: bool) -> Result<(), Failure> {
    if sample {
        let password = ops::access::passwords::generate(&parts.context);
        user::add(parts, FIRST_EMAIL, "Administrator", UserRole::Admin, &password).await?;
        println!(
            "sign in as {FIRST_EMAIL} with {password}  (shown once; change it: comptoir user passwd {FIRST_EMAIL})"
        );
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        if let Some(link) = parts.setup_link(Role::Everything).await? {
            println!("nobody may sign in yet; whoever opens this becomes the first administrator: {link}");
        }
        return Ok(());
    }
    print!("Who is the first administrator? E-mail address: ");
    std::io::stdout().flush().map_err(Failure::unexpected)?;
    let mut email = String::new();
    std::io::stdin().lock().read_line(&mut email).map_err(Failure::unexpected)?;
    let password = user::password(parts, false)?;
    let user = user::add(parts, email.trim(), "Administrator", UserRole::Admin, &password).await?;
    println!("{} may sign in", user.email);
    Ok(())
}
