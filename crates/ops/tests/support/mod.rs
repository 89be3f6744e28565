//! A database to throw away, and an import that remembers what it rejected. Replaced by `testkit` once that is there.
#![allow(dead_code, unreachable_pub, reason = "shared by test files that each use a part of it")]

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use comptoir_ops::Ctx;
use comptoir_ops::exchange::import::{Error, Files, Import, Map, Options, Outcome, Progress};
use domain::{Actor, Timestamp};
use store::{Context, Db};
use tempfile::TempDir;

/// A database, and what the last import into it has rejected and told.
pub struct ImportSite {
    pub db: Db,
    pub context: Context,
    pub folder: TempDir,
    /// The rejected rows, by the name of the input file.
    pub rejects: BTreeMap<String, String>,
    /// What the last import told of its progress.
    pub progress: Vec<Progress>,
}

pub fn now() -> Timestamp {
    "2026-11-22T09:30:00Z".parse().unwrap()
}

/// Empty databases to run a test on: a new `SQLite` file, and one on the server that `COMPTOIR_TEST_MYSQL_URL` names
/// (`mysql://root@127.0.0.1:3306/mysql`), if it names one.
pub async fn import_sites() -> Vec<ImportSite> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let mut import_sites = vec![site(&url, folder).await];
    if let Ok(server) = std::env::var("COMPTOIR_TEST_MYSQL_URL") {
        import_sites.push(site(&new_database(&server).await, tempfile::tempdir().unwrap()).await);
    }
    import_sites
}

async fn site(url: &str, folder: TempDir) -> ImportSite {
    let db = Db::open(&store::Options::new(url)).await.unwrap();
    db.schema().migrate().await.unwrap();
    ImportSite { db, context: Context::fake(now(), 7), folder, rejects: BTreeMap::new(), progress: Vec::new() }
}

async fn new_database(server: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("comptoir_ops_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let db = Db::open(&store::Options::new(server)).await.unwrap();
    let create = db.write(format!("CREATE DATABASE {name}"), |tx, sql| {
        Box::pin(async move { tx.execute(sql.clone(), &[]).await })
    });
    create.await.unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// Collects what is written to it.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ImportSite {
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub async fn contacts(&mut self, map: &Map, options: Options, file: &Path) -> Result<Outcome, Error> {
        self.import(map, options, file, None, false).await
    }

    pub async fn orders(
        &mut self,
        map: &Map,
        options: Options,
        orders: &Path,
        lines: Option<&Path>,
    ) -> Result<Outcome, Error> {
        self.import(map, options, orders, lines, true).await
    }

    async fn import(
        &mut self,
        map: &Map,
        options: Options,
        file: &Path,
        lines: Option<&Path>,
        orders: bool,
    ) -> Result<Outcome, Error> {
        self.context.advance(std::time::Duration::from_mins(1));
        let ctx = Ctx::new(&self.context, Actor::system("import"));
        let mut sinks: BTreeMap<String, Sink> = BTreeMap::new();
        let mut open = |path: &Path| {
            let sink = Sink::default();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(sinks.insert(name, sink.clone()).is_none(), "opened twice: {}", path.display());
            Ok(Box::new(sink) as Box<dyn Write + Send>)
        };
        self.progress.clear();
        let mut progress = |p| {
            self.progress.push(p);
            ControlFlow::Continue(())
        };
        let mut import = Import { db: &self.db, ctx: &ctx, map, options, rejects: &mut open, progress: &mut progress };
        let outcome =
            if orders { import.orders(&Files { orders: file, lines }).await } else { import.contacts(file).await };
        self.rejects = sinks
            .into_iter()
            .map(|(name, sink)| (name, String::from_utf8(sink.0.lock().unwrap().clone()).unwrap()))
            .collect();
        outcome
    }

    /// Another user of the same database.
    pub fn beside(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let context = Context::fake(now(), 8);
        Self { db: self.db.clone(), context, folder, rejects: BTreeMap::new(), progress: Vec::new() }
    }

    /// Somebody writes a note on a contact.
    pub async fn note(&self, external_id: &str, note: &str) {
        let contact = self.contact(external_id).await.unwrap();
        let input = domain::ContactInput { notes: Some(note.to_owned()), ..contact.as_input() };
        let ctx = Ctx::new(&self.context, Actor::system("test"));
        let edit = self.db.write((ctx, contact.id, contact.version, input), |tx, (ctx, id, version, input)| {
            Box::pin(comptoir_ops::contacts::edit(tx, ctx, *id, *version, input.clone()))
        });
        edit.await.unwrap();
    }

    /// Somebody finds that two contacts are one; the second stays.
    pub async fn merge(&self, from: &str, into: &str) {
        let (from, into) = (self.contact(from).await.unwrap(), self.contact(into).await.unwrap());
        let merge = comptoir_ops::contacts::Merge { from: from.id, from_version: from.version, result: None };
        let ctx = Ctx::new(&self.context, Actor::system("test"));
        let merging = self.db.write((ctx, into.id, into.version, merge), |tx, (ctx, id, version, merge)| {
            Box::pin(comptoir_ops::contacts::merge(tx, ctx, *id, *version, merge.clone()))
        });
        merging.await.unwrap();
    }

    /// Contacts, orders, events.
    pub async fn counts(&self) -> (i64, i64, i64) {
        let count = self.db.read((), |tx, ()| {
            Box::pin(async move {
                Ok::<_, store::Error>((
                    store::contacts::count(tx).await?,
                    store::orders::count(tx).await?,
                    store::events::count(tx).await?,
                ))
            })
        });
        count.await.unwrap()
    }

    pub async fn contact(&self, external_id: &str) -> Option<domain::Contact> {
        let find = self.db.read(external_id.to_owned(), |tx, id| Box::pin(store::contacts::by_external_id(tx, id)));
        find.await.unwrap()
    }

    pub async fn order(&self, external_id: &str) -> Option<domain::Order> {
        let find = self.db.read(external_id.to_owned(), |tx, id| {
            Box::pin(async move {
                match store::orders::by_external_id(tx, id).await? {
                    Some(id) => store::orders::get(tx, id).await,
                    None => Ok(None),
                }
            })
        });
        find.await.unwrap()
    }

    /// Every order, newest first.
    pub async fn all_orders(&self) -> Vec<domain::Order> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let next = self.db.read(after, |tx, after: &Option<String>| {
                let filter = store::order_lists::Filter::default();
                Box::pin(async move {
                    store::order_lists::list(tx, &filter, "2026-11-22".parse().unwrap(), after.as_deref(), 200).await
                })
            });
            let page = next.await.unwrap_or_else(|e: store::Error| panic!("{e}"));
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return all;
            }
        }
    }
}
