//! A copy of the template has what migrations make: the same tables, indexes and rows.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

use std::cell::RefCell;

use comptoir_testkit::{Bench, Engine, for_each_empty_engine, for_each_engine, query};
use store::{Error, Reader, Row, Tx};

/// Each table's definition as the engine tells it, then the table's rows.
type Description = Vec<(String, Vec<Row>)>;

#[tokio::test]
async fn a_copied_database_equals_a_migrated_one_on_each_engine() {
    let (migrated, copied) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    for_each_empty_engine(async |bench| {
        bench.db.schema().migrate().await.unwrap();
        let found = describe(&bench).await;
        migrated.borrow_mut().push(found);
    })
    .await;
    for_each_engine(async |bench| {
        let found = describe(&bench).await;
        copied.borrow_mut().push(found);
    })
    .await;
    let (migrated, copied) = (migrated.into_inner(), copied.into_inner());
    assert_eq!(migrated.len(), copied.len());
    // Three tables begin with rows; SQLite's six pragmas are rows, too.
    for ((migrated, copied), filled) in migrated.iter().zip(&copied).zip([9, 3]) {
        assert!(migrated.len() > 40, "{}", migrated.len());
        assert_eq!(migrated.iter().filter(|(_, rows)| !rows.is_empty()).count(), filled, "{migrated:?}");
        assert_eq!(migrated, copied);
    }
}

async fn describe(bench: &Bench) -> Description {
    let engine = bench.engine;
    let describing = query!(bench.db, |tx, engine| match engine {
        Engine::Sqlite => describe_sqlite(tx).await,
        Engine::MySql => describe_mysql(tx).await,
    });
    describing.await.unwrap()
}

async fn describe_sqlite(tx: &mut Tx<'_>) -> Result<Description, Error> {
    let mut all = Vec::new();
    for pragma in ["user_version", "application_id", "page_size", "encoding", "auto_vacuum", "journal_mode"] {
        all.push((pragma.to_owned(), tx.query(format!("PRAGMA {pragma}"), &[]).await?));
    }
    // Everything, indexes too; what the engine made by itself has no text.
    let objects = "SELECT type, name, tbl_name, COALESCE(sql, '') FROM sqlite_master ORDER BY type, name";
    for object in tx.query(objects, &[]).await? {
        all.push((format!("{object:?}"), Vec::new()));
    }
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    for table in tx.rows(tables, &[], Reader::next::<String>).await? {
        all.push((table.clone(), rows(tx, &table).await?));
    }
    Ok(all)
}

async fn describe_mysql(tx: &mut Tx<'_>) -> Result<Description, Error> {
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name";
    let mut all = Vec::new();
    for table in tx.rows(tables, &[], Reader::next::<String>).await? {
        let definition = tx.query(format!("SHOW CREATE TABLE {table}"), &[]).await?;
        all.push((format!("{definition:?}"), rows(tx, &table).await?));
    }
    Ok(all)
}

async fn rows(tx: &mut Tx<'_>, table: &str) -> Result<Vec<Row>, Error> {
    tx.query(format!("SELECT * FROM {table} ORDER BY 1"), &[]).await
}
