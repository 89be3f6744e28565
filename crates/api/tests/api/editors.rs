//! Several people edit the same thing at once: one of them does, and the others are shown what it has become.

use domain::{OrderInput, Role, SettingsInput, TransactionInput, TransactionState};
use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::fixtures;

use crate::backend::{Backend, Call, Caller, on_each_engine};

const EDITORS: i64 = 8;

async fn one_wins(what: &str, edits: impl Iterator<Item = Call<'_>>) {
    let replies = join_all(edits.map(Call::send)).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
    assert_eq!(won.len(), 1, "{what}");
    for reply in lost {
        assert_eq!((reply.status, &reply.body["code"]), (412, &json!("stale")), "{what}: {}", reply.body);
        assert_eq!(reply.body["current"], won[0].body, "{what}");
        assert_eq!(reply.header("etag"), won[0].header("etag"), "{what}");
    }
}

fn puts<'c>(admin: &'c Caller<'_>, path: &'c str, body: impl Fn(i64) -> Value + 'c) -> impl Iterator<Item = Call<'c>> {
    (0..EDITORS).map(move |i| admin.put(path, 1, body(i)))
}

async fn edit_everything(backend: &Backend) {
    let (bench, admin) = (&backend.bench, backend.by(Role::Admin));
    let contact = bench.add_contact("Épicerie Dupré").await.id;
    let path = format!("/contacts/{contact}");
    one_wins(&path, puts(&admin, &path, |i| json!(fixtures::contact(&format!("Dupré {i}"))))).await;
    let path = format!("/products/{}", bench.add_product("COM-18", "Comté", 1).await.id);
    one_wins(&path, puts(&admin, &path, |i| json!(fixtures::product("COM-18", "Comté", 100 + i)))).await;
    let note = |i: i64| Some(format!("{i}"));
    let path = format!("/orders/{}", bench.add_order(contact).await.id);
    let edit = |i| json!(OrderInput { notes: note(i), ..fixtures::order(contact) });
    one_wins(&path, puts(&admin, &path, edit)).await;
    let path = format!("/orders/{}/notes", bench.add_order(contact).await.id);
    one_wins(&path, puts(&admin, &path, |i| json!({ "notes": note(i) }))).await;
    let path = format!("/orders/{}/tags", bench.add_order(contact).await.id);
    one_wins(&path, puts(&admin, &path, |i| json!({ "tags": [note(i), "same"] }))).await;
    let fulfil = format!("/orders/{}/fulfil", bench.add_order(contact).await.id);
    one_wins(&fulfil, (0..EDITORS).map(|_| admin.act(&fulfil).version(1))).await;
    let terms = |i| json!(SettingsInput { payment_terms_days: i32::try_from(i).ok(), ..SettingsInput::default() });
    one_wins("/settings", puts(&admin, "/settings", terms)).await;

    let pending = TransactionInput {
        state: TransactionState::Pending,
        ..fixtures::payment(bench.add_order(contact).await.id, 700)
    };
    let settle = format!("/transactions/{}/settle", bench.record(pending).await.unwrap().id);
    let succeeded = json!({ "state": "succeeded" });
    one_wins(&settle, (0..EDITORS).map(|_| admin.post(&settle, &succeeded).version(1))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_editors_at_the_same_moment_one_wins_and_the_others_are_shown_what_it_has_become() {
    on_each_engine(async |backend| edit_everything(&backend).await).await;
}
