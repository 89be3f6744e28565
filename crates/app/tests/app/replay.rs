//! `comptoir replay` and `comptoir explain`

use serde_json::json;
use testkit::change;

use crate::home::Home;

#[tokio::test]
async fn a_spoilt_table_is_found_and_mended_and_what_is_right_stays() {
    let home = Home::migrated();
    assert!(home.run(&["replay", "--check"]).ok().contains("what the journal says"));
    let db = home.db().await;
    let spoil = "INSERT INTO daily_stats VALUES ('2026-11-22', 'EUR', 1, 2, 3, 4, 5, 6)";
    change!(db, |tx| tx.execute(spoil, &[]).await).await.unwrap();
    let said = home.run(&["replay", "--check", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&found["mended"], &found["figures_to_add"][0]["orders"]), (&json!(false), &json!(-1)));
    said.failed(4, "comptoir replay repairs them");
    assert!(home.run(&["replay"]).ok().contains("1 differences, repaired"));
    home.run(&["replay", "--check"]).ok();
}

#[tokio::test]
async fn a_story_is_told_and_one_of_another_kind_is_not() {
    let (home, context) = (Home::migrated(), store::Context::system());
    let db = home.db().await;
    let ctx = ops::Ctx::new(&context, domain::Actor::system("test"));
    let input = testkit::fixtures::contact("Épicerie Dupré");
    let contact = change!(db, |tx, ctx, input| ops::contacts::create(tx, ctx, input.clone()).await).await.unwrap();
    let id = contact.id.to_string();
    let text = home.run(&["explain", "contact", &id]).ok();
    assert!(
        text.contains("Épicerie Dupré") && text.contains("CONTACT_CREATED") && text.contains("by system:test"),
        "{text}"
    );
    let story = home.run(&["explain", "contact", &id, "--json"]).json();
    assert_eq!((&story["steps"][0]["kind"], &story["steps"][1]["kind"]), (&json!("event"), &json!("due")));
    home.run(&["explain", "order", &id]).failed(4, "there is no order");
    home.run(&["explain", "order", "O-1"]).failed(4, "there is no order O-1");
}
