use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::on_each_engine;

fn summaries(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["summary"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn timelines_tell_what_happened_once_the_worker_has_run() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await;
        let order = backend.bench.add_order(contact.id).await;
        backend.clerk().create("/transactions", fixtures::payment(order.id, 9_895)).await;
        backend.clerk().act(&format!("/orders/{}/fulfil", order.id)).gives(200).await;
        let (of_contact, of_order) =
            (format!("/contacts/{}/timeline?limit=2", contact.id), format!("/orders/{}/timeline?limit=2", order.id));
        assert!(backend.clerk().pages(&of_contact).await.concat().is_empty());
        backend.do_effects().await;
        let number = &order.number;
        let expected = [
            format!("{number} · fulfilled · 98.95 EUR"),
            format!("{number} · payment succeeded · 98.95 EUR"),
            format!("{number} · confirmed · 98.95 EUR"),
        ];
        let entries = backend.clerk().pages(&of_order).await.concat();
        assert_eq!(summaries(&entries), expected);
        assert_eq!((&entries[0]["event_type"], &entries[0]["about"]), (&json!("ORDER_UPDATED"), &json!(order.id)));
        assert_eq!(entries[0]["actor"], json!(backend.user(domain::Role::Clerk).id));
        let entries = backend.clerk().pages(&of_contact).await.concat();
        assert_eq!(summaries(&entries[..3]), expected);
        assert_eq!(summaries(&entries[3..]), ["Épicerie Dupré"]);
        // Whatever comes twice is told once.
        backend.do_effects().await;
        assert_eq!(backend.clerk().pages(&of_contact).await.concat(), entries);
    })
    .await;
}
