use std::time::Duration;

use domain::Role;
use serde_json::{Value, json};

use crate::backend::{Backend, on_each_engine, path_of};
use crate::engines::foreign_message;
use crate::people::{Browser, EMAIL, add_claire};

async fn kinds(backend: &Backend, filter: &str) -> Vec<Value> {
    let entries = backend.by(Role::Admin).pages(&format!("/security-log?limit=2{filter}")).await.concat();
    entries.iter().map(|entry| entry["kind"].clone()).collect()
}

#[tokio::test]
async fn the_log_is_filtered_by_kind_actor_subject_and_time() {
    on_each_engine(async |backend| {
        let claire = add_claire(&backend).await;
        backend.pass_time(Duration::from_mins(1));
        let begin = backend.bench.context.now();
        Browser::sign_in(&backend, EMAIL).await;
        backend.pass_time(Duration::from_mins(1));
        let end = backend.bench.context.now();
        backend.by(Role::Admin).act(&format!("/users/{}/disable", claire.id)).gives(200).await;
        assert_eq!(kinds(&backend, "").await.len(), 4 + 3);
        assert_eq!(kinds(&backend, "&kind=signed_in,user_disabled").await, ["user_disabled", "signed_in"]);
        assert_eq!(kinds(&backend, "&kind=key_made").await, [] as [Value; 0]);
        assert_eq!(kinds(&backend, &format!("&actor={}", claire.id)).await, ["signed_in"]);
        assert_eq!(
            kinds(&backend, &format!("&subject={}", claire.id)).await,
            ["user_disabled", "signed_in", "user_added"]
        );
        assert_eq!(kinds(&backend, &format!("&from={begin}&to={end}")).await, ["signed_in"]);
        let admin = backend.by(Role::Admin);
        admin.get("/security-log?kind=signed_in,nonsense").invalid("kind", "bad_kind").await;
        admin.get("/security-log?from=yesterday").refused(400, "bad_query").await;
        admin.get("/security-log?cursor=bm9uc2Vuc2U").invalid("cursor", "bad_cursor").await;
    })
    .await;
}

#[tokio::test]
async fn who_decides_over_a_dead_letter_is_in_the_log() {
    on_each_engine(async |backend| {
        for action in ["redrive", "discard"] {
            foreign_message(&backend).await;
            backend.do_effects().await;
            let letter = backend.clerk().read("/dead-letters?state=open").await["items"][0].clone();
            let path = format!("{}/{action}", path_of("dead-letters", &letter));
            let manager = backend.manager();
            let call =
                if action == "discard" { manager.post(&path, json!({ "reason": "seen" })) } else { manager.act(&path) };
            call.gives(200).await;
            let entry = backend.by(Role::Admin).read("/security-log?limit=1").await["items"][0].clone();
            assert_eq!(
                entry["kind"],
                json!(if action == "discard" { "dead_letter_discarded" } else { "dead_letter_redriven" })
            );
            assert_eq!((&entry["subject"], &entry["actor"]), (&letter["id"], &json!(backend.user(Role::Manager).id)));
        }
    })
    .await;
}
