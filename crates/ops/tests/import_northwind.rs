//! The map that is committed as an example, on files of that shape and on Northwind itself.

#![expect(clippy::unwrap_used, reason = "also in what the tests share")]

mod support;

use std::path::Path;

use comptoir_ops::exchange::import::{Map, Options, Outcome};
use domain::{Discount, OrderState};
use support::{ImportSite, import_sites};

fn map() -> Map {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/northwind.toml");
    Map::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn fixtures() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/northwind"))
}

async fn bring_in(site: &mut ImportSite, folder: &Path) -> (Outcome, Outcome) {
    let contacts = site.contacts(&map(), Options::default(), &folder.join("customers.csv")).await.unwrap();
    assert!(site.rejects.is_empty(), "{:?}", site.rejects);
    let lines = folder.join("order_details.csv");
    let orders = site.orders(&map(), Options::default(), &folder.join("orders.csv"), Some(&lines)).await.unwrap();
    assert!(site.rejects.is_empty(), "{:?}", site.rejects);
    (contacts, orders)
}

const fn written(created: u64, unchanged: u64) -> Outcome {
    Outcome { written: true, created, updated: 0, unchanged, rejected: 0 }
}

#[tokio::test]
async fn the_example_map_reads_contacts_orders_and_lines() {
    for mut site in import_sites().await {
        assert_eq!(bring_in(&mut site, fixtures()).await, (written(3, 0), written(3, 0)));
        let contact = site.contact("KAESE").await.unwrap();
        assert_eq!(
            (contact.name.as_str(), contact.addresses[0].postal_code.as_deref()),
            ("Käse \"Zur Alm\"", Some("06900"))
        );
        let order = site.order("501").await.unwrap();
        assert_eq!(order.state, OrderState::Fulfilled);
        assert_eq!(order.ordered_at.to_string(), "1997-01-02T00:00:00.000000Z");
        assert_eq!((order.net, order.total, order.currency.as_str()), (16_800 + 9310, 26_110, "USD"));
        assert_eq!(order.lines[1].discount, Some(Discount::Percent("5".parse().unwrap())));
        assert_eq!((order.lines[0].discount, order.lines[0].sku.as_deref()), (None, Some("11")));
        // 14.35 − 25 % is 10.7625.
        assert_eq!(site.order("503").await.unwrap().net, 1076 + 3000);
    }
}

#[tokio::test]
async fn the_same_files_again_change_nothing() {
    for mut site in import_sites().await {
        bring_in(&mut site, fixtures()).await;
        assert_eq!(site.counts().await, (3, 3, 6));
        assert_eq!(bring_in(&mut site, fixtures()).await, (written(0, 3), written(0, 3)));
        assert_eq!(site.counts().await, (3, 3, 6));
    }
}

#[tokio::test]
async fn northwind_comes_in_whole_and_once() {
    let named = std::env::var("COMPTOIR_TEST_NORTHWIND").ok().filter(|folder| !folder.is_empty());
    let Some(folder) = named else {
        eprintln!("not run: COMPTOIR_TEST_NORTHWIND does not name the folder of Northwind's CSV files");
        return;
    };
    for mut site in import_sites().await {
        assert_eq!(bring_in(&mut site, Path::new(&folder)).await, (written(93, 0), written(830, 0)));
        let orders = site.all_orders().await;
        assert_eq!(orders.iter().map(|order| order.lines.len()).sum::<usize>(), 2155);
        assert_eq!(orders.iter().map(|order| order.net).sum::<i64>(), 126_579_329);
        assert!(orders.iter().all(|order| order.total == order.net && order.currency.as_str() == "USD"));
        assert_eq!(site.counts().await, (93, 830, 923));
        assert_eq!(bring_in(&mut site, Path::new(&folder)).await, (written(0, 93), written(0, 830)));
        assert_eq!(site.counts().await, (93, 830, 923));
    }
}
