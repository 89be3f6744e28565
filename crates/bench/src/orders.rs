//! Orders over HTTP, against a bare loop over the store.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use store::{Context, Db, change};

use crate::http::{Client, request, sign_in};
use crate::place::{Place, contacts, ctx, order};
use crate::process::{HTTP, Server, comptoir};
use crate::table::Table;
use crate::{Outcome, drain};

const CONNECTIONS: usize = 64;
const WARM: Duration = Duration::from_secs(2);
const TIME: Duration = Duration::from_secs(8);

pub(crate) async fn run(binary: &Path, place: &Place, table: &mut Table) -> Outcome<()> {
    let name = place.name();
    // Half of the bare loop before and half after: the machine's speed drifts.
    let before = bare_loop(place, "bare1").await?;
    let (command, cpu_goal) =
        if place.is_sqlite() { ("up", "≤ 0.20 ms, effects included") } else { ("serve", "≤ 0.15 ms") };
    let (url, db) = place.fresh("orders").await?;
    let load = Load::prepare(binary, place, &url, &db, command).await?;
    let (idle, _) = load.server.memory();
    load.during(WARM).await?;
    drain::wait_until_done(&db, place.is_sqlite()).await?;
    let (cpu, database, begun) = (load.server.cpu(), place.database_cpu(), Instant::now());
    let placed = load.during(TIME).await?;
    let seconds = begun.elapsed().as_secs_f64();
    drain::wait_until_done(&db, place.is_sqlite()).await?;
    let cpu = load.server.cpu().saturating_sub(cpu).as_secs_f64() * 1000.0 / placed;
    let database = place.database_cpu().saturating_sub(database).as_secs_f64() * 1000.0 / placed;
    let (_, most) = load.server.memory();
    drop(load);
    let after = bare_loop(place, "bare2").await?;

    let (rate, bare) = (placed / seconds, f64::midpoint(before, after));
    let goal = if place.is_sqlite() { "≥ 0.6" } else { "≥ 0.7" };
    table.row(format!("{name}: orders/s over HTTP, 64 connections"), format!("{rate:.0}"), "");
    table.row(format!("{name}: orders/s, bare store loop"), format!("{bare:.0}"), "");
    table.row(format!("{name}: HTTP ÷ bare loop"), format!("{:.2}", rate / bare), goal);
    table.row(format!("{name}: server CPU per order ({command})"), format!("{cpu:.3} ms"), cpu_goal);
    if !place.is_sqlite() {
        table.row(format!("{name}: database CPU per order"), format!("{database:.3} ms"), "");
    }
    table.row(
        format!("{name}: memory idle / under load ({command})"),
        format!("{idle:.0} / {most:.0} MB"),
        "≤ 30 / ≤ 100 MB",
    );
    Ok(())
}

/// Somebody who may do everything.
pub(crate) const EMAIL: &str = "bench@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) fn add_user(binary: &Path, place: &Place, url: &str, email: &str) -> Outcome<()> {
    let arguments = ["user", "add", email, "--role", "admin"];
    let mut adding = comptoir(binary, place, url, &arguments).stdin(Stdio::piped()).spawn()?;
    adding.stdin.take().ok_or("no standard input")?.write_all(format!("{PASSWORD}\n").as_bytes())?;
    adding.wait()?;
    Ok(())
}

/// A server with contacts, and requests that place orders.
pub(crate) struct Load {
    server: Server,
    pub(crate) requests: Arc<Vec<Vec<u8>>>,
}

impl Load {
    pub(crate) async fn prepare(binary: &Path, place: &Place, url: &str, db: &Db, command: &str) -> Outcome<Self> {
        let ids = contacts(db, &Context::system(), 0, 500).await?;
        add_user(binary, place, url, EMAIL)?;
        let (server, _) = Server::start(binary, command, place, url).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let token = sign_in(HTTP, EMAIL, PASSWORD).await?;
        let requests = ids.into_iter().map(|id| {
            let body = serde_json::to_string(&order(id)).unwrap_or_default();
            request("POST", "/api/v1/orders", &token, &body)
        });
        Ok(Self { server, requests: Arc::new(requests.collect()) })
    }

    /// Places orders on all connections for a while; says how many.
    async fn during(&self, time: Duration) -> Outcome<f64> {
        let (count, until) = (Arc::new(AtomicUsize::new(0)), Instant::now() + time);
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (count, requests) = (count.clone(), self.requests.clone());
            running.spawn(async move {
                let mut client = Client::connect(HTTP).await?;
                while Instant::now() < until {
                    let next = count.fetch_add(1, Ordering::Relaxed);
                    let (status, body) = client.send(&requests[next % requests.len()]).await?;
                    if status != 201 {
                        return Err(format!("{status}: {}", String::from_utf8_lossy(body)).into());
                    }
                }
                Outcome::Ok(())
            });
        }
        while let Some(ended) = running.join_next().await {
            ended??;
        }
        Ok(float(count.load(Ordering::Relaxed)))
    }
}

/// Orders/s of tasks that do nothing but place orders in this process.
async fn bare_loop(place: &Place, name: &str) -> Outcome<f64> {
    let tasks = if place.is_sqlite() { 64 } else { 16 };
    let (_, db) = place.fresh(name).await?;
    let context = Context::system();
    let ids = Arc::new(contacts(&db, &context, 0, 500).await?);
    let (count, begun) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..tasks {
        let (db, context, ids, count) = (db.clone(), context.clone(), ids.clone(), count.clone());
        running.spawn(async move {
            while begun.elapsed() < TIME / 2 {
                let next = count.fetch_add(1, Ordering::Relaxed);
                let (ctx, input) = (ctx(&context), order(ids[next % ids.len()]));
                change!(db, move |tx, ctx, input| ops::orders::place(tx, ctx, input.clone()).await).await?;
            }
            Ok::<_, ops::Error>(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(float(count.load(Ordering::Relaxed)) / begun.elapsed().as_secs_f64())
}

#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}
