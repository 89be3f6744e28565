//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use domain::{DeadLetterId, Role as UserRole};

use crate::run::Role;

/// The order desk: contacts, orders and the money that pays for them.
///
/// With nothing configured, `comptoir up` runs everything from ./data. Settings: config.default.toml says all of them.
///
/// Exit codes: 0 done, 1 a defect, 2 wrong usage or settings, 3 the database or the queue cannot be reached, 4 refused
/// (not found, not valid, not possible now).
#[derive(Parser)]
#[command(version, about, long_about)]
pub(crate) struct Cli {
    /// A file with settings.
    #[arg(long, global = true, env = "COMPTOIR_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run everything in one process: migrate, serve, relay, work.
    Up {
        /// Load a sample business into an empty database, and make a first administrator.
        #[arg(long)]
        sample: bool,
    },
    /// Run the API and the relay (a backend).
    Serve,
    /// Run the relay and the worker (an sqs-worker).
    Work,
    /// Bring the database's tables up to date.
    Migrate,
    /// Ask the process that runs with these settings whether it is ready; exit code 3 if not.
    Healthcheck,
    /// Who may sign in.
    #[command(subcommand)]
    User(UserCommand),
    /// Load a CSV: a foreign one as it is, by a map, or one of our own.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Write a list as a CSV file; contacts and order-lines can be sent back as they are (POST /api/v1/imports).
    Export {
        list: ExportList,
        /// Standard output, if not given.
        file: Option<PathBuf>,
        /// Only these, in this order, with commas between them; `import`: those that an import takes back.
        #[arg(long)]
        columns: Option<String>,
    },
    /// What waits where: outbox, queue, dead letters.
    Status {
        #[arg(long)]
        json: bool,
    },
    /// Messages given up on.
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
    /// Tell the whole story: events, messages, attempts, effects, mails, webhooks, dead letters.
    Explain {
        what: Explained,
        /// An id; of an order, its number too.
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// Compute timelines and figures anew from the journal, and mend what differs. May run while workers do.
    Replay {
        /// Change nothing; exit code 4 if something differs.
        #[arg(long)]
        check: bool,
        #[arg(long)]
        json: bool,
    },
    /// Print openapi.json, or write the schemas of events.
    Openapi {
        /// Write one JSON Schema for each event type into this folder instead.
        #[arg(long, value_name = "FOLDER")]
        events: Option<PathBuf>,
    },
}

impl Command {
    /// Which parts a command runs until it is stopped.
    pub(crate) const fn role(&self) -> Option<Role> {
        match self {
            Self::Up { .. } => Some(Role::Everything),
            Self::Serve => Some(Role::Backend),
            Self::Work => Some(Role::Worker),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Explained {
    Order,
    Contact,
    Transaction,
}

impl Explained {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Contact => "contact",
            Self::Transaction => "transaction",
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Add a user; asks for a password, or takes one from standard input, or makes one.
    Add {
        email: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, default_value = "clerk")]
        role: UserRole,
        /// Make a password and print it once.
        #[arg(long)]
        generate: bool,
    },
    /// Print a link by which somebody becomes a user and chooses a password.
    Invite {
        email: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, default_value = "clerk")]
        role: UserRole,
    },
    /// List users.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Give a user another password; signs them out everywhere.
    Passwd {
        email: String,
        /// Make a password and print it once.
        #[arg(long)]
        generate: bool,
    },
    /// Switch a user's second factor off: the telephone and the recovery codes are lost.
    ResetSecondFactor { email: String },
}

#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// Contacts, from one file.
    Contacts {
        file: PathBuf,
        #[command(flatten)]
        how: ImportOptions,
    },
    /// Orders, from a file of orders and a file of lines, or from one file that repeats the order beside each line.
    Orders {
        orders: PathBuf,
        lines: Option<PathBuf>,
        #[command(flatten)]
        how: ImportOptions,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum ExportList {
    Contacts,
    Orders,
    OrderLines,
    Transactions,
    Events,
    DeadLetters,
    Stats,
    Products,
    SecurityLog,
    Users,
    ApiKeys,
}

#[derive(clap::Args)]
pub(crate) struct ImportOptions {
    /// Which column is what (examples/northwind.toml). Without a map, the columns are called as `comptoir export` calls them.
    #[arg(long, value_name = "MAP.toml")]
    pub(crate) map: Option<PathBuf>,
    /// Check every row, write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Import the good rows although there are bad ones.
    #[arg(long)]
    pub(crate) skip_bad: bool,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum DeadLettersCommand {
    /// Those that wait for a decision, by cause; the largest groups first.
    Groups {
        #[arg(long)]
        json: bool,
    },
    /// List those that wait for a decision.
    List {
        /// Show letters that were decided before, too.
        #[arg(long)]
        all: bool,
        /// Only those of one cause: a fingerprint, as `groups` tells it.
        #[arg(long, value_name = "FINGERPRINT")]
        group: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// One, with its body and every attempt.
    Show {
        id: DeadLetterId,
        #[arg(long)]
        json: bool,
    },
    /// Look at an edit before it is sent: whether it is valid, and what it changes. Exit code 4 if it is not valid.
    Preview {
        id: DeadLetterId,
        /// The whole message as JSON; `-`: standard input.
        #[arg(long, value_name = "FILE")]
        body: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Send messages again.
    Redrive {
        #[command(flatten)]
        which: WhichLetters,
        /// Messages a second; all at once, if not given.
        #[arg(long, value_name = "PER_SECOND", value_parser = clap::value_parser!(u32).range(1..=1000))]
        rate: Option<u32>,
        /// Send the one message as it stands in this file (JSON; `-`: standard input).
        #[arg(long, value_name = "FILE", conflicts_with_all = ["all", "group", "rate"])]
        body: Option<PathBuf>,
    },
    /// Give messages up for good.
    Discard {
        #[command(flatten)]
        which: WhichLetters,
        /// Why nothing is lost by it.
        #[arg(long)]
        reason: String,
    },
}

#[derive(clap::Args)]
pub(crate) struct WhichLetters {
    #[arg(required_unless_present_any = ["all", "group"])]
    pub(crate) ids: Vec<DeadLetterId>,
    /// Every open one.
    #[arg(long, conflicts_with = "ids")]
    pub(crate) all: bool,
    /// Every open one of a cause: a fingerprint, as `groups` tells it.
    #[arg(long, value_name = "FINGERPRINT", conflicts_with_all = ["ids", "all"])]
    pub(crate) group: Option<String>,
}
