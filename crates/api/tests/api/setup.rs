use futures_util::future::join_all;
use ops::Seal;
use serde_json::{Value, json};
use testkit::change;

use crate::backend::{Backend, SECRET, on_each_engine};
use crate::people::{Browser, credentials};

const PASSWORD: &str = "another horse battery";

/// Takes everybody away.
async fn nobody_yet(backend: &Backend) {
    for table in ["sessions", "users"] {
        let sql = format!("DELETE FROM {table}");
        change!(backend.bench.db, |tx, sql| tx.execute(sql.clone(), &[]).await).await.unwrap();
    }
}

fn token() -> String {
    Seal::new(SECRET, None).unwrap().setup_token().to_owned()
}

fn claire(token: &str) -> Value {
    json!({ "token": token, "name": "Claire Dupré", "email": " Claire@Example.com", "password": PASSWORD })
}

#[tokio::test]
async fn who_has_the_link_becomes_the_first_administrator_and_nobody_after_that() {
    on_each_engine(async |backend| {
        nobody_yet(&backend).await;
        let (nobody, token) = (backend.nobody(), token());
        assert_eq!(nobody.read("/setup").await, json!({ "needed": true }));
        let with = |field: &str, value: &str| {
            let mut setup = claire(&token);
            setup[field] = value.into();
            setup
        };
        nobody.post("/setup", with("password", "short")).invalid("password", "bad_password").await;
        nobody.post("/setup", with("email", "nonsense")).invalid("email", "bad_email").await;
        nobody.post("/setup", with("token", "nonsense")).denied(409, "bad_setup_link").await;
        nobody.post("/setup", with("token", "")).denied(409, "bad_setup_link").await;
        assert_eq!(nobody.read("/setup").await, json!({ "needed": true }));

        let reply = nobody.post("/setup", claire(&token)).gives(201).await;
        let user = &reply.body["user"];
        assert_eq!((&user["email"], &user["role"]), (&json!("claire@example.com"), &json!("admin")));
        assert!(Browser::of(&backend, &reply).is_in().await);
        nobody.post("/sessions", credentials("claire@example.com", PASSWORD)).gives(201).await;
        assert_eq!(nobody.read("/setup").await, json!({ "needed": false }));
        nobody.post("/setup", claire(&token)).refused(409, "set_up_already").await;
        nobody.post("/setup", with("token", "nonsense")).refused(409, "set_up_already").await;
        let admin = backend.with_token(reply.body["access_token"].as_str().unwrap());
        let log = admin.read("/security-log").await;
        let all = log["items"].as_array().unwrap();
        let added = all.iter().find(|entry| entry["kind"] == "user_added" && entry["actor"] == "system:setup");
        assert_eq!(added.unwrap()["subject"], user["id"]);
    })
    .await;
}

#[tokio::test]
async fn of_many_who_set_up_at_once_one_becomes_the_administrator() {
    on_each_engine(async |backend| {
        nobody_yet(&backend).await;
        let setup = |i: usize| {
            let mut setup = claire(&token());
            setup["email"] = format!("claire{i}@example.com").into();
            setup
        };
        let all = (0..5).map(|i| {
            let setup = setup(i);
            let nobody = backend.nobody();
            async move { nobody.post("/setup", setup).send().await.status }
        });
        let mut statuses = join_all(all).await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 4][..]));
        let count = testkit::query!(backend.bench.db, |tx| store::users::count(tx).await);
        assert_eq!(count.await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn guesses_at_the_link_are_throttled() {
    on_each_engine(async |backend| {
        nobody_yet(&backend).await;
        let guess =
            |token: String| backend.nobody().post("/setup", claire(&token)).header("x-forwarded-for", "203.0.113.7");
        for i in 0..30 {
            guess(format!("guess {i}")).denied(409, "bad_setup_link").await;
        }
        guess(token()).refused(429, "too_many_attempts").await;
        backend.nobody().post("/setup", claire(&token())).header("x-forwarded-for", "203.0.113.8").gives(201).await;
    })
    .await;
}
