//! A page of contacts, and a search, with ten and a hundred thousand of them.

use std::path::Path;
use std::time::Duration;

use store::Context;

use crate::Outcome;
use crate::http::{Client, request, sign_in};
use crate::orders::{PASSWORD, add_user, float};
use crate::place::{Place, contacts};
use crate::process::{HTTP, Server};
use crate::table::Table;

const REQUESTS: usize = 1500;
const SIZES: [usize; 2] = [10_000, 100_000];

pub(crate) async fn run(binary: &Path, place: &Place, table: &mut Table) -> Outcome<()> {
    let (url, db) = place.fresh("lists").await?;
    let context = Context::system();
    let mut figures: Vec<[f64; 3]> = Vec::new();
    let mut present = 0;
    for size in SIZES {
        contacts(&db, &context, present, size).await?;
        present = size;
        let email = format!("bench{size}@example.com");
        add_user(binary, place, &url, &email)?;
        let (server, _) = Server::start(binary, "serve", place, &url).await?;
        // The relay has something to do first, and InnoDB to write.
        crate::drain::wait_until_done(&db, false).await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let token = sign_in(HTTP, &email, PASSWORD).await?;
        let mut row = [0.0; 3];
        for (i, path) in
            ["/api/v1/contacts?limit=50", "/api/v1/contacts?limit=50&q=cedi", "/api/v1/contacts?limit=50&q=b"]
                .iter()
                .enumerate()
        {
            row[i] = cpu_per_request(place, &server, &request("GET", path, &token, "")).await?;
        }
        figures.push(row);
    }
    for (i, what) in ["list 50", "search by word prefix", "search by one letter"].iter().enumerate() {
        let (small, large) = (figures[0][i], figures[1][i]);
        let figure = format!("{large:.2} ms, {:.2}× that of 10,000", large / small);
        table.row(format!("{}: {what} of 100,000 contacts, all CPU", place.name()), figure, "≤ 1 ms, ≤ 1.5×");
    }
    Ok(())
}

async fn cpu_per_request(place: &Place, server: &Server, request: &[u8]) -> Outcome<f64> {
    let mut client = Client::connect(HTTP).await?;
    for _ in 0..50 {
        client.send(request).await?;
    }
    let before = server.cpu() + place.database_cpu();
    for _ in 0..REQUESTS {
        let (status, _) = client.send(request).await?;
        if status != 200 {
            return Err(format!("the list answered {status}").into());
        }
    }
    Ok((server.cpu() + place.database_cpu()).saturating_sub(before).as_secs_f64() * 1000.0 / float(REQUESTS))
}
