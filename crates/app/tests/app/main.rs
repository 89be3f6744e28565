//! The binary as those meet it who start it: commands, exit codes, and what happens when a database goes away.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

mod cli;
mod connections;
mod data_folder;
mod dead_letters;
mod disconnect;
mod fuzz;
mod home;
mod imports;
mod nginx;
mod observed;
mod outage;
mod replay;
mod rotation;
mod server;
mod setup;
mod stream;
mod traces;
mod webhooks;
