use std::time::Duration;

use domain::Role;
use serde_json::{Value, json};

use crate::desk::{Desk, on_each_engine, path_of};
use crate::engines::foreign_message;
use crate::people::{Browser, EMAIL, add_claire};

async fn kinds(desk: &Desk, filter: &str) -> Vec<Value> {
    let entries = desk.by(Role::Admin).pages(&format!("/security-log?limit=2{filter}")).await.concat();
    entries.iter().map(|entry| entry["kind"].clone()).collect()
}

#[tokio::test]
async fn the_log_is_filtered_by_kind_actor_subject_and_time() {
    on_each_engine(async |desk| {
        let claire = add_claire(&desk).await;
        desk.pass_time(Duration::from_mins(1));
        let begin = desk.bench.context.now();
        Browser::sign_in(&desk, EMAIL).await;
        desk.pass_time(Duration::from_mins(1));
        let end = desk.bench.context.now();
        desk.by(Role::Admin).act(&format!("/users/{}/disable", claire.id)).gives(200).await;
        assert_eq!(kinds(&desk, "").await.len(), 4 + 3);
        assert_eq!(kinds(&desk, "&kind=signed_in,user_disabled").await, ["user_disabled", "signed_in"]);
        assert_eq!(kinds(&desk, "&kind=key_made").await, [] as [Value; 0]);
        assert_eq!(kinds(&desk, &format!("&actor={}", claire.id)).await, ["signed_in"]);
        assert_eq!(
            kinds(&desk, &format!("&subject={}", claire.id)).await,
            ["user_disabled", "signed_in", "user_added"]
        );
        assert_eq!(kinds(&desk, &format!("&from={begin}&to={end}")).await, ["signed_in"]);
        let admin = desk.by(Role::Admin);
        admin.get("/security-log?kind=signed_in,nonsense").invalid("kind", "bad_kind").await;
        admin.get("/security-log?from=yesterday").refused(400, "bad_query").await;
        admin.get("/security-log?cursor=bm9uc2Vuc2U").invalid("cursor", "bad_cursor").await;
    })
    .await;
}

#[tokio::test]
async fn who_decides_over_a_dead_letter_is_in_the_log() {
    on_each_engine(async |desk| {
        for action in ["redrive", "discard"] {
            foreign_message(&desk).await;
            desk.do_effects().await;
            let letter = desk.clerk().read("/dead-letters?state=open").await["items"][0].clone();
            let path = format!("{}/{action}", path_of("dead-letters", &letter));
            let manager = desk.manager();
            let call =
                if action == "discard" { manager.post(&path, json!({ "reason": "seen" })) } else { manager.act(&path) };
            call.gives(200).await;
            let entry = desk.by(Role::Admin).read("/security-log?limit=1").await["items"][0].clone();
            assert_eq!(
                entry["kind"],
                json!(if action == "discard" { "dead_letter_discarded" } else { "dead_letter_redriven" })
            );
            assert_eq!((&entry["subject"], &entry["actor"]), (&letter["id"], &json!(desk.user(Role::Manager).id)));
        }
    })
    .await;
}
