//! A running API with its database, and people who call it.

mod calls;

use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use api::{App, Metrics, Parts, Settings, Tokens};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use domain::{InternalHosts, Role, Session, SessionId, User};
use ops::exchange::import_jobs::Imports;
use ops::{Gate, Seal};
use prometheus_client::registry::Registry;
use queue::{Embedded, Policy, Queue};
use store::{Db, Row, sessions};
use tempfile::TempDir;
use testkit::{Bench, change, for_each_engine, query};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use worker::deliveries::{mailer, webhook};
use worker::{Deliveries, Worker, consumer, relay};

pub(crate) use calls::{Call, Caller, Reply, path_of};

pub(crate) const SECRET: &[u8] = b"a secret of at least thirty-two bytes";

/// Every table that a request can change, but for the counter of order numbers, which may leave some out.
const TABLES: [&str; 41] = [
    "mails",
    "mail_templates",
    "webhook_endpoints",
    "deliveries",
    "users",
    "contacts",
    "contact_keys",
    "legal_copies",
    "scrubs_due",
    "products",
    "settings",
    "orders",
    "order_lines",
    "order_revisions",
    "order_tags",
    "transactions",
    "events",
    "outbox",
    "queue_messages",
    "inbox",
    "attempts",
    "dead_letters",
    "documents",
    "logos",
    "leases",
    "processes",
    "samples",
    "timeline",
    "daily_stats",
    "search_terms",
    "idempotency_keys",
    "security_log",
    "imports",
    "import_rejects",
    "sessions",
    "refresh_tokens",
    "second_factors",
    "recovery_codes",
    "invitations",
    "sign_in_throttles",
    "api_keys",
];

/// The API on one engine, with one user of each role.
pub(crate) struct Backend {
    pub(crate) bench: Bench,
    pub(crate) imports: Imports,
    /// Of other processes.
    former: Vec<Imports>,
    /// Where the files of imports lie.
    pub(crate) folder: TempDir,
    router: Router,
    registry: Registry,
    users: Vec<(User, SessionId)>,
    pub(crate) gate: Gate,
    keys: AtomicUsize,
    /// The calls and answers so far, one line each.
    transcript: Mutex<Vec<String>>,
    /// Cancelled when the server begins to stop.
    pub(crate) stop: CancellationToken,
    /// How the worker sends them.
    pub(crate) webhooks: webhook::Settings,
    /// How the worker sends mails: into files below `folder`, unless a test has a server.
    pub(crate) mail: mailer::Settings,
}

/// Runs a test once on each engine, each time with a new backend.
pub(crate) async fn on_each_engine(test: impl AsyncFn(Backend)) {
    for_each_engine(async |bench| test(Backend::open(bench).await).await).await;
}

impl Backend {
    async fn open(bench: Bench) -> Self {
        let mut users = Vec::new();
        for role in Role::ALL {
            let (ctx, email) = (bench.ctx(), format!("{role}@example.com"));
            let add = change!(bench.db, |tx, ctx, email, role| {
                ops::people::users::add(tx, ctx, email, role.as_str(), *role, "nobody signs in with this").await
            });
            let user = add.await.unwrap();
            let session = open_session(&bench, &user).await;
            users.push((user, session));
        }
        let mut registry = Registry::default();
        let folder = TempDir::new().unwrap();
        let imports = Imports::start(bench.db.clone(), bench.context.clone(), folder.path()).unwrap();
        let (gate, stop) = (gate(SECRET, None), CancellationToken::new());
        let parts = parts(&bench, bench.db.clone(), Tokens::new(SECRET), &gate, &imports, &stop);
        let settings = Settings { mail_folder: Some(folder.path().join("mail")), ..settings() };
        let router = router(Parts { settings, ..parts }, &mut registry);
        let (keys, former, transcript) = (AtomicUsize::new(0), Vec::new(), Mutex::default());
        let webhooks = webhook::Settings { internal: internal_hosts(), ..webhook::Settings::default() };
        let mail = mailer::Settings::files(folder.path().join("mail"));
        Self { bench, imports, former, folder, router, registry, users, gate, keys, transcript, stop, webhooks, mail }
    }

    /// Another server on the same database, with other settings.
    pub(crate) async fn with_settings(self, settings: Settings) -> Self {
        self.another(SECRET, None, settings).await
    }

    /// Another server on the same database.
    pub(crate) async fn restarted(self) -> Self {
        self.restarted_with(SECRET, None).await
    }

    /// Restarts the server with another `JWT_SECRET` and perhaps the one before it.
    pub(crate) async fn restarted_with(self, secret: &[u8], previous: Option<&[u8]>) -> Self {
        self.another(secret, previous, settings()).await
    }

