use axum::body::Body;
use domain::{ContactInput, OrderInput, Role};
use futures_util::StreamExt;
use serde_json::{Value, json};
use testkit::{change, fixtures, query};

use crate::backend::{Backend, Caller, Reply, on_each_engine, path_of};

/// The rows of a file, without its mark, each as its cells.
fn rows(reply: &Reply) -> Vec<Vec<String>> {
    assert_eq!(reply.content_type(), Some("text/csv; charset=utf-8"));
    parsed(reply.body.as_str().unwrap())
}

fn parsed(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

async fn file(caller: &Caller<'_>, path: &str) -> Vec<Vec<String>> {
    rows(&caller.get(path).gives(200).await)
}

/// One column of all rows but the header.
fn column<'r>(rows: &'r [Vec<String>], name: &str) -> Vec<&'r str> {
    let at = rows[0].iter().position(|header| header == name).unwrap_or_else(|| panic!("no column {name}"));
    rows[1..].iter().map(|row| row[at].as_str()).collect()
}

#[tokio::test]
async fn the_contacts_of_a_list_are_a_file_with_the_same_filter_and_order() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        for name in ["Garage Martin", "Épicerie Dupré", "Dupré Frères"] {
            clerk.create("/contacts", fixtures::contact(name)).await;
        }
        let all = clerk.get("/contacts.csv").gives(200).await;
        assert_eq!(all.header("content-disposition"), Some("attachment; filename=\"contacts-2026-11-22.csv\""));
        let all = rows(&all);
        assert_eq!(column(&all, "name"), ["Dupré Frères", "Épicerie Dupré", "Garage Martin"]);
        assert_eq!(column(&all, "city"), ["Lyon"; 3]);
        assert_eq!(column(&all, "external_id"), column(&all, "id"));
        let found = file(&clerk, "/contacts.csv?q=dupre").await;
        assert_eq!(column(&found, "name"), ["Épicerie Dupré", "Dupré Frères"]);
        let some = file(&clerk, "/contacts.csv?q=garage&columns=city,name").await;
        assert_eq!(some, [["city", "name"], ["Lyon", "Garage Martin"]]);
        clerk.get("/contacts.csv?columns=name,password").invalid("columns", "unknown_column").await;
    })
    .await;
}

#[tokio::test]
async fn no_cell_is_a_formula_and_numbers_stay_numbers() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        for name in ["=HYPERLINK(\"http://x\")", "@SUM(A1)", "-2+3", "+1", "'=1", "say \"a, b\""] {
            let input = ContactInput { notes: Some("two\r\nlines".into()), ..fixtures::contact(name) };
            clerk.create("/contacts", input).await;
        }
        let all = file(&clerk, "/contacts.csv").await;
        let mut names = column(&all, "name");
        names.sort_unstable();
        assert_eq!(names, ["''=1", "'+1", "'-2+3", "'=HYPERLINK(\"http://x\")", "'@SUM(A1)", "say \"a, b\""]);
        assert_eq!(column(&all, "phone"), ["'+33 4 72 00 00 00"; 6]);
        assert_eq!(column(&all, "notes"), ["two\r\nlines"; 6]);
    })
    .await;
}

async fn business(backend: &Backend) -> (Value, Value) {
    let (clerk, manager) = (backend.clerk(), backend.manager());
    let contact = ContactInput { external_id: Some("DUPRE".into()), ..fixtures::contact("Épicerie Dupré") };
    let contact = clerk.create("/contacts", contact).await;
    let id = contact["id"].as_str().unwrap().parse().unwrap();
    let order = clerk.create("/orders", OrderInput { notes: Some("-5".into()), ..fixtures::order(id) }).await;
    let other = clerk.create("/orders", fixtures::order(backend.bench.add_contact("Garage Martin").await.id)).await;
    manager.act(&(path_of("orders", &other) + "/cancel")).gives(200).await;
    let payment = fixtures::payment(order["id"].as_str().unwrap().parse().unwrap(), 9_895);
    clerk.create("/transactions", payment).await;
    (contact, order)
}

