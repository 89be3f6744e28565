use store::{Db, Error, Options, Schema};
use testkit::{Engine, for_each_empty_engine, for_each_engine, query};

#[tokio::test]
async fn migrating_twice_takes_no_step_the_second_time() {
    for_each_empty_engine(async |bench| {
        assert_eq!(bench.db.schema().migrate().await.unwrap(), Schema::steps());
        assert_eq!(bench.db.schema().current().await.unwrap(), Schema::wanted());
        assert_eq!(bench.db.schema().migrate().await.unwrap(), 0);
        assert_eq!(bench.db.schema().current().await.unwrap(), Schema::wanted());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_processes_migrate_at_once_and_each_step_is_taken_once() {
    for_each_empty_engine(async |bench| {
        let opening = (0..4).map(|_| bench.another_db());
        let processes = crate::soon(futures_util::future::join_all(opening)).await;
        assert_eq!(processes[0].schema().current().await.unwrap(), 0);
        let all = processes.iter().map(|db| async move { db.schema().migrate().await });
        let taken = crate::soon(futures_util::future::join_all(all)).await;
        let taken: Vec<usize> = taken.into_iter().map(Result::unwrap).collect();
        assert_eq!(taken.iter().sum::<usize>(), Schema::steps(), "{taken:?}");
        assert_eq!(taken.iter().filter(|steps| **steps > 0).count(), 1, "{taken:?}");
        assert_eq!(bench.db.schema().current().await.unwrap(), Schema::wanted());
    })
    .await;
}

#[tokio::test]
async fn a_step_that_a_crash_has_left_unrecorded_is_taken_again() {
    for_each_empty_engine(async |bench| {
        bench.db.schema().migrate().await.unwrap();
        // The last step adds a column: it is there already, and its record is not.
        let forget = "DELETE FROM schema_migrations WHERE version = ?";
        let last = Schema::wanted();
        testkit::change!(bench.db, |tx, last| tx.execute(forget, &[(*last).into()]).await).await.unwrap();
        if bench.engine == Engine::Sqlite {
            // There, a step and its record are one transaction: this cannot come from a crash.
            assert!(bench.db.schema().migrate().await.is_err());
        } else {
            assert_eq!(bench.db.schema().migrate().await.unwrap(), 1);
            assert_eq!(bench.db.schema().current().await.unwrap(), Schema::wanted());
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_opened_says_where() {
    let open = async |url: &str| {
        let Err(Error::Unavailable(why)) = Db::open(&Options::new(url)).await else { panic!("{url} opened") };
        why
    };
    assert!(open("mysql://root@127.0.0.1:1/none").await.contains("127.0.0.1:1"));
    assert!(open("sqlite:/proc/none/comptoir.db").await.contains("/proc/none"));
    assert!(open("postgres://x").await.contains("DATABASE_URL"));
    for_each_engine(async |bench| {
        if bench.engine == Engine::MySql {
            let why = open(&format!("{}_none", bench.url())).await;
            assert!(why.contains("_none"), "{why}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_database_is_described_without_its_password() {
    for_each_engine(async |bench| {
        let text = bench.db.describe();
        match bench.engine {
            Engine::Sqlite => assert!(text.starts_with("SQLite ") && text.ends_with("comptoir.db"), "{text}"),
            Engine::MySql => assert!(text.starts_with("MySQL ") && !text.contains('@'), "{text}"),
        }
    })
    .await;
}

#[tokio::test]
async fn text_compares_byte_by_byte_whatever_the_server_was_set_up_with() {
    for_each_engine(async |bench| {
        if bench.engine == Engine::Sqlite {
            return;
        }
        let sql = "SELECT COUNT(*), COUNT(CASE WHEN collation_name = 'utf8mb4_bin' THEN 1 END) \
                   FROM information_schema.columns WHERE table_schema = DATABASE() AND collation_name IS NOT NULL";
        let read = |row: &mut store::Reader| Ok((row.next::<i64>()?, row.next::<i64>()?));
        let (all, binary) = query!(bench.db, |tx| tx.row(sql, &[], read).await).await.unwrap().unwrap();
        assert!(all > 20 && all == binary, "{binary} of {all}");
    })
    .await;
}
