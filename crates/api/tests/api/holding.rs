//! A transaction that stays open until the test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::ContactId;
use store::{Db, Error, contacts};
use testkit::{Bench, Engine};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

/// Holds the contact's row with MySQL, and the right to write at all with SQLite. A server that waits for it must have a
/// database handle of its own: see `Backend::with_settings`.
pub(crate) struct Holding {
    release: Arc<Release>,
    running: JoinHandle<Result<(), Error>>,
}

#[derive(Default)]
struct Release {
    now: AtomicBool,
    told: Notify,
}

impl Holding {
    pub(crate) async fn begin(bench: &Bench, id: ContactId) -> Self {
        let release = Arc::new(Release::default());
        let (begun, has_begun) = oneshot::channel();
        let begun = std::sync::Mutex::new(Some(begun));
        let (db, engine, held): (Db, _, _) = (bench.db.clone(), bench.engine, release.clone());
        let running = tokio::spawn(async move {
            let change = db.write((id, held, begun), move |tx, (id, held, begun)| {
                Box::pin(async move {
                    contacts::get(tx, *id).await?;
                    tx.execute("UPDATE contacts SET version = version WHERE id = ?", &[(*id).into()]).await?;
                    if let Some(begun) = begun.lock().unwrap().take() {
                        begun.send(()).unwrap();
                    }
                    match engine {
                        // In the writer's thread, where nothing may wait but the thread.
                        Engine::Sqlite => {
                            while !held.now.load(Ordering::Relaxed) {
                                std::thread::park_timeout(Duration::from_millis(1));
                            }
                        }
                        Engine::MySql => held.told.notified().await,
                    }
                    Ok(())
                })
            });
            change.await
        });
        has_begun.await.unwrap();
        Self { release, running }
    }

    pub(crate) async fn end(self) {
        self.release.now.store(true, Ordering::Relaxed);
        self.release.told.notify_one();
        self.running.await.unwrap().unwrap();
    }
}