#[tokio::test]
async fn orders_their_lines_and_their_money_are_files_in_decimal_amounts() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let (contact, order) = business(&backend).await;
        let orders = file(&clerk, &format!("/orders.csv?contact_id={}", contact["id"].as_str().unwrap())).await;
        assert_eq!(column(&orders, "number"), [order["number"].as_str().unwrap()]);
        let of = |name| column(&orders, name)[0];
        assert_eq!((of("net"), of("vat"), of("total"), of("currency")), ("91.13", "7.82", "98.95", "EUR"));
        assert_eq!((of("received"), of("payment_status"), of("notes")), ("98.95", "paid", "-5"));
        assert_eq!((of("contact"), of("contact_name")), ("DUPRE", "Épicerie Dupré"));
        assert_eq!(column(&file(&clerk, "/orders.csv?state=cancelled").await, "contact_name"), ["Garage Martin"]);

        let lines = file(&clerk, "/order-lines.csv?q=dupre").await;
        assert_eq!(column(&lines, "description"), ["Comté 18 mois", "Beurre demi-sel", "Livraison"]);
        assert_eq!(column(&lines, "discount"), ["", "10%", ""]);
        assert_eq!(column(&lines, "unit_price"), ["21.90", "3.15", "19.37"]);
        assert_eq!(column(&lines, "line_net"), ["54.75", "17.01", "19.37"]);
        assert_eq!(column(&lines, "external_id"), [order["id"].as_str().unwrap(); 3]);
        assert_eq!(file(&clerk, "/order-lines.csv").await.len(), 7);

        let money = file(&clerk, "/transactions.csv").await;
        let of = |name| column(&money, name)[0];
        assert_eq!((of("amount"), of("currency"), of("kind")), ("98.95", "EUR", "payment"));
        assert_eq!(of("order_number"), order["number"].as_str().unwrap());
    })
    .await;
}

#[tokio::test]
async fn events_dead_letters_and_figures_are_files_too() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let (contact, _) = business(&backend).await;
        backend.do_effects().await;
        let events = file(&clerk, &format!("/events.csv?subject={}", contact["id"].as_str().unwrap())).await;
        assert_eq!(column(&events, "type"), ["CONTACT_CREATED"]);
        let data: Value = serde_json::from_str(column(&events, "data")[0]).unwrap();
        assert_eq!(data["contact"]["name"], contact["name"]);
        assert_eq!(column(&events, "actor"), [backend.user(Role::Clerk).id.to_string()]);
        assert_eq!(file(&clerk, "/events.csv").await.len(), 1 + 6);

        let letter = store::dead_letters::DeadLetter {
            id: domain::DeadLetterId::new(1, 1),
            message_id: "m-1".into(),
            message_type: "NO_SUCH_TYPE".into(),
            subject: None,
            body: "{}".into(),
            cause: store::dead_letters::Cause::UnknownType,
            error: "=cmd".into(),
            receive_count: 3,
            state: store::dead_letters::State::Open,
            reason: None,
            created_at: backend.bench.context.now(),
            closed_at: None,
            closed_by: None,
            fingerprint: "f".into(),
            edited_body: None,
        };
        change!(backend.bench.db, |tx, letter| store::dead_letters::insert(tx, letter).await).await.unwrap();
        let letters = file(&clerk, "/dead-letters.csv?state=open").await;
        assert_eq!((column(&letters, "cause"), column(&letters, "error")), (vec!["unknown_type"], vec!["'=cmd"]));
        assert_eq!(file(&clerk, "/dead-letters.csv?state=discarded").await.len(), 1);

        let days = file(&backend.by(Role::Viewer), "/stats.csv").await;
        assert_eq!(days[0].join(","), "day,currency,orders,orders_total,payments,payments_total,refunds,refunds_total");
        assert_eq!(days[1].join(","), "2026-11-22,EUR,1,98.95,1,98.95,0,0.00");
    })
    .await;
}

#[tokio::test]
async fn who_takes_a_list_out_stands_in_the_security_log_with_what_was_asked() {
    on_each_engine(async |backend| {
        backend.clerk().get("/contacts.csv?q=dupr&columns=name").gives(200).await;
        let log = query!(backend.bench.db, |tx| tx
            .query("SELECT kind, actor, detail FROM security_log WHERE kind = 'data_exported'", &[])
            .await);
        let log: Vec<store::Row> = log.await.unwrap();
        let detail = json!({ "list": "contacts", "filters": { "q": "dupr" } }).to_string();
        let wanted: Vec<store::Value<'_>> =
            vec!["data_exported".into(), backend.user(Role::Clerk).id.into(), detail.into()];
        assert_eq!(log, [wanted]);
    })
    .await;
}

