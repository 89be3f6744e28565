//! Signing in is the one slow call, and must not starve the rest: orders go on while 64 people sign in at once.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Outcome;
use crate::http::{Client, sign_in};
use crate::orders::{EMAIL, Load, PASSWORD, float};
use crate::place::Place;
use crate::process::HTTP;
use crate::table::Table;

const SIGN_INS: usize = 64;
/// Desks that take an order every 100 ms: far from what the server can do, so that what slows one is the sign-ins.
const DESKS: usize = 20;
const BEAT: Duration = Duration::from_millis(100);

pub(crate) async fn run(binary: &Path, place: &Place, table: &mut Table) -> Outcome<()> {
    let (url, db) = place.fresh("sign_in").await?;
    let load = Load::prepare(binary, place, &url, &db, "up").await?;
    let alone = orders(&load, Duration::from_secs(4)).await?;
    let begun = Instant::now();
    let mut signing_in = JoinSet::new();
    for _ in 0..SIGN_INS {
        signing_in.spawn(sign_in(HTTP, EMAIL, PASSWORD));
    }
    let during = orders(&load, Duration::from_millis(1500)).await?;
    while let Some(signed_in) = signing_in.join_next().await {
        signed_in??;
    }
    let took = begun.elapsed();
    let name = place.name();
    table.row(format!("{name}: order p99 alone, 200 orders/s"), format!("{:.1} ms", p99(alone)), "");
    let figure = format!("{:.1} ms ({} orders)", p99(during.clone()), during.len());
    table.row(format!("{name}: order p99 during {SIGN_INS} sign-ins at once"), figure, "< 100 ms");
    table.row(format!("{name}: all {SIGN_INS} signed in after"), format!("{:.1} s", took.as_secs_f64()), "");
    Ok(())
}

/// How long each order took, from the moment it was due: a server that stalls is not asked less.
async fn orders(load: &Load, time: Duration) -> Outcome<Vec<Duration>> {
    let mut desks = JoinSet::new();
    for desk in 0..DESKS {
        let requests = load.requests.clone();
        desks.spawn(async move {
            let mut client = Client::connect(HTTP).await?;
            let begun = Instant::now() + BEAT / u32::try_from(DESKS)? * u32::try_from(desk)?;
            let mut took = Vec::new();
            for beat in 0.. {
                let due = begun + BEAT * beat;
                if due > begun + time {
                    break;
                }
                tokio::time::sleep_until(due.into()).await;
                let (status, _) = client.send(&requests[(desk * 37 + took.len()) % requests.len()]).await?;
                if status != 201 {
                    return Err(format!("an order was answered {status}").into());
                }
                took.push(due.elapsed());
            }
            Outcome::Ok(took)
        });
    }
    let mut all = Vec::new();
    while let Some(took) = desks.join_next().await {
        all.extend(took??);
    }
    Ok(all)
}

fn p99(mut took: Vec<Duration>) -> f64 {
    took.sort();
    let at = (took.len() * 99 / 100).min(took.len().saturating_sub(1));
    took.get(at).map_or(0.0, |took| float(usize::try_from(took.as_micros()).unwrap_or(usize::MAX)) / 1000.0)
}
