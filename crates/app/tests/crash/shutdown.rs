//! An orderly stop under load: SIGTERM, and nothing is left half-done.

use std::time::{Duration, Instant};

use crate::MACHINE;
use crate::books::Books;
use crate::check::{Expected, check};
use crate::client::Client;
use crate::load::Load;
use crate::process::{Part, Process};
use crate::run::quiet;
use crate::site::{Site, Topology};

/// The promise; what it takes is printed.
const AT_THE_LATEST: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_under_load_both_parts_finish_what_is_in_hand_and_exit_with_0() {
    let _machine = MACHINE.lock().await;
    for topology in Topology::all() {
        let site = Site::prepare(topology, None).await;
        let db = site.open_database().await;
        let mut serve = Process::start(&site, Part::Serve, None);
        let mut work = Process::start(&site, Part::Work, None);
        let client = Client::sign_in(&site).await;
        let load = Load::start(&client, 11).await;
        tokio::time::sleep(Duration::from_millis(700)).await;

        // First each while the other goes on, then again: with the load on it both times.
        stop(&mut work).await;
        // What a worker had in hand it has finished or given back: nothing is hidden until its visibility ends.
        let held = site.queue(&db).await.depth().await.expect("the queue answers").held;
        assert_eq!(held, 0, "{}: messages are held by a worker that has stopped", topology.name());
        let mut work = Process::start(&site, Part::Work, None);
        stop(&mut serve).await;
        let serve = Process::start(&site, Part::Serve, None);

        let acknowledged = load.stop().await;
        let orders = acknowledged.orders.len();
        assert!(orders > 10, "the load was no load: {orders} orders");
        quiet(&site, &db, Duration::from_secs(30)).await.expect("everything comes to rest");
        let expected = Expected::undisturbed(&site, acknowledged);
        assert_eq!(check(&Books::read(&db).await, &expected), Vec::<String>::new(), "{}", topology.name());
        stop(&mut work).await;
        drop(serve);
        site.clear().await;
    }
}

async fn stop(process: &mut Process) {
    let asked = Instant::now();
    process.ask_to_stop();
    let status = process.ended_within(AT_THE_LATEST).await.expect("it stops in time");
    println!("{} stopped after {:.2} s", process.part().name(), asked.elapsed().as_secs_f64());
    assert!(status.success(), "{}: {status}", process.part().name());
}
