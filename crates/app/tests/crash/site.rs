//! Where a run takes place: a database, a queue, addresses, and the settings that name them.

use std::path::PathBuf;
use std::time::Duration;

use domain::{Actor, InternalHosts, SettingsInput, WebhookEndpointInput};
use ops::{Ctx, Seal};
use queue::{Embedded, Policy, Queue, Sqs};
use store::{Context, Db, Options};
use testkit::{Ended, Mailbox, Mode, Ports, Receiver};

use crate::process::{Part, program, run_command};
use crate::sqs_server;

/// How long the messages of a killed worker, and the leased ones of a killed relay, wait.
const PATIENCE_SECONDS: u64 = 1;
/// Being killed over a message must not exhaust it.
pub(crate) const MAX_RECEIVES: u32 = 100;

const SECRET: &str = "only for the crash test, and long enough";
/// Where the receivers of webhooks are.
const HOST: &str = "127.0.0.1";

pub(crate) const EMAIL: &str = "desk@comptoir.invalid";
pub(crate) const PASSWORD: &str = "a long enough password";

/// Which database and which queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topology {
    Sqlite,
    MariaDb,
    MariaDbAndSqs,
}

pub(crate) struct Site {
    pub(crate) topology: Topology,
    pub(crate) context: Context,
    /// The folder and the settings.
    place: testkit::Site,
    name: String,
    database: String,
    queue_url: String,
    /// Of all parts but the worker.
    ports: Ports,
    worker_ports: Ports,
    /// Gets every event.
    pub(crate) receiver: Receiver,
    /// Gets every mail.
    pub(crate) mailbox: Mailbox,
}

impl Topology {
    /// All of them; with `COMPTOIR_TEST_ENGINES=sqlite` only what needs no server. Never a part in silence.
    pub(crate) fn all() -> Vec<Self> {
        if std::env::var("COMPTOIR_TEST_ENGINES").is_ok_and(|engines| engines == "sqlite") {
            return vec![Self::Sqlite];
        }
        vec![Self::Sqlite, Self::MariaDb, Self::MariaDbAndSqs]
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite, embedded queue",
            Self::MariaDb => "MariaDB, embedded queue",
            Self::MariaDbAndSqs => "MariaDB, SQS",
        }
    }
}

impl Site {
    /// An empty database with its tables, a queue, and one manager who may sign in.
    pub(crate) async fn prepare(topology: Topology, mutant: Option<&'static str>) -> Self {
        // For the clients here; the program chooses for itself. Whoever comes second finds it done.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let context = Context::system();
        let mut place = testkit::Site::new();
        let name = context.id(domain::EventId::new).to_string().replace("evt_", "crash_").to_lowercase();
        let database = match topology {
            Topology::Sqlite => format!("sqlite:{}", place.path().join("comptoir.db").display()),
            _ => new_database(&name).await,
        };
        let queue_url = match topology {
            Topology::MariaDbAndSqs => sqs_server::new_queue(&name, MAX_RECEIVES).await,
            _ => String::new(),
        };
        let (receiver, mailbox) = (Receiver::start(Mode::Answer(200)).await, Mailbox::start(0).await);
        for (name, value) in settings(&mailbox) {
            place.set(name, value);
        }
        place.set("COMPTOIR_DATA_FOLDER", place.path().display().to_string());
        place.set("DATABASE_URL", &database);
        if !queue_url.is_empty() {
            place.set("SQS_QUEUE_URL", &queue_url);
        }
        if let Some(mutant) = mutant {
            place.set("COMPTOIR_MUTANT", mutant);
        }
        let (ports, worker_ports) = (Ports::free(), Ports::free());
        let site = Self { topology, context, place, name, database, queue_url, ports, worker_ports, receiver, mailbox };
        run_command(&site, &["migrate"], "");
        site.add_endpoint(&site.receiver).await;
        run_command(&site, &["user", "add", EMAIL, "--role", "manager"], &format!("{PASSWORD}\n"));
        site
    }

    /// Sends a receiver every event from now on.
    pub(crate) async fn add_endpoint(&self, receiver: &Receiver) {
        let db = self.open_database().await;
        let ctx = Ctx::new(&self.context, Actor::system("test"));
        let input = WebhookEndpointInput {
            url: receiver.url.clone(),
            description: None,
            event_types: Vec::new(),
            active: true,
        };
        let added = db.write((ctx, input), |tx, (ctx, input)| {
            Box::pin(async move {
                let seal = Seal::new(SECRET.as_bytes(), None)?;
                let internal = InternalHosts::parse(&[HOST.to_owned()]).unwrap_or_default();
                ops::webhooks::endpoints::create(tx, ctx, &seal, &internal, input.clone()).await
            })
        });
        added.await.map_err(|e: ops::Error| e.to_string()).expect("an endpoint can be added");
    }

    /// The ids of the webhooks that came so far, each as often as it came.
    pub(crate) fn webhooks(&self) -> Vec<String> {
        self.receiver.hooks().iter().map(|hook| hook.id().to_owned()).collect()
    }

