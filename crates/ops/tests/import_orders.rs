//! Orders from foreign CSVs: joined files, one file, and everything that can be wrong with them.

#![expect(clippy::unwrap_used, reason = "also in what the tests share")]

mod support;

use std::path::PathBuf;

use comptoir_ops::exchange::import::{Map, Options, Outcome};
use domain::{Discount, OrderState};
use support::{ImportSite, import_sites};

const CONTACTS: &str = "[contacts.columns]\nexternal_id = 'Code'\nname = 'Name'\n";

const JOINED: &str = "
    [orders]
    currency = 'EUR'
    [orders.columns]
    external_id = 'No'
    contact = 'Client'
    ordered_at = 'Date'
    due_on = 'Due'
    [orders.lines]
    join = 'Order'
    discount_as = 'amount'
    [orders.lines.columns]
    description = 'Item'
    quantity = 'Qty'
    unit_price = 'Price'
    discount = 'Off'
    vat_rate = 'Vat'
";

const HEADS: &str = "No,Client,Date,Due\n1,A,2026-03-01,2026-03-31\n2,B,2026-03-02,\n3,A,2026-03-03,\n";
const LINES: &str = "Order,Item,Qty,Price,Off,Vat\n1,Brie,2,10,,5.5\n2,Wine,6,9.80,1.2,20\n3,Brie,1,10,,5.5\n\
                     1,Comté,1.5,24,0,5.5\n";

const SKIP: Options = Options { dry_run: false, skip_bad: true };

fn written(created: u64, unchanged: u64) -> Outcome {
    Outcome { written: true, created, unchanged, ..Outcome::default() }
}

/// Two contacts, A and B, and the two files.
async fn prepare(site: &mut ImportSite, heads: &str, lines: &str) -> (PathBuf, PathBuf) {
    let contacts = site.file("contacts.csv", "Code,Name\nA,Anna\nB,Bruno\n");
    site.contacts(&Map::parse(CONTACTS).unwrap(), Options::default(), &contacts).await.unwrap();
    (site.file("heads.csv", heads), site.file("lines.csv", lines))
}

fn joined() -> Map {
    Map::parse(JOINED).unwrap()
}

#[tokio::test]
async fn lines_find_their_order_in_whatever_order_they_stand() {
    for mut site in import_sites().await {
        // With a BOM, because going back in the file counts its bytes.
        let (heads, lines) = prepare(&mut site, HEADS, &format!("\u{feff}{LINES}")).await;
        let outcome = site.orders(&joined(), Options::default(), &heads, Some(&lines)).await.unwrap();
        assert_eq!(outcome, written(3, 0));
        let order = site.order("1").await.unwrap();
        assert_eq!(order.lines.iter().map(|line| line.description.as_str()).collect::<Vec<_>>(), ["Brie", "Comté"]);
        assert_eq!((order.net, order.total), (5600, 5908));
        assert_eq!((order.state, order.due_on.unwrap().to_string()), (OrderState::Confirmed, "2026-03-31".into()));
        assert_eq!(site.order("2").await.unwrap().lines[0].discount, Some(Discount::Amount(120)));
        let again = site.orders(&joined(), Options::default(), &heads, Some(&lines)).await.unwrap();
        assert_eq!(again, written(0, 3));
        assert_eq!(site.counts().await, (2, 3, 5));
    }
}

#[tokio::test]
async fn a_column_may_hold_the_day_on_which_the_contact_wants_the_order() {
    let map = Map::parse(&JOINED.replace("due_on = 'Due'", "delivery_date = 'Wanted'")).unwrap();
    for mut site in import_sites().await {
        let (heads, lines) = prepare(&mut site, &HEADS.replace("Due", "Wanted"), LINES).await;
        assert_eq!(site.orders(&map, Options::default(), &heads, Some(&lines)).await.unwrap(), written(3, 0));
        assert_eq!(site.order("1").await.unwrap().delivery_date.unwrap().to_string(), "2026-03-31");
        assert_eq!(site.order("2").await.unwrap().delivery_date, None);
    }
}