    /// A request as it is, and its answer as it is.
    pub(crate) async fn raw(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn another(self, secret: &[u8], previous: Option<&[u8]>, settings: Settings) -> Self {
        let mut registry = Registry::default();
        let tokens = Tokens::new(secret);
        let tokens = if let Some(previous) = previous { tokens.with_previous(previous) } else { tokens };
        let (db, gate) = (self.bench.another_db().await, gate(secret, previous));
        let parts = parts(&self.bench, db, tokens, &gate, &self.imports, &self.stop);
        let router = router(Parts { settings, ..parts }, &mut registry);
        Self { router, registry, gate, ..self }
    }

    /// The server after a restart, or as another process would serve it: with a task of its own for imports. The old one goes
    /// on if it was not stopped.
    pub(crate) fn with_new_imports(self) -> Self {
        let imports = Imports::start(self.bench.db.clone(), self.bench.context.clone(), self.folder.path()).unwrap();
        let mut registry = Registry::default();
        let (db, tokens) = (self.bench.db.clone(), Tokens::new(SECRET));
        let router = router(parts(&self.bench, db, tokens, &self.gate, &imports, &self.stop), &mut registry);
        let former = self.former.into_iter().chain([self.imports]).collect();
        Self { imports, former, router, registry, ..self }
    }

    pub(crate) fn user(&self, role: Role) -> &User {
        &self.signed_in(role).0
    }

    /// The one user of a role, and a session that lasts as long as any test.
    pub(crate) fn signed_in(&self, role: Role) -> &(User, SessionId) {
        self.users.iter().find(|(user, _)| user.role == role).unwrap()
    }

    pub(crate) fn token(&self, tokens: &Tokens, role: Role) -> String {
        let (user, session) = self.signed_in(role);
        tokens.issue(user.id, *session, self.bench.context.now()).ok().unwrap()
    }

    /// A session of another user, opened now.
    pub(crate) async fn token_of(&self, user: &User) -> String {
        let session = open_session(&self.bench, user).await;
        Tokens::new(SECRET).issue(user.id, session, self.bench.context.now()).ok().unwrap()
    }

    pub(crate) fn by(&self, role: Role) -> Caller<'_> {
        self.with_token(&self.token(&Tokens::new(SECRET), role))
    }

    pub(crate) fn clerk(&self) -> Caller<'_> {
        self.by(Role::Clerk)
    }

    pub(crate) fn manager(&self) -> Caller<'_> {
        self.by(Role::Manager)
    }

    pub(crate) fn nobody(&self) -> Caller<'_> {
        Caller { backend: self, authorization: None }
    }

    pub(crate) fn with_token(&self, token: &str) -> Caller<'_> {
        Caller { backend: self, authorization: Some(format!("Bearer {token}")) }
    }

    pub(crate) fn pass_time(&self, by: Duration) {
        self.bench.context.advance(by);
    }

    /// Lets the worker do everything that waits in the outbox and in the queue.
    pub(crate) async fn do_effects(&self) {
        let worker = self.worker();
        while relay::pass(&worker).await.unwrap() > 0 {}
        loop {
            let batch = worker.queue.receive(10, Duration::ZERO).await.unwrap();
            if batch.is_empty() {
                return;
            }
            consumer::handle(&worker, batch).await.unwrap();
            worker.deliveries.idle().await;
            while relay::pass(&worker).await.unwrap() > 0 {}
        }
    }

    pub(crate) fn worker(&self) -> Worker {
        let Bench { db, context, .. } = &self.bench;
        let queue = Queue::Embedded(Embedded::new(db.clone(), context.clone(), Policy::default()));
        let metrics = worker::Metrics::new(&mut Registry::default());
        // Webhooks may go out by TLS. Whoever comes second finds it done.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let deliveries =
            Deliveries::new(context, &self.webhooks, &self.mail, Seal::new(SECRET, None).unwrap()).unwrap();
        let settings = worker::Settings::default();
        Worker { db: db.clone(), context: context.clone(), queue, metrics, settings, deliveries }
    }

    /// Every row there is.
    pub(crate) async fn everything(&self) -> Vec<(&'static str, Vec<Row>)> {
        let mut all = Vec::new();
        for table in TABLES {
            let sql = format!("SELECT * FROM {table}");
            let rows = query!(self.bench.db, |tx, sql| tx.query(sql.clone(), &[]).await);
            let mut rows = rows.await.unwrap();
            rows.sort_by_cached_key(|row| format!("{row:?}"));
            all.push((table, rows));
        }
        all
    }

    /// What the server has counted, as the operator's port tells it.
    pub(crate) fn metrics(&self) -> String {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry).unwrap();
        text
    }

    pub(crate) fn transcript(&self) -> Vec<String> {
        self.transcript.lock().unwrap().clone()
    }
}

/// Limits far above what any test sends: they are counted and told, and stop nobody. Tests say
/// where a request comes from as a proxy would.
pub(crate) fn settings() -> Settings {
    Settings {
        trusted_proxies: 1,
        import_bytes: 1_000_000,
        user_per_minute: 1_000_000,
        address_per_minute: 1_000_000,
        internal_hosts: internal_hosts(),
        ..Settings::default()
    }
}

/// The tests' own receivers of webhooks.
fn internal_hosts() -> InternalHosts {
    InternalHosts::parse(&["127.0.0.1".to_owned()]).unwrap()
}

fn gate(secret: &[u8], previous: Option<&[u8]>) -> Gate {
    Gate::new(Seal::new(secret, previous).unwrap(), Duration::from_hours(30 * 24))
}

async fn open_session(bench: &Bench, user: &User) -> SessionId {
    let now = bench.context.now();
    let session = Session {
        id: bench.context.id(SessionId::new),
        user_id: user.id,
        created_at: now,
        last_used_at: now,
        expires_at: now.plus(Duration::from_hours(365 * 24)),
        ended_at: None,
        ended_why: None,
        address: None,
        user_agent: None,
    };
    change!(bench.db, |tx, session| sessions::insert(tx, session).await).await.unwrap();
    session.id
}

/// What a server is made of, but for what it counts with.
fn parts(bench: &Bench, db: Db, tokens: Tokens, gate: &Gate, imports: &Imports, stop: &CancellationToken) -> Parts {
    let metrics = Metrics::new(&mut Registry::default());
    let (context, settings) = (bench.context.clone(), settings());
    let (gate, imports, stop) = (gate.clone(), imports.clone(), stop.clone());
    Parts { db, context, tokens, metrics, settings, gate, imports, stop }
}

fn router(parts: Parts, registry: &mut Registry) -> Router {
    api::router(App::new(Parts { metrics: Metrics::new(registry), ..parts }))
}
