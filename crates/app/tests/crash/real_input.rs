//! Real input: a foreign system's export goes in as it is, through the real program, and every order reaches its effects.

use std::path::{Path, PathBuf};
use std::time::Duration;

use store::{Db, Error};

use crate::MACHINE;
use crate::books::Books;
use crate::check::{Expected, check};
use crate::load::{Acknowledged, Done};
use crate::process::{Part, Process, run_command};
use crate::run::quiet;
use crate::site::{Site, Topology};

/// An export and what must have come of it.
struct Export {
    folder: PathBuf,
    contacts: i64,
    orders: usize,
    lines: i64,
    /// In cents; VAT is 0 %.
    net_total: i64,
}

impl Export {
    /// All of Northwind where `COMPTOIR_TEST_NORTHWIND` names its folder; else a few rows of the same form.
    fn at_hand() -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        match std::env::var("COMPTOIR_TEST_NORTHWIND") {
            Ok(folder) if !folder.is_empty() => {
                let folder = repository.join(folder);
                Self { folder, contacts: 93, orders: 830, lines: 2155, net_total: 126_579_329 }
            }
            _ => {
                println!("COMPTOIR_TEST_NORTHWIND names no folder: a few rows of the same form instead");
                let folder = repository.join("crates/ops/tests/fixtures/northwind");
                Self { folder, contacts: 3, orders: 3, lines: 5, net_total: 42_936 }
            }
        }
    }

    fn import(&self, site: &Site) {
        let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/northwind.toml");
        let path = |name: &str| self.folder.join(name).display().to_string();
        let map = map.display().to_string();
        run_command(site, &["import", "contacts", &path("customers.csv"), "--map", &map], "");
        run_command(site, &["import", "orders", &path("orders.csv"), &path("order_details.csv"), "--map", &map], "");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_export_goes_in_once_and_every_order_has_its_effect() {
    let _machine = MACHINE.lock().await;
    let export = Export::at_hand();
    for topology in Topology::all() {
        let site = Site::prepare(topology, None).await;
        let db = site.open_database().await;
        let serve = Process::start(&site, Part::Serve, None);
        let work = Process::start(&site, Part::Work, None);

        export.import(&site);
        quiet(&site, &db, Duration::from_mins(1)).await.expect("everything comes to rest");
        let books = Books::read(&db).await;
        assert_eq!(books.orders.len(), export.orders, "{}", topology.name());
        let created = books.events.iter().filter(|event| event.event_type == "ORDER_CREATED").count();
        assert_eq!(created, export.orders, "{}", topology.name());
        assert_eq!(books.kept.values().map(|figures| figures[1]).sum::<i64>(), export.net_total, "{}", topology.name());
        assert_eq!(counts(&db).await, [export.contacts, export.lines], "{}", topology.name());
        assert!(books.letters.is_empty(), "{}: there are dead letters", topology.name());
        // Each event's effect is there, once. Nobody has asked for these orders but the import.
        let orders = books.orders.iter().map(|order| Done { key: order.reference.clone(), id: order.id.clone() });
        let acknowledged = Acknowledged { orders: orders.collect(), ..Acknowledged::default() };
        let expected = Expected::undisturbed(&site, acknowledged);
        let violations = check(&books, &expected);
        assert!(
            violations.is_empty(),
            "{}: {} violations, first {:?}",
            topology.name(),
            violations.len(),
            violations[0]
        );

        export.import(&site);
        quiet(&site, &db, Duration::from_mins(1)).await.expect("everything comes to rest");
        let again = Books::read(&db).await;
        assert_eq!(again.events.len(), books.events.len(), "{}: the second import changed something", topology.name());
        drop((serve, work));
        site.clear().await;
    }
}

/// Contacts and order lines.
async fn counts(db: &Db) -> [i64; 2] {
    let counted = db.read((), |tx, ()| {
        Box::pin(async move {
            let mut counts = [0; 2];
            for (count, sql) in
                counts.iter_mut().zip(["SELECT COUNT(*) FROM contacts", "SELECT COUNT(*) FROM order_lines"])
            {
                *count = tx.row(sql, &[], store::Reader::next).await?.unwrap_or(0);
            }
            Ok::<_, Error>(counts)
        })
    });
    counted.await.expect("the tables can be counted")
}
