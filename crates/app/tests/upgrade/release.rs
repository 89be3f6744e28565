//! What has been released (`store/migrations/released.toml`), and the data that it has left (`releases/`).

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest as hash};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;
use store::{Db, Error, testing};

/// A release and its data.
#[derive(Clone)]
pub(crate) struct Release {
    pub(crate) version: String,
    last: i64,
    /// How to sign in, and more that only its maker could know.
    pub(crate) known: Value,
    pub(crate) tables: Arc<Vec<Table>>,
}

pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<store::Row>,
}

#[derive(Deserialize)]
struct List {
    release: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    version: String,
    last: i64,
}

/// Every release, in order.
///
/// # Panics
///
/// Where one has no data: a release that nobody can try to upgrade is not finished.
pub(crate) fn all() -> Vec<Release> {
    let list = root().join("crates/store/migrations/released.toml");
    let list = std::fs::read_to_string(list).expect("released.toml");
    let list: List = toml::from_str(&list).expect("released.toml is TOML");
    list.release.into_iter().map(Release::read).collect()
}

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// SHA-256, in hexadecimal.
pub(crate) fn digest(text: &str) -> String {
    hash(&SHA256, text.as_bytes()).as_ref().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Release {
    fn read(entry: Entry) -> Self {
        let Entry { version, last } = entry;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/upgrade/releases/{version}.jsonl"));
        let text = std::fs::read_to_string(&path);
        let text =
            text.unwrap_or_else(|e| panic!("{}: {e}; make it: scripts/release-fixture {version}", path.display()));
        let line = |line: &str| serde_json::from_str::<Value>(line).expect("a line of JSON");
        let mut lines: VecDeque<Value> = text.lines().map(line).collect();
        let known = lines.pop_front().expect("a first line");
        assert_eq!(known["schema"].as_i64(), Some(last), "{version}: the data has another schema than the release");
        let mut tables = Vec::new();
        while let Some(head) = lines.pop_front() {
            let name = head["table"].as_str().expect("a table").to_owned();
            let columns: Vec<String> = serde_json::from_value(head["columns"].clone()).expect("columns");
            let count = head["rows"].as_u64().and_then(|rows| usize::try_from(rows).ok()).expect("a number of rows");
            let rows = lines.drain(..count).map(|row| values(&row)).collect();
            tables.push(Table { name, columns, rows });
        }
        Self { version, last, known, tables: Arc::new(tables) }
    }

    /// A text that is known of it, by its path.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        let found = self.known.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{}: {pointer} is not in the first line", self.version))
    }

    pub(crate) fn rows(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }

    /// Makes the released tables, and puts the data in.
    pub(crate) async fn load(&self, db: &Db) {
        testing::migrate_to(db, self.last).await.expect("the released tables");
        let tables = self.tables.clone();
        let loaded = db.write(tables, |tx, tables| {
            Box::pin(async move {
                // What the steps themselves have put in is part of the data.
                for table in tables.iter().rev() {
                    tx.execute(format!("DELETE FROM {}", table.name), &[]).await?;
                }
                for table in tables.iter() {
                    let (columns, marks) = (table.columns.join(", "), vec!["?"; table.columns.len()].join(", "));
                    let insert = format!("INSERT INTO {} ({columns}) VALUES ({marks})", table.name);
                    for row in &table.rows {
                        tx.execute(insert.clone(), row).await?;
                    }
                }
                Ok::<_, Error>(())
            })
        });
        loaded.await.expect("the data goes in");
    }
}

fn values(row: &Value) -> store::Row {
    let value = |value: &Value| match value {
        Value::Null => store::Value::Null,
        Value::Number(number) => store::Value::Int(number.as_i64().expect("a whole number")),
        Value::String(text) => store::Value::Text(text.clone().into()),
        binary => {
            let text = binary["base64"].as_str().expect("something binary");
            store::Value::Bytes(BASE64_STANDARD.decode(text).expect("base64").into())
        }
    };
    row.as_array().expect("a row").iter().map(value).collect()
}
