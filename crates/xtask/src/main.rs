//! Tools for whoever works on the project; nothing here is part of the program that is shipped. `cargo xtask help` lists them.
//!
//! Each subcommand is a module of its own with an `Arguments` that clap reads and a `run` that gives the exit code: 0 when all
//! is well, 1 when the answer is "no" (over the limit, out of date), 2 when there is no answer (a file that cannot be read).

mod cost;
mod deploy;
mod migrations;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tools for whoever works on Comptoir", disable_version_flag = true)]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// What a Terraform plan costs in a month.
    Cost(cost::Arguments),
    /// Bring a release into a cluster, verify it there, and take it back if it fails.
    Deploy(deploy::Arguments),
    /// Are released migrations unchanged, and do the new ones only add?
    CheckMigrations(migrations::Arguments),
}

fn main() -> ExitCode {
    match Xtask::parse().command {
        Command::Cost(arguments) => cost::run(&arguments),
        Command::Deploy(arguments) => deploy::run(&arguments),
        Command::CheckMigrations(arguments) => migrations::run(&arguments),
    }
}
