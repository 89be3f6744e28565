use std::time::Duration;

use domain::{Actor, SecurityEntry, SecurityEntryId, SecurityKind};
use serde_json::json;
use store::security_log::{self, Filter};
use testkit::{change, for_each_engine, query};

#[tokio::test]
async fn an_entry_is_kept_as_it_was_written() {
    for_each_engine(async |bench| {
        let entry = SecurityEntry {
            id: bench.context.id(SecurityEntryId::new),
            kind: SecurityKind::DeadLetterDiscarded,
            actor: Actor::system("test"),
            subject: Some("dlt_1".into()),
            address: Some("203.0.113.7".into()),
            detail: json!({ "reason": "seen" }),
            occurred_at: bench.context.now(),
        };
        let insert = change!(bench.db, |tx, entry| security_log::insert(tx, entry).await);
        insert.await.unwrap();
        let sql = "SELECT kind, actor, subject, address, detail FROM security_log".to_owned();
        let rows = query!(bench.db, |tx, sql| tx.query(sql.clone(), &[]).await).await.unwrap();
        let wanted = ["dead_letter_discarded", "system:test", "dlt_1", "203.0.113.7", r#"{"reason":"seen"}"#];
        assert_eq!(rows, [wanted.map(|text| store::Value::from(text.to_owned())).to_vec()]);
        let subjects = ["dlt_0".to_owned(), "dlt_1".to_owned()];
        let about = query!(bench.db, |tx, subjects| security_log::about(tx, subjects).await).await.unwrap();
        assert_eq!(about, [entry]);
    })
    .await;
}

#[tokio::test]
async fn the_log_is_read_newest_first_by_kind_actor_subject_and_time() {
    for_each_engine(async |bench| {
        let mut all = Vec::new();
        for (kind, actor, subject) in [
            (SecurityKind::SignedIn, "a", Some("x")),
            (SecurityKind::SignInFailed, "b", None),
            (SecurityKind::RoleChanged, "a", Some("y")),
            (SecurityKind::SignedIn, "b", Some("y")),
        ] {
            let entry = SecurityEntry {
                id: bench.context.id(SecurityEntryId::new),
                kind,
                actor: Actor::system(actor),
                subject: subject.map(str::to_owned),
                address: None,
                detail: json!({ "n": all.len() }),
                occurred_at: bench.context.now(),
            };
            change!(bench.db, |tx, entry| security_log::insert(tx, entry).await).await.unwrap();
            all.push(entry);
            bench.context.advance(Duration::from_secs(1));
        }
        let found = async |filter: Filter| {
            let pages = crate::pages(async |after| {
                query!(bench.db, |tx, filter, after| security_log::list(tx, filter, after.as_deref(), 1).await).await
            });
            pages.await.concat().iter().map(|entry| entry.detail["n"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        let page = query!(bench.db, |tx| security_log::list(tx, &Filter::default(), None, 9).await).await.unwrap();
        assert_eq!(page.items, all.iter().rev().cloned().collect::<Vec<_>>());
        let kind = Some("role_changed,signed_in,user_added".to_owned());
        assert_eq!(found(Filter { kind, ..Filter::default() }).await, [3, 2, 0]);
        let actor = Some("system:a".to_owned());
        assert_eq!(found(Filter { actor: actor.clone(), ..Filter::default() }).await, [2, 0]);
        let subject = Some("y".to_owned());
        assert_eq!(found(Filter { subject: subject.clone(), ..Filter::default() }).await, [3, 2]);
        assert_eq!(found(Filter { subject, actor, ..Filter::default() }).await, [2]);
        let (from, to) = (Some(all[1].occurred_at), Some(all[3].occurred_at));
        assert_eq!(found(Filter { from, to, ..Filter::default() }).await, [2, 1]);
    })
    .await;
}

/// What nobody can do by mistake: the statements that would change or remove an entry are written nowhere.
#[test]
fn no_statement_changes_the_log() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut read = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap().to_uppercase();
        read += 1;
        for verb in ["UPDATE", "DELETE FROM", "REPLACE INTO", "TRUNCATE", "TRUNCATE TABLE", "DROP TABLE"] {
            assert!(!text.contains(&format!("{verb} SECURITY_LOG")), "{verb}");
        }
    }
    assert!(read > 20);
}
