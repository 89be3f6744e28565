//! The binary `comptoir`: settings, commands, and the running of the parts together.
//!
//! `up` is everything in one process; `serve` and `work` are its halves, for a cluster. The other commands work on the same
//! database and may be used while those run.

mod cli;
mod commands;
mod data_folder;
mod emf;
mod failure;
mod linger;
mod logging;
mod run;
mod serve;
mod settings;

use std::process::ExitCode;

use clap::Parser;
use rustix::fs::Mode;
use traces::Exporter;

use crate::cli::{Cli, Command};
use crate::failure::Failure;
use crate::settings::Settings;

fn main() -> ExitCode {
    // rustls panics when two libraries bring a provider each and none was chosen; ours is chosen before anything else.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("comptoir: a cryptography provider was installed before ours");
        return ExitCode::FAILURE;
    }
    let cli = Cli::parse();
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("comptoir: {failure}");
            failure.exit_code()
        }
    }
}

fn start(cli: Cli) -> Result<(), Failure> {
    // Needs neither settings nor a database.
    if let Command::Openapi { events } = &cli.command {
        return commands::openapi::run(events.as_deref());
    }
    // What is written from here on is its owner's alone: databases, mails, exports are full of people.
    rustix::process::umask(Mode::from_raw_mode(0o077));
    let settings = Settings::load(cli.config.as_deref())?;
    // Needs no database of its own.
    if matches!(cli.command, Command::Healthcheck) {
        return commands::healthcheck::run(settings.http.health_listen);
    }
    let traces = logging::init(&settings, cli.command.role().map(|role| role.service().name))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::unexpected)?;
    let outcome = runtime.block_on(commands::run(cli.command, settings));
    if let Some(Err(why)) = traces.map(Exporter::stop) {
        tracing::warn!(why, "the last traces could not be sent");
    }
    outcome
}
