use domain::{Actor, SecurityEntry, SecurityEntryId, SecurityKind};
use serde_json::json;
use store::security_log;
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
