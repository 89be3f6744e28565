//! Where the figures are measured: SQLite in a folder, or a MySQL server.

use std::path::{PathBuf, absolute};
use std::time::Duration;

use domain::{Actor, ContactId, ContactInput, OrderInput};
use ops::Ctx;
use store::{Context, Db, Options, change};
use testkit::Site;

use crate::{Outcome, process};

pub(crate) enum Place {
    Sqlite { site: Site },
    MySql { site: Site, server: String, pid: Option<u32> },
}

impl Place {
    pub(crate) fn all() -> Vec<Self> {
        // Not /tmp, which may lie in memory: commits must reach a disk.
        let target = absolute("target").ok().filter(|target| target.is_dir());
        let site = || target.as_deref().map_or_else(Site::new, Site::within);
        let mysql = std::env::var("COMPTOIR_TEST_MYSQL_URL").ok().map(|server| {
            let pid = std::env::var("COMPTOIR_BENCH_MYSQL_PID").ok().and_then(|pid| pid.parse().ok());
            Self::MySql { site: site(), server, pid }
        });
        std::iter::once(Self::Sqlite { site: site() }).chain(mysql).collect()
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::MySql { .. } => "MariaDB",
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Where the program runs.
    pub(crate) fn site(&self) -> &Site {
        match self {
            Self::Sqlite { site } | Self::MySql { site, .. } => site,
        }
    }

    /// The CPU time of the database server, where it is a process of its own and its number is known.
    pub(crate) fn database_cpu(&self) -> Duration {
        match self {
            Self::MySql { pid: Some(pid), .. } => process::cpu_of(*pid),
            _ => Duration::ZERO,
        }
    }

    /// A fresh, migrated database.
    pub(crate) async fn fresh(&self, name: &str) -> Outcome<(String, Db)> {
        let url = match self {
            Self::Sqlite { site } => {
                let path: PathBuf = site.path().join(format!("{name}.db"));
                format!("sqlite:{}", path.display())
            }
            Self::MySql { server, .. } => {
                let name = format!("comptoir_bench_{name}_{}", std::process::id());
                store::testing::create_database(server, &name).await?;
                format!("{}/{name}", server.trim_end_matches('/'))
            }
        };
        let db = Db::open(&Options::new(url.clone())).await?;
        db.schema().migrate().await?;
        Ok((url, db))
    }
}

pub(crate) fn ctx(context: &Context) -> Ctx {
    Ctx::new(context, Actor::system("bench"))
}

/// Contacts with names that differ in their first letters, a hundred in each transaction.
pub(crate) async fn contacts(db: &Db, context: &Context, from: usize, to: usize) -> Outcome<Vec<ContactId>> {
    let mut ids = Vec::with_capacity(to - from);
    let mut begin = from;
    while begin < to {
        let end = (begin + 500).min(to);
        let (ctx, range) = (ctx(context), begin..end);
        let created = change!(db, move |tx, ctx, range| {
            let mut ids = Vec::new();
            for i in range.clone() {
                ids.push(ops::contacts::create(tx, ctx, contact(i)).await?.id);
            }
            Ok::<_, ops::Error>(ids)
        });
        ids.extend(created.await?);
        begin = end;
    }
    Ok(ids)
}

/// A word that differs from the others in its first letters.
pub(crate) fn word(mut n: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "ta", "ve", "wi",
        "xo", "zu",
    ];
    let mut word = String::new();
    for _ in 0..4 {
        word.push_str(SYLLABLES[n % 20]);
        n /= 20;
    }
    word
}

fn contact(i: usize) -> ContactInput {
    // A number that jumps about, so that names do not come in order.
    let n = i.wrapping_mul(7_919) % 160_000;
    ContactInput {
        name: format!("{} {}", word(n), word(n / 3)),
        emails: vec![domain::ContactEmail { label: None, address: format!("{}{i}@example.com", word(n)) }],
        addresses: vec![domain::Address { city: Some(word(n % 400)), ..domain::Address::default() }],
        ..ContactInput::default()
    }
}

/// An order with three lines.
pub(crate) fn order(contact_id: ContactId) -> OrderInput {
    let order = serde_json::json!({
        "contact_id": contact_id, "currency": "EUR", "reference": "BC-2026-118",
        "lines": [
            {"description": "Comté 18 mois, meule", "sku": "COM-18", "quantity": "2.5", "unit_price": 1290, "vat_rate": "5.5"},
            {"description": "Vin jaune, caisse de six", "sku": "VJ-6", "quantity": "1", "unit_price": 18900, "vat_rate": "20"},
            {"description": "Livraison", "quantity": "1", "unit_price": 1500, "vat_rate": "20", "discount": {"percent": "50"}}
        ]
    });
    serde_json::from_value(order).unwrap_or_else(|e| unreachable!("the order above is valid: {e}"))
}