#[tokio::test]
async fn a_broken_line_in_the_middle_takes_its_whole_order_out_and_nothing_comes_in() {
    for mut site in import_sites().await {
        let (heads, lines) = prepare(&mut site, HEADS, &LINES.replace("Comté,1.5,", "Comté,-1.5,")).await;
        let outcome = site.orders(&joined(), Options::default(), &heads, Some(&lines)).await.unwrap();
        assert_eq!(outcome, Outcome { created: 2, rejected: 1, ..Outcome::default() });
        assert_eq!(site.counts().await, (2, 0, 2));
        let why = "\"lines.csv line 5, Qty: must be a positive number with at most three decimals, like 2.5\"";
        assert_eq!(site.rejects["heads.csv"], format!("No,Client,Date,Due,reason\n1,A,2026-03-01,2026-03-31,{why}\n"));
        let expected =
            format!("Order,Item,Qty,Price,Off,Vat,reason\n1,Brie,2,10,,5.5,{why}\n1,Comté,-1.5,24,0,5.5,{why}\n");
        assert_eq!(site.rejects["lines.csv"], expected);

        let outcome = site.orders(&joined(), SKIP, &heads, Some(&lines)).await.unwrap();
        assert_eq!(outcome, Outcome { written: true, created: 2, rejected: 1, ..Outcome::default() });
        assert_eq!(site.counts().await, (2, 2, 4));

        let mended = site.rejects.clone();
        let heads = site.file("mended_heads.csv", &mended["heads.csv"]);
        let lines = site.file("mended_lines.csv", mended["lines.csv"].replace("-1.5", "1.5"));
        assert_eq!(site.orders(&joined(), Options::default(), &heads, Some(&lines)).await.unwrap(), written(1, 0));
        assert_eq!(site.order("1").await.unwrap().net, 5600);
    }
}

#[tokio::test]
async fn every_kind_of_bad_order_says_what_is_wrong() {
    let heads = "No,Client,Date,Due\n1,A,2026-03-01,\n2,Z,02/03/2026,\n1,A,2026-03-01,\n4,A,2026-03-04,\n5,,2026-03-05,\n\
                 6,B,2026-03-06,\n";
    let lines = "Order,Item,Qty,Price,Off,Vat\n1,Brie,1,10,,5.5\n2,,1,10,,20\n3,Lost,1,1,,20\n5,Brie,1,10,,5.5\n\
                 6,Brie,1,10,10.01,5.5\n3,Lost too,1,1,,20\n";
    for mut site in import_sites().await {
        let (heads, lines) = prepare(&mut site, heads, lines).await;
        let outcome = site.orders(&joined(), Options::default(), &heads, Some(&lines)).await.unwrap();
        assert_eq!(outcome, Outcome { created: 1, rejected: 6, ..Outcome::default() });
        let rejects = format!("{}{}", site.rejects["heads.csv"], site.rejects["lines.csv"]);
        for reason in [
            "heads.csv line 3, Client: there is no active contact with the external id \"\"Z\"\"",
            "heads.csv line 3, Date: must be a day like 2026-11-22 or a time like 2026-11-22T09:30:00Z",
            "heads.csv line 4, No: 1 stands in the file before",
            "heads.csv line 5: lines.csv has no line for it",
            "heads.csv line 6, Client: must not be empty",
            "lines.csv line 6, Off: must not exceed quantity × unit price",
            "lines.csv line 4: heads.csv has no No \"\"3\"\"",
            "lines.csv line 7: heads.csv has no No \"\"3\"\"",
        ] {
            assert!(rejects.contains(reason), "{reason} is not in\n{rejects}");
        }
        assert_eq!(site.counts().await, (2, 0, 2));
    }
}

