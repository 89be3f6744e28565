use domain::{Actor, DeadLetterId};
use store::Error;
use store::dead_letters::{self, Cause, DeadLetter, Filter, State};
use testkit::{Bench, change, for_each_engine, query};

use crate::pages;

fn letter(bench: &Bench, message_id: &str) -> DeadLetter {
    DeadLetter {
        id: bench.context.id(DeadLetterId::new),
        message_id: message_id.into(),
        message_type: "ORDER_CREATED".into(),
        subject: Some("ord_1".into()),
        body: r#"{"note": "illisible ✗"}"#.into(),
        cause: Cause::Exhausted,
        error: "no answer".into(),
        receive_count: 6,
        state: State::Open,
        reason: None,
        created_at: bench.context.now(),
        closed_at: None,
        closed_by: None,
        fingerprint: "f".into(),
        edited_body: None,
    }
}

async fn insert(bench: &Bench, letter: &DeadLetter) -> bool {
    change!(bench.db, |tx, letter| dead_letters::insert(tx, letter).await).await.unwrap()
}

async fn get(bench: &Bench, id: DeadLetterId) -> Option<DeadLetter> {
    query!(bench.db, |tx, id| dead_letters::get(tx, *id).await).await.unwrap()
}

async fn close(bench: &Bench, id: DeadLetterId, state: State, reason: Option<&'static str>) -> Result<(), Error> {
    let (actor, now) = (Actor::system("test"), bench.context.now());
    change!(bench.db, |tx, id, state, reason, actor, now| {
        dead_letters::close(tx, *id, *state, *reason, actor, *now).await
    })
    .await
}

