//! `make bench`: the figures that the project promises, each beside its goal, on this machine as it is now.
//!
//! The server is the real binary in a process of its own, so that its CPU time is its own; the load comes from here over
//! plain sockets. Ratios compare things of one run. Nothing here is a test: machines are shared and noisy.
//!
//! `comptoir-bench BINARY [orders|sign-in|latency|drain|effects|lists|import|start|documents]…`, with `COMPTOIR_TEST_MYSQL_URL` for the MariaDB rows and
//! `COMPTOIR_BENCH_MYSQL_PID` for that server's CPU.

mod documents;
mod drain;
mod effects;
mod http;
mod import;
mod latency;
mod lists;
mod orders;
mod place;
mod process;
mod sign_in;
mod start;
mod table;

use std::path::absolute;

use place::Place;
use table::Table;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    // It is started in other folders.
    let binary = absolute(arguments.next().ok_or("usage: comptoir-bench BINARY [PART…]")?)?;
    let parts: Vec<String> = arguments.collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|p| p == part);
    let mut table = Table::new();
    if wanted("documents") {
        documents::run(&mut table)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for place in Place::all() {
        println!("{}: measuring", place.name());
        if wanted("orders") {
            runtime.block_on(orders::run(&binary, &place, &mut table))?;
        }
        if wanted("sign-in") {
            runtime.block_on(sign_in::run(&binary, &place, &mut table))?;
        }
        if wanted("latency") {
            runtime.block_on(latency::run(&place, &mut table))?;
        }
        if wanted("drain") {
            runtime.block_on(drain::run(&place, &mut table))?;
        }
        if wanted("effects") {
            runtime.block_on(effects::run(&binary, &place, &mut table))?;
        }
        if wanted("lists") {
            runtime.block_on(lists::run(&binary, &place, &mut table))?;
        }
        if wanted("import") {
            runtime.block_on(import::run(&binary, &place, &mut table))?;
        }
        if wanted("start") {
            runtime.block_on(start::run(&binary, &place, &mut table))?;
        }
    }
    table.print();
    Ok(())
}