#[tokio::test]
async fn one_file_may_hold_orders_and_lines_in_french() {
    let map = Map::parse(
        r#"
        [orders]
        delimiter = ";"
        decimal = ","
        currency = "EUR"
        vat_rate = 5.5
        place_as = "draft"
        date_formats = ["%d/%m/%Y"]
        [orders.columns]
        external_id = "No"
        contact = "Client"
        ordered_at = "Date"
        [orders.lines]
        discount_as = "percent"
        columns = { description = "Article", quantity = "Qté", unit_price = "PU HT", discount = "Remise" }
        "#,
    )
    .unwrap();
    let file = "No;Client;Date;Article;Qté;PU HT;Remise\n\
                7;A;01/03/2026;Brie;2,5;1 000,40;5 %\n8;B;02/03/2026;Vin;1;9,80;\n7;A;01/03/2026;Comté;1;24;\n";
    for mut site in import_sites().await {
        let (heads, lines) = prepare(&mut site, file, "").await;
        assert_eq!(site.orders(&map, Options::default(), &heads, None).await.unwrap(), written(2, 0));
        let order = site.order("7").await.unwrap();
        // 2.5 × 1000.40 − 5 % = 2375.95
        assert_eq!((order.state, order.lines.len(), order.net), (OrderState::Draft, 2, 237_595 + 2400));

        let other = site.file("heads.csv", file.replace("7;A;01/03/2026;Comté", "7;B;01/03/2026;Comté"));
        let outcome = site.orders(&map, Options::default(), &other, None).await.unwrap();
        assert_eq!((outcome.written, outcome.rejected), (false, 1));
        assert!(site.rejects["heads.csv"].contains("heads.csv line 4, Client: differs from line 2"));

        let error = site.orders(&map, Options::default(), &heads, Some(&lines)).await.unwrap_err().to_string();
        assert!(error.starts_with("orders.lines.join is missing"), "{error}");
        let error = site.orders(&joined(), Options::default(), &heads, None).await.unwrap_err().to_string();
        assert!(error.starts_with("orders.lines.join names a column of a second file"), "{error}");
    }
}

#[tokio::test]
async fn two_imports_at_once_bring_each_order_in_once() {
    let ids = 1..=200;
    let heads = ids.clone().fold("No,Client,Date,Due\n".to_owned(), |rows, i| format!("{rows}{i},A,2026-03-01,\n"));
    let lines = ids.fold("Order,Item,Qty,Price,Off,Vat\n".to_owned(), |rows, i| format!("{rows}{i},Brie,1,10,,5.5\n"));
    for mut site in import_sites().await {
        let (heads, lines) = prepare(&mut site, &heads, &lines).await;
        let (mut other, map) = (site.beside(), joined());
        let (one, two) = tokio::join!(
            site.orders(&map, Options::default(), &heads, Some(&lines)),
            other.orders(&map, Options::default(), &heads, Some(&lines)),
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((one.created + two.created, one.unchanged + two.unchanged), (200, 200));
        assert_eq!(site.counts().await, (2, 200, 202));
    }
}

#[test]
fn a_wrong_map_is_refused_by_its_key() {
    let refused = |from: &str, to: &str| Map::parse(&JOINED.replace(from, to)).unwrap_err().to_string();
    for (from, to, wanted) in [
        ("join = 'Order'", "jion = 'Order'", "unknown field `jion`"),
        ("description = 'Item'", "", "orders.lines.columns.description is missing"),
        ("currency = 'EUR'", "", "orders.currency is missing"),
        ("vat_rate = 'Vat'", "", "orders.vat_rate is missing"),
        ("discount_as = 'amount'", "", "orders.lines.discount_as is missing"),
        ("currency = 'EUR'", "currency = 'euro'", "currency = 'euro'"),
        ("currency = 'EUR'", "currency = 'EUR'\ndelimiter = ';;'", "must be one character"),
        ("currency = 'EUR'", "currency = 'EUR'\ndate_formats = ['%!']", "orders.date_formats: \"%!\""),
        ("contact = 'Client'", "contact = 'Client'\nphone = 'Tel'", "unknown variant `phone`"),
        (JOINED, "", "neither [contacts] nor [orders]"),
    ] {
        let error = refused(from, to);
        assert!(error.contains(wanted), "{wanted} is not in\n{error}");
    }
}
