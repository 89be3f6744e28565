use domain::{ApiKey, Invitation, Session, SessionEnd, User};
use serde_json::json;
use store::second_factors::{self, SecondFactor};
use store::{api_keys, invitations, sessions, sign_in_throttles, users};
use testkit::{change, for_each_engine};

use super::{at, check, id, row, second, with};

#[tokio::test]
async fn columns_of_users_and_what_lets_them_in_hold_what_their_names_say() {
    for_each_engine(async |bench| {
        let fields = json!({
            "id": id("usr", 1), "email": "a@example.com", "name": "Name", "role": "manager", "language": "fr",
            "second_factor": false, "disabled_at": at(1), "created_at": at(2), "version": 3,
        });
        let new: User = row(&fields);
        change!(bench.db, |tx, new| users::insert(tx, new, "hash").await).await.unwrap();
        check(&bench, "users", with(&fields, json!({ "password_hash": "hash" }))).await;
        let new = Session {
            id: id("ses", 1).parse().unwrap(),
            user_id: id("usr", 1).parse().unwrap(),
            created_at: second(1),
            last_used_at: second(2),
            expires_at: second(3),
            ended_at: Some(second(4)),
            ended_why: Some(SessionEnd::Reused),
            address: Some("address".into()),
            user_agent: Some("agent".into()),
        };
        change!(bench.db, |tx, new| sessions::insert(tx, new).await).await.unwrap();
        let wanted = json!({
            "id": id("ses", 1), "user_id": id("usr", 1), "created_at": at(1), "last_used_at": at(2), "expires_at": at(3),
            "ended_at": at(4), "ended_why": "reused", "address": "address", "user_agent": "agent",
        });
        check(&bench, "sessions", wanted).await;
        let fields = json!({
            "id": id("inv", 1), "user_id": id("usr", 1), "email": "b@example.com", "name": "Name", "role": "clerk",
            "created_by": "system:a", "created_at": at(1), "expires_at": at(2), "accepted_at": at(3), "revoked_at": at(4),
        });
        let new: Invitation = row(&fields);
        change!(bench.db, |tx, new| invitations::insert(tx, new, "hash").await).await.unwrap();
        check(&bench, "invitations", with(&fields, json!({ "open_key": "b@example.com", "token_hash": "hash" }))).await;
        let fields = json!({
            "id": id("key", 1), "name": "Name", "role": "clerk", "prefix": "ck_a", "per_minute": 60, "created_by": "system:a",
            "created_at": at(1), "expires_at": at(2), "last_used_at": at(3), "revoked_at": at(4),
        });
        let new: ApiKey = row(&fields);
        change!(bench.db, |tx, new| api_keys::insert(tx, new, "hash").await).await.unwrap();
        check(&bench, "api_keys", with(&fields, json!({ "secret_hash": "hash" }))).await;
        let new = SecondFactor {
            user_id: id("usr", 1).parse().unwrap(),
            sealed_secret: "sealed".into(),
            last_step: 7,
            created_at: second(1),
            confirmed_at: Some(second(2)),
        };
        change!(bench.db, |tx, new| second_factors::insert(tx, new).await).await.unwrap();
        let wanted = json!({
            "user_id": id("usr", 1), "sealed_secret": "sealed", "last_step": 7, "created_at": at(1), "confirmed_at": at(2),
        });
        check(&bench, "second_factors", wanted).await;
        let (window, now) = (second(1), second(2));
        let failed = change!(bench.db, |tx, window, now| sign_in_throttles::count(tx, "a", *window, *now).await);
        failed.await.unwrap();
        let (window, now) = (second(1), second(3));
        let failed = change!(bench.db, |tx, window, now| sign_in_throttles::count(tx, "a", *window, *now).await);
        failed.await.unwrap();
        let until = second(4);
        change!(bench.db, |tx, until| sign_in_throttles::block(tx, "a", *until).await).await.unwrap();
        let wanted =
            json!({ "subject": "a", "failures": 2, "first_at": at(2), "last_at": at(3), "blocked_until": at(4) });
        check(&bench, "sign_in_throttles", wanted).await;
    })
    .await;
}
