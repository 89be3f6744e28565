//! A worker on one engine, with the embedded queue and a clock that stands still.

use std::time::Duration;

use comptoir_worker::deliveries::{mailer, webhook};
use comptoir_worker::{Deliveries, Metrics, Settings, Worker, consumer, relay};
use ops::Seal;
use prometheus_client::registry::Registry;
use queue::{Embedded, Policy, Queue};
use tempfile::TempDir;
use testkit::{Bench, for_each_engine};

const SECRET: &[u8] = b"only for the tests of the worker";

/// A database on which workers run; their mails go into files.
pub(crate) struct WorkerSite {
    pub(crate) bench: Bench,
    folder: TempDir,
}

/// Runs a test once on each engine, each time on a new database.
pub(crate) async fn on_each_engine(test: impl AsyncFn(WorkerSite)) {
    for_each_engine(async |bench| test(WorkerSite { bench, folder: TempDir::new().unwrap() }).await).await;
}

impl WorkerSite {
    pub(crate) fn pass_time(&self, by: Duration) {
        self.bench.context.advance(by);
    }

    pub(crate) fn worker(&self) -> Worker {
        let Bench { db, context, .. } = &self.bench;
        let queue = Queue::Embedded(Embedded::new(db.clone(), context.clone(), Policy::default()));
        let metrics = Metrics::new(&mut Registry::default());
        // Webhooks may go out by TLS. Whoever comes second finds it done.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (webhooks, mail) = (webhook::Settings::default(), mailer::Settings::files(self.folder.path().join("mail")));
        let deliveries = Deliveries::new(context, &webhooks, &mail, Seal::new(SECRET, None).unwrap()).unwrap();
        let (db, context, settings) = (db.clone(), context.clone(), Settings::default());
        Worker { db, context, queue, metrics, settings, deliveries }
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
}
