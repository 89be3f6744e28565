//! From an event committed to its effect committed, on an idle system.

use std::time::{Duration, Instant};

use store::{Context, change, inbox, query};
use worker::{Settings, Tasks};

use crate::Outcome;
use crate::drain::worker;
use crate::place::{Place, contacts, ctx, order};
use crate::table::Table;

const ORDERS: usize = 400;

pub(crate) async fn run(place: &Place, table: &mut Table) -> Outcome<()> {
    let (_, db) = place.fresh("latency").await?;
    let context = Context::system();
    let ids = contacts(&db, &context, 0, 10).await?;
    let worker = worker(&db, &context, Settings::default())?;
    let mut tasks = Tasks::default();
    tasks.relay(&worker);
    tasks.consume(&worker);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut took = Vec::with_capacity(ORDERS);
    for i in 0..ORDERS {
        let (ctx, input) = (ctx(&context), order(ids[i % ids.len()]));
        let placed = change!(db, move |tx, ctx, input| {
            let placed = ops::orders::place(tx, ctx, input.clone()).await?;
            let event =
                store::events::list(tx, Some(&placed.id.to_string()), None, 1).await.map_err(ops::Error::from)?;
            Ok::<_, ops::Error>(event.items)
        });
        let events = placed.await?;
        let begun = Instant::now();
        let event: serde_json::Value = serde_json::from_str(&events[0])?;
        let id = vec![event["id"].as_str().unwrap_or_default().to_owned()];
        // Looking costs a little itself, and rounds up to the next look.
        while query!(db, |tx, id| inbox::done(tx, id).await).await.map_err(|e: store::Error| e)?.is_empty() {
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        took.push(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    tasks.stop().await;
    took.sort();
    let at = |part: usize| took[(took.len() * part / 100).min(took.len() - 1)].as_secs_f64() * 1000.0;
    let goal = if place.is_sqlite() { "p99 ≤ 20 ms" } else { "p99 ≤ 50 ms" };
    let figure = format!("p50 {:.1} ms, p99 {:.1} ms", at(50), at(99));
    table.row(format!("{}: event → effect, idle", place.name()), figure, goal);
    Ok(())
}
