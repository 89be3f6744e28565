//! A hundred thousand contacts and twenty thousand orders through the API: in, out, into another database and out again.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use store::Db;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;
use crate::drain::wait_until_done;
use crate::http::{get, sign_in};
use crate::orders::{EMAIL, PASSWORD, add_user, float};
use crate::place::{Place, word};
use crate::process::{HTTP, Server};
use crate::table::Table;

const CONTACTS: usize = 100_000;
const ORDERS: usize = 20_000;

pub(crate) async fn run(binary: &Path, place: &Place, table: &mut Table) -> Outcome<()> {
    let first = Installation::start(binary, place, "import1").await?;
    let (contacts, orders) = (contacts(), orders());
    let idle = first.server.memory().0;
    let of_contacts = first.import("contacts", &contacts).await?;
    let (cpu, begun) = (first.server.cpu(), Instant::now());
    let out = first.export("/contacts.csv?columns=import").await?;
    let exported = begun.elapsed();
    let cpu = first.server.cpu().saturating_sub(cpu);
    let of_orders = first.import("orders", &orders).await?;
    let lines = first.export("/order-lines.csv?columns=import").await?;
    let totals = first.totals().await?;
    let (_, most) = first.server.memory();
    wait_until_done(&first.db, true).await?;
    let whole = first.begun.elapsed();
    drop(first);

    let second = Installation::start(binary, place, "import2").await?;
    let back = second.import("contacts", &out).await?;
    let again = second.export("/contacts.csv?columns=import").await?;
    second.import("orders", &lines).await?;
    let totals_again = second.totals().await?;
    let equal = |one: bool| if one { "equal" } else { "DIFFERENT" };

    let name = place.name();
    let rate = |took: Duration| format!("{:.1} s, {:.0}/s", took.as_secs_f64(), float(CONTACTS) / took.as_secs_f64());
    let goal = if place.is_sqlite() { "< 60 s" } else { "" };
    table.row(format!("{name}: import of {CONTACTS} contacts through the API"), rate(of_contacts), goal);
    table.row(format!("{name}: … into another database"), rate(back), goal);
    let figure = format!("{:.1} s, CPU {:.1} s", exported.as_secs_f64(), cpu.as_secs_f64());
    table.row(format!("{name}: export of {CONTACTS} contacts, {} MB", out.len() / 1_000_000), figure, "");
    table.row(format!("{name}: export → import → export"), equal(out == again).into(), "equal");
    let figure = format!("{:.1} s", of_orders.as_secs_f64());
    table.row(format!("{name}: import of {ORDERS} orders of two lines"), figure, "");
    table.row(format!("{name}: totals of orders, there and back"), equal(totals == totals_again).into(), "equal");
    table.row(format!("{name}: all of it, effects included"), format!("{:.0} s", whole.as_secs_f64()), "");
    table.row(format!("{name}: memory idle / most (up)"), format!("{idle:.0} / {most:.0} MB"), "≤ 30 / < 150 MB");
    Ok(())
}

/// A running program with a database of its own, and somebody signed in.
struct Installation {
    server: Server,
    db: Db,
    token: String,
    begun: Instant,
}

impl Installation {
    async fn start(binary: &Path, place: &Place, name: &str) -> Outcome<Self> {
        let (url, db) = place.fresh(name).await?;
        add_user(binary, place, &url, EMAIL)?;
        let (server, _) = Server::start(binary, "up", place, &url).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let token = sign_in(HTTP, EMAIL, PASSWORD).await?;
        Ok(Self { server, db, token, begun: Instant::now() })
    }

    /// Sends a file and waits until it is imported.
    async fn import(&self, kind: &str, file: &str) -> Outcome<Duration> {
        let begun = Instant::now();
        let part = |name: &str| format!("--cut-here\r\nContent-Disposition: form-data; name=\"{name}\"");
        let (kind, named) = (part("kind") + "\r\n\r\n" + kind, part("file") + "; filename=\"bench.csv\"\r\n\r\n");
        let body = format!("{kind}\r\n{named}{file}\r\n--cut-here--\r\n");
        let head = format!(
            "POST /api/v1/imports HTTP/1.0\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\
             content-type: multipart/form-data; boundary=cut-here\r\n\r\n",
            self.token,
            body.len()
        );
        let answer = exchange(head + &body).await?;
        let import: Value = serde_json::from_str(&answer)?;
        let path = format!("/api/v1/imports/{}", import["id"].as_str().ok_or(answer)?);
        loop {
            let (_, body) = get(HTTP, &path, &self.token).await?;
            let import: Value = serde_json::from_slice(&body)?;
            match import["state"].as_str() {
                Some("done") => return Ok(begun.elapsed()),
                Some("uploaded" | "checking" | "writing") => tokio::time::sleep(Duration::from_millis(100)).await,
                _ => return Err(import.to_string().into()),
            }
        }
    }

    /// A whole file; HTTP/1.0 has it end with the connection.
    async fn export(&self, path: &str) -> Outcome<String> {
        exchange(format!("GET /api/v1{path} HTTP/1.0\r\nauthorization: Bearer {}\r\n\r\n", self.token)).await
    }

    /// What each order comes to, by its external id.
    async fn totals(&self) -> Outcome<Vec<String>> {
        let text = self.export("/orders.csv?columns=external_id,contact,state,net,vat,total,currency").await?;
        let mut rows: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
        if rows.len() != ORDERS {
            return Err(format!("{} orders instead of {ORDERS}", rows.len()).into());
        }
        rows.sort();
        Ok(rows)
    }
}

/// Sends a request on a connection of its own, and gives the body of the answer.
async fn exchange(request: String) -> Outcome<String> {
    let mut stream = TcpStream::connect(HTTP).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    if head.get(9..10) != Some("2") {
        return Err(answer.into());
    }
    Ok(body.to_owned())
}

fn contacts() -> String {
    let mut text =
        String::from("external_id,kind,name,contact_name,email,phone,street,postal_code,city,country,language,notes\n");
    for i in 0..CONTACTS {
        // A number that jumps about, so that names do not come in order.
        let n = i.wrapping_mul(7_919) % 160_000;
        let (a, b, city) = (word(n), word(n / 3), word(n % 400));
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "K{i:06},organisation,{a} {b},{b} {a},{a}{i}@example.com,+33 4 {:02} {:02} {:02} {:02},{i} rue {city},{:05},{city},\
             France,fr,=remark {i}",
            i % 97,
            i % 89,
            i % 83,
            i % 79,
            n % 95_000
        );
    }
    text
}

fn orders() -> String {
    let mut text = String::from(
        "external_id,contact,ordered_at,due_on,reference,currency,description,sku,quantity,unit_price,discount,vat_rate\n",
    );
    for i in 0..ORDERS {
        let order = format!("B{i:06},K{:06},2026-{:02}-{:02},2026-12-31,BC-{i},EUR", i * 5, i % 11 + 1, i % 28 + 1);
        let _ = writeln!(text, "{order},\"Comté, 18 mois\",COM-18,{}.5,12.90,{}%,5.5", i % 9, i % 20);
        let _ = writeln!(text, "{order},Livraison,,1,{}.00,1.50,20", 10 + i % 7);
    }
    text
}
