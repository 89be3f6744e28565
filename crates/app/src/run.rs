//! The running of the parts together, and their orderly end.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::health::Health;
use domain::ProcessKind;
use ops::exchange::import_jobs::Imports;
use prometheus_client::registry::Registry;
use queue::{Embedded, Policy, Queue, Sqs};
use store::{Context, Db, Options, Schema, change, query};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use worker::{Deliveries, Retry, Schedule, Tasks, Worker};

use crate::emf::{Emf, Service};
use crate::failure::Failure;
use crate::serve::serve;
use crate::settings::Settings;

/// For the orchestrator's probes and a scraper or two.
const HEALTH_CONNECTIONS: usize = 64;

/// What every command begins with.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) db: Db,
    pub(crate) context: Context,
}

/// Which parts a process runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Everything,
    Backend,
    Worker,
}

impl Role {
    const fn kind(self) -> ProcessKind {
        match self {
            Self::Everything => ProcessKind::Everything,
            Self::Backend => ProcessKind::Backend,
            Self::Worker => ProcessKind::Worker,
        }
    }

    pub(crate) const fn service(self) -> Service {
        match self {
            Self::Everything => Service { name: "comptoir", answers: true, works: true },
            Self::Backend => Service { name: "backend", answers: true, works: false },
            Self::Worker => Service { name: "sqs-worker", answers: false, works: true },
        }
    }
}

/// The machine, or the pod, and the number of the process there.
fn process_name() -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("{host}/{}", std::process::id())
}

impl Parts {
    /// Opens the database that the settings name; says which, when it cannot.
    pub(crate) async fn open(settings: Settings) -> Result<Self, Failure> {
        let pool_size = settings.database.pool_size;
        let options = Options { pool_size, ..Options::new(settings.database.url.clone()) };
        let db = Db::open(&options).await?;
        Ok(Self { settings, db, context: Context::system() })
    }

    pub(crate) async fn queue(&self) -> Queue {
        let Parts { settings, db, context } = self;
        let visibility = Duration::from_secs(settings.queue.visibility_seconds);
        let policy = Policy { visibility, max_receives: settings.queue.max_receives };
        if settings.queue.url.is_empty() {
            Queue::Embedded(Embedded::new(db.clone(), context.clone(), policy))
        } else {
            Queue::Sqs(Sqs::connect(&settings.queue.url, policy).await)
        }
    }

    /// While there is nobody who may sign in: the link by which the first administrator is made.
    pub(crate) async fn setup_link(&self, role: Role) -> Result<Option<String>, Failure> {
        let needed = query!(self.db, |tx| ops::people::setup::is_needed(tx).await);
        if !needed.await.map_err(|e: store::Error| Failure::from(e))? {
            return Ok(None);
        }
        let http = &self.settings.http;
        let listening = format!("http://{}", http.listen);
        let site = if http.public_url.is_empty() { &listening } else { &http.public_url };
        // Behind the #: browsers send that to nobody, so it is in no log of requests.
        Ok(Some(format!("{}/setup#{}", site.trim_end_matches('/'), self.seal(role)?.setup_token())))
    }

    /// Refuses tables that are older than the program: `comptoir migrate` comes first.
    pub(crate) async fn require_schema(&self) -> Result<(), Failure> {
        let (current, wanted) = (self.db.schema().current().await?, Schema::wanted());
        if current >= wanted {
            return Ok(());
        }
        let place = self.db.describe();
        Err(Failure::Refused(format!(
            "{place} has tables of version {current}, this program needs {wanted}: run comptoir migrate"
        )))
    }

    /// Runs until asked to stop (SIGTERM, Ctrl-C): takes no more work, finishes what is in hand.
    pub(crate) async fn run(self, role: Role) -> Result<(), Failure> {
        let mut registry = Registry::with_prefix("comptoir");
        let worker = self.worker(role, &mut registry).await?;
        let metrics = api::Metrics::new(&mut registry);
        let draining = Arc::new(AtomicBool::new(false));
        let stop = CancellationToken::new();
        let registry = Arc::new(registry);
        let health = Health { db: self.db.clone(), registry: registry.clone(), draining: draining.clone() };
        // First, so that nobody finds us ready and then cannot connect.
        let listener = if role == Role::Worker { None } else { Some(bind(self.settings.http.listen).await?) };
        let health_listener = bind(self.settings.http.health_listen).await?;
        let health =
            tokio::spawn(serve(health_listener, api::health::router(health), HEALTH_CONNECTIONS, stop.clone()));

        let told = CancellationToken::new();
        let emf =
            self.settings.metrics.emf.then(|| {
                tokio::spawn(Emf::new(role.service(), registry.clone()).run(self.context.clone(), told.clone()))
            });
        let mut tasks = Tasks::default();
        tasks.relay(&worker);
        tasks.heartbeats(&worker, role.kind(), &process_name());
        if role != Role::Backend {
            tasks.consume(&worker);
        }
        let (mut http, mut imports) = (None, None);
        if let Some(listener) = listener {
            let app = self.api(role, metrics, stop.clone()).await?;
            imports = Some(app.imports.clone());
            tracing::info!(address = %format!("http://{}", self.settings.http.listen), "listening");
            http =
                Some(tokio::spawn(serve(listener, api::router(app), self.settings.http.max_connections, stop.clone())));
        }
        asked_to_stop().await;
        tracing::info!("stopping: finishing what is in hand");
        draining.store(true, Ordering::Relaxed);
        stop.cancel();
        let drain = Duration::from_secs(self.settings.http.drain_seconds);
        if let Some(http) = http
            && tokio::time::timeout(drain, http).await.is_err()
        {
            tracing::warn!("some requests were still under way when time was up");
        }
        if let Some(imports) = imports {
            imports.stop().await;
        }
        tasks.stop().await;
        told.cancel();
        if let Some(emf) = emf {
            // It only prints; a panic of it has been told.
            let _ = emf.await;
        }
        health.abort();
        tracing::info!("stopped");
        Ok(())
    }

