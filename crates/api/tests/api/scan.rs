//! Looks for a text everywhere in a database: in every column, and on `SQLite` in every byte of its files.

use std::path::Path;

use store::{Reader, Row, Value};
use testkit::{Engine, query};

use crate::backend::Backend;

/// How often the text stands in these bytes, whatever its case.
pub(crate) fn count(bytes: &[u8], text: &str) -> usize {
    let text = text.to_lowercase();
    bytes.to_ascii_lowercase().windows(text.len()).filter(|window| *window == text.as_bytes()).count()
}

/// `table.column` of each row that holds the text.
pub(crate) async fn rows(backend: &Backend, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (table, column) in columns(backend).await {
        let sql = format!("SELECT {column} FROM {table}");
        let values: Vec<Row> = query!(backend.bench.db, |tx, sql| tx.query(sql.clone(), &[]).await).await.unwrap();
        let holds = |row: &&Row| match &row[0] {
            Value::Text(value) => count(value.as_bytes(), text) > 0,
            Value::Bytes(value) => count(value, text) > 0,
            Value::Null | Value::Int(_) => false,
        };
        found.extend(values.iter().filter(holds).map(|_| format!("{table}.{column}")));
    }
    found
}

async fn columns(backend: &Backend) -> Vec<(String, String)> {
    let sql = match backend.bench.engine {
        Engine::Sqlite => {
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
        Engine::MySql => {
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE() \
             AND data_type IN ('varchar', 'mediumtext', 'text', 'char', 'longtext', 'mediumblob')"
        }
    };
    let read = |row: &mut Reader| Ok((row.next::<String>()?, row.next::<String>()?));
    let columns = query!(backend.bench.db, |tx| tx.rows(sql, &[], read).await).await.unwrap();
    assert!(columns.len() > 80, "{columns:?}");
    columns
}

/// All bytes of the database's files; nothing where they are a server's.
pub(crate) fn bytes(backend: &Backend) -> Vec<u8> {
    let Some(path) = backend.bench.url().strip_prefix("sqlite:") else { return Vec::new() };
    let files = ["", "-wal", "-shm"].map(|end| format!("{path}{end}"));
    assert!(Path::new(&files[0]).exists());
    files.iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect()
}
