//! A new release while people work: behind nginx, one backend after another is asked to stop and started again, and the worker
//! likewise. Nobody notices: not one request has to be made again, and no effect is lost or doubled.

use std::time::Duration;

use testkit::{Frontend, Ports};

use crate::MACHINE;
use crate::books::Books;
use crate::check::{Expected, check};
use crate::client::Client;
use crate::load::Load;
use crate::process::{Part, Process};
use crate::run::quiet;
use crate::site::{Site, Topology};

/// To become ready, and to stop.
const AT_THE_LATEST: Duration = Duration::from_secs(30);
const ROUNDS: usize = 3;

/// One of several backends; another process takes its place at the same address.
struct Backend {
    ports: Ports,
    process: Process,
}

impl Backend {
    async fn start(site: &Site) -> Self {
        let ports = Ports::free();
        Self { ports, process: Process::start_backend(site, ports, AT_THE_LATEST).await }
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.ports.http)
    }

    async fn roll(&mut self, site: &Site) {
        stop(&mut self.process).await;
        self.process = Process::start_backend(site, self.ports, AT_THE_LATEST).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_release_is_rolled_out_under_load_and_nobody_notices() {
    let _machine = MACHINE.lock().await;
    // SQLite's file is one machine's; a release is rolled out where there are several.
    for topology in Topology::all().into_iter().filter(|topology| *topology != Topology::Sqlite) {
        let site = Site::prepare(topology, None).await;
        let db = site.open_database().await;
        let mut backends = [Backend::start(&site).await, Backend::start(&site).await];
        let mut worker = Process::start(&site, Part::Work, None);
        let frontend = Frontend::start(&backends.each_ref().map(Backend::address));
        let client = Client::sign_in_at(format!("http://127.0.0.1:{}/api/v1", frontend.port)).await;
        let load = Load::start(&client, 23).await;
        for _ in 0..ROUNDS {
            for backend in &mut backends {
                backend.roll(&site).await;
            }
            stop(&mut worker).await;
            worker = Process::start(&site, Part::Work, None);
        }
        let acknowledged = load.stop().await;
        let (orders, failures) = (acknowledged.orders.len(), client.failures());
        println!(
            "{}: {orders} orders while {} processes were replaced, {failures} requests failed",
            topology.name(),
            3 * ROUNDS
        );
        assert!(orders > 50, "the load was no load: {orders} orders");
        assert_eq!(failures, 0, "{}: requests had to be made again; {}", topology.name(), frontend.complaints());
        quiet(&site, &db, Duration::from_secs(30)).await.expect("everything comes to rest");
        let expected = Expected::undisturbed(&site, acknowledged);
        assert_eq!(check(&Books::read(&db).await, &expected), Vec::<String>::new(), "{}", topology.name());
        drop((backends, worker, frontend));
        site.clear().await;
    }
}

async fn stop(process: &mut Process) {
    process.ask_to_stop();
    let status = process.ended_within(AT_THE_LATEST).await.expect("it stops in time");
    assert!(status.success(), "{}: {status}", process.part().name());
}
