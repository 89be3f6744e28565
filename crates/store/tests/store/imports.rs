use std::time::Duration;

use domain::{Actor, Import, ImportCounts, ImportId, ImportKind, ImportState};
use store::{Error, imports};
use testkit::{Bench, change, for_each_engine, query};

use crate::pages;

fn uploaded(bench: &Bench) -> Import {
    Import {
        id: bench.context.id(ImportId::new),
        kind: ImportKind::Orders,
        state: ImportState::Uploaded,
        file_name: "commandes été.csv".into(),
        dry_run: true,
        skip_bad: false,
        counts: ImportCounts::default(),
        error: None,
        created_by: Actor::system("test"),
        created_at: bench.context.now(),
        updated_at: bench.context.now(),
        ended_at: None,
    }
}

async fn insert(bench: &Bench, process: &str) -> Import {
    let (import, process) = (uploaded(bench), process.to_owned());
    change!(bench.db, |tx, import, process| imports::insert(tx, import, process).await).await.unwrap();
    import
}

async fn get(bench: &Bench, import: &Import) -> Import {
    let id = import.id;
    query!(bench.db, |tx, id| imports::get(tx, *id).await).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_import_comes_back_as_it_was_saved_and_as_it_went_on() {
    for_each_engine(async |bench| {
        let before = insert(&bench, "a").await;
        assert_eq!(get(&bench, &before).await, before);
        bench.context.advance(Duration::from_secs(1));
        let counts = ImportCounts { done: 5, total: Some(9), created: 1, updated: 2, unchanged: 3, rejected: 4 };
        let (id, now, state) = (before.id, bench.context.now(), ImportState::Writing);
        let advance =
            || change!(bench.db, |tx, id, state, counts, now| imports::advance(tx, *id, *state, counts, *now).await);
        assert!(!advance().await.unwrap());
        let writing = Import { state, counts, updated_at: now, ..before };
        assert_eq!(get(&bench, &writing).await, writing);
        change!(bench.db, |tx, id| imports::ask_to_cancel(tx, *id).await).await.unwrap();
        assert!(advance().await.unwrap());

        let failed = ImportState::Failed;
        let end = || {
            change!(bench.db, |tx, id, failed, counts, now| {
                imports::end(tx, *id, *failed, counts, Some("why"), *now).await
            })
        };
        end().await.unwrap();
        let ended = Import { state: failed, error: Some("why".into()), ended_at: Some(now), ..writing };
        assert_eq!(get(&bench, &ended).await, ended);
        // The end is the end.
        assert!(matches!(end().await, Err(Error::Stale)));
        assert!(matches!(advance().await, Err(Error::Stale)));
        let cancel = change!(bench.db, |tx, id| imports::ask_to_cancel(tx, *id).await).await;
        assert!(matches!(cancel, Err(Error::Stale)));
    })
    .await;
}

#[tokio::test]
async fn a_process_is_heard_for_all_its_imports_and_for_no_other() {
    for_each_engine(async |bench| {
        let (ours, other) = (insert(&bench, "a").await, insert(&bench, "b").await);
        bench.context.advance(Import::SILENCE);
        let now = bench.context.now();
        change!(bench.db, |tx, now| imports::hear(tx, "a", *now).await).await.unwrap();
        assert_eq!(get(&bench, &ours).await.as_of(now).state, ImportState::Uploaded);
        assert_eq!(get(&bench, &other).await.as_of(now).state, ImportState::Interrupted);
        let listed = pages(async |after| {
            let page = query!(bench.db, |tx, after| imports::list(tx, after.as_deref(), 1).await).await?;
            Ok(page.map(|import| import.id))
        });
        assert_eq!(listed.await, [[other.id], [ours.id]]);
    })
    .await;
}

#[tokio::test]
async fn rejected_rows_are_kept_for_each_file_and_forgotten_in_time() {
    for_each_engine(async |bench| {
        let (id, now) = (insert(&bench, "a").await.id, bench.context.now());
        change!(bench.db, |tx, id, now| {
            imports::insert_rejects(tx, *id, "file", "a,é\r\n", *now).await?;
            imports::insert_rejects(tx, *id, "lines", "b\r\n", *now).await
        })
        .await
        .unwrap();
        let kept = async |part: &'static str| {
            query!(bench.db, |tx, id, part| imports::rejects(tx, *id, part).await).await.unwrap()
        };
        assert_eq!((kept("file").await.as_deref(), kept("lines").await.as_deref()), (Some("a,é\r\n"), Some("b\r\n")));
        assert_eq!(change!(bench.db, |tx, now| imports::forget_rejects(tx, *now).await).await.unwrap(), 0);
        let later = now.plus(Duration::from_secs(1));
        assert_eq!(change!(bench.db, |tx, later| imports::forget_rejects(tx, *later).await).await.unwrap(), 2);
        assert_eq!(kept("file").await, None);
    })
    .await;
}
