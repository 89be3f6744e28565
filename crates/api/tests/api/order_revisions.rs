use domain::{OrderInput, PlacedAs, Role};
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{on_each_engine, path_of};

#[tokio::test]
async fn every_edit_of_a_confirmed_order_keeps_the_order_as_it_was() {
    on_each_engine(async |backend| {
        let clerk = backend.clerk();
        let contact = backend.bench.add_contact("Épicerie Dupré").await.id;
        let first = clerk.create("/orders", fixtures::order(contact)).await;
        let path = path_of("orders", &first);
        let cheaper = OrderInput { lines: vec![fixtures::line("Comté", "1", 100)], ..fixtures::order(contact) };
        let second = clerk.put(&path, 1, &cheaper).gives(200).await.body;
        clerk.create("/transactions", fixtures::payment(first["id"].as_str().unwrap().parse().unwrap(), 50)).await;
        let paid = clerk.read(&path).await;
        let noted = OrderInput { notes: Some("Quai 3".into()), ..cheaper };
        let third = clerk.put(&path, 3, noted).gives(200).await.body;
        assert_eq!((&second["revision"], &third["revision"]), (&json!(2), &json!(3)));

        let by = json!(backend.user(Role::Clerk).id);
        let of = |order: &Value, at: Value, by: &Value| {
            json!({ "revision": order["revision"], "replaced_at": at, "replaced_by": by, "order": order })
        };
        let wanted = [
            of(&third, Value::Null, &Value::Null),
            of(&paid, third["updated_at"].clone(), &by),
            of(&first, second["updated_at"].clone(), &by),
        ];
        for limit in 1..=4 {
            let pages = clerk.pages(&format!("{path}/revisions?limit={limit}")).await;
            assert_eq!(pages.concat(), wanted, "{limit}");
        }
        for revision in &wanted {
            let read = backend.by(Role::Viewer).read(&format!("{path}/revisions/{}", revision["revision"])).await;
            assert_eq!(read, *revision);
        }
        for nothing in ["4", "0", "-1", "x", "99999999999999999999"] {
            clerk.get(&format!("{path}/revisions/{nothing}")).refused(404, "not_found").await;
        }
        clerk.get("/orders/ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB/revisions").refused(404, "not_found").await;
        clerk.get("/orders/x/revisions/1").refused(404, "not_found").await;
        // The journal says both sides of each change.
        let events = clerk.read(&format!("/events?subject={}", first["id"].as_str().unwrap())).await["items"].clone();
        assert_eq!(events[0]["data"], json!({ "order": third, "before": paid }));
        assert_eq!(events[1]["data"], json!({ "order": second, "before": first }));
        assert_eq!(events[2]["data"], json!({ "order": first, "before": null }));
    })
    .await;
}

#[tokio::test]
async fn an_edited_draft_has_no_former_revision() {
    on_each_engine(async |backend| {
        let contact = backend.bench.add_contact("Épicerie Dupré").await.id;
        let input = || OrderInput { place_as: PlacedAs::Draft, ..fixtures::order(contact) };
        let draft = backend.clerk().create("/orders", input()).await;
        let path = path_of("orders", &draft);
        let edited = OrderInput { notes: Some("x".into()), ..input() };
        let edited = backend.clerk().put(&path, 1, edited).gives(200).await.body;
        let all = backend.clerk().pages(&format!("{path}/revisions?limit=1")).await.concat();
        assert_eq!(all.len(), 1);
        assert_eq!((&all[0]["order"], &all[0]["revision"]), (&edited, &json!(1)));
    })
    .await;
}