    /// The `Message-ID`s of the mails that were taken, each as often as it came.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.mailbox.mails().into_iter().filter(|mail| mail.taken).map(|mail| mail.id).collect()
    }

    /// Mails bring their documents.
    pub(crate) async fn attach_documents(&self) {
        let db = self.open_database().await;
        let ctx = Ctx::new(&self.context, Actor::system("test"));
        let changed = db.write(ctx, |tx, ctx| {
            Box::pin(async move {
                let input = SettingsInput { mail_attachments: true, ..SettingsInput::default() };
                ops::settings::edit(tx, ctx, 1, input).await
            })
        });
        changed.await.map_err(|e: ops::Error| e.to_string()).expect("the settings can be changed");
    }

    /// The worker has ports of its own: both halves run at once.
    pub(crate) fn ports(&self, part: Part) -> Ports {
        if part == Part::Work { self.worker_ports } else { self.ports }
    }

    pub(crate) fn api_address(&self) -> String {
        format!("http://127.0.0.1:{}/api/v1", self.ports.http)
    }

    /// Starts a part; all its processes log to one file.
    pub(crate) fn start(&self, part: Part, ports: Ports, own: &[(&str, &str)]) -> testkit::Process {
        self.place.start(&program(), part.name(), ports, &format!("{}.log", part.name()), own)
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Ended {
        self.place.run(&program(), arguments, input)
    }

    pub(crate) async fn open_database(&self) -> Db {
        Db::open(&Options { pool_size: 4, ..Options::new(&self.database) }).await.expect("the database opens")
    }

    pub(crate) async fn queue(&self, db: &Db) -> Queue {
        let visibility = Duration::from_secs(PATIENCE_SECONDS);
        let policy = Policy { visibility, max_receives: MAX_RECEIVES };
        if self.queue_url.is_empty() {
            Queue::Embedded(Embedded::new(db.clone(), self.context.clone(), policy))
        } else {
            Queue::Sqs(Sqs::connect(&self.queue_url, policy).await)
        }
    }

    /// Takes the database away; the folder goes by itself, queues end with their server.
    pub(crate) async fn clear(self) {
        if self.topology != Topology::Sqlite {
            execute(&database_server(), format!("DROP DATABASE {}", self.name)).await;
        }
    }

    /// Leaves logs and database behind, for a person to look at.
    pub(crate) fn keep(self) -> PathBuf {
        self.place.keep()
    }
}

/// What all sites have in common.
fn settings(mailbox: &Mailbox) -> [(&'static str, String); 14] {
    [
        ("COMPTOIR_DATABASE_POOL_SIZE", "8".into()),
        ("JWT_SECRET", SECRET.into()),
        ("COMPTOIR_WEBHOOKS_INTERNAL_HOSTS", HOST.into()),
        ("COMPTOIR_MAIL_SMTP_URL", mailbox.url.clone()),
        // Each mail waits 40 ms for a delayed acknowledgement (docs/mail.md).
        ("COMPTOIR_MAIL_CONNECTIONS", "64".into()),
        ("COMPTOIR_MAIL_RETRY_SECONDS", "1,2,3,5,5,5,10,10,20,30,60".into()),
        // Where a receiver does not answer, there is an end within the time of a run.
        ("COMPTOIR_WEBHOOKS_RETRY_SECONDS", "5,20,40,60,60,60".into()),
        ("COMPTOIR_QUEUE_VISIBILITY_SECONDS", PATIENCE_SECONDS.to_string()),
        ("COMPTOIR_QUEUE_MAX_RECEIVES", MAX_RECEIVES.to_string()),
        ("COMPTOIR_WORKER_LEASE_SECONDS", PATIENCE_SECONDS.to_string()),
        ("COMPTOIR_WORKER_RETRY_BASE_MS", "50".into()),
        ("COMPTOIR_LOG_LEVEL", "info".into()),
        ("COMPTOIR_LIMITS_USER_PER_MINUTE", "0".into()),
        ("COMPTOIR_LIMITS_ADDRESS_PER_MINUTE", "0".into()),
    ]
}

async fn new_database(name: &str) -> String {
    let server = database_server();
    execute(&server, format!("CREATE DATABASE {name}")).await;
    let (address, query) =
        server.split_once('?').map_or((server.as_str(), String::new()), |(a, q)| (a, format!("?{q}")));
    format!("{}/{name}{query}", address.trim_end_matches('/'))
}

fn database_server() -> String {
    let named = std::env::var("COMPTOIR_TEST_MYSQL_URL");
    named
        .expect("COMPTOIR_TEST_MYSQL_URL names a server: use scripts/test-servers, or set COMPTOIR_TEST_ENGINES=sqlite")
}

async fn execute(server: &str, statement: String) {
    let db = Db::open(&Options::new(server)).await.expect("the database server answers");
    let done = db.write(statement, |tx, statement| Box::pin(async move { tx.execute(statement.clone(), &[]).await }));
    done.await.map_err(|e: store::Error| e.to_string()).expect("the database server obeys");
}
