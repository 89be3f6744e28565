use domain::Role;
use serde_json::json;
use testkit::change;

use crate::desk::{Desk, on_each_engine};

const EMAIL: &str = "claire@example.com";
const PASSWORD: &str = "correct horse battery";

async fn add_claire(desk: &Desk) {
    let (ctx, hash) = (desk.bench.ctx(), ops::passwords::hash(&desk.bench.context, PASSWORD).await.unwrap());
    let add = change!(desk.bench.db, |tx, ctx, hash| {
        ops::users::add(tx, ctx, EMAIL, "Claire Dupré", Role::Clerk, hash).await
    });
    add.await.unwrap();
}

#[tokio::test]
async fn who_signs_in_gets_a_token_that_works() {
    on_each_engine(async |desk| {
        add_claire(&desk).await;
        // An address is the same however it is written.
        for email in [EMAIL, "  Claire@Example.COM "] {
            let session = desk.nobody().create("/sessions", json!({ "email": email, "password": PASSWORD })).await;
            assert_eq!((&session["token_type"], &session["expires_in"]), (&json!("Bearer"), &json!(900)));
            assert_eq!((&session["user"]["email"], &session["user"]["role"]), (&json!(EMAIL), &json!("clerk")));
            let claire = desk.with_token(session["access_token"].as_str().unwrap());
            claire.create("/contacts", testkit::fixtures::contact("Dupré")).await;
            claire.act(&format!("/dead-letters/{DEAD_LETTER}/redrive")).refused(403, "forbidden").await;
        }
    })
    .await;
}

const DEAD_LETTER: &str = "dlt_01JD8Z5Q0V3T9N4C7K2M6X8YRB";

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    on_each_engine(async |desk| {
        add_claire(&desk).await;
        let sign_in = async |email: &str, password: &str| {
            let credentials = json!({ "email": email, "password": password });
            desk.nobody().post("/sessions", credentials).refused(401, "bad_credentials").await
        };
        let wrong = sign_in(EMAIL, "correct horse battery!").await;
        for (email, password) in [("nobody@example.com", PASSWORD), ("not an address", PASSWORD), (EMAIL, ""), ("", "")]
        {
            let other = sign_in(email, password).await;
            assert_eq!(other.said(), wrong.said(), "{email:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn credentials_are_an_address_and_a_password_and_nothing_else() {
    on_each_engine(async |desk| {
        let nobody = desk.nobody();
        nobody.post("/sessions", json!({ "email": EMAIL })).refused(422, "invalid").await;
        let more = json!({ "email": EMAIL, "password": PASSWORD, "role": "admin" });
        nobody.post("/sessions", more).refused(422, "invalid").await;
    })
    .await;
}