#[tokio::test]
async fn a_message_has_one_open_letter_at_a_time() {
    for_each_engine(async |bench| {
        let first = letter(&bench, "m");
        assert!(insert(&bench, &first).await);
        assert_eq!(get(&bench, first.id).await, Some(first.clone()));
        assert!(!insert(&bench, &letter(&bench, "m")).await);
        assert!(insert(&bench, &letter(&bench, "other")).await);
        close(&bench, first.id, State::Redriven, None).await.unwrap();
        assert!(insert(&bench, &letter(&bench, "m")).await, "it failed again, and is on the desk again");
        let open = query!(bench.db, |tx| dead_letters::count_open(tx).await).await.unwrap();
        assert_eq!(open, 2);
        assert_eq!(get(&bench, bench.context.id(DeadLetterId::new)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_decided_once() {
    for_each_engine(async |bench| {
        let open = letter(&bench, "m");
        insert(&bench, &open).await;
        close(&bench, open.id, State::Discarded, Some("doublon")).await.unwrap();
        for state in [State::Discarded, State::Redriven] {
            let late = close(&bench, open.id, state, None).await;
            assert!(matches!(late, Err(Error::Stale)), "{late:?}");
        }
        let closed = DeadLetter {
            state: State::Discarded,
            reason: Some("doublon".into()),
            closed_at: Some(bench.context.now()),
            closed_by: Some("system:test".into()),
            ..open
        };
        assert_eq!(get(&bench, closed.id).await, Some(closed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_decide_at_once_exactly_one_does() {
    for_each_engine(async |bench| {
        let open = letter(&bench, "m");
        insert(&bench, &open).await;
        let all =
            (0..20).map(|i| close(&bench, open.id, if i % 2 == 0 { State::Redriven } else { State::Discarded }, None));
        let outcomes = crate::soon(futures_util::future::join_all(all)).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Error::Stale))), "{outcomes:?}");
    })
    .await;
}

#[tokio::test]
async fn a_list_is_of_one_state_or_of_all_newest_first() {
    for_each_engine(async |bench| {
        let mut ids = Vec::new();
        for (i, cause) in
            [Cause::Malformed, Cause::UnknownType, Cause::Exhausted].into_iter().cycle().take(5).enumerate()
        {
            let one = DeadLetter { cause, subject: None, ..letter(&bench, &format!("m{i}")) };
            insert(&bench, &one).await;
            ids.insert(0, one.id);
        }
        close(&bench, ids[1], State::Discarded, Some("x")).await.unwrap();
        let open = [ids[0], ids[2], ids[3], ids[4]];
        for (state, wanted) in [(None, ids.as_slice()), (Some(State::Open), &open), (Some(State::Redriven), &[])] {
            let pages = pages(async |after| {
                query!(bench.db, |tx, state, after| {
                    let filter = Filter { state: *state, ..Filter::default() };
                    dead_letters::list(tx, &filter, after.as_deref(), 2).await
                })
                .await
            })
            .await;
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == 2));
            assert_eq!(pages.concat().iter().map(|letter| letter.id).collect::<Vec<_>>(), wanted);
        }
    })
    .await;
}

#[tokio::test]
async fn a_letter_of_a_foreign_message_can_be_sent_again() {
    for_each_engine(async |bench| {
        // As long as an id and a type may be that somebody else's program has put on the queue.
        let foreign = DeadLetter { message_type: "T".repeat(64), ..letter(&bench, &"é".repeat(64)) };
        insert(&bench, &foreign).await;
        let (ctx, id) = (bench.ctx(), foreign.id);
        change!(bench.db, |tx, ctx, id| ops::dead_letters::redrive(tx, ctx, *id).await).await.unwrap();
        let now = bench.context.now();
        let due = change!(bench.db, |tx, now| store::outbox::due(tx, *now, 5).await).await.unwrap();
        assert_eq!((&due[0].id, &due[0].body), (&foreign.message_id, &foreign.body));
    })
    .await;
}

#[tokio::test]
async fn letters_are_grouped_and_taken_by_their_cause_and_found_by_what_they_say() {
    for_each_engine(async |bench| {
        let mut all = Vec::new();
        for (i, group) in ["a", "b", "a", "a"].iter().enumerate() {
            let (fingerprint, error) = ((*group).to_owned(), format!("error {i}"));
            let one = DeadLetter { fingerprint, error, ..letter(&bench, &format!("m{i}")) };
            insert(&bench, &one).await;
            all.push(one);
            bench.context.advance(std::time::Duration::from_secs(1));
        }
        close(&bench, all[0].id, State::Discarded, Some("x")).await.unwrap();
        let groups = query!(bench.db, |tx| dead_letters::groups(tx, &Filter::open(), 10).await).await.unwrap();
        let told: Vec<_> = groups.iter().map(|g| (g.fingerprint.as_str(), g.count, g.error.as_str())).collect();
        assert_eq!(told, [("a", 2, "error 3"), ("b", 1, "error 1")]);
        assert_eq!((groups[0].oldest, groups[0].newest), (all[2].created_at, all[3].created_at));
        let until = all[2].created_at;
        let oldest = async |group: Option<&'static str>| {
            change!(bench.db, |tx, group, until| dead_letters::oldest_open(tx, *group, *until, 9).await).await.unwrap()
        };
        assert_eq!(oldest(None).await, [all[1].id, all[2].id]);
        assert_eq!(oldest(Some("a")).await, [all[2].id]);
        for (filter, found) in [
            (Filter { fingerprint: Some("b".into()), ..Filter::default() }, 1),
            (Filter { message_type: Some("ORDER_CREATED".into()), ..Filter::open() }, 3),
            (Filter { subject: Some("ord_1".into()), ..Filter::default() }, 4),
            (Filter { subject: Some("ord_2".into()), ..Filter::default() }, 0),
        ] {
            let listed = query!(bench.db, |tx, filter| dead_letters::list(tx, filter, None, 9).await).await.unwrap();
            assert_eq!(listed.items.len(), found, "{filter:?}");
        }
        let of = query!(bench.db, |tx| dead_letters::of_messages(tx, &["m0".to_owned()]).await).await.unwrap();
        assert_eq!((of.len(), of[0].id), (1, all[0].id));
        let discarded =
            async |id: &'static str| query!(bench.db, |tx, id| dead_letters::discarded(tx, id).await).await.unwrap();
        assert_eq!((discarded("m0").await, discarded("m1").await), (true, false));
        let id = all[1].id;
        change!(bench.db, |tx, id| dead_letters::keep_edited(tx, *id, "{}").await).await.unwrap();
        assert_eq!(get(&bench, id).await, Some(DeadLetter { edited_body: Some("{}".into()), ..all[1].clone() }));
    })
    .await;
}
