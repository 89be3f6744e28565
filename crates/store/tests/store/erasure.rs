use domain::{ContactInput, ERASED, OrderInput};
use store::erasure::{self, Place};
use store::{Db, dead_letters, idempotency, outbox, queue_messages, timeline};
use testkit::{Bench, Engine, change, fixtures, for_each_engine, query};

#[tokio::test]
async fn a_scrubbed_file_holds_nothing_that_was_deleted() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("zqcanary").await;
        // More than the changes below write over by themselves.
        for i in 0..100_i64 {
            let body = "zqcanary".repeat(400);
            change!(bench.db, |tx, body, i| {
                let sql = "INSERT INTO attempts (message_id, id, made_at, error) VALUES ('m', ?, ?, ?)";
                tx.execute(sql, &[i.to_string().into(), (*i).into(), body.into()]).await
            })
            .await
            .unwrap();
        }
        let gone = contact.erased(bench.context.now());
        change!(bench.db, |tx, contact, gone| {
            store::contacts::update(tx, contact, gone).await?;
            tx.execute("DELETE FROM attempts", &[]).await?;
            tx.execute("DELETE FROM events", &[]).await
        })
        .await
        .unwrap();
        if bench.engine == Engine::Sqlite {
            assert!(holds(&bench, b"zqcanary"), "deleted is not gone");
        }
        // Changes that wait at the same moment are done before or after.
        let changes = (0..20).map(|i| bench.create_contact(fixtures::contact(&format!("c{i}"))));
        let (done, scrubbed) = tokio::join!(futures_util::future::join_all(changes), bench.db.scrub());
        scrubbed.unwrap();
        assert!(done.iter().all(Result::is_ok));
        bench.db.scrub().await.unwrap();
        assert!(!holds(&bench, b"zqcanary"));
        assert_eq!(query!(bench.db, |tx| store::contacts::count(tx).await).await.unwrap(), 21);
    })
    .await;
}

fn holds(bench: &Bench, text: &[u8]) -> bool {
    let Some(path) = bench.url().strip_prefix("sqlite:") else { return false };
    ["", "-wal", "-shm"].iter().any(|end| {
        let bytes = std::fs::read(format!("{path}{end}")).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text)
    })
}

#[tokio::test]
async fn a_scrub_that_is_asked_for_is_due_once() {
    for_each_engine(async |bench| {
        let due = async |db: &Db| query!(db, |tx| erasure::scrub_is_due(tx).await).await.unwrap();
        assert!(!due(&bench.db).await);
        for _ in 0..2 {
            change!(bench.db, |tx| erasure::ask_for_scrub(tx).await).await.unwrap();
        }
        assert!(due(&bench.db).await);
        change!(bench.db, |tx| erasure::scrubbed(tx).await).await.unwrap();
        assert!(!due(&bench.db).await);
    })
    .await;
}

#[tokio::test]
async fn orders_lose_their_notes_and_events_are_found_by_contact_and_by_order() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await;
        let noted = OrderInput { notes: Some("n".into()), ..fixtures::order(contact.id) };
        let noted = bench.place_order(noted).await.unwrap();
        let plain = bench.add_order(contact.id).await;
        let other = bench.add_contact("B").await;
        bench.add_order(other.id).await;
        let (ids, now) = ([contact.id], bench.context.now());
        let orders = query!(bench.db, |tx, ids| erasure::orders(tx, ids).await).await.unwrap();
        assert_eq!(orders.iter().map(|order| order.id).collect::<Vec<_>>(), [noted.id, plain.id]);
        assert_eq!((orders[0].ordered_on.to_string(), orders[0].received), ("2026-11-22".to_owned(), 0));
        let blanked = change!(bench.db, |tx, ids, now| erasure::blank_orders(tx, ids, *now).await).await.unwrap();
        assert_eq!(blanked, 1);
        let (one, two) = (noted.id, plain.id);
        let one = query!(bench.db, |tx, one| store::orders::get(tx, *one).await).await.unwrap().unwrap();
        let two = query!(bench.db, |tx, two| store::orders::get(tx, *two).await).await.unwrap().unwrap();
        assert_eq!((one.notes.as_deref(), one.version, two.version), (None, 2, 1));

        let told = query!(bench.db, |tx, ids| erasure::events_of_contacts(tx, ids, None, 9).await).await.unwrap();
        assert_eq!(told.len(), 1);
        let first = query!(bench.db, |tx, ids| erasure::events_of_orders(tx, ids, None, 1).await).await.unwrap();
        let after = Some(first[0].0);
        let second =
            query!(bench.db, |tx, ids, after| erasure::events_of_orders(tx, ids, *after, 9).await).await.unwrap();
        assert_eq!((first.len(), second.len()), (1, 1));
        let id = first[0].0;
        change!(bench.db, |tx, id| erasure::rewrite_event(tx, *id, "{}").await).await.unwrap();
        assert_eq!(query!(bench.db, |tx, id| store::events::get(tx, *id).await).await.unwrap().as_deref(), Some("{}"));
    })
    .await;
}

#[tokio::test]
async fn only_what_a_timeline_says_of_the_contacts_themselves_is_blanked() {
    for_each_engine(async |bench| {
        let contact = bench.create_contact(ContactInput { name: "A".into(), ..ContactInput::default() }).await.unwrap();
        let entry = |about: &str| timeline::Entry {
            subject: contact.id.to_string(),
            event_id: bench.context.id(domain::EventId::new),
            event_type: "X".into(),
            occurred_at: bench.context.now(),
            actor: "system:test".into(),
            about: about.to_owned(),
            summary: "text".into(),
        };
        let (entries, ids) = ([entry(&contact.id.to_string()), entry("ord_1")], [contact.id]);
        let subjects = [contact.id.to_string()];
        change!(bench.db, |tx, entries| timeline::insert(tx, entries).await).await.unwrap();
        assert_eq!(change!(bench.db, |tx, ids| erasure::blank_timeline(tx, ids).await).await.unwrap(), 1);
        let kept = query!(bench.db, |tx, subjects| timeline::list(tx, subjects, None, 9).await).await.unwrap();
        assert_eq!(kept.items.iter().map(|entry| entry.summary.as_str()).collect::<Vec<_>>(), ["text", ERASED]);
    })
    .await;
}

