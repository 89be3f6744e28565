//! From start to ready, on a database that is there.

use std::path::Path;

use crate::Outcome;
use crate::place::Place;
use crate::process::Server;
use crate::table::Table;

pub(crate) async fn run(binary: &Path, place: &Place, table: &mut Table) -> Outcome<()> {
    let (url, _) = place.fresh("start").await?;
    let mut took = Vec::new();
    for _ in 0..7 {
        let (server, ready) = Server::start(binary, "up", place, &url).await?;
        took.push(ready.as_secs_f64() * 1000.0);
        drop(server);
    }
    took.sort_by(f64::total_cmp);
    table.row(format!("{}: start to ready, median of 7", place.name()), format!("{:.0} ms", took[3]), "≤ 150 ms");
    Ok(())
}