/// More contacts than a page of a file has.
async fn many(backend: &Backend, names: std::ops::Range<usize>) {
    let (ctx, db) = (backend.bench.ctx(), &backend.bench.db);
    let add = change!(db, |tx, ctx, names| {
        for i in names.clone() {
            ops::contacts::create(tx, ctx, ContactInput { name: format!("c{i:04}"), ..ContactInput::default() })
                .await?;
        }
        Ok::<_, ops::Error>(())
    });
    add.await.unwrap();
}

async fn next(body: &mut axum::body::BodyDataStream) -> Option<Result<String, axum::Error>> {
    body.next().await.map(|frame| frame.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()))
}

async fn begin(backend: &Backend, path: &str) -> axum::body::BodyDataStream {
    let answer = backend.clerk().get(path).begin().await;
    assert_eq!(answer.status(), 200);
    Body::into_data_stream(answer.into_body())
}

#[tokio::test]
async fn a_file_is_read_page_by_page_when_the_client_takes_it() {
    on_each_engine(async |backend| {
        many(&backend, 0..1001).await;
        let mut body = begin(&backend, "/contacts.csv?columns=name").await;
        let mut text = next(&mut body).await.unwrap().unwrap();
        assert_eq!(text.lines().count(), 501);
        // Not read yet: what comes now is on a later page.
        many(&backend, 2000..2001).await;
        let mut pages = 1;
        while let Some(more) = next(&mut body).await {
            text.push_str(&more.unwrap());
            pages += 1;
        }
        let names: Vec<String> = (0..1001).chain([2000]).map(|i| format!("c{i:04}")).collect();
        assert_eq!((column(&parsed(&text), "name"), pages), (names.iter().map(String::as_str).collect(), 3));
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_to_its_end_is_cut_off_and_not_merely_short() {
    on_each_engine(async |backend| {
        many(&backend, 0..501).await;
        let mut body = begin(&backend, "/contacts.csv").await;
        assert!(next(&mut body).await.unwrap().is_ok());
        let rename = change!(backend.bench.db, |tx| tx.execute("ALTER TABLE contacts RENAME TO gone", &[]).await);
        rename.await.unwrap();
        assert!(next(&mut body).await.unwrap().is_err());
        assert!(next(&mut body).await.is_none());
        backend.clerk().get("/contacts.csv").gives(500).await;
    })
    .await;
}

#[tokio::test]
async fn the_catalogue_the_people_and_the_security_log_are_files_too() {
    on_each_engine(async |backend| {
        let (manager, admin) = (backend.manager(), backend.by(Role::Admin));
        let product = json!({ "sku": "COM-18", "name": "@Comté", "price": 1290, "currency": "EUR", "vat_rate": "5.5" });
        manager.create("/products", product).await;
        let products = file(&backend.by(Role::Viewer), "/products.csv?q=com").await;
        let of = |name| column(&products, name)[0];
        assert_eq!((of("sku"), of("name"), of("price"), of("active")), ("COM-18", "'@Comté", "12.90", "true"));
        manager.get("/products.csv?q=com&sort=name").invalid("sort", "filters_with_search").await;
        assert_eq!(file(&manager, "/products.csv?active=false").await.len(), 1);
        let key = admin.create("/api-keys", json!({ "name": "till", "role": "clerk" })).await;
        let keys = admin.get("/api-keys.csv").gives(200).await;
        assert_eq!(column(&rows(&keys), "name"), ["till"]);
        assert!(!keys.body.as_str().unwrap().contains(key["key"].as_str().unwrap()));
        let users = file(&admin, "/users.csv").await;
        assert_eq!(users[0].join(","), "email,name,role,language,second_factor,disabled_at,created_at,id");
        assert_eq!(column(&users, "role").len(), Role::ALL.len());
        let log = file(&admin, "/security-log.csv?kind=data_exported").await;
        let detail: Vec<Value> =
            column(&log, "detail").iter().map(|detail| serde_json::from_str(detail).unwrap()).collect();
        let lists: Vec<&str> = detail.iter().map(|detail| detail["list"].as_str().unwrap()).collect();
        assert_eq!(lists, ["users", "api-keys", "products", "products"]);
    })
    .await;
}
