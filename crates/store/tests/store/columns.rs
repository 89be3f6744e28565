//! Each column holds what its name says: rows of all-different values are saved, and each column is then read by its own name
//! alone, without the declaration that wrote it.

mod commerce;
mod deliveries;
mod operations;
mod users;

use std::collections::HashSet;

use domain::{Percent, Quantity, Timestamp};
use serde_json::{Value as Json, json};
use store::Value;
use testkit::{Bench, Engine, query};

/// An id of a kind: `id("ord", 7)`.
fn id(prefix: &str, number: u32) -> String {
    format!("{prefix}_{number:026}")
}

/// A second of the day on which all of this happens.
fn second(number: u32) -> Timestamp {
    at(number).parse().unwrap()
}

fn at(number: u32) -> String {
    format!("2026-02-03T04:05:{number:02}Z")
}

fn row<T: serde::de::DeserializeOwned>(fields: &Json) -> T {
    serde_json::from_value(fields.clone()).unwrap()
}

/// `fields` with some columns that have no field of their name.
fn with(fields: &Json, more: Json) -> Json {
    let (Json::Object(mut fields), Json::Object(more)) = (fields.clone(), more) else { panic!("two objects") };
    fields.extend(more);
    Json::Object(fields)
}

/// The names of all columns that a table has in the database.
async fn columns(bench: &Bench, table: &'static str) -> Vec<String> {
    let sql = match bench.engine {
        Engine::Sqlite => "SELECT name FROM pragma_table_info(?)",
        Engine::MySql => {
            "SELECT CAST(column_name AS CHAR) FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = ?"
        }
    };
    query!(bench.db, |tx, table, sql| tx.rows(*sql, &[(*table).into()], store::Reader::next).await).await.unwrap()
}

/// Whether a column's value is what JSON says, in one of the ways in which values are kept.
fn is(value: &Value<'_>, wanted: &Json) -> bool {
    match value {
        Value::Null => wanted.is_null(),
        Value::Int(n) => {
            let texts = [
                wanted
                    .as_str()
                    .and_then(|text| text.parse().ok())
                    .filter(|at| *at == Timestamp::from_micros(*n))
                    .map(|_: Timestamp| wanted.clone()),
                Quantity::from_thousandths(*n).ok().and_then(|quantity| serde_json::to_value(quantity).ok()),
                Percent::from_basis_points(*n).ok().and_then(|rate| serde_json::to_value(rate).ok()),
                Some(json!(*n)),
                Some(json!(*n == 1)),
            ];
            texts.iter().flatten().any(|text| text == wanted)
        }
        Value::Text(text) => {
            wanted.as_str() == Some(text) || serde_json::from_str::<Json>(text).is_ok_and(|json| json == *wanted)
        }
        Value::Bytes(bytes) => wanted.as_str().map(str::as_bytes) == Some(bytes),
    }
}

/// Checks each column of the only row of a table against the field of its name.
async fn check(bench: &Bench, table: &'static str, wanted: Json) {
    let columns = columns(bench, table).await;
    assert!(columns.len() > 3, "{table}: {columns:?}");
    for column in &columns {
        let field = wanted.get(column).unwrap_or_else(|| panic!("say what {table}.{column} holds"));
        let sql = format!("SELECT {column} FROM {table}");
        let rows = query!(bench.db, |tx, sql| tx.query(sql.clone(), &[]).await).await.unwrap();
        let [row] = &rows[..] else { panic!("{table} has {} rows", rows.len()) };
        assert!(is(&row[0], field), "{table}.{column} holds {:?}, not {field}", row[0]);
    }
    let mut seen = HashSet::new();
    for column in columns.iter().filter(|column| !wanted[*column].is_boolean() && !wanted[*column].is_null()) {
        // The key that is unique among open rows repeats another column on purpose.
        let new = column == "open_key" || seen.insert(wanted[column].to_string());
        assert!(new, "{table}.{column}: a value that another column has too proves nothing");
    }
}