#[tokio::test]
async fn messages_are_found_by_what_their_bodies_say_byte_by_byte_and_rewritten() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await;
        let now = bench.context.now();
        let new = |id: &str, body: &str| queue_messages::New {
            id: id.to_owned(),
            message_id: format!("m-{id}"),
            message_type: "X".into(),
            body: Some(body.to_owned()),
        };
        let queued = [new("q1", "has a_b% in it"), new("q2", "has aXbY in it")];
        let sent = change!(bench.db, |tx, queued, now| {
            outbox::insert(tx, "o1", "X", Some("has a_b% in it"), *now).await?;
            queue_messages::insert(tx, "main", queued, *now).await
        });
        sent.await.unwrap();
        let (ids, texts) = ([contact.id], ["a_b%".to_owned(), "é".to_owned()]);
        for (place, id) in [(Place::Outbox, "o1"), (Place::Queue, "q1")] {
            let found = query!(bench.db, |tx, place, ids, texts| erasure::messages(tx, *place, ids, texts).await);
            let found = found.await.unwrap();
            assert_eq!(found.iter().map(|found| found.id.as_str()).collect::<Vec<_>>(), [id]);
            change!(bench.db, |tx, place, id| erasure::rewrite_message(tx, *place, id, Some("x")).await).await.unwrap();
            let found = query!(bench.db, |tx, place, ids, texts| erasure::messages(tx, *place, ids, texts).await);
            assert!(found.await.unwrap().is_empty());
        }
        let reply = idempotency::Reply {
            fingerprint: "f".into(),
            status: 201,
            location: None,
            etag: None,
            body: "has a_b% in it".into(),
        };
        let kept = change!(bench.db, |tx, reply, now| idempotency::insert(tx, "usr", "k", reply, *now).await);
        assert!(kept.await.unwrap());
        let replies = query!(bench.db, |tx, texts| erasure::replies(tx, texts).await).await.unwrap();
        assert_eq!(replies, [("usr".to_owned(), "k".to_owned(), "has a_b% in it".to_owned())]);
        change!(bench.db, |tx| erasure::rewrite_reply(tx, "usr", "k", "{}").await).await.unwrap();
        for body in ["x;a_b%;y", "x;aXbY;y"] {
            let sql = "INSERT INTO import_rejects (import_id, part, body, created_at) VALUES (?, 'p', ?, 0)";
            change!(bench.db, |tx, body| tx.execute(sql, &[(*body).into(), (*body).into()]).await).await.unwrap();
        }
        let forgotten = async || change!(bench.db, |tx, texts| erasure::forget_rejects(tx, texts).await).await.unwrap();
        assert_eq!((forgotten().await, forgotten().await), (1, 0));
        assert!(query!(bench.db, |tx, texts| erasure::replies(tx, texts).await).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn dead_letters_are_found_by_body_error_subject_and_order() {
    for_each_engine(async |bench| {
        let contact = bench.add_contact("A").await;
        let order = bench.add_order(contact.id).await;
        let letter = |body: &str, error: &str, subject: &str| dead_letters::DeadLetter {
            id: bench.context.id(domain::DeadLetterId::new),
            message_id: format!("{body}/{error}/{subject}"),
            message_type: "X".into(),
            subject: Some(subject.to_owned()),
            body: body.to_owned(),
            cause: dead_letters::Cause::Malformed,
            error: error.to_owned(),
            receive_count: 1,
            state: dead_letters::State::Open,
            reason: None,
            created_at: bench.context.now(),
            closed_at: None,
            closed_by: None,
            fingerprint: "f".into(),
            edited_body: None,
        };
        let letters = [
            letter("zq", "", ""),
            letter("", "zq", ""),
            letter("", "", "zq"),
            letter("", "", &order.id.to_string()),
            letter("", "", "other"),
        ];
        for letter in letters.clone() {
            let put = change!(bench.db, |tx, letter| dead_letters::insert(tx, letter).await);
            assert!(put.await.unwrap());
        }
        let (ids, texts) = ([contact.id], ["zq".to_owned()]);
        let found = query!(bench.db, |tx, ids, texts| erasure::messages(tx, Place::DeadLetters, ids, texts).await);
        let found: Vec<String> = found.await.unwrap().into_iter().map(|found| found.id).collect();
        assert_eq!(found, letters[..4].iter().map(|letter| letter.id.to_string()).collect::<Vec<_>>());
        let (id, failed) = (letters[2].id, store::attempts::Attempt::failed(bench.context.now(), "zq"));
        change!(bench.db, |tx, id, failed| {
            store::attempts::insert(tx, "m", "1", failed).await?;
            erasure::blank_attempts(tx, "m").await?;
            erasure::rewrite_dead_letter(tx, *id, ERASED).await
        })
        .await
        .unwrap();
        let kept = query!(bench.db, |tx, id| dead_letters::get(tx, *id).await).await.unwrap().unwrap();
        assert_eq!((kept.body.as_str(), kept.error.as_str(), kept.subject), (ERASED, ERASED, None));
        let attempts = query!(bench.db, |tx| store::attempts::of(tx, "m").await).await.unwrap();
        assert_eq!(attempts[0].error.as_deref(), Some(ERASED));
    })
    .await;
}
