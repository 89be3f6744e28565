//! How fast a worker drains what is waiting.

use std::time::{Duration, Instant};

use prometheus_client::registry::Registry;
use queue::{Embedded, Policy, Queue};
use store::{Context, Db, change, outbox, query};
use worker::deliveries::{mailer, webhook};
use worker::{Deliveries, Metrics, Settings, Tasks, Worker};

use crate::Outcome;
use crate::orders::float;
use crate::place::{Place, contacts, ctx, order};
use crate::table::Table;

const EVENTS: usize = 20_000;

pub(crate) async fn run(place: &Place, table: &mut Table) -> Outcome<()> {
    let (_, db) = place.fresh("drain").await?;
    let context = Context::system();
    let ids = contacts(&db, &context, 0, 500).await?;
    // What is measured here is the database's part; effects.rs sends.
    let quiet = change!(db, |tx| tx.execute("UPDATE contacts SET mail_opt_out = 1", &[]).await);
    quiet.await.map_err(|e: store::Error| e)?;
    // Fewer in a transaction than a process reserves order numbers at once on MySQL.
    for chunk in ids.chunks(50).cycle().take((EVENTS - ids.len()) / 50) {
        let (ctx, ids) = (ctx(&context), chunk.to_vec());
        let placed = change!(db, move |tx, ctx, ids| {
            for id in ids {
                ops::orders::place(tx, ctx, order(*id)).await?;
            }
            Ok::<_, ops::Error>(())
        });
        placed.await?;
    }
    let waiting = query!(db, |tx| outbox::depth(tx).await).await.map_err(|e: store::Error| e)?.waiting;
    let begun = Instant::now();
    let mut tasks = Tasks::default();
    let worker = worker(&db, &context, Settings { consumers: 8, ..Settings::default() })?;
    tasks.relay(&worker);
    tasks.consume(&worker);
    wait_until_done(&db, true).await?;
    let rate = float(usize::try_from(waiting)?) / begun.elapsed().as_secs_f64();
    tasks.stop().await;
    let goal = if place.is_sqlite() { "≥ 4,000" } else { "" };
    table.row(format!("{}: effects/s, draining {waiting} events", place.name()), format!("{rate:.0}"), goal);
    Ok(())
}

pub(crate) fn worker(db: &Db, context: &Context, settings: Settings) -> Outcome<Worker> {
    let queue = Queue::Embedded(Embedded::new(db.clone(), context.clone(), Policy::default()));
    let metrics = Metrics::new(&mut Registry::default());
    let seal = ops::Seal::new(b"only for measuring, and long enough", None).map_err(|e| e.to_string())?;
    // Whoever comes second finds it done.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let deliveries =
        Deliveries::new(context, &webhook::Settings::default(), &mailer::Settings::files(std::env::temp_dir()), seal)?;
    Ok(Worker { db: db.clone(), context: context.clone(), queue, metrics, settings, deliveries })
}

/// Until outbox and, where a worker runs, queue are empty.
pub(crate) async fn wait_until_done(db: &Db, worked: bool) -> Outcome<()> {
    loop {
        let left = query!(db, |tx| {
            let outbox = outbox::depth(tx).await?.waiting;
            let (waiting, held, _) =
                store::queue_messages::depth(tx, "main", domain::Timestamp::from_micros(0)).await?;
            Ok::<_, store::Error>((outbox, waiting + held))
        });
        let (outbox, queued) = left.await?;
        if outbox == 0 && (queued == 0 || !worked) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
