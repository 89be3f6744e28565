//! One file for each command.

mod dead_letters;
mod explain;
mod export;
pub(crate) mod healthcheck;
mod import;
pub(crate) mod openapi;
mod replay;
mod status;
mod up;
mod user;

use crate::cli::Command;
use crate::data_folder;
use crate::failure::Failure;
use crate::run::{Parts, Role};
use crate::settings::Settings;

pub(crate) async fn run(command: Command, settings: Settings) -> Result<(), Failure> {
    data_folder::make_private(&settings);
    let parts = Parts::open(settings).await?;
    let db = parts.db.clone();
    let outcome = Box::pin(run_with(parts, command)).await;
    if let Err(error) = db.close().await {
        // Another process uses it still, and the last one that ends does this.
        tracing::debug!(%error, "the database's log could not be emptied");
    }
    outcome
}

async fn run_with(parts: Parts, command: Command) -> Result<(), Failure> {
    match command {
        Command::Up { sample } => return up::run(parts, sample).await,
        Command::Migrate => return migrate(&parts).await,
        _ => parts.require_schema().await?,
    }
    match command {
        Command::Serve => serve(parts).await,
        Command::Work => parts.run(Role::Worker).await,
        Command::User(command) => user::run(&parts, command).await,
        Command::Import(command) => import::run(&parts, command).await,
        Command::Export { list, file, columns } => export::run(&parts, list, file.as_deref(), columns.as_deref()).await,
        Command::Status { json } => status::run(&parts, json).await,
        Command::DeadLetters(command) => dead_letters::run(&parts, command).await,
        Command::Explain { what, id, json } => explain::run(&parts, what, &id, json).await,
        Command::Replay { check, json } => replay::run(&parts, check, json).await,
        Command::Openapi { events } => openapi::run(events.as_deref()),
        Command::Healthcheck => healthcheck::run(parts.settings.http.health_listen),
        Command::Up { .. } | Command::Migrate => Ok(()),
    }
}

async fn serve(parts: Parts) -> Result<(), Failure> {
    if let Some(link) = parts.setup_link(Role::Backend).await? {
        println!("nobody may sign in yet; whoever opens this becomes the first administrator: {link}");
    }
    parts.run(Role::Backend).await
}

async fn migrate(parts: &Parts) -> Result<(), Failure> {
    let steps = parts.db.schema().migrate().await?;
    let version = store::Schema::wanted();
    println!("{}: version {version}, {steps} step{} taken", parts.db.describe(), if steps == 1 { "" } else { "s" });
    Ok(())
}

/// Prints a value as JSON.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::unexpected)?;
    println!("{text}");
    Ok(())
}
