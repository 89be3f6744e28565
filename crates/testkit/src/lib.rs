//! What tests need: databases to throw away, a clock that stands still, contacts and orders to begin with.
//!
//! [`for_each_engine`] runs a test on `SQLite` and on `MySQL` or `MariaDB`, each time on a [`Bench`] with a new database.
//! [`ThrowawayMariaDb`] and [`SmtpServer`] are servers of a test's own, to be stopped and started again. [`change!`] and [`query!`] are `Db::write` and `Db::read` in one line. [`Receiver`] takes webhooks, [`Mailbox`] mail. [`Frontend`] is nginx. A [`Site`] is where the program itself runs, each time as a [`Process`] at [`Ports`] of its own. [`fixtures`] has inputs and ways to place them.
//!
//! For tests only; no crate depends on it outside `dev-dependencies`.

#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a test that cannot be set up must fail")]

mod bench;
pub mod fixtures;
mod frontend;
mod mailbox;
mod mariadb;
mod ports;
mod process;
mod receiver;
mod site;
mod smtp;
mod template;

pub use bench::{Bench, Engine, for_each_empty_engine, for_each_engine, start_of_time};
pub use frontend::Frontend;
pub use mailbox::{Mail, Mailbox};
pub use mariadb::ThrowawayMariaDb;
pub use ports::{Ports, free_port};
pub use process::Process;
pub use receiver::{Hook, Mode, Receiver};
pub use site::{Ended, Site};
pub use smtp::{SmtpOptions, SmtpServer};
pub use store::{change, query};