    /// Those that this process takes in; their files lie in the data folder for as long as they are needed.
    fn imports(&self) -> Result<Imports, Failure> {
        let folder = self.settings.data.folder.join("imports");
        let started = Imports::start(self.db.clone(), self.context.clone(), &folder);
        started.map_err(|e| Failure::Unavailable(format!("{}: {e}", folder.display())))
    }

    async fn worker(&self, role: Role, registry: &mut Registry) -> Result<Worker, Failure> {
        let Settings { queue, worker, webhooks, mail, .. } = &self.settings;
        let settings = worker::Settings {
            consumers: worker.consumers,
            visibility: Duration::from_secs(queue.visibility_seconds),
            retry: Retry { base: Duration::from_millis(worker.retry_base_ms), ..Retry::default() },
            lease: Duration::from_secs(worker.lease_seconds),
            mail_retries: Schedule(mail.retry_seconds.iter().copied().map(Duration::from_secs).collect()),
            webhook_retries: Schedule(webhooks.retry_seconds.iter().copied().map(Duration::from_secs).collect()),
            retention: self.settings.retention.worker(),
        };
        let webhooks = worker::deliveries::webhook::Settings {
            timeout: Duration::from_secs(webhooks.timeout_seconds),
            concurrency: webhooks.concurrency,
            internal: self.settings.internal_hosts()?,
        };
        let (db, context, queue) = (self.db.clone(), self.context.clone(), self.queue().await);
        let deliveries =
            Deliveries::new(&context, &webhooks, &self.settings.mail()?, self.seal(role)?).map_err(Failure::Usage)?;
        Ok(Worker { db, context, queue, metrics: worker::Metrics::new(registry), settings, deliveries })
    }

    /// What the API needs. Seals anew what a former `JWT_SECRET` has sealed: after that, nobody needs the former any more.
    async fn api(&self, role: Role, metrics: api::Metrics, stop: CancellationToken) -> Result<api::App, Failure> {
        let Settings { auth, .. } = &self.settings;
        if auth.session_days == 0 {
            return Err(Failure::Usage("auth.session_days must be at least 1".into()));
        }
        let tokens = api::Tokens::new(&self.jwt_secret(role)?);
        let tokens = match self.previous_secret()? {
            Some(previous) => tokens.with_previous(previous),
            None => tokens,
        };
        let lifetime = Duration::from_secs(auth.session_days.saturating_mul(24 * 60 * 60));
        let gate = ops::Gate::new(self.seal(role)?, lifetime);
        if self.previous_secret()?.is_some() {
            let ctx = ops::Ctx::new(&self.context, domain::Actor::system("rotation"));
            let resealed = change!(self.db, |tx, ctx, gate| {
                let factors = ops::people::second_factor::reseal(tx, ctx, &gate.seal).await?;
                let endpoints = ops::webhooks::endpoints::reseal(tx, ctx, &gate.seal).await?;
                Ok::<_, ops::Error>((factors, endpoints))
            });
            let (second_factors, endpoints) = resealed.await?;
            tracing::info!(second_factors, endpoints, "secrets are sealed with the new JWT_SECRET");
        }
        let (db, context, imports) = (self.db.clone(), self.context.clone(), self.imports()?);
        let settings = self.settings.api()?;
        Ok(api::App::new(api::Parts { db, context, tokens, metrics, imports, settings, gate, stop }))
    }

    fn seal(&self, role: Role) -> Result<ops::Seal, Failure> {
        Ok(ops::Seal::new(&self.jwt_secret(role)?, self.previous_secret()?)?)
    }

    fn previous_secret(&self) -> Result<Option<&[u8]>, Failure> {
        let previous = self.settings.auth.jwt_secret_previous.as_bytes();
        if !previous.is_empty() && previous.len() < 32 {
            return Err(Failure::Usage("JWT_SECRET_PREVIOUS must have at least 32 bytes, or none".into()));
        }
        Ok(Some(previous).filter(|previous| !previous.is_empty()))
    }

    /// `JWT_SECRET`; or, for `up`, one that is made once and kept in the data folder.
    fn jwt_secret(&self, role: Role) -> Result<Vec<u8>, Failure> {
        let given = self.settings.auth.jwt_secret.as_bytes();
        if given.len() >= 32 {
            return Ok(given.to_vec());
        }
        if !given.is_empty() || role != Role::Everything {
            return Err(Failure::Usage(
                "JWT_SECRET must be set to at least 32 bytes, the same for every backend and worker".into(),
            ));
        }
        kept_secret(&self.settings.data.folder.join("jwt-secret"), &self.context)
    }
}

fn kept_secret(path: &Path, context: &Context) -> Result<Vec<u8>, Failure> {
    let explain = |e: std::io::Error| Failure::Unavailable(format!("{}: {e}", path.display()));
    match std::fs::read(path) {
        Ok(secret) if secret.len() >= 32 => return Ok(secret),
        Ok(_) => return Err(Failure::Usage(format!("{} is too short for a secret; remove it", path.display()))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(explain(e)),
    }
    let mut bytes = [0; 48];
    context.secret(&mut bytes);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(explain)?;
    }
    private_file(path, &bytes).map_err(explain)?;
    Ok(bytes.to_vec())
}

/// A new file that only its owner can read.
fn private_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|e| Failure::Unavailable(format!("cannot listen on {address}: {e}")))
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return drop(tokio::signal::ctrl_c().await) };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
